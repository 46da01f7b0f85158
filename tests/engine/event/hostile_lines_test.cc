// Lines that nobody writes but to hold up their reader.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

#include "engine/event/access_log_reader.h"
#include "engine/event/cef_reader.h"
#include "engine/event/key_value_reader.h"
#include "engine/event/leef_reader.h"
#include "engine/event/syslog_header.h"

namespace polder {
namespace {

// A reader that looked back, or to the end, for every part of such a line would take minutes.
constexpr std::size_t kSize = 1 << 18;
constexpr std::chrono::seconds kPatience{5};

constexpr std::string_view kHeads[] = {"",
                                       "CEF:0|a|b|c|d|e|5|",
                                       "LEEF:1.0|a|b|c|d|",
                                       "LEEF:2.0|a|b|c|d|^|",
                                       "192.0.2.1 - - [06/May/2024:07:08:09 +0200] \"",
                                       "192.0.2.1 - - [06/May/2024:07:08:09 +0200] \"x\" 200 1 ",
                                       "<13>",
                                       "<13>1 - h a - - ",
                                       "<13>1 - h a - - [id ",
                                       "May  6 07:08:09 ",
                                       "k=v ",
                                       "k=v,"};
constexpr std::string_view kPieces[] = {"\"",          "\" ",
                                        "a=\"",        "a='b ",
                                        "\\",          "\\\"",
                                        "|",           "\\|",
                                        " ",           "a ",
                                        "a=1 ",        "a=1,",
                                        "a=1;",        "a=1\t",
                                        ", ",          "[",
                                        "1",           "a",
                                        "[flag]",      "n=\"v\" ",
                                        "[a b=\"c\"]", " [06/May/2024:07:08:09 ",
                                        "C:\\n",       "\"x\" ",
                                        " \"",         "=",
                                        "^",           "a=1^",
                                        ":",           "a[1",
                                        "1: ",         "\" 200 ",
                                        "\" -"};

TEST(HostileLines, TakeTimeInProportionToTheirLength) {
  const auto ignore = [](std::string_view, auto) {};
  std::string scratch;
  for (const std::string_view head : kHeads) {
    for (const std::string_view piece : kPieces) {
      std::string line(head);
      while (line.size() < kSize) line += piece;
      const auto start = std::chrono::steady_clock::now();
      ReadCef(line, scratch, ignore, ignore);
      ReadLeef(line, scratch, ignore, ignore);
      LooksLikeKeyValue(line);
      ReadKeyValue(line, scratch, ignore, ignore);
      ReadAccessLog(line, scratch, ignore, ignore);
      if (const auto header = ReadSyslogHeader(line)) header->HandOver(scratch, ignore, ignore);
      EXPECT_LT(std::chrono::steady_clock::now() - start, kPatience) << head << piece;
    }
  }
}

}  // namespace
}  // namespace polder
