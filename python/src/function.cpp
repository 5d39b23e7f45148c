#include "function.h"

#include <convgrad/autograd/grad_mode.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <sstream>
#include <string>

#include "docs.h"
#include "resize.h"
#include "tensor_type.h"
#include "types.h"

namespace convgrad::python {

namespace {

/// `out` becomes what was computed: resized where its shape differs, converted where PyTorch converts.
void write_out(const std::string& function, const Tensor& out, const Tensor& result) {
  if (GradMode::is_enabled() && (out.requires_grad() || result.requires_grad()))
    raise(PyExc_RuntimeError,
          "%s(): functions with out=... arguments don't support automatic differentiation, but one of the arguments "
          "requires "
          "grad.",
          function.c_str());
  const bool narrows = (is_floating_point(result.dtype()) && !is_floating_point(out.dtype())) ||
                       (result.dtype() != kBool && out.dtype() == kBool);
  if (narrows)
    raise(PyExc_RuntimeError, "result type %s can't be cast to the desired output type %s", legacy_name(result.dtype()),
          legacy_name(out.dtype()));
  resize_output(out, result.sizes());
  Tensor target = out;
  target.copy_(result);
}

}  // namespace

/// A function or method with its overloads; they are parsed at the first call, so that importing stays quick.
class Function {
 public:
  Function(std::string name, bool as_method) : name_(std::move(name)), as_method_(as_method) {
    in_place_ = name_.size() > 1 && name_.back() == '_' && name_[name_.size() - 2] != '_';
  }
  void add(const Row& row) { rows_.push_back(&row); }
  /// Makes this the in-place form of another function: the same signatures without `out`, the result put into the first
  /// argument.
  void derive(const Function& plain) {
    for (const Row* row : plain.rows_)
      if (std::strncmp(row->signature + plain.name_.size(), "(Tensor input", 13) == 0 &&
          !std::strstr(row->signature, "|deprecated"))
        rows_.push_back(row);
    derived_ = true;
  }
  const std::string& name() const { return name_; }
  /// What help() shows: the first signature, and what the C++ header says.
  const char* doc() {
    if (doc_.empty())
      doc_ = name_ + text_signature(rows_[0]->signature, as_method_, in_place_) + "\n--\n\n" +
             std::string(described(name_));
    return doc_.c_str();
  }
  std::vector<std::string> signatures() const {
    std::vector<std::string> list;
    for (const Row* row : rows_)
      list.push_back(derived_ ? name_ + without_out(row->signature + name_.size() - 1) : row->signature);
    return list;
  }
  /// The fields of its named tuple; null where it gives none.
  const char* fields() const { return rows_.back()->fields; }

  PyObject* call(PyObject* self, PyObject* const* values, Py_ssize_t count, PyObject* names) {
    if (overloads_.empty()) parse();
    Args args;
    const Args::Given given{self, values, count, names};
    const Overload& overload = select(args, given);
    args.convert();
    Result result;
    run(*overload.row, args, result);
    if (in_place_) return Py_NewRef(args.object(0));
    if (overload.out >= 0 && args.given(static_cast<size_t>(overload.out)))
      return give_out(result, args.object(static_cast<size_t>(overload.out)));
    return to_python(overload, result);
  }

 private:
  struct Overload {
    Signature signature;
    const Row* row;
    int out = -1;
    Object tuple_type{};
  };

  void parse() {
    for (const Row* row : rows_) {
      std::string signature = row->signature;
      if (derived_) signature = name_ + without_out(signature.substr(name_.size() - 1));
      Overload& overload = overloads_.emplace_back(Overload{Signature(signature, as_method_), row});
      const auto& parameters = overload.signature.parameters;
      for (size_t i = 0; i < parameters.size(); ++i)
        if (PyUnicode_CompareWithASCIIString(parameters[i].name.get(), "out") == 0) overload.out = static_cast<int>(i);
      if (row->fields) overload.tuple_type = named_tuple(name_, row->fields);
    }
  }

  static std::string without_out(std::string signature) {
    for (const char* out : {", *, Tensor out=None)", ", Tensor out=None)"})
      if (signature.ends_with(out)) return signature.substr(0, signature.size() - std::strlen(out)) + ")";
    return signature;
  }

  const Overload& select(Args& args, const Args::Given& given) {
    if (overloads_.size() == 1) {
      args.match(overloads_[0].signature, given, true);
      return overloads_[0];
    }
    for (const Overload& overload : overloads_)
      if (args.match(overload.signature, given, false)) return overload;
    complain(args, given);
  }

  [[noreturn]] void complain(Args& args, const Args::Given& given) {
    const size_t lead = given.self ? 1 : 0;
    const size_t count = static_cast<size_t>(given.count + (given.names ? PyTuple_GET_SIZE(given.names) : 0));
    const Signature* plausible = nullptr;
    size_t how_many = 0;
    std::vector<const Signature*> shown;
    for (const Overload& overload : overloads_) {
      const Signature& s = overload.signature;
      if (s.hidden) continue;
      shown.push_back(&s);
      if (count + lead >= s.least && count + lead <= s.parameters.size()) plausible = &s, ++how_many;
    }
    if (how_many == 1) args.match(*plausible, given, true);
    raise(PyExc_TypeError, "%s", invalid_arguments(name_, given, shown).c_str());
  }

  static void run_in_place(const Row& row, Args& args, Result& result) {
    Tensor self = args.tensor(0);
    autograd::change_in_place(self, [&](const Tensor& x) {
      args.replace_first(x);
      row.run(args, result);
      return std::move(result.tensor);
    });
  }

  void run(const Row& row, Args& args, Result& result) const {
    const auto run = derived_ ? run_in_place : [](const Row& r, Args& a, Result& to) { r.run(a, to); };
    constexpr int64_t worth_unlocking = 8192;  // elements; a few microseconds of work
    if (args.work() < worth_unlocking) {
      run(row, args, result);
      return;
    }
    const Unlocked unlocked;
    run(row, args, result);
  }

  static PyObject* to_python(const Overload& overload, Result& result) {
    switch (result.kind) {
      case Result::Kind::tensor:
        return wrap(std::move(result.tensor));
      case Result::Kind::boolean:
        return PyBool_FromLong(result.integer != 0);
      case Result::Kind::integer:
        return PyLong_FromLongLong(result.integer);
      case Result::Kind::real:
        return PyFloat_FromDouble(result.real);
      case Result::Kind::list:
        return list_to_python(overload, result.list);
      default:
        Py_RETURN_NONE;
    }
  }

  static PyObject* list_to_python(const Overload& overload, std::vector<Tensor>& list) {
    if (overload.tuple_type) {
      Object tuple = checked(PyStructSequence_New(reinterpret_cast<PyTypeObject*>(overload.tuple_type.get())));
      for (size_t i = 0; i < list.size(); ++i)
        PyStructSequence_SetItem(tuple.get(), static_cast<Py_ssize_t>(i), wrap(std::move(list[i])));
      return tuple.release();
    }
    Object tuple = checked(PyTuple_New(static_cast<Py_ssize_t>(list.size())));
    for (size_t i = 0; i < list.size(); ++i)
      PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i), wrap(std::move(list[i])));
    return tuple.release();
  }

  /// torch.return_types.max: a tuple whose elements have names, too.
  static Object named_tuple(const std::string& function, const std::string& fields) {
    static std::map<std::string, Object> made;
    const std::string key = function + " " + fields;
    if (auto at = made.find(key); at != made.end()) return at->second;
    static std::deque<std::string> texts;  // Python keeps the pointers
    std::vector<PyStructSequence_Field> list;
    for (size_t begin = 0; begin < fields.size();) {
      const size_t end = std::min(fields.find(' ', begin), fields.size());
      list.push_back({texts.emplace_back(fields.substr(begin, end - begin)).c_str(), nullptr});
      begin = end + 1;
    }
    const int count = static_cast<int>(list.size());
    list.push_back({});
    PyStructSequence_Desc description{texts.emplace_back("torch.return_types." + function).c_str(), nullptr,
                                      list.data(), count};
    Object type = checked(reinterpret_cast<PyObject*>(PyStructSequence_NewType(&description)));
    prepare_named_tuple(type.get());
    return made[key] = type;
  }

  PyObject* give_out(Result& result, PyObject* out);

  std::string name_;
  bool as_method_, in_place_, derived_ = false;
  std::string doc_;
  std::vector<const Row*> rows_;
  std::vector<Overload> overloads_;
};

PyObject* Function::give_out(Result& result, PyObject* out) {
  if (result.kind == Result::Kind::tensor) {
    write_out(name_, tensor_of(out), result.tensor);
  } else {
    const Py_ssize_t count = PySequence_Fast_GET_SIZE(out);
    for (Py_ssize_t i = 0; i < count; ++i)
      write_out(name_, tensor_of(PySequence_Fast_GET_ITEM(out, i)), result.list[static_cast<size_t>(i)]);
  }
  return Py_NewRef(out);
}

namespace {

PyObject* enter(Function* function, PyObject* self, PyObject* const* values, Py_ssize_t count,
                PyObject* names) noexcept {
  return guarded([&] { return function->call(self, values, count, names); });
}

// ---- methods: Python hands them the tensor alone, so each needs a C function of its own, told apart by a number

constexpr size_t kMostMethods = 768;
std::array<Function*, kMostMethods> methods;
std::array<PyMethodDef, kMostMethods> method_definitions;
size_t methods_used = 0;

using Entry = PyObject* (*)(PyObject*, PyObject* const*, Py_ssize_t, PyObject*);
template <size_t I>
PyObject* method_entry(PyObject* self, PyObject* const* values, Py_ssize_t count, PyObject* names) {
  return enter(methods[I], self, values, count, names);
}
template <size_t... I>
constexpr std::array<Entry, sizeof...(I)> entries(std::index_sequence<I...>) {
  return {method_entry<I>...};
}
constexpr std::array<Entry, kMostMethods> method_entries = entries(std::make_index_sequence<kMostMethods>());

// ---- functions: their C function's `self` is a holder of the Function

struct Holder {
  PyObject_HEAD;
  Function* function;
};
PyTypeObject* holder_type = nullptr;

PyObject* function_entry(PyObject* self, PyObject* const* values, Py_ssize_t count, PyObject* names) {
  return enter(reinterpret_cast<Holder*>(self)->function, nullptr, values, count, names);
}

/// Pickled, a function is looked up in the module by its name.
PyObject* holder_reduce(PyObject*, PyObject*) {
  return guarded([] {
    Object import = checked(PyImport_ImportModule("importlib"));
    Object function = checked(PyObject_GetAttrString(import.get(), "import_module"));
    return Py_BuildValue("O(s)", function.get(), "convgrad");
  });
}
PyMethodDef holder_methods[] = {{"__reduce__", holder_reduce, METH_NOARGS, nullptr}, {}};

void make_holder_type() {
  PyType_Slot slots[] = {{Py_tp_methods, holder_methods}, {0, nullptr}};
  PyType_Spec spec{.name = "type",
                   .basicsize = sizeof(Holder),
                   .itemsize = 0,
                   .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
                   .slots = slots};
  holder_type = make_type(spec, "convgrad._C");
}

// ---- what was bound, by place and name

using Functions = std::map<std::string, std::unique_ptr<Function>>;
Functions by_place[5];  // of torch, of Tensor, of torch._C._nn, torch.linalg, torch.special

void publish_methods() {
  for (auto& [name, function] : by_place[1]) {
    if (methods_used == kMostMethods) raise(PyExc_SystemError, "raise kMostMethods");
    methods[methods_used] = function.get();
    PyMethodDef& definition = method_definitions[methods_used];
    definition = {function->name().c_str(),
                  reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(method_entries[methods_used])),
                  METH_FASTCALL | METH_KEYWORDS, function->doc()};
    Object descriptor = checked(PyDescr_NewMethod(tensor_type, &definition));
    checked(PyDict_SetItemString(tensor_type->tp_dict, name.c_str(), descriptor.get()));
    ++methods_used;
  }
  PyType_Modified(tensor_type);
}

/// Messages name torch.special.expit in full, special_expit; the module has it as expit.
void publish_in(PyObject* module, const char* space, Functions& functions, size_t prefix = 0) {
  static std::deque<PyMethodDef> definitions;
  Object names = checked(PyModule_New(("convgrad._C." + std::string(space)).c_str()));
  for (auto& [name, function] : functions) {
    Object holder = checked(holder_type->tp_alloc(holder_type, 0));
    reinterpret_cast<Holder*>(holder.get())->function = function.get();
    PyMethodDef& definition = definitions.emplace_back(
        PyMethodDef{function->name().c_str(), reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(function_entry)),
                    METH_FASTCALL | METH_KEYWORDS, function->doc()});
    Object callable = checked(PyCFunction_NewEx(&definition, holder.get(), nullptr));
    checked(PyModule_AddObjectRef(names.get(), name.c_str() + prefix, callable.get()));
  }
  checked(PyModule_AddObjectRef(module, space, names.get()));
}

/// {place: {name: (signatures, fields of the named tuple or None)}}: what the type stubs are made of.
PyObject* all_signatures(PyObject*, PyObject*) {
  return guarded([] {
    static constexpr const char* places[] = {"torch", "Tensor", "nn", "linalg", "special"};
    Object all = checked(PyDict_New());
    for (size_t place = 0; place < std::size(by_place); ++place) {
      Object names = checked(PyDict_New());
      for (const auto& [name, function] : by_place[place]) {
        Object list = checked(PyList_New(0));
        for (const std::string& signature : function->signatures())
          checked(PyList_Append(list.get(), text(signature).get()));
        Object entry = checked(Py_BuildValue("(Oz)", list.get(), function->fields()));
        checked(PyDict_SetItemString(names.get(), name.c_str(), entry.get()));
      }
      checked(PyDict_SetItemString(all.get(), places[place], names.get()));
    }
    return all.release();
  });
}

}  // namespace

void add_rows(std::span<const Row> rows) {
  for (const Row& row : rows) {
    const std::string name(row.signature, std::strcspn(row.signature, "("));
    for (size_t place = 0; place < std::size(by_place); ++place) {
      if (!(row.where & (1 << place))) continue;
      auto& function = by_place[place][name];
      if (!function) function = std::make_unique<Function>(name, place == 1);
      function->add(row);
    }
  }
}

void derive_in_place(const char* names, Where where) {
  for (std::istringstream words(names); !words.eof();) {
    std::string plain;
    words >> plain;
    for (size_t place = 0; place < 2; ++place) {
      if (!(where & (1 << place))) continue;
      auto& function = by_place[place][plain + "_"] = std::make_unique<Function>(plain + "_", place == 1);
      function->derive(*by_place[1].at(plain));
    }
  }
}

void publish_functions(PyObject* module) {
  make_holder_type();
  checked(PyModule_AddObjectRef(module, "_Holder", reinterpret_cast<PyObject*>(holder_type)));
  publish_methods();
  static PyMethodDef signatures[] = {{"_signatures", all_signatures, METH_NOARGS, nullptr}, {}};
  checked(PyModule_AddFunctions(module, signatures));
  publish_in(module, "_functions", by_place[0]);
  publish_in(module, "_nn", by_place[2]);
  publish_in(module, "_linalg", by_place[3], std::strlen("linalg_"));
  publish_in(module, "_special", by_place[4], std::strlen("special_"));
}

PyObject* call_method(const char* name, PyObject* self, PyObject* const* values, Py_ssize_t count, PyObject* names) {
  const auto at = by_place[1].find(name);
  if (at == by_place[1].end()) raise(PyExc_NotImplementedError, "Tensor.%s", name);
  return at->second->call(self, values, count, names);
}

}  // namespace convgrad::python
