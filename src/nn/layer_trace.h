#pragma once
#include <convgrad/error.h>
#include <convgrad/nn/module.h>

namespace convgrad::nn {

/// Adds to an error's trace that `owner` called the layer inside which it arose by `child`'s name, after `before` ran.
void leave_child(Error& error, const Module& owner, const std::string& child, std::vector<LayerTrace::Step> before);

}  // namespace convgrad::nn
