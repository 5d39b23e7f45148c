#pragma once
/// All modules and what belongs to them.
#include <convgrad/nn/activation.h>
#include <convgrad/nn/any_module.h>
#include <convgrad/nn/conv.h>
#include <convgrad/nn/dropout.h>
#include <convgrad/nn/functional.h>
#include <convgrad/nn/init.h>
#include <convgrad/nn/linear.h>
#include <convgrad/nn/loss.h>
#include <convgrad/nn/models.h>
#include <convgrad/nn/module.h>
#include <convgrad/nn/norm.h>
#include <convgrad/nn/pooling.h>
#include <convgrad/nn/receptive_field.h>
#include <convgrad/nn/sequential.h>
#include <convgrad/nn/shape.h>
#include <convgrad/nn/summary.h>
