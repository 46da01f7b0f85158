// Patterns of which it is known whether they are STIX. They are no part of the project: without them the test
// is skipped.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "rules/read/stix_pattern.h"
#include "tests/rules/read/data_folder.h"

namespace polder {
namespace {

TEST(PatternCases, TellStixFromOtherText) {
  const auto path = DataFolder() / "cases" / "stix_pattern_validator.json";
  std::ifstream file(path);
  if (!file) GTEST_SKIP() << path << " is not there";
  std::size_t with_atoms = 0;
  const auto cases = nlohmann::json::parse(file);
  for (const auto& one : cases) {
    const std::string pattern = one["pattern"];
    const auto atoms = ReadPatternAtoms(pattern);
    if (one["valid"] == true) {
      ASSERT_TRUE(atoms.ok()) << pattern << ": " << atoms.status();
      EXPECT_FALSE(atoms->values.empty() && atoms->refused.empty()) << pattern;
      with_atoms += atoms->values.empty() ? 0 : 1;
    } else if (atoms.ok()) {
      // Well-formed, with a value that is none of its kind.
      EXPECT_TRUE(atoms->values.empty()) << pattern;
      ASSERT_FALSE(atoms->refused.empty()) << pattern;
      EXPECT_EQ(atoms->refused[0].category, "invalid value") << pattern;
    }
  }
  EXPECT_GT(with_atoms, 0U);
  fmt::print("{} patterns judged, {} of them with values to match\n", cases.size(), with_atoms);
}

}  // namespace
}  // namespace polder
