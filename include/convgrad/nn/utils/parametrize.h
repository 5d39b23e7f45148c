#pragma once
#include <convgrad/nn/containers.h>

#include <optional>

namespace convgrad::nn::utils {

/// Parameters as functions of others. Like torch.nn.utils.parametrize.
namespace parametrize {

/// How a parameter is computed: derive and write forward.
///
///   struct Symmetric : parametrize::Parametrization {
///     Tensor forward(TensorList x) override { return x[0].triu() + x[0].triu(1).t(); }
///   };
///   parametrize::register_parametrization(*layer, "weight", std::make_shared<Symmetric>());
class CONVGRAD_API Parametrization : public Module {
 public:
  /// The value, of the tensors that right_inverse gave.
  virtual Tensor forward(TensorList originals) = 0;
  /// Tensors from which forward gives this value, or one near it; default: the value itself.
  virtual std::vector<Tensor> right_inverse(const Tensor& value) { return {value}; }
};

/// The parametrizations of one parameter, from the inside out, and the parameters they start from: "original", or
/// "original0", "original1" … where right_inverse gives several. Like torch.nn.utils.parametrize.ParametrizationList.
class CONVGRAD_API ParametrizationList : public ModuleListImpl {
 public:
  ParametrizationList(std::shared_ptr<Parametrization> first, const Tensor& value, bool is_parameter);
  void append(std::shared_ptr<Parametrization> next);
  /// The value of the parameter.
  Tensor forward();
  /// One tensor, or several.
  std::vector<Tensor> originals() const;
  std::string name() const override { return "ParametrizationList"; }

 private:
  std::vector<Tensor*> originals_{};
};

/// The module's parameter (or buffer) becomes parametrization->forward of a new parameter, computed whenever the module
/// is called; the module's state then has "parametrizations.weight.original" in place of "weight". A second one is
/// applied to the first one's value. Unless unsafe, ValueError for a value of another type or shape; ValueError where
/// there is no such parameter.
CONVGRAD_API void register_parametrization(Module& module, const std::string& tensor_name,
                                           std::shared_ptr<Parametrization> parametrization, bool unsafe = false);
/// Whether the tensor of this name is parametrized; of no name: any.
CONVGRAD_API bool is_parametrized(Module& module, const std::string& tensor_name = "");
/// The parameter is one by itself again: with its value, or with the original (leave_parametrized = false), which must
/// be one tensor. Errors (ValueError): it is not parametrized; several originals.
CONVGRAD_API void remove_parametrizations(Module& module, const std::string& tensor_name,
                                          bool leave_parametrized = true);

}  // namespace parametrize

namespace parametrizations {

/// weight = g · v / ‖v‖, the norm of each slice along dim (none: of all): parameters "…weight.original0" (g) and
/// "…weight.original1" (v). Its value does not change at first. Errors: as register_parametrization's.
/// Like torch.nn.utils.parametrizations.weight_norm.
///
///   nn::Linear layer(3, 4);
///   nn::utils::parametrizations::weight_norm(*layer);
CONVGRAD_API void weight_norm(Module& module, const std::string& name = "weight", std::optional<int64_t> dim = 0);

}  // namespace parametrizations
}  // namespace convgrad::nn::utils
