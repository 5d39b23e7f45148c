#pragma once
#include <string>
#include <vector>

#include "run/data_files.h"

namespace convgrad::cli {

/// What a result may depend on besides its settings: version, compiler, processor, instruction set, threads, system.
/// The text of env.json; names no user, host or folder.
std::string environment_json(const std::vector<DataFile>& data);
/// The command line as a shell takes it, for command.sh.
std::string command_script();
/// Called once, with what main got.
void remember_command(int argc, char** argv);

}  // namespace convgrad::cli
