#pragma once
#include <type_traits>
#include <utility>

namespace convgrad {

namespace detail {
template <class OptionName>
inline constexpr bool is_given = false;
template <class OptionName>
constexpr void complain_of_missing() {
  static_assert(is_given<OptionName>, "a required option was left out: is_given<its name> is false");
}
}  // namespace detail

/// An option without a default: leaving it out of a designated initialiser is a compile error that names it.
///
///   struct LinearOptions { Required<int64_t, struct in_features> in_features; … };
///   Linear({.out_features = 3});     // static assertion failed … is_given<in_features>
///
/// Converts from T and to T; of a class it is one.
template <class T, class OptionName>
class Required {
 public:
  constexpr Required(T value) : value_(value) {}  // NOLINT: values convert
  // A template, so that only the use that leaves the option out is an error.
  template <class Missing = OptionName>
  constexpr Required() : value_() {
    detail::complain_of_missing<Missing>();
  }
  constexpr operator T() const { return value_; }  // NOLINT

 private:
  T value_;
};

template <class T, class OptionName>
requires std::is_class_v<T>
class Required<T, OptionName> : public T {
 public:
  using T::T;
  constexpr Required(T value) : T(std::move(value)) {}  // NOLINT: values convert
  template <class Missing = OptionName>
  constexpr Required() : T({}) {
    detail::complain_of_missing<Missing>();
  }
};

}  // namespace convgrad
