// Patterns of which it is known whether they are STIX. They are no part of the project: without them the test
// is skipped.
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
      EXPECT_FALSE(absl::IsInvalidArgument(atoms.status())) << pattern << ": " << atoms.status();
    } else {
      EXPECT_TRUE(!atoms.ok() || (atoms->values.empty() && !atoms->refused.empty())) << pattern;
    }
    with_atoms += atoms.ok() && !atoms->values.empty() ? 1 : 0;
  }
  EXPECT_GT(with_atoms, 0U);
  RecordProperty("patterns", std::to_string(cases.size()));
}

}  // namespace
}  // namespace polder
