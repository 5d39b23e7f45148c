// Channels and pixels exchanged.
#include <convgrad/ops/pixel.h>

#include <convgrad/ops/creation.h>

#include "cases/case.h"

namespace convgrad::cases {

CASE(pixel_shuffle) {
  return {.run = [](const List& x) { return list(pixel_shuffle(x[0], 2), pixel_shuffle(x[0], 1)); },
          .inputs = {{.sizes = {2, 8, 2, 3}}},
          .oracle = "F.pixel_shuffle(x0, 2), F.pixel_shuffle(x0, 1)",
          .failures = {{[] { pixel_shuffle(ones(ints(8, 2, 2)), 3); }, "F.pixel_shuffle(torch.ones(8, 2, 2), 3)"},
                       {[] { pixel_shuffle(ones(ints(8, 2, 2)), 0); }, "F.pixel_shuffle(torch.ones(8, 2, 2), 0)"},
                       {[] { pixel_shuffle(ones(ints(3, 3)), 1); }, "F.pixel_shuffle(torch.ones(3, 3), 1)"},
                       {[] { pixel_shuffle(ones(ints(4, 2, 2)), int64_t{1} << 32); },
                        "F.pixel_shuffle(torch.ones(4, 2, 2), 2 ** 32)"}},
          .large = {{.sizes = {8, 64, 32, 32}}}};
}
CASE(pixel_shuffle_of_many_dimensions) {
  return {.run = [](const List& x) { return list(pixel_shuffle(x[0], 2), pixel_shuffle(x[0][0][0], 2)); },
          .inputs = {{.sizes = {2, 2, 4, 3, 1}}},
          .oracle = "F.pixel_shuffle(x0, 2), F.pixel_shuffle(x0[0][0], 2)"};
}
CASE(pixel_unshuffle) {
  return {.run = [](const List& x) { return list(pixel_unshuffle(x[0], 2), pixel_unshuffle(x[0][0], 1)); },
          .inputs = {{.sizes = {2, 2, 4, 6}}},
          .oracle = "F.pixel_unshuffle(x0, 2), F.pixel_unshuffle(x0[0], 1)",
          .failures = {{[] { pixel_unshuffle(ones(ints(2, 4, 6)), 3); }, "F.pixel_unshuffle(torch.ones(2, 4, 6), 3)"},
                       {[] { pixel_unshuffle(ones(ints(2, 6, 4)), 3); }, "F.pixel_unshuffle(torch.ones(2, 6, 4), 3)"},
                       {[] { pixel_unshuffle(ones(ints(2, 6, 4)), -1); }, "F.pixel_unshuffle(torch.ones(2, 6, 4), -1)"},
                       {[] { pixel_unshuffle(ones(ints(6, 4)), 2); }, "F.pixel_unshuffle(torch.ones(6, 4), 2)"},
                       {[] { pixel_unshuffle(ones(ints(2, 6, 4)), int64_t{1} << 32); },
                        "F.pixel_unshuffle(torch.ones(2, 6, 4), 2 ** 32)"}}};
}
CASE(channel_shuffle) {
  return {.run =
              [](const List& x) {
                return list(channel_shuffle(x[0], 2), channel_shuffle(x[0], 3), channel_shuffle(x[0].flatten(2), 1),
                            channel_shuffle(x[0].slice(0, 0, 0), 2));
              },
          .inputs = {{.sizes = {2, 6, 2, 3}}},
          .oracle =
              "F.channel_shuffle(x0, 2), F.channel_shuffle(x0, 3), F.channel_shuffle(x0.flatten(2), 1), "
              "F.channel_shuffle(x0[:0], 2)",
          .failures = {{[] { channel_shuffle(ones(ints(1, 8, 3)), 3); }, "F.channel_shuffle(torch.ones(1, 8, 3), 3)"},
                       {[] { channel_shuffle(ones(ints(1, 8, 3)), 0); }, "F.channel_shuffle(torch.ones(1, 8, 3), 0)"},
                       {[] { channel_shuffle(ones(ints(2, 4)), 2); }, "F.channel_shuffle(torch.ones(2, 4), 2)"}}};
}

}  // namespace convgrad::cases
