#pragma once
#include <convgrad/array_ref.h>
#include <convgrad/scalar.h>

#include <string>

namespace convgrad {

// How Python prints what modules and optimizers print of themselves.
std::string tuple_repr(IntArrayRef values);            // "(5, 5)", "(3,)"
std::string number_or_tuple_repr(IntArrayRef values);  // "5" for one number
std::string bool_repr(bool value);                     // "True"
std::string float_repr(double value);                  // "0.1", "1.0", "1e-06"
std::string number_repr(const Scalar& number);         // "0.1", "1", "True"

}  // namespace convgrad
