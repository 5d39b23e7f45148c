#pragma once
#include <convgrad/array_ref.h>
#include <convgrad/detail/tensor_impl.h>
#include <convgrad/device.h>
#include <convgrad/dtype.h>
#include <convgrad/indexing.h>
#include <convgrad/options.h>
#include <convgrad/scalar.h>

#include <concepts>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace convgrad {

class Tensor;
class Generator;
using TensorList = ArrayRef<Tensor>;
namespace autograd {
class Node;
}

/// A multi-dimensional array: a handle with value semantics over shared memory, as in PyTorch; copying it shares the
/// data. Methods have LibTorch's names and PyTorch's semantics; each family's header under ops/ documents its
/// functions, of which the methods here are the member form. A method whose name ends in _ changes the tensor in place.
///
/// Threads: different tensors may be used from different threads, one tensor's data may be read by many at once;
/// changing a tensor (data, gradient, flags) while another thread uses it needs the caller's lock.
class CONVGRAD_API Tensor {
 public:
  Tensor() = default;  // undefined: holds nothing
  explicit Tensor(detail::Ref<detail::TensorImpl> impl) : impl_(std::move(impl)) {}
  /// A 0-d tensor of a number: int64 of integers, the default float type of floats, bool of bool.
  static Tensor of(Scalar value);

  // ---- what it is
  bool defined() const { return static_cast<bool>(impl_); }
  int64_t dim() const { return static_cast<int64_t>(impl().sizes.size()); }
  int64_t ndimension() const { return dim(); }
  IntArrayRef sizes() const { return impl().sizes; }
  IntArrayRef strides() const { return impl().strides; }
  int64_t size(int64_t dim) const;  // negative counts from the end; IndexError outside
  int64_t stride(int64_t dim) const;
  int64_t numel() const { return impl().numel; }
  int64_t storage_offset() const { return impl().offset; }
  ScalarType dtype() const { return impl().dtype; }
  ScalarType scalar_type() const { return impl().dtype; }
  Device device() const { return {}; }
  TensorOptions options() const { return {.dtype = dtype()}; }
  int64_t element_size() const { return convgrad::element_size(dtype()); }
  int64_t itemsize() const { return element_size(); }
  int64_t nbytes() const { return numel() * element_size(); }
  bool is_contiguous() const { return impl().contiguous; }
  bool is_floating_point() const { return convgrad::is_floating_point(dtype()); }
  bool is_same(const Tensor& other) const { return impl_ == other.impl_; }
  bool is_view() const;                         // of another tensor, as far as autograd is concerned
  bool is_alias_of(const Tensor& other) const;  // shares memory with it
  uint32_t _version() const { return impl().version().value; }

  // ---- elements
  void* data_ptr() const { return impl().data(); }
  /// The first element; TypeError ("expected scalar type …") where T is not the tensor's type.
  template <class T>
  T* data_ptr() const {
    check_type(scalar_type_of<T>());
    return static_cast<T*>(impl().data());
  }
  template <class T>
  const T* const_data_ptr() const {
    return data_ptr<T>();
  }
  /// The value of a tensor of one element.
  Scalar item() const;
  template <class T>
  T item() const {
    return item().to<T>();
  }
  /// All elements in C order, converted.
  template <class T>
  std::vector<T> to_vector() const;
  std::string str() const;  // the text of Python's repr
  void print() const;       // to stdout, with a new line

  // ---- indexing
  Tensor index(std::initializer_list<indexing::TensorIndex> indices) const;
  Tensor index(ArrayRef<indexing::TensorIndex> indices) const;
  Tensor& index_put_(std::initializer_list<indexing::TensorIndex> indices, const Tensor& value);
  Tensor& index_put_(std::initializer_list<indexing::TensorIndex> indices, Scalar value);
  Tensor& index_put_(ArrayRef<indexing::TensorIndex> indices, const Tensor& value, bool accumulate = false);
  Tensor operator[](int64_t i) const;
  Tensor operator[](const Tensor& i) const;

  // ---- views
  Tensor view(IntArrayRef sizes) const;
  Tensor view_as(const Tensor& other) const;
  Tensor reshape(IntArrayRef sizes) const;
  Tensor reshape_as(const Tensor& other) const;
  Tensor permute(IntArrayRef dims) const;
  Tensor transpose(int64_t dim0, int64_t dim1) const;
  Tensor t() const;
  Tensor mT() const;
  Tensor numpy_T() const;  // Python's .T: all dimensions reversed
  Tensor movedim(int64_t source, int64_t destination) const;
  Tensor squeeze() const;
  Tensor squeeze(int64_t dim) const;
  Tensor unsqueeze(int64_t dim) const;
  // The same views in place: this tensor itself has other sizes and strides then, over the same memory. ops/view.h
  Tensor& transpose_(int64_t dim0, int64_t dim1);
  Tensor& swapaxes_(int64_t dim0, int64_t dim1);
  Tensor& swapdims_(int64_t dim0, int64_t dim1);
  Tensor& t_();
  Tensor& squeeze_();
  Tensor& squeeze_(int64_t dim);
  Tensor& squeeze_(IntArrayRef dims);
  Tensor& unsqueeze_(int64_t dim);
  Tensor expand(IntArrayRef sizes) const;
  Tensor expand_as(const Tensor& other) const;
  Tensor narrow(int64_t dim, int64_t start, int64_t length) const;
  Tensor select(int64_t dim, int64_t index) const;
  Tensor slice(int64_t dim, std::optional<int64_t> start = {}, std::optional<int64_t> end = {}, int64_t step = 1) const;
  Tensor diagonal(int64_t offset = 0, int64_t dim1 = 0, int64_t dim2 = 1) const;
  Tensor as_strided(IntArrayRef sizes, IntArrayRef strides, std::optional<int64_t> storage_offset = {}) const;
  Tensor flatten(int64_t start_dim = 0, int64_t end_dim = -1) const;
  Tensor unflatten(int64_t dim, IntArrayRef sizes) const;
  Tensor unfold(int64_t dim, int64_t size, int64_t step) const;
  std::vector<Tensor> chunk(int64_t chunks, int64_t dim = 0) const;
  std::vector<Tensor> split(int64_t split_size, int64_t dim = 0) const;
  std::vector<Tensor> split(IntArrayRef split_sizes, int64_t dim = 0) const;
  std::vector<Tensor> unbind(int64_t dim = 0) const;

  // ---- copies and conversions
  Tensor contiguous() const;
  Tensor clone() const;
  Tensor to(ScalarType dtype, bool copy = false) const;
  Tensor to(TensorOptions options, bool copy = false) const;
  Tensor to(Device device) const;
  Tensor type_as(const Tensor& other) const;
  Tensor cpu() const { return *this; }
  Tensor& copy_(const Tensor& source);
  Tensor& fill_(Scalar value);
  Tensor& fill_(const Tensor& value);
  Tensor& zero_();

  // ---- gathering and scattering
  Tensor index_select(int64_t dim, const Tensor& index) const;
  Tensor gather(int64_t dim, const Tensor& index) const;
  Tensor scatter(int64_t dim, const Tensor& index, const Tensor& source) const;
  Tensor& scatter_(int64_t dim, const Tensor& index, const Tensor& source);
  Tensor& scatter_(int64_t dim, const Tensor& index, Scalar value);
  Tensor scatter_add(int64_t dim, const Tensor& index, const Tensor& source) const;
  Tensor& scatter_add_(int64_t dim, const Tensor& index, const Tensor& source);
  Tensor& index_add_(int64_t dim, const Tensor& index, const Tensor& source);
  Tensor masked_fill(const Tensor& mask, Scalar value) const;
  Tensor masked_fill(const Tensor& mask, const Tensor& value) const;
  Tensor& masked_fill_(const Tensor& mask, Scalar value);
  Tensor& masked_fill_(const Tensor& mask, const Tensor& value);
  Tensor masked_select(const Tensor& mask) const;
  Tensor& masked_scatter_(const Tensor& mask, const Tensor& source);
  Tensor& index_fill_(int64_t dim, const Tensor& index, Scalar value);
  Tensor& index_copy_(int64_t dim, const Tensor& index, const Tensor& source);
  Tensor nonzero() const;
  Tensor where(const Tensor& condition, const Tensor& other) const;
  Tensor flip(IntArrayRef dims) const;
  Tensor roll(IntArrayRef shifts, IntArrayRef dims = {}) const;
  Tensor repeat(IntArrayRef repeats) const;
  Tensor tril(int64_t diagonal = 0) const;
  Tensor triu(int64_t diagonal = 0) const;

  // ---- arithmetic
  Tensor add(const Tensor& other, Scalar alpha = 1) const;
  Tensor add(Scalar other, Scalar alpha = 1) const;
  Tensor sub(const Tensor& other, Scalar alpha = 1) const;
  Tensor sub(Scalar other, Scalar alpha = 1) const;
  Tensor mul(const Tensor& other) const;
  Tensor mul(Scalar other) const;
  Tensor div(const Tensor& other) const;
  Tensor div(Scalar other) const;
  Tensor div(const Tensor& other, const std::string& rounding_mode) const;  // "trunc" or "floor"
  Tensor floor_divide(const Tensor& other) const;
  Tensor remainder(const Tensor& other) const;
  Tensor remainder(Scalar other) const;
  Tensor fmod(const Tensor& other) const;
  Tensor pow(const Tensor& exponent) const;
  Tensor pow(Scalar exponent) const;
  Tensor neg() const;
  Tensor& add_(const Tensor& other, Scalar alpha = 1);
  Tensor& add_(Scalar other, Scalar alpha = 1);
  Tensor& sub_(const Tensor& other, Scalar alpha = 1);
  Tensor& sub_(Scalar other, Scalar alpha = 1);
  Tensor& mul_(const Tensor& other);
  Tensor& mul_(Scalar other);
  Tensor& div_(const Tensor& other);
  Tensor& div_(Scalar other);
  Tensor& pow_(Scalar exponent);
  Tensor& neg_();
  Tensor addcmul(const Tensor& tensor1, const Tensor& tensor2, Scalar value = 1) const;
  Tensor addcdiv(const Tensor& tensor1, const Tensor& tensor2, Scalar value = 1) const;
  Tensor& addcmul_(const Tensor& tensor1, const Tensor& tensor2, Scalar value = 1);
  Tensor& addcdiv_(const Tensor& tensor1, const Tensor& tensor2, Scalar value = 1);
  Tensor lerp(const Tensor& end, Scalar weight) const;
  Tensor& lerp_(const Tensor& end, Scalar weight);

  // ---- comparison and logic
  Tensor eq(const Tensor& other) const;
  Tensor ne(const Tensor& other) const;
  Tensor lt(const Tensor& other) const;
  Tensor le(const Tensor& other) const;
  Tensor gt(const Tensor& other) const;
  Tensor ge(const Tensor& other) const;
  Tensor eq(Scalar other) const;
  Tensor ne(Scalar other) const;
  Tensor lt(Scalar other) const;
  Tensor le(Scalar other) const;
  Tensor gt(Scalar other) const;
  Tensor ge(Scalar other) const;
  Tensor logical_and(const Tensor& other) const;
  Tensor logical_or(const Tensor& other) const;
  Tensor logical_xor(const Tensor& other) const;
  Tensor logical_not() const;
  Tensor bitwise_and(const Tensor& other) const;
  Tensor bitwise_or(const Tensor& other) const;
  Tensor bitwise_xor(const Tensor& other) const;
  Tensor bitwise_not() const;
  Tensor isnan() const;
  Tensor isinf() const;
  Tensor isfinite() const;
  bool equal(const Tensor& other) const;
  bool allclose(const Tensor& other, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false) const;

  // ---- functions of every element
  Tensor abs() const;
  Tensor sign() const;
  Tensor exp() const;
  Tensor expm1() const;
  Tensor log() const;
  Tensor log2() const;
  Tensor log10() const;
  Tensor log1p() const;
  Tensor sqrt() const;
  Tensor rsqrt() const;
  Tensor square() const;
  Tensor reciprocal() const;
  Tensor sin() const;
  Tensor cos() const;
  Tensor tan() const;
  Tensor asin() const;
  Tensor acos() const;
  Tensor atan() const;
  Tensor sinh() const;
  Tensor cosh() const;
  Tensor tanh() const;
  Tensor sigmoid() const;
  Tensor relu() const;
  Tensor erf() const;
  Tensor erfc() const;
  Tensor round() const;
  Tensor floor() const;
  Tensor ceil() const;
  Tensor trunc() const;
  Tensor clamp(std::optional<Scalar> min, std::optional<Scalar> max = {}) const;
  Tensor clamp_min(Scalar min) const;
  Tensor clamp_max(Scalar max) const;
  Tensor maximum(const Tensor& other) const;
  Tensor minimum(const Tensor& other) const;
  Tensor& abs_();
  Tensor& exp_();
  Tensor& log_();
  Tensor& sqrt_();
  Tensor& reciprocal_();
  Tensor& sin_();
  Tensor& cos_();
  Tensor& tanh_();
  Tensor& sigmoid_();
  Tensor& relu_();
  Tensor& round_();
  Tensor& floor_();
  Tensor& ceil_();
  Tensor& clamp_(std::optional<Scalar> min, std::optional<Scalar> max = {});

  // ---- reductions; an empty list of dimensions means all
  Tensor sum(MaybeType dtype = std::nullopt) const;
  Tensor sum(IntArrayRef dims, bool keepdim = false, std::optional<ScalarType> dtype = {}) const;
  Tensor mean(MaybeType dtype = std::nullopt) const;
  Tensor mean(IntArrayRef dims, bool keepdim = false, std::optional<ScalarType> dtype = {}) const;
  Tensor prod(std::optional<ScalarType> dtype = {}) const;
  Tensor prod(int64_t dim, bool keepdim = false, std::optional<ScalarType> dtype = {}) const;
  Tensor var(IntArrayRef dims = {}, bool unbiased = true, bool keepdim = false) const;
  Tensor var(std::same_as<bool> auto unbiased) const { return var(IntArrayRef(), unbiased); }
  Tensor std(IntArrayRef dims = {}, bool unbiased = true, bool keepdim = false) const;
  Tensor std(std::same_as<bool> auto unbiased) const { return std(IntArrayRef(), unbiased); }
  Tensor max() const;
  Tensor min() const;
  Tensor max(const Tensor& other) const { return maximum(other); }
  Tensor min(const Tensor& other) const { return minimum(other); }
  std::tuple<Tensor, Tensor> max(int64_t dim, bool keepdim = false) const;
  std::tuple<Tensor, Tensor> min(int64_t dim, bool keepdim = false) const;
  Tensor amax(IntArrayRef dims = {}, bool keepdim = false) const;
  Tensor amin(IntArrayRef dims = {}, bool keepdim = false) const;
  Tensor argmax(std::optional<int64_t> dim = {}, bool keepdim = false) const;
  Tensor argmin(std::optional<int64_t> dim = {}, bool keepdim = false) const;
  Tensor any() const;
  Tensor any(int64_t dim, bool keepdim = false) const;
  Tensor any(IntArrayRef dims, bool keepdim = false) const;
  Tensor all() const;
  Tensor all(int64_t dim, bool keepdim = false) const;
  Tensor all(IntArrayRef dims, bool keepdim = false) const;
  Tensor norm(Scalar p = 2) const;
  Tensor norm(Scalar p, IntArrayRef dims, bool keepdim = false) const;
  Tensor logsumexp(IntArrayRef dims, bool keepdim = false) const;
  Tensor cumsum(int64_t dim, std::optional<ScalarType> dtype = {}) const;
  Tensor cumprod(int64_t dim, std::optional<ScalarType> dtype = {}) const;
  std::tuple<Tensor, Tensor> sort(int64_t dim = -1, bool descending = false) const;
  Tensor argsort(int64_t dim = -1, bool descending = false) const;
  Tensor median() const;
  std::tuple<Tensor, Tensor> median(int64_t dim, bool keepdim = false) const;
  Tensor nanmedian() const;
  std::tuple<Tensor, Tensor> nanmedian(int64_t dim, bool keepdim = false) const;
  std::tuple<Tensor, Tensor> topk(int64_t k, int64_t dim = -1, bool largest = true, bool sorted = true) const;
  Tensor softmax(int64_t dim, std::optional<ScalarType> dtype = {}) const;
  Tensor log_softmax(int64_t dim, std::optional<ScalarType> dtype = {}) const;

  // ---- products
  Tensor mm(const Tensor& other) const;
  Tensor bmm(const Tensor& other) const;
  Tensor matmul(const Tensor& other) const;
  Tensor mv(const Tensor& vector) const;
  Tensor dot(const Tensor& other) const;
  Tensor outer(const Tensor& other) const;
  Tensor addmm(const Tensor& mat1, const Tensor& mat2, Scalar beta = 1, Scalar alpha = 1) const;

  // ---- what fewer programs call: defined in the header of its family, which has to be included
  // ops/pointwise.h
  Tensor acosh() const;
  Tensor asinh() const;
  Tensor atanh() const;
  Tensor erfinv() const;
  Tensor lgamma() const;
  Tensor digamma() const;
  Tensor sgn() const;
  Tensor sinc() const;
  Tensor deg2rad() const;
  Tensor rad2deg() const;
  Tensor frac() const;
  Tensor exp2() const;
  Tensor atan2(const Tensor& x) const;
  Tensor hypot(const Tensor& other) const;
  Tensor logaddexp(const Tensor& other) const;
  Tensor xlogy(const Tensor& other) const;
  Tensor xlogy(Scalar other) const;
  Tensor copysign(const Tensor& other) const;
  Tensor copysign(Scalar other) const;
  Tensor heaviside(const Tensor& values) const;
  Tensor fmax(const Tensor& other) const;
  Tensor fmin(const Tensor& other) const;
  Tensor fmod(Scalar other) const;
  Tensor floor_divide(Scalar other) const;
  Tensor logit(std::optional<double> eps = {}) const;
  Tensor nan_to_num(double nan = 0, std::optional<double> posinf = {}, std::optional<double> neginf = {}) const;
  Tensor round(int64_t decimals) const;
  Tensor clamp(const Tensor& min, const Tensor& max) const;
  Tensor clip(std::optional<Scalar> min, std::optional<Scalar> max = {}) const;
  // ops/compare.h
  Tensor isclose(const Tensor& other, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false) const;
  Tensor isneginf() const;
  Tensor isposinf() const;
  Tensor signbit() const;
  Tensor bitwise_left_shift(const Tensor& other) const;
  Tensor bitwise_right_shift(const Tensor& other) const;
  // ops/reduce.h
  Tensor nansum(IntArrayRef dims = {}, bool keepdim = false) const;
  Tensor nanmean(IntArrayRef dims = {}, bool keepdim = false) const;
  Tensor count_nonzero(IntArrayRef dims = {}) const;
  std::tuple<Tensor, Tensor> aminmax(std::optional<int64_t> dim = {}, bool keepdim = false) const;
  Tensor logcumsumexp(int64_t dim) const;
  std::tuple<Tensor, Tensor> cummax(int64_t dim) const;
  std::tuple<Tensor, Tensor> cummin(int64_t dim) const;
  Tensor diff(int64_t n = 1, int64_t dim = -1) const;
  Tensor trace() const;
  Tensor dist(const Tensor& other, Scalar p = 2) const;
  // ops/sort.h
  Tensor msort() const;
  std::tuple<Tensor, Tensor> kthvalue(int64_t k, int64_t dim = -1, bool keepdim = false) const;
  std::tuple<Tensor, Tensor> mode(int64_t dim = -1, bool keepdim = false) const;
  Tensor quantile(double q, std::optional<int64_t> dim = {}, bool keepdim = false) const;
  // ops/sets.h
  Tensor bincount(const Tensor& weights = {}, int64_t minlength = 0) const;
  Tensor histc(int64_t bins = 100, double min = 0, double max = 0) const;
  // ops/view.h
  Tensor squeeze(IntArrayRef dims) const;
  Tensor movedim(IntArrayRef source, IntArrayRef destination) const;
  Tensor swapaxes(int64_t dim0, int64_t dim1) const;
  Tensor swapdims(int64_t dim0, int64_t dim1) const;
  Tensor ravel() const;
  std::vector<Tensor> tensor_split(int64_t sections, int64_t dim = 0) const;
  std::vector<Tensor> tensor_split(IntArrayRef indices, int64_t dim = 0) const;
  // ops/join.h
  Tensor tile(IntArrayRef repeats) const;
  Tensor fliplr() const;
  Tensor flipud() const;
  Tensor rot90(int64_t k = 1, IntArrayRef dims = {0, 1}) const;
  Tensor repeat_interleave(int64_t repeats, std::optional<int64_t> dim = {}) const;
  Tensor repeat_interleave(const Tensor& repeats, std::optional<int64_t> dim = {}) const;
  Tensor diag(int64_t offset = 0) const;
  Tensor diag_embed(int64_t offset = 0, int64_t dim1 = -2, int64_t dim2 = -1) const;
  // ops/index.h
  Tensor index_fill(int64_t dim, const Tensor& index, Scalar value) const;
  Tensor index_copy(int64_t dim, const Tensor& index, const Tensor& source) const;
  Tensor index_add(int64_t dim, const Tensor& index, const Tensor& source) const;
  Tensor masked_scatter(const Tensor& mask, const Tensor& source) const;
  Tensor scatter(int64_t dim, const Tensor& index, Scalar value) const;
  Tensor take(const Tensor& index) const;
  Tensor take_along_dim(const Tensor& index, std::optional<int64_t> dim = {}) const;
  Tensor argwhere() const;
  // ops/linalg.h
  Tensor inner(const Tensor& other) const;
  Tensor baddbmm(const Tensor& a, const Tensor& b, Scalar beta = 1, Scalar alpha = 1) const;
  Tensor addmv(const Tensor& a, const Tensor& x, Scalar beta = 1, Scalar alpha = 1) const;
  Tensor cross(const Tensor& other, std::optional<int64_t> dim = {}) const;
  Tensor matrix_power(int64_t n) const;
  // ops/creation.h
  Tensor new_empty(IntArrayRef size, TensorOptions options = {}) const;
  Tensor new_zeros(IntArrayRef size, TensorOptions options = {}) const;
  Tensor new_ones(IntArrayRef size, TensorOptions options = {}) const;
  Tensor new_full(IntArrayRef size, Scalar fill_value, TensorOptions options = {}) const;

  // ---- random values, in place
  Tensor& uniform_(double from = 0, double to = 1, Generator* generator = nullptr);
  Tensor& normal_(double mean = 0, double std = 1, Generator* generator = nullptr);
  Tensor& random_();
  Tensor& random_(Generator& generator);
  Tensor& random_(int64_t to, Generator* generator = nullptr);
  Tensor& random_(int64_t from, std::optional<int64_t> to, Generator* generator = nullptr);
  Tensor& bernoulli_(double p = 0.5, Generator* generator = nullptr);
  Tensor& bernoulli_(const Tensor& p, Generator* generator = nullptr);
  Tensor& exponential_(double lambda = 1, Generator* generator = nullptr);

  // ---- automatic differentiation
  bool requires_grad() const;
  Tensor& requires_grad_(bool requires_grad = true);
  Tensor& set_requires_grad(bool requires_grad) { return requires_grad_(requires_grad); }
  bool is_leaf() const;
  const Tensor& grad() const;  // undefined where there is none
  Tensor& mutable_grad();
  detail::Ref<autograd::Node> grad_fn() const;
  int64_t output_nr() const;
  /// Gradients of this tensor for the leaves it was made of, added to their grad(). Like torch.Tensor.backward.
  void backward(const Tensor& gradient = {}, std::optional<bool> retain_graph = {}, bool create_graph = false,
                std::optional<TensorList> inputs = {}) const;
  /// Keeps the gradient of a tensor that is no leaf in its grad().
  void retain_grad() const;
  bool retains_grad() const;
  /// Calls hook(gradient) when the gradient of this tensor is known; a defined result replaces it. The number returned
  /// removes the hook.
  unsigned register_hook(std::function<Tensor(const Tensor&)> hook) const;
  /// Calls hook(this tensor) after its grad() was added to; leaves only.
  unsigned register_post_accumulate_grad_hook(std::function<void(const Tensor&)> hook) const;
  void remove_hook(unsigned number) const;
  Tensor detach() const;  // the same data, no history; shares the version counter
  Tensor& detach_();
  Tensor data() const;  // the same data, no history, own version counter: changes go unnoticed
  void set_data(const Tensor& data);

  // ---- for the library's own rooms
  detail::TensorImpl& impl() const {
    if (!impl_) [[unlikely]]
      throw_undefined();
    return *impl_;
  }
  const detail::Ref<detail::TensorImpl>& ref() const { return impl_; }

 private:
  [[noreturn]] static void throw_undefined();
  void check_type(ScalarType wanted) const;
  detail::Ref<detail::TensorImpl> impl_;
};

/// Prints the text of Python's repr: "tensor([1., 2.])".
CONVGRAD_API std::ostream& operator<<(std::ostream& out, const Tensor& t);

// Operators, with numbers on either side; comparisons give bool tensors.
#define CONVGRAD_DECLARE_OPERATOR(op)                                \
  CONVGRAD_API Tensor operator op(const Tensor& a, const Tensor& b); \
  CONVGRAD_API Tensor operator op(const Tensor& a, Scalar b);        \
  CONVGRAD_API Tensor operator op(Scalar a, const Tensor& b);
CONVGRAD_DECLARE_OPERATOR(+)
CONVGRAD_DECLARE_OPERATOR(-)
CONVGRAD_DECLARE_OPERATOR(*)
CONVGRAD_DECLARE_OPERATOR(/)
CONVGRAD_DECLARE_OPERATOR(%)
CONVGRAD_DECLARE_OPERATOR(==)
CONVGRAD_DECLARE_OPERATOR(!=)
CONVGRAD_DECLARE_OPERATOR(<)
CONVGRAD_DECLARE_OPERATOR(<=)
CONVGRAD_DECLARE_OPERATOR(>)
CONVGRAD_DECLARE_OPERATOR(>=)
CONVGRAD_DECLARE_OPERATOR(&)
CONVGRAD_DECLARE_OPERATOR(|)
CONVGRAD_DECLARE_OPERATOR(^)
#undef CONVGRAD_DECLARE_OPERATOR
CONVGRAD_API Tensor operator-(const Tensor& a);
CONVGRAD_API Tensor operator~(const Tensor& a);
CONVGRAD_API Tensor& operator+=(Tensor& a, const Tensor& b);
CONVGRAD_API Tensor& operator+=(Tensor& a, Scalar b);
CONVGRAD_API Tensor& operator-=(Tensor& a, const Tensor& b);
CONVGRAD_API Tensor& operator-=(Tensor& a, Scalar b);
CONVGRAD_API Tensor& operator*=(Tensor& a, const Tensor& b);
CONVGRAD_API Tensor& operator*=(Tensor& a, Scalar b);
CONVGRAD_API Tensor& operator/=(Tensor& a, const Tensor& b);
CONVGRAD_API Tensor& operator/=(Tensor& a, Scalar b);

}  // namespace convgrad
