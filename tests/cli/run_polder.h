// Runs the binary and catches what it says.
#ifndef POLDER_TESTS_CLI_RUN_POLDER_H_
#define POLDER_TESTS_CLI_RUN_POLDER_H_

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/connectors/files/test_files.h"

namespace polder {

struct Ran {
  int code = -1;  // the exit code, or 128 + signal
  std::string out;
  std::string err;
};

// `input` is its standard input. It is killed when it has not ended after a minute.
Ran RunPolder(const std::vector<std::string>& arguments, std::string_view input = "");

// Closes the reading end of its standard output after the first bytes.
Ran RunPolderIntoClosedPipe(const std::vector<std::string>& arguments);

std::vector<std::string> Lines(std::string_view text);

// Every line as JSON; what is none is a failure of the test.
std::vector<nlohmann::json> JsonLines(std::string_view text);

// A folder with a list of evil.example and 192.0.2.0/24 in bad.txt.
class CliTest : public ::testing::Test {
 protected:
  CliTest() { bad_ = folder_.Write("bad.txt", "# bad\nevil.example\n192.0.2.0/24\n"); }

  TemporaryFolder folder_;
  std::string bad_;
};

}  // namespace polder

#endif  // POLDER_TESTS_CLI_RUN_POLDER_H_
