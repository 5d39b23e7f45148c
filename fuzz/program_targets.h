#pragma once
#include "run/state.h"
#include "run/toml.h"
#include "targets.h"

/// What the program reads besides the library's formats.
namespace convgrad::fuzz {

/// A settings file: what was read, written again, reads the same.
inline void toml(std::span<const uint8_t> input) {
  try {
    std::string again;
    const auto items = cli::read_toml(MemoryFile(input).path());
    for (const cli::TomlItem& item : items) {
      require(!item.key.empty() && item.line > 0);
      again += item.key + " = " + (item.quoted ? cli::toml_quoted(item.value) : item.value) + "\n";
    }
    const auto back = cli::read_toml(MemoryFile({reinterpret_cast<const uint8_t*>(again.data()), again.size()}).path());
    require(back.size() == items.size());
    for (size_t i = 0; i < items.size(); ++i)
      require(back[i].key == items[i].key && back[i].value == items[i].value && back[i].quoted == items[i].quoted);
  } catch (const ValueError& error) {
    require(error.what()[0] != '\0' && !error.hint().empty());
  }
}

/// A training's state: four texts and the names of its tensors, parted by zeros. Behind each name, a letter says how
/// many elements it has, a capital one that they stand in a row of a matrix. Either all is set or nothing.
inline void state(std::span<const uint8_t> input) {
  const std::vector<std::string> values = texts(input, 4);
  io::Checkpoint file{.info = {.notes = {{"convgrad.state", values[0]},
                                         {"convgrad.optimizer", values[1]},
                                         {"convgrad.progress", values[2]},
                                         {"convgrad.arithmetic", values[3]}}}};
  file.state["generator"] = file.state["generator.epoch_begin"] = Generator(1).get_state();
  for (size_t i = 4; i < values.size(); ++i) {
    if (values[i].empty()) continue;
    const int64_t letter = values[i].back(), count = letter & 15;
    const bool capital = (letter & 32) == 0;
    file.state[values[i].substr(0, values[i].size() - 1)] = capital ? full({1, count}, 7) : full({count}, 7);
  }
  auto net = nn::Sequential(nn::Linear(1, 1));
  for (Tensor& p : net->parameters()) p.data().fill_(1);
  optim::SGD optimizer(net->parameters(), {.lr = 0.1, .momentum = 0.9});
  cli::Progress progress;
  bool set = false;
  expect_file_error_at_most([&] {
    cli::restore_state(file, "input", net, optimizer, progress);
    set = true;
  });
  for (const Tensor& p : net->parameters()) require(p.item<double>() == (set ? 7 : 1));
  require(progress.epoch >= 1 && progress.batch >= 0 && progress.step >= 0);
  require(set == progress.epoch_begin.defined());
}

}  // namespace convgrad::fuzz
