#pragma once
#include <convgrad/export.h>

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <type_traits>

namespace convgrad {

/// Type of a tensor's elements. Like c10::ScalarType.
enum class ScalarType : int8_t { Byte, Int, Long, Float, Double, Bool };
using Dtype = ScalarType;

inline constexpr ScalarType kUInt8 = ScalarType::Byte, kInt32 = ScalarType::Int, kInt64 = ScalarType::Long,
                            kFloat32 = ScalarType::Float, kFloat64 = ScalarType::Double, kBool = ScalarType::Bool;
inline constexpr ScalarType kByte = kUInt8, kInt = kInt32, kLong = kInt64, kFloat = kFloat32, kDouble = kFloat64;

/// A type or none, as a parameter that `{}` does not mean: x.sum({}) is a sum over a list of dimensions.
struct MaybeType : std::optional<ScalarType> {
  MaybeType(ScalarType type) : std::optional<ScalarType>(type) {}                        // NOLINT: types convert
  MaybeType(std::nullopt_t) {}                                                           // NOLINT
  MaybeType(const std::optional<ScalarType>& type) : std::optional<ScalarType>(type) {}  // NOLINT
};

/// Bytes an element takes.
constexpr int64_t element_size(ScalarType t) {
  switch (t) {
    case ScalarType::Byte:
    case ScalarType::Bool:
      return 1;
    case ScalarType::Int:
    case ScalarType::Float:
      return 4;
    default:
      return 8;
  }
}
constexpr bool is_floating_point(ScalarType t) { return t == kFloat32 || t == kFloat64; }
/// Integers without bool.
constexpr bool is_integral(ScalarType t) { return t == kUInt8 || t == kInt32 || t == kInt64; }

/// "float32": as Python prints it behind "torch.".
CONVGRAD_API const char* name(ScalarType t);
/// "Float": as PyTorch's error messages call it.
CONVGRAD_API const char* legacy_name(ScalarType t);
/// Prints "torch.float32".
CONVGRAD_API std::ostream& operator<<(std::ostream& out, ScalarType t);

/// The smallest type both fit in, by PyTorch's rules for tensors of one or more dimensions. Like torch.promote_types.
CONVGRAD_API ScalarType promote_types(ScalarType a, ScalarType b);

/// What float literals and float results of integer inputs become; kFloat32 unless changed. Like
/// torch.get_default_dtype.
CONVGRAD_API ScalarType get_default_dtype();
/// Takes kFloat32 or kFloat64; TypeError otherwise. Like torch.set_default_dtype.
CONVGRAD_API void set_default_dtype(ScalarType t);

/// The ScalarType of a C++ type.
template <class T>
constexpr ScalarType scalar_type_of() {
  if constexpr (std::is_same_v<T, bool>)
    return kBool;
  else if constexpr (std::is_same_v<T, float>)
    return kFloat32;
  else if constexpr (std::is_same_v<T, double>)
    return kFloat64;
  else if constexpr (std::is_same_v<T, uint8_t>)
    return kUInt8;
  else if constexpr (std::is_integral_v<T> && sizeof(T) == 4)
    return kInt32;
  else if constexpr (std::is_integral_v<T> && sizeof(T) == 8)
    return kInt64;
  else
    static_assert(sizeof(T) == 0, "convgrad has no tensor of this element type");
}

}  // namespace convgrad
