// Resampling in every mode: up, down and by odd factors, one axis to three.
#include <convgrad/ops/interpolate.h>

#include <convgrad/ops/creation.h>

#include <cmath>

#include "cases/case.h"

namespace convgrad::cases {
namespace {

using Options = InterpolateOptions;

/// interpolate(x, …) with each of the options, which Python has in these words.
Case resampled(const std::vector<int64_t>& sizes, const std::vector<std::pair<Options, std::string>>& calls,
               const std::vector<Failure>& failures = {}) {
  Case c{.run =
             [=](const List& x) {
               List out;
               for (const auto& [options, words] : calls) out.push_back(interpolate(x[0], options));
               return out;
             },
         .inputs = {{.sizes = sizes}},
         .given = "ones, inf, nan = torch.ones, torch.inf, torch.nan",
         .failures = failures};
  for (const auto& [options, words] : calls) c.oracle += "F.interpolate(x0, " + words + "), ";
  return c;
}

/// An input for the speed table.
Case timed(Case c, const std::vector<int64_t>& sizes) {
  c.large = {{.sizes = sizes}};
  return c;
}

Failure refused(const std::vector<int64_t>& sizes, const Options& options, const std::string& words) {
  std::string shape;
  for (const int64_t n : sizes) shape += std::to_string(n) + ",";
  return {[=] { interpolate(ones(sizes), options); }, "F.interpolate(ones(" + shape + "), " + words + ")"};
}

}  // namespace

CASE(interpolate_nearest) {
  return resampled(
      {2, 2, 5},
      {{{.size = 13}, "size=13"},
       {{.size = 3}, "size=3"},
       {{.scale_factor = 2}, "scale_factor=2"},
       {{.scale_factor = 1.7}, "scale_factor=1.7"},
       {{.scale_factor = 1.7, .recompute_scale_factor = true}, "scale_factor=1.7, recompute_scale_factor=True"},
       {{.size = 7, .mode = "nearest-exact"}, "size=7, mode='nearest-exact'"},
       {{.scale_factor = 0.7, .mode = "nearest-exact"}, "scale_factor=0.7, mode='nearest-exact'"}},
      {refused({1, 2, 4}, {.size = 0}, "size=0"), refused({1, 0, 4}, {.size = 2}, "size=2"),
       refused({1, 2, 4}, {.size = 2, .align_corners = true}, "size=2, align_corners=True"),
       refused({2, 3}, {.size = 4}, "size=4"), refused({2, 3, 4, 4, 4, 4}, {.size = 4}, "size=4")});
}
CASE(interpolate_nearest2d) {
  return resampled(
      {1, 2, 4, 6},
      {{{.size = {7, 9}}, "size=(7, 9)"},
       {{.size = {2, 130}}, "size=(2, 130)"},
       {{.scale_factor = {2, 0.5}}, "scale_factor=(2, .5)"},
       {{.scale_factor = {1, 1.3}, .mode = "nearest-exact"}, "scale_factor=(1, 1.3), mode='nearest-exact'"}},
      {refused({1, 2, 4, 5}, {}, ""),
       refused({1, 2, 4, 5}, {.size = 8, .scale_factor = 2}, "size=8, scale_factor=2"),
       refused({1, 2, 4, 5}, {.size = {8, 8, 8}}, "size=(8, 8, 8)"),
       refused({1, 2, 4, 5}, {.scale_factor = {2, 2, 1.5}}, "scale_factor=(2., 2., 1.5)"),
       refused({1, 2, 4, 5}, {.size = -1}, "size=-1"),
       refused({1, 2, 0, 5}, {.size = 3}, "size=3"),
       refused({1, 2, 4, 5}, {.scale_factor = 0.1}, "scale_factor=.1"),
       refused({1, 2, 4, 5}, {.scale_factor = -1}, "scale_factor=-1."),
       refused({1, 2, 4, 5}, {.scale_factor = 1e20}, "scale_factor=1e20"),
       refused({1, 2, 4, 5}, {.scale_factor = NAN}, "scale_factor=nan"),
       refused({1, 2, 4, 5}, {.scale_factor = INFINITY}, "scale_factor=inf"),
       refused({1, 2, 4, 5}, {.size = int64_t{1} << 40}, "size=2 ** 40"),
       refused({1, 2, 4, 5}, {.size = 4, .recompute_scale_factor = true}, "size=4, recompute_scale_factor=True"),
       refused({1, 2, 4, 5}, {.size = 4, .antialias = true}, "size=4, antialias=True"),
       {[] { interpolate(ones(ints(1, 1, 3, 3), kInt64), {.size = 4}); },
        "F.interpolate(ones(1, 1, 3, 3).long(), size=4)"},
       {[] { interpolate(ones(ints(1, 1, 3, 3), kBool), {.size = 100}); },
        "F.interpolate(ones(1, 1, 3, 3).bool(), size=100)"}});
}
CASE(interpolate_nearest3d) {
  return resampled({1, 2, 2, 3, 4},
                   {{{.size = {3, 5, 2}}, "size=(3, 5, 2)"},
                    {{.scale_factor = 2}, "scale_factor=2"},
                    {{.scale_factor = 1.5, .mode = "nearest-exact"}, "scale_factor=1.5, mode='nearest-exact'"}},
                   {refused({1, 2, 3, 4, 5}, {.size = 0}, "size=0"), refused({1, 0, 3, 4, 5}, {.size = 2}, "size=2")});
}
CASE(interpolate_linear) {
  return resampled({2, 2, 5},
                   {{{.size = 13, .mode = "linear"}, "size=13, mode='linear'"},
                    {{.size = 3, .mode = "linear"}, "size=3, mode='linear'"},
                    {{.size = 5, .mode = "linear"}, "size=5, mode='linear'"},
                    {{.size = 8, .mode = "linear", .align_corners = true}, "size=8, mode='linear', align_corners=True"},
                    {{.size = 1, .mode = "linear", .align_corners = true}, "size=1, mode='linear', align_corners=True"},
                    {{.scale_factor = 2.3, .mode = "linear"}, "scale_factor=2.3, mode='linear'"},
                    {{.scale_factor = 1.1, .mode = "linear"}, "scale_factor=1.1, mode='linear'"}},
                   {refused({1, 2, 4}, {.size = 4, .mode = "bilinear"}, "size=4, mode='bilinear'"),
                    refused({1, 2, 4}, {.size = 4, .mode = "trilinear"}, "size=4, mode='trilinear'"),
                    refused({1, 2, 4}, {.size = 4, .mode = "bicubic"}, "size=4, mode='bicubic'"),
                    refused({2, 4}, {.size = 4, .mode = "linear"}, "size=4, mode='linear'"),
                    {[] { interpolate(ones(ints(1, 1, 3), kInt64), {.size = 4, .mode = "linear"}); },
                     "F.interpolate(ones(1, 1, 3).long(), size=4, mode='linear')"}});
}
CASE(interpolate_bilinear) {
  Case c = resampled({1, 2, 4, 6},
                     {{{.size = {7, 9}, .mode = "bilinear"}, "size=(7, 9), mode='bilinear'"},
                      {{.size = {2, 3}, .mode = "bilinear"}, "size=(2, 3), mode='bilinear'"},
                      {{.size = {1, 130}, .mode = "bilinear"}, "size=(1, 130), mode='bilinear'"},
                      {{.size = {7, 3}, .mode = "bilinear", .align_corners = true},
                       "size=(7, 3), mode='bilinear', align_corners=True"},
                      {{.scale_factor = {1.6, 2}, .mode = "bilinear"}, "scale_factor=(1.6, 2), mode='bilinear'"},
                      {{.scale_factor = 1.6, .mode = "bilinear", .recompute_scale_factor = true},
                       "scale_factor=1.6, mode='bilinear', recompute_scale_factor=True"}},
                     {refused({1, 2, 4, 5}, {.size = 4, .mode = "linear"}, "size=4, mode='linear'"),
                      refused({1, 2, 4, 5}, {.size = 4, .mode = "trilinear"}, "size=4, mode='trilinear'"),
                      refused({1, 2, 4, 5}, {.size = 4, .mode = "foo"}, "size=4, mode='foo'"),
                      refused({1, 2, 4, 5}, {.size = 4, .mode = "lanczos"}, "size=4, mode='lanczos'"),
                      refused({1, 2, 4, 5}, {.size = {3, 0}, .mode = "bilinear"}, "size=(3, 0), mode='bilinear'"),
                      {[] { interpolate(ones(ints(1, 1, 3, 3), kInt64), {.size = 4, .mode = "bilinear"}); },
                       "F.interpolate(ones(1, 1, 3, 3).long(), size=4, mode='bilinear')"},
                      {[] { interpolate(ones(ints(1, 1, 3, 3), kInt64), {.size = 99, .mode = "bilinear"}); },
                       "F.interpolate(ones(1, 1, 3, 3).long(), size=99, mode='bilinear')"}});
  return c;
}
CASE(interpolate_bicubic) {
  return resampled(
      {1, 2, 4, 6},
      {{{.size = {7, 9}, .mode = "bicubic"}, "size=(7, 9), mode='bicubic'"},
       {{.size = {2, 3}, .mode = "bicubic"}, "size=(2, 3), mode='bicubic'"},
       {{.size = {4, 6}, .mode = "bicubic"}, "size=(4, 6), mode='bicubic'"},
       {{.size = {9, 2}, .mode = "bicubic", .align_corners = true}, "size=(9, 2), mode='bicubic', align_corners=True"},
       {{.scale_factor = {1.6, 2}, .mode = "bicubic"}, "scale_factor=(1.6, 2), mode='bicubic'"}},
      {refused({1, 2, 3, 4, 5}, {.size = 4, .mode = "bicubic"}, "size=4, mode='bicubic'"),
       {[] { interpolate(ones(ints(1, 1, 3, 3), kInt64), {.size = 4, .mode = "bicubic"}); },
        "F.interpolate(ones(1, 1, 3, 3).long(), size=4, mode='bicubic')"}});
}
CASE(interpolate_trilinear) {
  return resampled({1, 2, 3, 2, 4},
                   {{{.size = {4, 5, 3}, .mode = "trilinear"}, "size=(4, 5, 3), mode='trilinear'"},
                    {{.size = {2, 3, 7}, .mode = "trilinear", .align_corners = true},
                     "size=(2, 3, 7), mode='trilinear', align_corners=True"},
                    {{.scale_factor = {1.4, 1, 2}, .mode = "trilinear"}, "scale_factor=(1.4, 1, 2), mode='trilinear'"}},
                   {refused({1, 2, 3, 4, 5}, {.size = 4, .mode = "linear"}, "size=4, mode='linear'"),
                    refused({1, 2, 3, 4, 5}, {.size = 4, .mode = "bilinear"}, "size=4, mode='bilinear'")});
}
CASE(interpolate_area) {
  return resampled({1, 2, 5, 6},
                   {{{.size = {2, 3}, .mode = "area"}, "size=(2, 3), mode='area'"},
                    {{.scale_factor = {0.5, 1.5}, .mode = "area"}, "scale_factor=(.5, 1.5), mode='area'"}},
                   {refused({1, 2, 4, 5}, {.size = 2, .mode = "area", .align_corners = false},
                            "size=2, mode='area', align_corners=False")});
}
CASE(interpolate_empty_batch) {
  return resampled({0, 2, 4, 6}, {{{.size = {7, 9}, .mode = "bicubic"}, "size=(7, 9), mode='bicubic'"}});
}

// ---- the speed table

CASE(time_nearest) {
  return timed(resampled({1, 1, 3, 3}, {{{.scale_factor = 2}, "scale_factor=2"}}), {8, 16, 64, 64});
}
CASE(time_bilinear) {
  return timed(resampled({1, 1, 3, 3}, {{{.scale_factor = 2, .mode = "bilinear"}, "scale_factor=2, mode='bilinear'"}}),
               {8, 16, 64, 64});
}
CASE(time_bicubic) {
  return timed(resampled({1, 1, 3, 3}, {{{.scale_factor = 2, .mode = "bicubic"}, "scale_factor=2, mode='bicubic'"}}),
               {8, 16, 64, 64});
}
CASE(time_bilinear_down) {
  return timed(
      resampled({1, 1, 6, 6}, {{{.scale_factor = 0.4, .mode = "bilinear"}, "scale_factor=.4, mode='bilinear'"}}),
      {1, 3, 600, 800});
}

}  // namespace convgrad::cases
