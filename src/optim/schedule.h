#pragma once
#include "convgrad/optim/optimizer.h"

namespace convgrad::optim {

/// Sets an option of a group, one that the optimizer has or one that a schedule notes there.
void set_option(ParamGroup& group, const char* name, const OptionValue& value);
/// An option of all groups.
std::vector<double> rates_of(const Optimizer& optimizer, const char* name);
/// a / b; Error where Python would raise ZeroDivisionError.
double quotient(double a, double b);
/// ValueError unless it is a number of steps.
void check_positive(const char* name, int64_t value);
/// Of a saved state; ValueError where it is none.
int64_t whole_number(const char* name, double value);

}  // namespace convgrad::optim
