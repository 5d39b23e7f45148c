#include "run/environment.h"

#include <convgrad/convgrad.h>
#include <sys/utsname.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "embedded.h"

namespace convgrad::cli {
namespace {

std::string command;

/// The value behind `key` in a file of lines "key : value" or "key=value"; empty where there is none.
std::string field(const char* path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.rfind(key, 0) != 0) continue;
    const size_t begin = line.find_first_not_of(" \t:=\"", key.size());
    const size_t end = line.find_last_not_of(" \t\"");
    return begin == std::string::npos ? "" : line.substr(begin, end - begin + 1);
  }
  return "";
}

std::string shell_quoted(const std::string& word) {
  const char* plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./=,:+@%";
  if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) return word;
  std::string quoted = "'";
  for (const char c : word) {
    if (c == '\'')
      quoted += "'\\''";
    else
      quoted += c;
  }
  return quoted += '\'';
}

}  // namespace

void remember_command(int argc, char** argv) {
  command = "convgrad";
  for (int i = 1; i < argc; ++i) (command += ' ') += shell_quoted(argv[i]);
}

std::string command_script() { return "#!/bin/sh\n" + command + "\n"; }

std::string environment_json(const std::vector<DataFile>& data) {
  utsname system{};
  uname(&system);
  nlohmann::ordered_json json = {{"convgrad", version()},
                                 {"commit", build_facts().commit},
                                 {"dirty", build_facts().dirty},
                                 {"compiler", build_facts().compiler},
                                 {"flags", build_facts().flags},
                                 {"cpu", field("/proc/cpuinfo", "model name")},
                                 {"cores", std::thread::hardware_concurrency()},
                                 {"isa", backends::isa()},
                                 {"threads", get_num_threads()},
                                 {"os", field("/etc/os-release", "PRETTY_NAME")},
                                 {"kernel", std::string(system.sysname) + " " + system.release}};
  for (const DataFile& file : data)
    json["data_files"].push_back({{"name", std::filesystem::path(file.path).filename().string()},
                                  {"sha256", file.sha256},
                                  {"known", file.known}});
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace convgrad::cli
