#include "arguments.h"

#include <algorithm>
#include <cstring>
#include <memory>

#include "data.h"
#include "tensor_type.h"
#include "types.h"

namespace convgrad::python {

const Tensor Args::none_;

namespace {

struct KindName {
  const char* written;  // in signatures
  Kind kind;
  const char* shown;  // in messages
};
constexpr KindName kinds[] = {{"Storage", Kind::storage, "torch.Storage"},
                              {"Tensor", Kind::tensor, "Tensor"},
                              {"TensorList", Kind::tensors, "tuple of Tensors"},
                              {"c10::List<::std::optional<Tensor>>", Kind::tensors, "tuple of Tensors"},
                              {"Scalar", Kind::scalar, "Number"},
                              {"SymInt", Kind::integer, "int"},
                              {"int64_t", Kind::integer, "int"},
                              {"double", Kind::real, "float"},
                              {"bool", Kind::boolean, "bool"},
                              {"SymIntArrayRef", Kind::integers, "tuple of ints"},
                              {"IntArrayRef", Kind::integers, "tuple of ints"},
                              {"ArrayRef<double>", Kind::reals, "tuple of floats"},
                              {"ScalarType", Kind::dtype, "torch.dtype"},
                              {"Device", Kind::device, "torch.device"},
                              {"Layout", Kind::layout, "torch.layout"},
                              {"MemoryFormat", Kind::memory_format, "torch.memory_format"},
                              {"Generator", Kind::generator, "torch.Generator"},
                              {"c10::string_view", Kind::string, "str"},
                              {"PyObject*", Kind::object, "object"}};

const char* shown_kind(Kind kind) {
  for (const KindName& k : kinds)
    if (k.kind == kind) return k.shown;
  return "object";
}

Object interned(const std::string& s) { return checked(PyUnicode_InternFromString(s.c_str())); }

/// Functions that take a number where a tensor is meant.
bool takes_numbers(std::string name) {
  while (name.size() > 1 && name.back() == '_') name.pop_back();
  for (const char* one :
       {"add", "div", "divide", "mul", "multiply", "sub", "subtract", "true_divide", "floor_divide", "copy", "to"})
    if (name == one) return true;
  return false;
}

void set_default(Parameter& p, const std::string& text) {
  p.has_default = true;
  p.default_text = text;
  if (text == "None") {
    p.allow_none = true;
    return;
  }
  switch (p.kind) {
    case Kind::boolean:
      p.default_number = text == "True";
      break;
    case Kind::integers: {
      std::string rest = text;
      for (char& c : rest)
        if (std::strchr("{}[](),", c)) c = ' ';
      const char* at = rest.c_str();
      for (char* end;; at = end) {
        const long long number = std::strtoll(at, &end, 10);
        if (end == at) break;
        p.default_list.push_back(number);
      }
      if (text[0] != '{' && text[0] != '[' && text[0] != '(' && p.default_list.size() == 1)
        p.default_list.assign(static_cast<size_t>(std::max<int64_t>(1, p.length)), p.default_list[0]);
      break;
    }
    case Kind::string:
      p.default_text = text.size() > 1 ? text.substr(1, text.size() - 2) : text;
      break;
    case Kind::integer:
      p.default_number =
          text == "at::Reduction::Mean" ? int64_t{1} : static_cast<int64_t>(std::strtoll(text.c_str(), nullptr, 10));
      break;
    case Kind::scalar:
    case Kind::real:
      if (text.find_first_of(".e") == text.npos && text.find("inf") == text.npos && p.kind == Kind::scalar)
        p.default_number = static_cast<int64_t>(std::strtoll(text.c_str(), nullptr, 10));
      else
        p.default_number = std::strtod(text.c_str(), nullptr);
      break;
    default:
      break;
  }
}

/// "IntArrayRef[1]? dim=None"
Parameter parse_parameter(const std::string& text, bool keyword_only, bool numbers) {
  Parameter p;
  const size_t space = text.find(' ');
  std::string type = text.substr(0, space), name = text.substr(space + 1);
  if (type.back() == '?') p.allow_none = true, type.pop_back();
  if (const size_t bracket = type.find('['); bracket != type.npos) {
    p.length = std::atoll(type.c_str() + bracket + 1);
    type.resize(bracket);
  }
  p.kind = Kind::object;
  for (const KindName& k : kinds)
    if (type == k.written) p.kind = k.kind;
  p.keyword_only = keyword_only;
  p.allow_number = numbers && p.kind == Kind::tensor;
  if (const size_t equals = name.find('='); equals != name.npos) {
    set_default(p, name.substr(equals + 1));
    name.resize(equals);
  }
  p.name = interned(name);
  const std::pair<const char*, std::vector<const char*>> aliases[] = {
      {"dim", {"axis"}}, {"keepdim", {"keepdims"}}, {"input", {"x", "a", "x1"}}, {"other", {"x2"}}};
  for (const auto& [ours, theirs] : aliases)
    if (name == ours)
      for (const char* alias : theirs) p.aliases.push_back(interned(alias));
  return p;
}

bool is_numpy_scalar(PyObject* object) {
  const PyTypeObject* type = Py_TYPE(object);
  return std::strncmp(type->tp_name, "numpy.", 6) == 0 && type->tp_as_number && type->tp_as_number->nb_float &&
         std::strcmp(type->tp_name, "numpy.ndarray") != 0;
}
bool is_integer(PyObject* object) {
  if (PyLong_Check(object)) return !PyBool_Check(object);
  return is_numpy_scalar(object) && Py_TYPE(object)->tp_as_number->nb_index;
}
bool is_number(PyObject* object) { return PyFloat_Check(object) || PyLong_Check(object) || is_numpy_scalar(object); }
/// A tensor of one element that may stand for a number.
bool is_number_tensor(PyObject* object, bool integral) {
  if (!is_tensor(object)) return false;
  const Tensor& t = tensor_of(object);
  return t.dim() == 0 && !t.requires_grad() && (!integral || is_integral(t.dtype()));
}
bool fits_as_index(PyObject* object) { return is_integer(object) || (PyIndex_Check(object) && !PyBool_Check(object)); }

bool is_list(PyObject* object) { return PyTuple_Check(object) || PyList_Check(object); }
/// Only the first element decides; what the others are is complained of when they are read.
bool starts_with_integer(PyObject* list, Py_ssize_t* failed) {
  if (PySequence_Fast_GET_SIZE(list) == 0 || fits_as_index(PySequence_Fast_GET_ITEM(list, 0))) return true;
  *failed = 0;
  return false;
}

[[noreturn]] void complain_of_element(const Signature& signature, PyObject* element, Py_ssize_t i, size_t at) {
  raise(PyExc_TypeError, "expected Tensor as element %zd in argument %zu, but got %s", i, at,
        Py_TYPE(element)->tp_name);
  (void)signature;
}

bool is_tensor_list(const Signature& signature, PyObject* object, size_t at) {
  if (!is_list(object)) return false;
  const Py_ssize_t count = PySequence_Fast_GET_SIZE(object);
  for (Py_ssize_t i = 0; i < count; ++i)
    if (PyObject* element = PySequence_Fast_GET_ITEM(object, i); !is_tensor(element))
      complain_of_element(signature, element, i, at);
  return true;
}

bool fits(const Signature& signature, const Parameter& p, PyObject* object, size_t at, Py_ssize_t* failed) {
  switch (p.kind) {
    case Kind::tensor:
      return is_tensor(object) || (p.allow_number && is_number(object));
    case Kind::tensors:
      return is_tensor_list(signature, object, at);
    case Kind::scalar:
      return is_number(object) || is_number_tensor(object, false);
    case Kind::real:
      return is_number(object) || is_number_tensor(object, false);
    case Kind::integer:
      return is_integer(object) || is_number_tensor(object, true);
    case Kind::boolean:
      return PyBool_Check(object);
    case Kind::integers:
      if (is_list(object)) return starts_with_integer(object, failed);
      return p.length > 0 && is_integer(object);
    case Kind::reals:
      return is_list(object) &&
             (PySequence_Fast_GET_SIZE(object) == 0 || is_number(PySequence_Fast_GET_ITEM(object, 0)));
    case Kind::dtype:
      return is_dtype(object) || object == reinterpret_cast<PyObject*>(&PyFloat_Type) ||
             object == reinterpret_cast<PyObject*>(&PyLong_Type) || object == reinterpret_cast<PyObject*>(&PyBool_Type);
    case Kind::device:
      return is_integer(object) || PyUnicode_Check(object) || is_device(object);
    case Kind::layout:
      return is_layout(object);
    case Kind::memory_format:
      return is_memory_format(object);
    case Kind::generator:
      return is_generator(object);
    case Kind::string:
      return PyUnicode_Check(object);
    case Kind::object:
      return true;
    case Kind::storage:
      return false;
  }
  return false;
}

std::string list_of_missing(const Signature& signature, size_t from) {
  std::string names;
  size_t count = 0;
  for (size_t i = from; i < signature.parameters.size(); ++i) {
    const Parameter& p = signature.parameters[i];
    if (p.has_default) continue;
    names += (count++ ? ", \"" : "\"") + text_of(p.name.get()) + "\"";
  }
  return std::to_string(count) + " required positional argument" + (count == 1 ? "s" : "") + ": " + names;
}

[[noreturn]] void complain_of_count(const Signature& signature, size_t lead, Py_ssize_t given) {
  const size_t most = signature.most_positional - lead, least = signature.least - lead;
  const char* name = signature.name.c_str();
  if (lead && signature.parameters.size() == lead)
    raise(PyExc_TypeError, "TensorBase.%s() takes no arguments (%zd given)", name, given);
  if (most != least)
    raise(PyExc_TypeError, "%s() takes from %zu to %zu positional arguments but %zd were given", name, least, most,
          given);
  raise(PyExc_TypeError, "%s() takes %zu positional argument%s but %zd %s given", name, most, most == 1 ? "" : "s",
        given, given == 1 ? "was" : "were");
}

PyObject* keyword(const Args::Given& given, PyObject* name) {
  const Py_ssize_t count = PyTuple_GET_SIZE(given.names);
  for (Py_ssize_t i = 0; i < count; ++i)
    if (PyTuple_GET_ITEM(given.names, i) == name) return given.values[given.count + i];
  for (Py_ssize_t i = 0; i < count; ++i)
    if (PyUnicode_Compare(PyTuple_GET_ITEM(given.names, i), name) == 0) return given.values[given.count + i];
  return nullptr;
}

PyObject* keyword(const Args::Given& given, const Parameter& p) {
  PyObject* object = keyword(given, p.name.get());
  for (const Object& alias : p.aliases)
    if (!object) object = keyword(given, alias.get());
  return object;
}

[[noreturn]] void complain_of_keywords(const Signature& signature, const Args::Given& given) {
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(given.names); ++i) {
    PyObject* name = PyTuple_GET_ITEM(given.names, i);
    size_t at = signature.parameters.size();
    for (size_t k = 0; k < signature.parameters.size(); ++k) {
      const Parameter& p = signature.parameters[k];
      if (PyUnicode_Compare(p.name.get(), name) == 0) at = k;
    }
    if (at == signature.parameters.size())
      raise(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", signature.name.c_str(), name);
    if (static_cast<Py_ssize_t>(at) < given.count + (given.self ? 1 : 0))
      raise(PyExc_TypeError, "%s() got multiple values for argument '%U'", signature.name.c_str(), name);
  }
  raise(PyExc_TypeError, "invalid keyword arguments");
}

/// All positional arguments as the tuple that stands for a list: view(2, 3) is view((2, 3)).
bool are_integers(const Args::Given& given, Py_ssize_t* failed) {
  if (given.count == 0 || fits_as_index(given.values[0])) return true;
  *failed = 0;
  return false;
}

}  // namespace

Signature::Signature(const std::string& text, bool as_method) {
  const size_t open = text.find('('), close = text.rfind(')');
  name = text.substr(0, open);
  hidden = text.find("|deprecated") != text.npos;
  const bool numbers = takes_numbers(name);
  bool keyword_only = false;
  std::string rest = text.substr(open + 1, close - open - 1);
  while (!rest.empty()) {
    // commas inside of {0,1} belong to a default
    size_t end = 0;
    for (int depth = 0; end < rest.size() && (depth > 0 || rest[end] != ','); ++end)
      depth += std::strchr("{[(", rest[end]) ? 1 : std::strchr("}])", rest[end]) ? -1 : 0;
    std::string one = rest.substr(0, end);
    rest = end < rest.size() ? rest.substr(end + 1 + (rest[end + 1] == ' ')) : "";
    if (one == "*") {
      keyword_only = true;
      continue;
    }
    Parameter p = parse_parameter(one, keyword_only, numbers);
    if (as_method && text_of(p.name.get()) == "out") continue;
    parameters.push_back(std::move(p));
  }
  for (const Parameter& p : parameters) {
    least += !p.has_default;
    most_positional += !p.keyword_only;
  }
}

std::string Signature::shown(bool as_method) const {
  std::string out = "(";
  bool keywords = false;
  for (size_t i = as_method ? 1 : 0; i < parameters.size(); ++i) {
    const Parameter& p = parameters[i];
    if (out.size() > 1) out += ", ";
    if (p.keyword_only && !keywords) out += "*, ", keywords = true;
    out += std::string(shown_kind(p.kind)) + " " + text_of(p.name.get());
    if (p.has_default) out += " = " + (p.kind == Kind::string ? "\"" + p.default_text + "\"" : p.default_text);
  }
  return out + ")";
}

Scalar Args::scalar(size_t i) const {
  const Value& v = values_[i];
  if (!v.object) return signature_->parameters[i].default_number;
  return v.dtype == kFloat64 ? Scalar(v.real) : v.dtype == kBool ? Scalar(v.integer != 0) : Scalar(v.integer);
}

std::string Args::string(size_t i) const {
  const Value& v = values_[i];
  return v.object ? std::string(v.text, v.size) : signature_->parameters[i].default_text;
}

bool Args::match(const Signature& signature, const Given& given, bool complain) {
  signature_ = &signature;
  const std::vector<Parameter>& parameters = signature.parameters;
  const size_t lead = given.self ? 1 : 0;
  if (given.self) values_[0].object = given.self;
  const bool list_of_all = signature.most_positional == 1 + lead && parameters[lead].kind == Kind::integers;
  if (given.count + static_cast<Py_ssize_t>(lead) > static_cast<Py_ssize_t>(signature.most_positional) &&
      !list_of_all) {
    if (complain) complain_of_count(signature, lead, given.count);
    return false;
  }
  Py_ssize_t position = 0, keywords = given.names ? PyTuple_GET_SIZE(given.names) : 0;
  for (size_t i = lead; i < parameters.size(); ++i) {
    const Parameter& p = parameters[i];
    Value& value = values_[i];
    value.object = nullptr;
    value.is_number = false;
    PyObject* object = nullptr;
    bool by_name = false;
    if (position < given.count) {
      if (p.keyword_only) {
        if (complain) complain_of_count(signature, lead, given.count);
        return false;
      }
      object = given.values[position];
    } else if (given.names) {
      object = keyword(given, p);
      by_name = true;
    }
    Py_ssize_t failed = -1;
    if ((!object && p.has_default) || (object == Py_None && p.allow_none)) {
    } else if (!object) {
      if (complain)
        raise(PyExc_TypeError, "%s() missing %s", signature.name.c_str(), list_of_missing(signature, i).c_str());
      return false;
    } else if (fits(signature, p, object, i - lead, &failed)) {
      value.object = object;
    } else if (list_of_all && position == 0 && !by_name && are_integers(given, &failed)) {
      value.object = object;
      value.size = static_cast<size_t>(given.count);
      value.list = nullptr;
      value.is_number = true;  // the list is all positional arguments
      all_positional_ = given.values;
      position = given.count;
      continue;
    } else if (complain) {
      const std::string name = text_of(p.name.get());
      const char* kind = shown_kind(p.kind);
      if (by_name)
        raise(PyExc_TypeError, "%s(): argument '%s' must be %s, not %s", signature.name.c_str(), name.c_str(), kind,
              Py_TYPE(object)->tp_name);
      if (failed >= 0 && is_list(object))
        raise(PyExc_TypeError, "%s(): argument '%s' (position %zd) must be %s, but found element of type %s at pos %zd",
              signature.name.c_str(), name.c_str(), position + 1, kind,
              Py_TYPE(PySequence_Fast_GET_ITEM(object, failed))->tp_name, failed);
      raise(PyExc_TypeError, "%s(): argument '%s' (position %zd) must be %s, not %s", signature.name.c_str(),
            name.c_str(), position + 1, kind, Py_TYPE(object)->tp_name);
    } else {
      return false;
    }
    if (!by_name)
      ++position;
    else if (object)
      --keywords;
  }
  if (keywords > 0) {
    if (complain) complain_of_keywords(signature, given);
    return false;
  }
  return true;
}

namespace {

int64_t to_integer(PyObject* object) {
  int overflow = 0;
  if (!PyLong_Check(object)) {
    if (is_tensor(object)) return tensor_of(object).item<int64_t>();
    return to_integer(checked(PyNumber_Index(object)).get());
  }
  const int64_t value = PyLong_AsLongLongAndOverflow(object, &overflow);
  if (overflow) raise(PyExc_ValueError, "Overflow when unpacking long long");
  if (value == -1 && PyErr_Occurred()) throw PythonError();
  return value;
}

}  // namespace

Scalar scalar_of(PyObject* object) {
  if (PyFloat_Check(object)) return PyFloat_AS_DOUBLE(object);
  if (PyBool_Check(object)) return object == Py_True;
  if (PyLong_Check(object)) return to_integer(object);
  if (is_tensor(object)) return tensor_of(object).item();
  if (std::strncmp(Py_TYPE(object)->tp_name, "numpy.bool", 10) == 0) return PyObject_IsTrue(object) == 1;
  if (is_integer(object)) return to_integer(object);
  const double value = PyFloat_AsDouble(object);
  if (value == -1 && PyErr_Occurred()) throw PythonError();
  return value;
}
Scalar scalar_argument(PyObject* object) {
  if (!PyLong_Check(object) || PyBool_Check(object)) return scalar_of(object);
  int overflow = 0;
  const int64_t value = PyLong_AsLongLongAndOverflow(object, &overflow);
  if (overflow) raise(PyExc_OverflowError, "int too big to convert");
  return value;
}
bool is_number_object(PyObject* object) { return is_number(object); }

TensorOptions Args::options(size_t i) {
  std::optional<ScalarType> type = dtype(i);
  if (!type && i > 0 && given(i - 1) && signature_->parameters[i - 1].kind == Kind::tensor)
    type = tensor(i - 1).dtype();
  return {.dtype = type, .requires_grad = given(i + 4) && boolean(i + 4)};
}

void Args::set_number(Value& value, PyObject* object, const Parameter& p) {
  const Scalar s = p.kind == Kind::integer ? Scalar(to_integer(object)) : scalar_argument(object);
  value.dtype = p.kind == Kind::real ? kFloat64 : p.kind == Kind::integer ? kInt64 : s.type();
  if (value.dtype == kFloat64)
    value.real = s.toDouble();
  else
    value.integer = s.toLong();
}

int64_t* Args::room_for(size_t count) {
  if (numbers_used_ + count <= std::size(numbers_))
    return numbers_ + std::exchange(numbers_used_, numbers_used_ + count);
  return more_numbers_.emplace_back(std::make_unique<int64_t[]>(count)).get();
}

void Args::set_list(Value& value, PyObject* object, const Parameter& p, size_t i) {
  PyObject* const* elements;
  Object copy;
  if (value.is_number) {
    elements = all_positional_;
    value.is_number = false;
  } else if (is_list(object)) {
    elements = steady_elements(object, copy);
    value.size = static_cast<size_t>(PySequence_Fast_GET_SIZE(object));
  } else {  // one number for all
    value.size = static_cast<size_t>(p.length);
    int64_t* list = room_for(value.size);
    std::fill_n(list, value.size, to_integer(object));
    value.list = list;
    return;
  }
  int64_t* list = room_for(value.size);
  value.list = list;
  for (size_t k = 0; k < value.size; ++k) {
    PyObject* element = elements[k];
    if (!fits_as_index(element) && !is_number_tensor(element, true))
      raise(PyExc_TypeError,
            "%s(): argument '%U' failed to unpack the object at pos %zu with error \"type must be tuple of ints,but "
            "got %s\"",
            signature_->name.c_str(), p.name.get(), k + 1, Py_TYPE(element)->tp_name);
    list[k] = to_integer(element);
  }
  (void)i;
}

void Args::set_tensors(PyObject* object) {
  const Py_ssize_t count = PySequence_Fast_GET_SIZE(object);
  tensors_.reserve(static_cast<size_t>(count));
  for (Py_ssize_t k = 0; k < count; ++k) {
    tensors_.push_back(tensor_of(PySequence_Fast_GET_ITEM(object, k)));
    if (tensors_.back().defined()) work_ += tensors_.back().numel();
  }
}

void Args::set_reals(PyObject* object) {
  const Py_ssize_t count = PySequence_Fast_GET_SIZE(object);
  Object copy;
  PyObject* const* elements = steady_elements(object, copy);
  for (Py_ssize_t k = 0; k < count; ++k) {
    const double value = PyFloat_AsDouble(elements[k]);
    if (value == -1 && PyErr_Occurred()) throw PythonError();
    reals_.push_back(value);
  }
}

void Args::convert() {
  for (size_t i = 0; i < signature_->parameters.size(); ++i) {
    Value& value = values_[i];
    PyObject* object = value.object;
    const Parameter& p = signature_->parameters[i];
    if (i == 0) value.is_number = value.is_number && p.kind == Kind::integers;
    if (!object) continue;
    switch (p.kind) {
      case Kind::tensor:
        if (is_tensor(object)) {
          value.tensor = &tensor_of(object);
          if (value.tensor->defined()) work_ += value.tensor->numel();
        } else {
          value.is_number = true;
          set_number(value, object, p);
        }
        break;
      case Kind::tensors:
        set_tensors(object);
        break;
      case Kind::scalar:
      case Kind::real:
      case Kind::integer:
      case Kind::boolean:
        set_number(value, object, p);
        break;
      case Kind::integers:
        set_list(value, object, p, i);
        break;
      case Kind::reals:
        set_reals(object);
        break;
      case Kind::dtype:
        value.dtype = scalar_type_of(object);
        break;
      case Kind::device:
        check_is_cpu(device_of(object));
        break;
      case Kind::memory_format:
        value.text = memory_format_of(object);
        break;
      case Kind::generator:
        value.generator = &generator_of(object);
        break;
      case Kind::string: {
        Py_ssize_t size = 0;
        value.text = PyUnicode_AsUTF8AndSize(object, &size);
        if (!value.text) throw PythonError();
        value.size = static_cast<size_t>(size);
        break;
      }
      default:
        break;
    }
  }
}

const Tensor& Args::number_as_tensor(size_t i) {
  Tensor t = Tensor::of(scalar(i));
  t.impl().wrapped_number = true;
  return *wrapped_.emplace_back(std::make_unique<Tensor>(std::move(t)));
}

// ---- when nothing fits

namespace {

std::string type_name(PyObject* object) { return Py_TYPE(object)->tp_name; }

std::string described(PyObject* object) {
  if (!is_list(object)) return type_name(object);
  const bool tuple = PyTuple_Check(object);
  std::string out = type_name(object) + " of " + (tuple ? "(" : "[");
  const Py_ssize_t count = PySequence_Fast_GET_SIZE(object);
  for (Py_ssize_t i = 0; i < count; ++i) out += (i ? ", " : "") + type_name(PySequence_Fast_GET_ITEM(object, i));
  return out + (tuple ? count == 1 ? ",)" : ")" : "]");
}

/// Whether an argument is of a parameter's kind, as the message judges it: to it nothing is a Number.
bool looks_right(const Parameter& p, PyObject* object) {
  if (object == Py_None) return p.allow_none;
  switch (p.kind) {
    case Kind::tensor:
      return is_tensor(object);
    case Kind::tensors:
      return is_list(object) && PySequence_Fast_GET_SIZE(object) > 0 && is_tensor(PySequence_Fast_GET_ITEM(object, 0));
    case Kind::integers:
    case Kind::reals: {
      if (!is_list(object)) return false;
      const Py_ssize_t count = PySequence_Fast_GET_SIZE(object);
      for (Py_ssize_t i = 0; i < count; ++i)
        if ((!PyLong_Check(PySequence_Fast_GET_ITEM(object, i)) || PyBool_Check(PySequence_Fast_GET_ITEM(object, i))) &&
            !(p.kind == Kind::reals && PyFloat_Check(PySequence_Fast_GET_ITEM(object, i))))
          return false;
      return true;
    }
    case Kind::real:
      return PyFloat_Check(object) || PyLong_Check(object);
    case Kind::integer:
      return PyLong_Check(object) && !PyBool_Check(object);
    case Kind::boolean:
      return PyBool_Check(object);
    case Kind::dtype:
      return is_dtype(object);
    case Kind::device:
      return is_device(object);
    case Kind::generator:
      return is_generator(object);
    case Kind::string:
      return PyUnicode_Check(object);
    default:
      return false;
  }
}

struct Colours {
  const char *wrong, *right, *end_wrong, *end_right;
};

std::string all_described(const Signature& s, size_t lead, const Args::Given& given) {
  std::string out = "(";
  const Py_ssize_t names = given.names ? PyTuple_GET_SIZE(given.names) : 0;
  for (Py_ssize_t i = 0; i < given.count + names; ++i) {
    PyObject* object = given.values[i];
    bool right = false;
    std::string prefix;
    const size_t at = static_cast<size_t>(i) + lead;
    if (i < given.count) {
      right = at < s.parameters.size() && looks_right(s.parameters[at], object);
    } else if (at < s.parameters.size()) {
      // the message walks the parameters in order and takes the keyword of each
      const Parameter& p = s.parameters[at];
      object = keyword(given, p.name.get());
      if (!object) object = given.values[i];
      right = looks_right(p, object);
      prefix = text_of(p.name.get()) + "=";
    }
    if (i) out += ", ";
    out += (right ? "" : "!") + prefix + described(object) + (right ? "" : "!");
  }
  return out + ")";
}

std::string plainly_described(const Args::Given& given) {
  std::string out = "(";
  const Py_ssize_t names = given.names ? PyTuple_GET_SIZE(given.names) : 0;
  for (Py_ssize_t i = 0; i < given.count + names; ++i) {
    if (i) out += ", ";
    if (i >= given.count) out += text_of(PyTuple_GET_ITEM(given.names, i - given.count)) + "=";
    out += type_name(given.values[i]);
  }
  return out + ")";
}

}  // namespace

std::string invalid_arguments(const std::string& function, const Args::Given& given,
                              const std::vector<const Signature*>& options) {
  const size_t lead = given.self ? 1 : 0;
  std::string out = function + "() received an invalid combination of arguments - got ";
  out += plainly_described(given) + ", but expected ";
  if (options.size() == 1) return out + options[0]->shown(lead);
  out += "one of:\n";
  const Py_ssize_t names = given.names ? PyTuple_GET_SIZE(given.names) : 0;
  for (const Signature* s : options) {
    out += " * " + s->shown(lead) + "\n";
    // PyTorch's count takes the * before keyword-only parameters for one more.
    const bool star = s->most_positional < s->parameters.size();
    if (static_cast<size_t>(given.count + names) != s->parameters.size() - lead + star) continue;
    std::string strangers;
    for (Py_ssize_t i = 0; i < names; ++i) {
      PyObject* name = PyTuple_GET_ITEM(given.names, i);
      const bool known = std::any_of(s->parameters.begin(), s->parameters.end(),
                                     [&](const Parameter& p) { return PyUnicode_Compare(p.name.get(), name) == 0; });
      if (!known) strangers += (strangers.empty() ? "" : ", ") + text_of(name);
    }
    if (!strangers.empty())
      out += "      didn't match because some of the keywords were incorrect: " + strangers + "\n";
    else
      out += "      didn't match because some of the arguments have invalid types: " + all_described(*s, lead, given) +
             "\n";
  }
  return out;
}

}  // namespace convgrad::python
