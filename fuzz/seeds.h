#pragma once
#include <convgrad/io/safetensors.h>
#include <convgrad/ops/creation.h>

#include <string>
#include <vector>

#include "io/checkpoint_codec.h"
#include "io/png_builder.h"
#include "places.h"

/// Small sound files of all kinds that a reader tells apart: where the fuzzers begin, and what the tests mutate.
namespace convgrad::fuzz {

using test::Bytes, test::PngBuilder, test::operator+;

inline Bytes bytes_of(const std::string& text) { return Bytes(text.begin(), text.end()); }
/// Texts with zeros between them.
inline Bytes joined(const std::vector<std::string>& texts) {
  std::string all = texts[0];
  for (size_t i = 1; i < texts.size(); ++i) all += '\0' + texts[i];
  return bytes_of(all);
}

inline std::vector<Bytes> idx_files() {
  const Bytes plain = test::idx(0x08, {2, 3}, {1, 2, 3, 4, 5, 6});
  return {plain, test::gzip(plain), test::idx(0x0D, {2}, Bytes(8, 0x40)), test::idx(0x08, {0, 28, 28}, {})};
}

inline std::vector<Bytes> gzip_files() {
  const Bytes one = test::gzip(Bytes(300, 7)), two = test::gzip(bytes_of("another member"));
  Bytes named = one;  // with a file name and a comment
  named[3] = 0x18;
  named.insert(named.begin() + 10, {'a', 0, 'b', 0});
  return {one, one + two, one + Bytes(7, 0), named, bytes_of("no gzip")};
}

inline std::vector<Bytes> png_files() {
  return {PngBuilder{}.file(), PngBuilder{.depth = 2, .color_type = 3}.file(),
          PngBuilder{.depth = 16, .color_type = 6, .interlace = 1}.file()};
}

inline std::vector<Bytes> safetensors_files() {
  const test::TempFolder folder;
  const TensorOptions truth{.dtype = kBool}, whole{.dtype = kInt64};
  io::save_safetensors(folder / "f", {{"a", ones({2})}, {"b", ones({3}, truth)}, {"c", ones({0, 2}, whole)}},
                       {{"k", "v"}});
  return {test::read_back(folder / "f"), test::read_back(test::golden("reference.safetensors"))};
}

inline std::vector<Bytes> checkpoint_files() {
  const io::ModelInfo info{.model = "lenet5",
                           .options = {{"in_channels", "1"}},
                           .classes = {"T-shirt/top", "Sandále"},
                           .preprocessing = {.resize = {32, 30}, .mean = {0.1}, .std = {1.0 / 3}},
                           .notes = {{"epoch", "10"}}};
  std::vector<Bytes> out;
  for (const io::ModelInfo& one : {info, io::ModelInfo{}}) {
    const io::Metadata m = io::encode_info(one);
    out.push_back(joined({m.at("convgrad.version"), m.at("convgrad.model"), m.at("convgrad.options"),
                          m.at("convgrad.classes"), m.at("convgrad.preprocessing"), m.at("convgrad.notes")}));
  }
  return out;
}

inline std::vector<Bytes> cifar_files() { return {Bytes(3073, 3), Bytes(2 * 3073, 9), Bytes(3073, 10)}; }

inline std::vector<Bytes> toml_files() {
  return {bytes_of("# settings\nmodel = \"lenet5\" # config\nlr = 0.05\nskip-bad = true\ndata = 'a \\ b'\n"),
          bytes_of("name = \"quo\\\"ted\\n\\t\\\\\"\n\n  epochs=3\n")};
}

inline std::vector<Bytes> state_files() {
  const std::string progress =
      R"({"epoch":2,"batch":3,"step":7,"totals":{"loss":1.5,"batches":3,"pictures":30,"hits":{"right":9,"of":30}},)"
      R"("shares":{"data":1,"forward":2,"backward":3,"optimizer":4,"rest":5},"epoch_shares":{"data":1,"forward":2,)"
      R"("backward":3,"optimizer":4,"rest":5},"seconds":1.25,"epoch_seconds":0.5,"best_epoch":1,"best_accuracy":0.5,)"
      R"("resumes":[{"epoch":1,"batch":2}]})";
  const std::string arithmetic = R"({"version":"0.1.0","isa":"AVX2","threads":2})";
  return {joined({"1", "SGD", progress, arithmetic, "net.0.biasa", "net.0.weightA"}),
          joined({"1", "SGD", progress, arithmetic, "net.0.biasa", "net.0.weightA", "optimizer.0.momentum_bufferA",
                  "optimizer.1.momentum_buffera"})};
}

}  // namespace convgrad::fuzz
