#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace convgrad::cli {

/// What steps.jsonl holds: a training's steps one by one, and where it was stopped and gone on with.
struct Steps {
  std::vector<int64_t> step{};
  std::vector<double> loss{}, accuracy{}, lr{};
  struct Event {
    int64_t step;    // the last one before it
    bool is_resume;  // else a stop
  };
  std::vector<Event> events{};
};

/// Lines that are none are left out.
Steps read_steps(const std::string& path);

}  // namespace convgrad::cli
