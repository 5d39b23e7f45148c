#include "convgrad/dtype.h"

#include <atomic>
#include <ostream>

#include "core/check.h"

namespace convgrad {
namespace {
std::atomic<ScalarType> default_dtype{kFloat32};
}

const char* name(ScalarType t) {
  switch (t) {
    case ScalarType::Byte:
      return "uint8";
    case ScalarType::Int:
      return "int32";
    case ScalarType::Long:
      return "int64";
    case ScalarType::Float:
      return "float32";
    case ScalarType::Double:
      return "float64";
    default:
      return "bool";
  }
}

const char* legacy_name(ScalarType t) {
  switch (t) {
    case ScalarType::Byte:
      return "Byte";
    case ScalarType::Int:
      return "Int";
    case ScalarType::Long:
      return "Long";
    case ScalarType::Float:
      return "Float";
    case ScalarType::Double:
      return "Double";
    default:
      return "Bool";
  }
}

std::ostream& operator<<(std::ostream& out, ScalarType t) { return out << "torch." << name(t); }

ScalarType promote_types(ScalarType a, ScalarType b) {
  // Bool < Byte < Int < Long < Float < Double, whatever their numbers in the enum.
  const auto rank = [](ScalarType t) {
    switch (t) {
      case ScalarType::Bool:
        return 0;
      case ScalarType::Byte:
        return 1;
      case ScalarType::Int:
        return 2;
      case ScalarType::Long:
        return 3;
      case ScalarType::Float:
        return 4;
      default:
        return 5;
    }
  };
  return rank(a) >= rank(b) ? a : b;
}

ScalarType get_default_dtype() { return default_dtype; }

void set_default_dtype(ScalarType t) {
  check<TypeError>(is_floating_point(t), "only floating-point types are supported as the default type");
  default_dtype = t;
}

}  // namespace convgrad
