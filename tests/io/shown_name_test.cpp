#include "io/shown_name.h"

#include <gtest/gtest.h>

namespace convgrad::io {
namespace {

TEST(ShownName, EscapesWhatATerminalMustNotSee) {
  EXPECT_EQ(shown_name("weights/épreuve.bin"), "'weights/épreuve.bin'");
  EXPECT_EQ(shown_name(std::string("a\x1b[31m\0b\xff", 9)), "'a\\x1b[31m\\x00b\\xff'");
}

TEST(ShownName, ShortensLongNames) {
  const std::string shown = shown_name(std::string(1'000'000, 'x'));
  EXPECT_LT(shown.size(), 420u);
  EXPECT_NE(shown.find("(1000000 bytes)"), std::string::npos);
}

TEST(Utf8, AcceptsWellFormedTextAlone) {
  EXPECT_TRUE(is_utf8("aé€😀"));
  for (const char* bad : {"\x80", "\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\xff"})
    EXPECT_FALSE(is_utf8(bad)) << bad;
}

}  // namespace
}  // namespace convgrad::io
