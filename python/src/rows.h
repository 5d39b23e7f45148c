// One function for each file of rows; module.cpp calls them all.
#pragma once
#include "function.h"

namespace convgrad::python {

/// Whether what C++ offers beyond PyTorch is offered, too: convgrad.allow_extensions(True).
bool extensions_allowed();
void allow_extensions(bool allowed);

void bind_activation();
void bind_compare();
void bind_conv();
void bind_creation();
void bind_distance();
void bind_in_place();  // last: its forms are made of what is bound
void bind_index();
void bind_interpolate();
void bind_linalg();
void bind_loss();
void bind_methods();
void bind_norm();
void bind_pointwise();
void bind_pool();
void bind_random();
void bind_reduce();
void bind_sets();
void bind_view();

}  // namespace convgrad::python
