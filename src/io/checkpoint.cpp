#include "io/checkpoint_codec.h"

#include <convgrad/error.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "io/shown_name.h"

namespace convgrad::io {

using Json = nlohmann::json;

// nlohmann::json finds these by their argument.
static void to_json(Json& json, const Preprocessing& p) {
  json = {{"channels", p.channels}, {"resize", p.resize}, {"mean", p.mean}, {"std", p.std}};
}
/// nlohmann would cut a number with a fraction, and convert one that is too large in an undefined way.
static int64_t whole_number(const Json& json, int64_t most) {
  const auto value = json.is_number_integer() ? json.get<int64_t>() : 0;  // 2⁶³ and more become negative
  if (value < 1 || value > most) throw std::out_of_range("no such number");
  return value;
}
static void from_json(const Json& json, Preprocessing& p) {
  constexpr int64_t kMostChannels = 3, kLongestSide = 1 << 16;
  p.channels = whole_number(json.at("channels"), kMostChannels);
  for (const Json& side : json.at("resize")) p.resize.push_back(whole_number(side, kLongestSide));
  json.at("mean").get_to(p.mean);
  json.at("std").get_to(p.std);
  if (p.resize.size() > 2) throw std::out_of_range("pictures have two sides");
}

namespace {

constexpr auto kVersion = "convgrad.version", kModel = "convgrad.model", kOptions = "convgrad.options",
               kClasses = "convgrad.classes", kPreprocessing = "convgrad.preprocessing", kNotes = "convgrad.notes";

[[noreturn]] void fail(const std::string& path, const std::string& what, const std::string& hint) {
  throw FileError({.op = "load_checkpoint", .argument = path, .what = shown_name(path) + " " + what, .hint = hint});
}

std::string text_of(const Json& value) {
  try {
    return value.dump();
  } catch (const Json::exception&) {
    throw ValueError(
        {.op = "save_checkpoint", .argument = "info", .what = "a text of the model's description is no UTF-8"});
  }
}

void check_finite(const std::vector<double>& values) {
  if (!std::all_of(values.begin(), values.end(), [](double value) { return std::isfinite(value); }))
    throw ValueError({.op = "save_checkpoint", .argument = "info", .what = "mean and std must be finite numbers"});
}

/// The value under `key`, converted; anything amiss, nesting beyond what these values have included, is one error.
template <class T>
T read_value(const Metadata& metadata, const char* key, const std::string& path) {
  const auto shallow = [](int depth, Json::parse_event_t, Json&) {
    if (depth > 2) throw std::runtime_error("nested too deeply");
    return true;
  };
  try {
    const Json value = Json::parse(metadata.at(key), shallow);
    return value.get<T>();
  } catch (const std::exception&) {
    fail(path, fmt::format("is damaged: its entry {} cannot be read", key), "save it again");
  }
}

}  // namespace

Metadata encode_info(const ModelInfo& info) {
  check_finite(info.preprocessing.mean);
  check_finite(info.preprocessing.std);
  return {{"format", "pt"},  // what other programs expect of a PyTorch state_dict
          {kVersion, std::to_string(kCheckpointVersion)},
          {kModel, info.model},
          {kOptions, text_of(info.options)},
          {kClasses, text_of(info.classes)},
          {kPreprocessing, text_of(info.preprocessing)},
          {kNotes, text_of(info.notes)}};
}

void save_checkpoint(const std::string& path, const TensorMap& state, const ModelInfo& info) {
  write_safetensors(path, state, encode_info(info), true);
}

void save_checkpoint(const std::string& path, const OrderedDict<std::string, Tensor>& state, const ModelInfo& info) {
  TensorMap tensors;
  for (const auto& item : state) tensors[item.key()] = item.value().detach();
  save_checkpoint(path, tensors, info);
}

Checkpoint load_checkpoint(const std::string& path) { return decode_checkpoint(read_sealed(path), path); }

Checkpoint decode_checkpoint(SealedFile file, const std::string& path) {
  const Metadata& metadata = file.contents.metadata;
  if (!metadata.contains(kVersion))
    fail(path, "holds tensors but is no checkpoint: nothing says which model they belong to",
         "load_safetensors reads the tensors; save_checkpoint writes checkpoints");
  const std::string& version = metadata.at(kVersion);
  const bool readable = version == std::to_string(kCheckpointVersion);
  if (!readable && file.seal_holds == true)
    fail(path,
         fmt::format("has format version {}; this program reads version {}", shown_name(version), kCheckpointVersion),
         "use a newer convgrad");
  if (file.seal_holds != true)
    fail(path, "is damaged: its contents do not fit its checksum", "get the file again, or train again");
  Checkpoint out;
  out.info.model = metadata.contains(kModel) ? metadata.at(kModel) : "";
  out.info.options = read_value<std::map<std::string, std::string>>(metadata, kOptions, path);
  out.info.classes = read_value<std::vector<std::string>>(metadata, kClasses, path);
  out.info.preprocessing = read_value<Preprocessing>(metadata, kPreprocessing, path);
  out.info.notes = read_value<std::map<std::string, std::string>>(metadata, kNotes, path);
  out.state = std::move(file.contents.tensors);
  return out;
}

}  // namespace convgrad::io
