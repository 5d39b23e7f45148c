#include "ops/print.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iostream>
#include <mutex>

#include "convgrad/autograd/node.h"
#include "core/check.h"
#include "core/dispatch.h"

namespace convgrad {
namespace {

std::string number_text(double value, std::chars_format format, int64_t precision) {
  if (std::isnan(value)) return "nan";                           // whatever its sign
  std::string text(static_cast<size_t>(precision) + 320, '\0');  // the longest double has 309 digits before the point
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, format, static_cast<int>(precision));
  text.resize(static_cast<size_t>(end.ptr - text.data()));
  return text;
}

std::string blanks(int64_t count) { return std::string(static_cast<size_t>(std::max<int64_t>(count, 0)), ' '); }

/// How the numbers of one tensor are written: one width, one notation. Made from the elements that will be shown.
template <class T>
class Formatter {
 public:
  Formatter(const std::vector<T>& shown, const PrintOptions& options) : precision_(options.precision) {
    if constexpr (std::is_floating_point_v<T>) choose_notation(shown, options);
    for (const T value : shown) {
      if constexpr (std::is_floating_point_v<T>)
        if (!std::isfinite(value) || value == 0) continue;
      width_ = std::max(width_, static_cast<int64_t>(plain(value).size()));
    }
  }
  int64_t width() const { return width_; }
  std::string operator()(T value) const {
    std::string text = plain(value);
    return blanks(width_ - static_cast<int64_t>(text.size())) + text;
  }

 private:
  void choose_notation(const std::vector<T>& shown, const PrintOptions& options) {
    double least = INFINITY, most = 0;
    for (const double value : shown) {
      if (!std::isfinite(value) || value == 0) continue;
      least = std::min(least, std::abs(value));
      most = std::max(most, std::abs(value));
      integral_ = integral_ && value == std::ceil(value);
    }
    if (most == 0) return;
    scientific_ = options.sci_mode.value_or(most / least > 1000 || most > 1e8 || least < 1e-4);
  }

  std::string plain(T value) const {
    if constexpr (std::is_same_v<T, bool>) {
      return value ? "True" : "False";
    } else if constexpr (std::is_integral_v<T>) {
      return std::to_string(value);
    } else {
      if (scientific_) return number_text(value, std::chars_format::scientific, precision_);
      if (!integral_) return number_text(value, std::chars_format::fixed, precision_);
      return number_text(value, std::chars_format::fixed, 0) + (std::isfinite(value) ? "." : "");
    }
  }

  bool integral_ = true, scientific_ = false;
  int64_t precision_, width_ = 1;
};

/// Writes the nested brackets.
template <class T>
class ElementWriter {
 public:
  ElementWriter(const PrintedArray& array, const PrintOptions& options)
      : array_(array), options_(options), summarize_(count() > options.threshold), format_(shown(), options) {}

  std::string write(int64_t indent) {
    std::string text;
    if (array_.sizes.empty()) return format_(at(0));
    write(0, 0, indent, text);
    return text;
  }

 private:
  int64_t count() const {
    int64_t n = 1;
    for (const int64_t size : array_.sizes) n *= size;
    return n;
  }
  T at(int64_t offset) const { return static_cast<const T*>(array_.data)[offset]; }
  bool cut(size_t dim) const { return summarize_ && array_.sizes[dim] > 2 * options_.edgeitems; }

  /// Calls f with each index shown of `dim`, and with −1 for the dots.
  template <class F>
  void each_shown(size_t dim, F&& f) const {
    const int64_t size = array_.sizes[dim];
    const int64_t edge = cut(dim) ? options_.edgeitems : size;
    for (int64_t i = 0; i < edge; ++i) f(i);
    if (!cut(dim)) return;
    f(-1);
    for (int64_t i = size - edge; i < size; ++i) f(i);
  }

  std::vector<T> shown() const {
    std::vector<T> values;
    collect(0, 0, values);
    return values;
  }
  void collect(size_t dim, int64_t offset, std::vector<T>& values) const {
    if (dim == array_.sizes.size()) return values.push_back(at(offset));
    each_shown(dim, [&](int64_t i) {
      if (i >= 0) collect(dim + 1, offset + i * array_.strides[dim], values);
    });
  }

  void write(size_t dim, int64_t offset, int64_t indent, std::string& text) const {
    if (dim + 1 == array_.sizes.size()) return write_row(dim, offset, indent, text);
    const std::string separator = "," + std::string(array_.sizes.size() - dim - 1, '\n') + blanks(indent + 1);
    text += '[';
    bool first = true;
    each_shown(dim, [&](int64_t i) {
      if (!std::exchange(first, false)) text += separator;
      if (i < 0)
        text += "...";
      else
        write(dim + 1, offset + i * array_.strides[dim], indent + 1, text);
    });
    text += ']';
  }

  void write_row(size_t dim, int64_t offset, int64_t indent, std::string& text) const {
    const int64_t per_line = std::max<int64_t>(1, (options_.linewidth - indent) / (format_.width() + 2));
    const std::string new_line = ",\n" + blanks(indent + 1);
    text += '[';
    int64_t done = 0;
    each_shown(dim, [&](int64_t i) {
      if (done > 0) text += done % per_line ? std::string(", ") : new_line;
      ++done;
      if (i < 0)
        text += options_.edgeitems ? " ..." : "...";
      else
        text += format_(at(offset + i * array_.strides[dim]));
    });
    text += ']';
  }

  const PrintedArray& array_;
  const PrintOptions& options_;
  bool summarize_;
  Formatter<T> format_;
};

std::mutex options_mutex;
PrintOptions current_options;

PrintOptions sane(PrintOptions options) {
  options.precision = std::clamp<int64_t>(options.precision, 0, 1000);
  options.threshold = std::max<int64_t>(options.threshold, 0);
  options.edgeitems = std::clamp<int64_t>(options.edgeitems, 0, PrintOptions::everything / 4);
  options.linewidth = std::max<int64_t>(options.linewidth, 0);
  return options;
}

/// "(2, 3)", "(2,)": a tuple.
std::string tuple_text(IntArrayRef sizes) {
  return fmt::format("({}{})", fmt::join(sizes.begin(), sizes.end(), ", "), sizes.size() == 1 ? "," : "");
}

/// Without namespaces; empty where there is none. A view whose history is void (changed behind autograd's back) has the
/// name "Invalid", as asking for its grad_fn throws.
std::string grad_fn_name(const Tensor& t) {
  try {
    const auto node = t.grad_fn();
    if (!node) return "";
    const std::string name = node->name();
    const size_t colons = name.rfind("::");
    return colons == std::string::npos ? name : name.substr(colons + 2);
  } catch (const Error&) {
    return "Invalid";
  }
}

std::vector<std::string> suffixes(const Tensor& t, const PrintOptions& options) {
  std::vector<std::string> list;
  const bool empty = t.numel() == 0;
  if (empty ? t.dim() != 1 : options.edgeitems == 0) list.push_back("size=" + tuple_text(t.sizes()));
  const bool usual = t.dtype() == get_default_dtype() || (!empty && (t.dtype() == kInt64 || t.dtype() == kBool));
  if (!usual) list.push_back(std::string("dtype=torch.") + name(t.dtype()));
  if (const std::string name = grad_fn_name(t); !name.empty())
    list.push_back("grad_fn=<" + name + ">");
  else if (t.requires_grad())
    list.push_back("requires_grad=True");
  return list;
}

}  // namespace

std::string elements_text(const PrintedArray& array, int64_t indent, const PrintOptions& options) {
  if (std::find(array.sizes.begin(), array.sizes.end(), 0) != array.sizes.end()) return "[]";
  return visit_dtype(array.dtype,
                     [&]<class T>(std::type_identity<T>) { return ElementWriter<T>(array, options).write(indent); });
}

std::string tensor_text(const std::string& elements, const std::vector<std::string>& suffixes,
                        const PrintOptions& options) {
  std::string text = "tensor(" + elements;
  const int64_t indent = 7;
  const size_t line = text.rfind('\n');
  int64_t column = static_cast<int64_t>(line == std::string::npos ? text.size() + 2 : text.size() - line + 1);
  for (const auto& suffix : suffixes) {
    const auto length = static_cast<int64_t>(suffix.size());
    if (column + length + 2 > options.linewidth) {
      text += ",\n" + blanks(indent) + suffix;
      column = indent + length;
    } else {
      text += ", " + suffix;
      column += length + 2;
    }
  }
  return text + ")";
}

void set_printoptions(const PrintOptions& options) {
  const std::lock_guard lock(options_mutex);
  current_options = sane(options);
}

PrintOptions get_printoptions() {
  const std::lock_guard lock(options_mutex);
  return current_options;
}

std::string repr(const Tensor& t, const PrintOptions& options) {
  if (!t.defined()) return "tensor(<undefined>)";
  const PrintOptions o = sane(options);
  const PrintedArray array{.data = t.data_ptr(), .dtype = t.dtype(), .sizes = t.sizes(), .strides = t.strides()};
  return tensor_text(elements_text(array, 7, o), suffixes(t, o), o);
}
std::string repr(const Tensor& t) { return repr(t, get_printoptions()); }
std::string parameter_repr(const Tensor& t) { return "Parameter containing:\n" + repr(t); }
std::string size_repr(IntArrayRef sizes) {
  return fmt::format("torch.Size([{}])", fmt::join(sizes.begin(), sizes.end(), ", "));
}

std::string format_text(const Tensor& t) {
  if (t.dim() != 0) return repr(t);
  const Scalar value = t.item();
  if (value.isBoolean()) return value.to<bool>() ? "True" : "False";
  if (value.isIntegral()) return std::to_string(value.toLong());
  if (std::isnan(value.toDouble())) return "nan";
  const std::string text = fmt::format("{}", value.toDouble());
  return text.find_first_of(".en") == std::string::npos ? text + ".0" : text;  // "1e-07", "inf"
}

std::string Tensor::str() const { return repr(*this); }
void Tensor::print() const { std::cout << repr(*this) << '\n'; }
std::ostream& operator<<(std::ostream& out, const Tensor& t) { return out << repr(t); }

}  // namespace convgrad
