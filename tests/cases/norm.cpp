// Normalisations: every layout of groups in memory that a kernel treats in a way of its own.
#include <convgrad/ops/creation.h>
#include <convgrad/ops/norm.h>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

const Tensor none;

std::vector<Input> with_affine(std::vector<int64_t> sizes, int64_t channels) {
  return {{.sizes = std::move(sizes), .low = 4, .high = 6},
          {.sizes = {channels}, .low = 0.5, .high = 2},
          {.sizes = {channels}}};
}

Case batch(std::vector<int64_t> sizes) {
  const int64_t channels = sizes[1];
  return {.run = [](const variable_list& x) { return variable_list{batch_norm(x[0], none, none, x[1], x[2], true)}; },
          .inputs = with_affine(std::move(sizes), channels),
          .oracle = "F.batch_norm(x0, None, None, x1, x2, True)"};
}

}  // namespace

CASE(batch_norm) {  // long runs
  Case c = batch({3, 2, 5, 7});
  c.large = with_affine({32, 64, 32, 32}, 64);
  const auto x = [] { return ones({2, 3, 4, 4}); };
  c.failures = {
      {[x] { batch_norm(x(), none, none); }, "F.batch_norm(torch.ones(2, 3, 4, 4), None, None)"},
      {[x] { batch_norm(x(), zeros({3}), none); }, "F.batch_norm(torch.ones(2, 3, 4, 4), torch.zeros(3), None)"},
      {[x] { batch_norm(x(), zeros({3}), none, none, none, true); },
       "F.batch_norm(torch.ones(2, 3, 4, 4), torch.zeros(3), None, training=True)"},
      {[x] { batch_norm(x(), zeros({4}), ones({3})); },
       "F.batch_norm(torch.ones(2, 3, 4, 4), torch.zeros(4), torch.ones(3))"},
      {[x] { batch_norm(x(), zeros({3}), ones({4})); },
       "F.batch_norm(torch.ones(2, 3, 4, 4), torch.zeros(3), torch.ones(4))"},
      {[x] { batch_norm(x(), none, none, ones({4}), none, true); },
       "F.batch_norm(torch.ones(2, 3, 4, 4), None, None, torch.ones(4), training=True)"},
      {[x] { batch_norm(x(), none, none, none, ones({4}), true); },
       "F.batch_norm(torch.ones(2, 3, 4, 4), None, None, None, torch.ones(4), training=True)"},
      {[x] { batch_norm(x(), none, none, none, none, true, 0.1, 0); },
       "F.batch_norm(torch.ones(2, 3, 4, 4), None, None, training=True, eps=0.)"},
      {[] {
         batch_norm(ones({1, 3, 1, 1}), none, none, none, none, true);
       },
       "F.batch_norm(torch.ones(1, 3, 1, 1), None, None, training=True)"},
      {[] { batch_norm(ones({3}), none, none, none, none, true); },
       "F.batch_norm(torch.ones(3), None, None, training=True)"},
      {[] {
         batch_norm(ones({2, 3}, {.dtype = kInt64}), none, none, none, none, true);
       },
       "F.batch_norm(torch.ones(2, 3, dtype=torch.int64), None, None, training=True)"},
      {[x] { batch_norm(x(), zeros({3}), ones({3}), ones({3}, {.dtype = kFloat64})); },
       "F.batch_norm(torch.ones(2, 3, 4, 4), torch.zeros(3), torch.ones(3), torch.ones(3, dtype=torch.float64))"},
      {[x] { batch_norm(x().to(kFloat64), zeros({3}), ones({3})); },
       "F.batch_norm(torch.ones(2, 3, 4, 4).double(), torch.zeros(3), torch.ones(3))"},
      {[x] { batch_norm(x(), zeros({3}).requires_grad_(), ones({3})); },
       "F.batch_norm(torch.ones(2, 3, 4, 4), torch.zeros(3, requires_grad=True), torch.ones(3))"}};
  return c;
}
CASE(batch_norm_columns) { return batch({7, 5}); }
CASE(batch_norm_short_runs) { return batch({4, 3, 2, 2}); }
CASE(batch_norm_many_columns) { return batch({16, 300}); }
CASE(batch_norm_evaluation) {
  return {.run =
              [](const variable_list& x) {
                return variable_list{batch_norm(x[0], x[3], x[4], x[1], x[2], false, 0.1, 1e-3)};
              },
          .inputs = {{.sizes = {3, 4, 5}},
                     {.sizes = {4}},
                     {.sizes = {4}},
                     {.sizes = {4}, .requires_grad = false},
                     {.sizes = {4}, .low = 0.5, .high = 2, .requires_grad = false}},
          .oracle = "F.batch_norm(x0, x3, x4, x1, x2, False, 0.1, 1e-3)"};
}
CASE(batch_norm_plain) {
  return {.run = [](const variable_list& x) { return variable_list{batch_norm(x[0], none, none, none, none, true)}; },
          .inputs = {{.sizes = {3, 2, 17}}},
          .oracle = "F.batch_norm(x0, None, None, training=True)"};
}
CASE(running_statistics) {  // the statistics after one step
  return {.run =
              [](const variable_list& x) {
                const Tensor mean = x[1].clone(), variance = x[2].clone();
                batch_norm(x[0], mean, variance, {}, {}, true, 0.3);
                return variable_list{mean, variance};
              },
          .inputs = {{.sizes = {4, 3, 5}, .requires_grad = false},
                     {.sizes = {3}, .requires_grad = false},
                     {.sizes = {3}, .requires_grad = false}},
          .oracle = "(m := x1.clone(), v := x2.clone(), F.batch_norm(x0, m, v, training=True, momentum=0.3))[:2]",
          .finite_differences = false};
}

CASE(instance_norm) {
  Case c{.run = [](const variable_list& x) { return variable_list{instance_norm(x[0], {}, {}, x[1], x[2])}; },
         .inputs = with_affine({3, 2, 5, 7}, 2),
         .oracle = "F.instance_norm(x0, None, None, x1, x2)",
         .large = with_affine({32, 64, 32, 32}, 64)};
  const auto x = [] { return ones({2, 3, 4, 4}); };
  c.failures = {
      {[] {
         instance_norm(ones({2, 3, 1}));
       },
       "F.instance_norm(torch.ones(2, 3, 1))"},
      {[] {
         instance_norm(ones({2, 3}));
       },
       "F.instance_norm(torch.ones(2, 3))"},
      {[x] { instance_norm(x(), none, none, none, none, false); },
       "F.instance_norm(torch.ones(2, 3, 4, 4), use_input_stats=False)"},
      {[x] { instance_norm(x(), none, none, ones({4})); },
       "F.instance_norm(torch.ones(2, 3, 4, 4), weight=torch.ones(4))"},
      {[x] { instance_norm(x(), zeros({4}), ones({3})); },
       "F.instance_norm(torch.ones(2, 3, 4, 4), torch.zeros(4), torch.ones(3))"},
      {[x] { instance_norm(x(), none, ones({3})); }, "F.instance_norm(torch.ones(2, 3, 4, 4), None, torch.ones(3))"},
      {[] {
         instance_norm(ones({2, 3, 4}, {.dtype = kInt64}));
       },
       "F.instance_norm(torch.ones(2, 3, 4, dtype=torch.int64))"}};
  return c;
}
CASE(instance_norm_short_runs) {
  return {.run = [](const variable_list& x) { return variable_list{instance_norm(x[0], {}, {}, x[1], x[2])}; },
          .inputs = with_affine({3, 4, 3}, 4),
          .oracle = "F.instance_norm(x0, None, None, x1, x2)"};
}
CASE(instance_norm_running) {
  return {.run =
              [](const variable_list& x) {
                const Tensor mean = x[1].clone(), variance = x[2].clone();
                const Tensor y = instance_norm(x[0], mean, variance, {}, {}, true, 0.3);
                return variable_list{y, mean, variance};
              },
          .inputs = {{.sizes = {4, 3, 5}},
                     {.sizes = {3}, .requires_grad = false},
                     {.sizes = {3}, .low = 0.5, .requires_grad = false}},
          .oracle = "((m := x1.clone()), (v := x2.clone()), F.instance_norm(x0, m, v, momentum=0.3), m, v)[2:]"};
}

CASE(instance_norm_evaluation) {
  return {.run = [](const variable_list& x) { return variable_list{instance_norm(x[0], x[1], x[2], {}, {}, false)}; },
          .inputs = {{.sizes = {4, 3, 5}},
                     {.sizes = {3}, .requires_grad = false},
                     {.sizes = {3}, .low = 0.5, .requires_grad = false}},
          .oracle = "F.instance_norm(x0, x1, x2, use_input_stats=False)"};
}

CASE(layer_norm) {
  Case c{.run = [](const variable_list& x) { return variable_list{layer_norm(x[0], {21}, x[1], x[2])}; },
         .inputs = with_affine({5, 2, 21}, 21),
         .oracle = "F.layer_norm(x0, (21,), x1, x2)",
         .large = {{.sizes = {6000, 16, 21}}, {.sizes = {21}}, {.sizes = {21}}}};
  const auto x = [] { return ones({2, 3, 4, 4}); };
  c.failures = {{[x] {
                   layer_norm(x(), {4, 3});
                 },
                 "F.layer_norm(torch.ones(2, 3, 4, 4), (4, 3))"},
                {[x] { layer_norm(x(), IntArrayRef()); }, "F.layer_norm(torch.ones(2, 3, 4, 4), ())"},
                {[x] { layer_norm(x(), {4}, ones({3})); }, "F.layer_norm(torch.ones(2, 3, 4, 4), (4,), torch.ones(3))"},
                {[x] { layer_norm(x(), {4}, none, ones({3})); },
                 "F.layer_norm(torch.ones(2, 3, 4, 4), (4,), None, torch.ones(3))"},
                {[x] {
                   layer_norm(x(), {2, 2, 3, 4, 4});
                 },
                 "F.layer_norm(torch.ones(2, 3, 4, 4), (2, 2, 3, 4, 4))"},
                {[] {
                   layer_norm(ones({2, 3}, {.dtype = kInt64}), {3});
                 },
                 "F.layer_norm(torch.ones(2, 3, dtype=torch.int64), (3,))"},
                {[x] { layer_norm(x(), {4}, ones({4}, {.dtype = kFloat64})); },
                 "F.layer_norm(torch.ones(2, 3, 4, 4), (4,), torch.ones(4).double())"},
                {[x] { layer_norm(x().to(kFloat64), {4}, ones({4})); },
                 "F.layer_norm(torch.ones(2, 3, 4, 4).double(), (4,), torch.ones(4))"}};
  return c;
}
CASE(layer_norm_of_pictures) {
  return {.run =
              [](const variable_list& x) {
                return variable_list{layer_norm(x[0], {2, 5}, x[1], {}, 1e-2)};
              },
          .inputs = {{.sizes = {40, 2, 5}}, {.sizes = {2, 5}}},
          .oracle = "F.layer_norm(x0, (2, 5), x1, eps=1e-2)"};
}
CASE(layer_norm_plain) {
  return {.run = [](const variable_list& x) { return variable_list{layer_norm(x[0], {9})}; },
          .inputs = {{.sizes = {4, 9}}},
          .oracle = "F.layer_norm(x0, (9,))"};
}

CASE(group_norm) {
  Case c{.run = [](const variable_list& x) { return variable_list{group_norm(x[0], 2, x[1], x[2])}; },
         .inputs = with_affine({3, 6, 4, 3}, 6),
         .oracle = "F.group_norm(x0, 2, x1, x2)",
         .large = with_affine({32, 64, 32, 32}, 64)};
  const auto x = [] { return ones({2, 3, 4, 4}); };
  c.failures = {{[x] { group_norm(x(), 2); }, "F.group_norm(torch.ones(2, 3, 4, 4), 2)"},
                {[x] { group_norm(x(), -1); }, "F.group_norm(torch.ones(2, 3, 4, 4), -1)"},
                {[x] { group_norm(x(), 1, ones({4})); }, "F.group_norm(torch.ones(2, 3, 4, 4), 1, torch.ones(4))"},
                {[] { group_norm(ones({3}), 1); }, "F.group_norm(torch.ones(3), 1)"},
                {[] {
                   group_norm(ones({1, 3}), 3);
                 },
                 "F.group_norm(torch.ones(1, 3), 3)"},
                {[] {
                   group_norm(ones({2, 3, 4}, {.dtype = kInt64}), 3);
                 },
                 "F.group_norm(torch.ones(2, 3, 4, dtype=torch.int64), 3)"}};
  return c;
}
CASE(group_norm_of_vectors) {
  return {.run = [](const variable_list& x) { return variable_list{group_norm(x[0], 2, x[1], x[2])}; },
          .inputs = with_affine({40, 6}, 6),
          .oracle = "F.group_norm(x0, 2, x1, x2)"};
}

CASE(local_response_norm) {
  return {.run = [](const variable_list& x) { return variable_list{local_response_norm(x[0], 3, 0.1, 0.5, 2)}; },
          .inputs = {{.sizes = {2, 5, 3, 2}}},
          .oracle = "F.local_response_norm(x0, 3, 0.1, 0.5, 2)",
          .failures = {{[] {
                          local_response_norm(ones({2, 3}), 2);
                        },
                        "F.local_response_norm(torch.ones(2, 3), 2)"}},
          .large = {{.sizes = {32, 64, 16, 16}}}};
}
CASE(local_response_norm_even) {
  return {.run = [](const variable_list& x) { return variable_list{local_response_norm(x[0], 4)}; },
          .inputs = {{.sizes = {2, 5, 3}, .low = -9, .high = 9}},
          .oracle = "F.local_response_norm(x0, 4)"};
}

}  // namespace convgrad::cases
