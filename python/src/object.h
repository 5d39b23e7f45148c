// Owners of Python objects, and errors on their way between the two languages.
#pragma once
#include <Python.h>
#include <convgrad/error.h>

#include <exception>
#include <string>
#include <utility>

namespace convgrad::python {

/// Whether Python has ended: what is of static storage duration here goes later, and lets its objects be.
inline bool python_ended = false;

/// Owns one reference; empty when null.
class Object {
 public:
  Object() = default;
  static Object take(PyObject* object) { return Object(object); }  // takes over a reference
  static Object share(PyObject* object) {
    Py_XINCREF(object);
    return Object(object);
  }
  Object(const Object& other) : object_(other.object_) { Py_XINCREF(object_); }
  Object(Object&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Object& operator=(Object other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Object() {
    if (object_ && !python_ended) Py_DECREF(object_);
  }

  PyObject* get() const { return object_; }
  PyObject* release() { return std::exchange(object_, nullptr); }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  explicit Object(PyObject* object) : object_(object) {}
  PyObject* object_ = nullptr;
};

/// A Python exception while C++ frames unwind: caught, carried and set again unchanged, traceback included.
class PythonError final : public std::exception {
 public:
  /// Takes the exception that is set.
  PythonError();
  PythonError(const PythonError& other);
  ~PythonError() override;
  const char* what() const noexcept override { return "a Python exception"; }
  /// Sets it again in Python.
  void restore() noexcept;

 private:
  PyObject *type_ = nullptr, *value_ = nullptr, *traceback_ = nullptr;
};

/// Throws a Python exception with a text as printf makes it (Python's PyErr_Format).
[[noreturn]] void raise(PyObject* type, const char* format, ...);
/// The result of a call of Python's: throws where it is null.
inline Object checked(PyObject* result) {
  if (!result) throw PythonError();
  return Object::take(result);
}
inline void checked(int status) {
  if (status < 0) throw PythonError();
}

/// Sets the Python exception for the C++ exception being handled: the type that the error's class names, the text, and
/// what PyTorch has no words for (hint()) as a note.
void set_python_error() noexcept;

/// Runs f; a C++ exception becomes the Python one, and the result `failed`.
template <class F, class R = PyObject*>
R guarded(F&& f, R failed = {}) noexcept {
  try {
    return f();
  } catch (...) {
    set_python_error();
    return failed;
  }
}

/// Holds the interpreter's lock while alive; for callbacks from kernels and backward.
class Locked {
 public:
  Locked() : state_(PyGILState_Ensure()) {}
  ~Locked() { PyGILState_Release(state_); }
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

 private:
  PyGILState_STATE state_;
};

/// Releases the interpreter's lock while alive.
class Unlocked {
 public:
  Unlocked() : state_(PyEval_SaveThread()) {}
  ~Unlocked() { PyEval_RestoreThread(state_); }
  Unlocked(const Unlocked&) = delete;
  Unlocked& operator=(const Unlocked&) = delete;

 private:
  PyThreadState* state_;
};

/// A Python object that C++ keeps (a hook, a saved value): let go with the lock held, whichever thread does so.
class Kept {
 public:
  Kept() = default;
  explicit Kept(PyObject* object) : object_(object) { Py_XINCREF(object_); }
  Kept(const Kept& other) : object_(other.object_) {
    if (!object_) return;
    const Locked lock;
    Py_INCREF(object_);
  }
  Kept(Kept&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Kept& operator=(Kept other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Kept() {
    if (object_) let_go(object_);
  }
  PyObject* get() const { return object_; }

 private:
  PyObject* object_ = nullptr;
  friend void release_companion(void* object);
  /// Now where this thread holds the lock; else soon, by whoever holds it: waiting for it here could wait for ever.
  static void let_go(PyObject* object) noexcept;
};

/// A type from its spec, as part of `module`; messages call it by spec.name alone, which must outlive it.
PyTypeObject* make_type(PyType_Spec spec, const char* module, PyTypeObject* base = nullptr);

/// The text of a str; throws TypeError for others.
std::string text_of(PyObject* string);
inline Object text(const std::string& s) {
  return checked(PyUnicode_FromStringAndSize(s.data(), static_cast<Py_ssize_t>(s.size())));
}

}  // namespace convgrad::python
