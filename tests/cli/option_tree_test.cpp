// Help, completion and manual pages come from one tree: what one knows, all know.
#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "cli/program.h"

namespace convgrad::testing {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// The program's commands, as its help lists them.
std::vector<std::string> commands(const TemporaryFolder& folder) {
  std::vector<std::string> names;
  bool listed = false;
  for (const std::string& line : lines_of(run_program("--help", folder.path()).out)) {
    if (listed && line.rfind("  ", 0) == 0 && line[2] != ' ') names.push_back(line.substr(2, line.find(' ', 2) - 2));
    listed |= line == "Subcommands:";
  }
  return names;
}

/// "--epochs", "-h": what a command's help lists.
std::set<std::string> options(const std::string& help) {
  std::set<std::string> names;
  for (const std::string& line : lines_of(help)) {
    if (line.rfind("  -", 0) != 0) continue;
    std::istringstream parts(line.substr(2, line.find(' ', 2) - 2));
    for (std::string name; std::getline(parts, name, ',');) names.insert(name);
  }
  return names;
}

/// As a manual page holds it.
std::string in_roff(const std::string& text) {
  std::string escaped;
  for (const char c : text) escaped += c == '-' ? "\\-" : std::string(1, c);
  return escaped;
}

/// What a shell's script says about one command.
std::string part_of(const std::string& script, const std::string& shell, const std::string& command) {
  if (shell == "fish") {
    std::string part;
    for (const std::string& line : lines_of(script))
      if (has(line, "'__fish_seen_subcommand_from " + command + "'")) part += line + "\n";
    return part;
  }
  const size_t begin = script.find("\n    " + command + ")\n");
  size_t end = begin;  // the next line that is set in as far
  while (end != std::string::npos && (end == begin || end + 5 >= script.size() || script[end + 5] == ' '))
    end = script.find("\n    ", end + 1);
  return begin == std::string::npos ? "" : script.substr(begin, end - begin);
}

TEST(OptionTree, IsKnownWholeToEveryShellAndTheManual) {
  const TemporaryFolder folder;
  const std::vector<std::string> names = commands(folder);
  ASSERT_GE(names.size(), 12u);
  for (const std::string& command : names) {
    const auto known = options(run_program(command + " --help", folder.path()).out);
    ASSERT_TRUE(known.count("--help")) << command;
    const std::string manual = run_program("man " + command, folder.path()).out;
    for (const std::string& option : known)
      EXPECT_TRUE(has(manual, "\\fB" + in_roff(option) + "\\fR")) << command << " " << option;
  }
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const std::string script = run_program("completion " + shell, folder.path()).out;
    for (const std::string& command : names) {
      const std::string part = part_of(script, shell, command);
      for (const std::string& option : options(run_program(command + " --help", folder.path()).out)) {
        const std::string told = shell == "zsh"               ? "'" + option + "["
                                 : shell == "bash"            ? option
                                 : option.rfind("--", 0) == 0 ? " -l " + option.substr(2)
                                                              : " -s " + option.substr(1);
        EXPECT_TRUE(has(part, told)) << shell << " " << command << " " << option;
      }
    }
  }
}

/// What bash offers for the last of these words.
std::string offered(const TemporaryFolder& folder, const std::string& words) {
  return run_shell("bash -c 'eval \"$(\"$convgrad\" completion bash)\"; COMP_WORDS=(" + words +
                       "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _convgrad; echo \"${COMPREPLY[@]}\"'",
                   folder.path())
      .out;
}

TEST(Completion, OffersWhatBelongsThere) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "pictures");
  write_file(folder / "net.safetensors", "");
  EXPECT_EQ(offered(folder, "convgrad tr"), "train\n");
  EXPECT_EQ(offered(folder, "convgrad train --epo"), "--epochs\n");
  EXPECT_EQ(offered(folder, "convgrad train --optimizer ada"), "adam adamw\n");
  EXPECT_EQ(offered(folder, "convgrad train len"), "lenet5 lenet5-classic\n");
  EXPECT_EQ(offered(folder, "convgrad train --data sha"), "shapes10\n");
  EXPECT_EQ(offered(folder, "convgrad train --data pic"), "pictures\n");
  EXPECT_EQ(offered(folder, "convgrad eval ne"), "net.safetensors\n");
  EXPECT_EQ(offered(folder, "convgrad data wh"), "where\n");
  EXPECT_EQ(offered(folder, "convgrad completion z"), "zsh\n");
  for (const char* shell : {"zsh", "fish"})  // where the shell is there, it reads its script
    EXPECT_EQ(run_shell(std::string("\"$convgrad\" completion ") + shell + " >s; command -v " + shell +
                            " >/dev/null || exit 0; " + shell + " -n s",
                        folder.path())
                  .status,
              0);
  expect_words(run_program("completion tcsh", folder.path()), 2, "tcsh");
}

TEST(Manual, IsCleanToItsCheckers) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_program("man --all .", folder.path()).status, 0);
  EXPECT_EQ(folder.list().size(), commands(folder).size() + 1);
  const Ran mandoc = run_shell("command -v mandoc >/dev/null || exit 0; mandoc -T lint -W warning *.1", folder.path());
  EXPECT_EQ(mandoc.status, 0) << mandoc.out << mandoc.err;
  EXPECT_EQ(mandoc.out + mandoc.err, "");
  const Ran groff = run_shell(
      "command -v man >/dev/null || exit 0; for f in *.1; do LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings "
      "-l $f >/dev/null; done",
      folder.path());
  EXPECT_EQ(groff.err, "");
}

TEST(Manual, NamesItsCommands) {
  const TemporaryFolder folder;
  const std::string page = run_program("man", folder.path()).out;
  for (const std::string& command : commands(folder)) EXPECT_TRUE(has(page, in_roff("convgrad-" + command))) << command;
  expect_words(run_program("man trian", folder.path()), 2, "no command is called trian");
  EXPECT_TRUE(has(run_program("man data", folder.path()).out, "where"));
}

TEST(Help, FitsIntoTheScreensWidth) {
  const TemporaryFolder folder;
  for (const std::string& command : commands(folder))
    for (const std::string& line : lines_of(run_program(command + " --help", folder.path()).out))
      EXPECT_LE(line.size(), 110u) << command << ": " << line;
}

}  // namespace
}  // namespace convgrad::testing
