#include "object.h"

#include <cstdarg>
#include <cstring>
#include <mutex>
#include <new>
#include <vector>

namespace convgrad::python {

PythonError::PythonError() { PyErr_Fetch(&type_, &value_, &traceback_); }
PythonError::PythonError(const PythonError& other)
    : type_(other.type_), value_(other.value_), traceback_(other.traceback_) {
  const Locked lock;
  Py_XINCREF(type_), Py_XINCREF(value_), Py_XINCREF(traceback_);
}
PythonError::~PythonError() {
  if (!type_) return;
  const Locked lock;
  Py_XDECREF(type_), Py_XDECREF(value_), Py_XDECREF(traceback_);
}
void PythonError::restore() noexcept {
  PyErr_Restore(std::exchange(type_, nullptr), std::exchange(value_, nullptr), std::exchange(traceback_, nullptr));
}

void raise(PyObject* type, const char* format, ...) {
  va_list list;
  va_start(list, format);
  PyErr_FormatV(type, format, list);
  va_end(list);
  throw PythonError();
}

namespace {

void set_with_note(PyObject* type, const Error& error) {
  PyErr_SetString(type, error.what());
  if (error.hint().empty()) return;
  PyObject *kind, *value, *traceback;
  PyErr_Fetch(&kind, &value, &traceback);
  PyErr_NormalizeException(&kind, &value, &traceback);
  Object noted = Object::take(PyObject_CallMethod(value, "add_note", "s", ("  " + error.hint()).c_str()));
  if (!noted) PyErr_Clear();  // Python 3.10 has no notes
  PyErr_Restore(kind, value, traceback);
}

/// torch.linalg's and autograd's error classes are Python's RuntimeError; what marks them is the text's first word.
PyObject* type_of(const Error& error) {
  if (dynamic_cast<const ValueError*>(&error)) return PyExc_ValueError;
  if (dynamic_cast<const IndexError*>(&error)) return PyExc_IndexError;
  if (dynamic_cast<const KeyError*>(&error)) return PyExc_KeyError;
  if (dynamic_cast<const TypeError*>(&error)) return PyExc_TypeError;
  if (dynamic_cast<const NotImplementedError*>(&error)) return PyExc_NotImplementedError;
  if (dynamic_cast<const FileError*>(&error)) return PyExc_OSError;
  return PyExc_RuntimeError;
}

std::mutex waiting_mutex;
std::vector<PyObject*> waiting;  // objects that threads without the lock let go

int free_waiting(void*) {
  std::vector<PyObject*> objects;
  {
    std::lock_guard lock(waiting_mutex);
    objects.swap(waiting);
  }
  for (PyObject* object : objects) Py_DECREF(object);
  return 0;
}

}  // namespace

void set_python_error() noexcept {
  try {
    throw;
  } catch (PythonError& error) {
    error.restore();
  } catch (const Error& error) {
    set_with_note(type_of(error), error);
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
  } catch (const std::exception& error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
  }
}

void Kept::let_go(PyObject* object) noexcept {
  if (!Py_IsInitialized()) return;  // the interpreter is gone, and with it all it could have freed
  if (PyGILState_Check()) {
    Py_DECREF(object);
    return;
  }
  std::lock_guard lock(waiting_mutex);
  waiting.push_back(object);
  if (waiting.size() == 1) Py_AddPendingCall(free_waiting, nullptr);
}

PyTypeObject* make_type(PyType_Spec spec, const char* module, PyTypeObject* base) {
  const char* shown = spec.name;
  const char* last = std::strrchr(shown, '.');
  const std::string full = std::string(module) + "." + (last ? last + 1 : shown);
  spec.name = full.c_str();
  Object type = checked(PyType_FromSpecWithBases(&spec, reinterpret_cast<PyObject*>(base)));
  reinterpret_cast<PyTypeObject*>(type.get())->tp_name = shown;
  return reinterpret_cast<PyTypeObject*>(type.release());
}

std::string text_of(PyObject* string) {
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(string, &size);
  if (!data) throw PythonError();
  return {data, static_cast<size_t>(size)};
}

}  // namespace convgrad::python
