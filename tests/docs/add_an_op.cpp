// The operation of docs/add-an-op.md, from the page's own blocks: what it shows compiles and passes its case.
#include <convgrad/autograd/function.h>
#include <convgrad/export.h>

#include "cases/case.h"

namespace convgrad::docs {
#include "add-an-op.header.inc"
#include "add-an-op.operation.inc"
}  // namespace convgrad::docs

using convgrad::variable_list;
using convgrad::docs::logit;
#include "add-an-op.case.inc"
