// Calls as PyTorch parses them: signatures written in its own notation, arguments matched, converted and complained of
// in its words. Everything is converted before an operation runs, so that it can run without the interpreter's lock.
#pragma once
#include <convgrad/options.h>
#include <convgrad/scalar.h>
#include <convgrad/tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "object.h"

namespace convgrad::python {

enum class Kind : uint8_t {
  storage,
  tensor,
  tensors,
  scalar,
  integer,
  real,
  boolean,
  integers,
  reals,
  dtype,
  device,
  layout,
  memory_format,
  generator,
  string,
  object
};

/// A parameter of a signature.
struct Parameter {
  Object name;
  std::vector<Object> aliases;  // names that NumPy's users write
  Kind kind;
  bool has_default = false, allow_none = false, keyword_only = false, allow_number = false;
  int64_t length = 0;  // of a list for which a single number may stand
  std::string default_text;
  Scalar default_number;
  std::vector<int64_t> default_list;
};

/// One way to call a function: "sum(Tensor input, IntArrayRef[1]? dim, bool keepdim=False, *, ScalarType? dtype=None)".
struct Signature {
  Signature(const std::string& text, bool as_method);
  std::string shown(bool as_method) const;  // as error messages show it

  std::string name;
  std::vector<Parameter> parameters;
  size_t least = 0, most_positional = 0;
  bool hidden = false;  // deprecated: works, but no message names it
};

constexpr size_t kMostParameters = 20;

/// The arguments of one call, matched to a signature and converted.
class Args {
 public:
  /// Positional arguments (`self` first where it is not null) and keywords as Python's vectorcall hands them over.
  struct Given {
    PyObject* self;
    PyObject* const* values;
    Py_ssize_t count;
    PyObject* names;  // of the values behind the first `count`; may be null
  };

  /// Whether the arguments fit; else, with `complain`, throws PyTorch's TypeError.
  bool match(const Signature& signature, const Given& given, bool complain);
  /// Converts what was matched.
  void convert();

  bool given(size_t i) const { return values_[i].object != nullptr; }
  PyObject* object(size_t i) const { return values_[i].object; }

  /// Undefined where left out. A number that stands for a tensor becomes one that takes no part in type promotion.
  const Tensor& tensor(size_t i) {
    return values_[i].is_number ? number_as_tensor(i) : given(i) ? *values_[i].tensor : none_;
  }
  const std::vector<Tensor>& tensors(size_t) const { return tensors_; }
  /// Whether a number stands where a tensor is wanted; then scalar(i) is it.
  bool is_number(size_t i) const { return values_[i].is_number; }
  Scalar scalar(size_t i) const;
  std::optional<Scalar> maybe_scalar(size_t i) const { return given(i) ? std::optional(scalar(i)) : std::nullopt; }
  int64_t integer(size_t i) const { return scalar(i).toLong(); }
  std::optional<int64_t> maybe_integer(size_t i) const { return given(i) ? std::optional(integer(i)) : std::nullopt; }
  double real(size_t i) const { return scalar(i).toDouble(); }
  std::optional<double> maybe_real(size_t i) const { return given(i) ? std::optional(real(i)) : std::nullopt; }
  bool boolean(size_t i) const { return scalar(i).to<bool>(); }
  std::optional<bool> maybe_boolean(size_t i) const { return given(i) ? std::optional(boolean(i)) : std::nullopt; }
  IntArrayRef integers(size_t i) const {
    return given(i) ? IntArrayRef(values_[i].list, values_[i].size)
                    : IntArrayRef(signature_->parameters[i].default_list);
  }
  std::optional<IntArrayRef> maybe_integers(size_t i) const {
    return given(i) ? std::optional(integers(i)) : std::nullopt;
  }
  /// The floats of the only list of them that a signature has.
  const std::vector<double>& reals() const { return reals_; }
  std::optional<ScalarType> dtype(size_t i) const { return given(i) ? std::optional(values_[i].dtype) : std::nullopt; }
  Generator* generator(size_t i) const { return given(i) ? values_[i].generator : nullptr; }
  std::string string(size_t i) const;
  /// The name of a memory format, "" where none is given.
  std::string format(size_t i) const { return given(i) ? std::string(values_[i].text) : std::string(); }
  /// dtype, layout, device, pin_memory, requires_grad, of which the first is parameter i. A result that goes into out=,
  /// the parameter before, is made of its type.
  TensorOptions options(size_t i);

  /// Another tensor in the first one's place: what an in-place form reads.
  void replace_first(const Tensor& t) { values_[0].tensor = &t; }

  /// Elements in all tensors and sizes: whether it pays to let other Python threads run meanwhile.
  int64_t work() const { return work_; }
  const Signature& signature() const { return *signature_; }

 private:
  struct Value {  // no constructor: only what a call uses is set
    PyObject* object;
    union {
      const Tensor* tensor;
      const int64_t* list;
      const char* text;
      Generator* generator;
    };
    size_t size;
    union {
      int64_t integer;
      double real;
    };
    ScalarType dtype;  // of the number too
    bool is_number;
  };
  const Tensor& number_as_tensor(size_t i);
  void set_number(Value& value, PyObject* object, const Parameter& parameter);
  void set_list(Value& value, PyObject* object, const Parameter& parameter, size_t i);
  void set_tensors(PyObject* object);
  void set_reals(PyObject* object);
  int64_t* room_for(size_t count);

  static const Tensor none_;
  const Signature* signature_ = nullptr;
  Value values_[kMostParameters];
  std::vector<Tensor> tensors_;
  std::vector<double> reals_;
  int64_t numbers_[24];  // the lists' elements, as far as they fit
  size_t numbers_used_ = 0;
  std::vector<std::unique_ptr<int64_t[]>> more_numbers_;
  std::vector<std::unique_ptr<Tensor>> wrapped_;
  int64_t work_ = 0;
  PyObject* const* all_positional_ = nullptr;
};

/// The number that a Python number (of NumPy's too) or a tensor of one element is.
Scalar scalar_of(PyObject* object);
bool is_number_object(PyObject* object);

/// PyTorch's text for arguments that fit none of several signatures.
std::string invalid_arguments(const std::string& function, const Args::Given& given,
                              const std::vector<const Signature*>& options);

}  // namespace convgrad::python
