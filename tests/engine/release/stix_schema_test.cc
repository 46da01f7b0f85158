// The STIX rendering under OASIS's JSON schemas of STIX 2.1. Skipped where they or Python's jsonschema are
// not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "engine/release/render_release.h"
#include "tests/engine/release/sample_release.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

// The folder of shared data stands beside the source tree; POLDER_SHARED_DATA names another.
fs::path Schemas() {
  const char* shared = std::getenv("POLDER_SHARED_DATA");
  const fs::path data =
      shared != nullptr ? fs::path(shared) : fs::path(POLDER_SOURCE_DIR) / ".." / "shared" / "data";
  return data / "cases" / "stix2-json-schemas.tar.zst";
}

// What the check printed; nothing if it could not be made.
std::optional<std::string> Complaints(const std::string& bundle) {
  char folder[] = "/tmp/polder-stix-XXXXXX";
  if (mkdtemp(folder) == nullptr) return std::nullopt;
  std::ofstream(fs::path(folder) / "bundle.json") << bundle;
  const std::string command = std::string("python3 '") + POLDER_SOURCE_DIR +
                              "/tests/engine/release/check_stix.py' '" + Schemas().string() + "' '" + folder +
                              "/bundle.json' 2>&1";
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  char part[4096];
  while (pipe != nullptr && fgets(part, sizeof part, pipe) != nullptr) output += part;
  const int status = pipe == nullptr ? -1 : pclose(pipe);
  fs::remove_all(folder);
  constexpr int kInvalid = 3;
  constexpr int kCannot = 77;
  if (WIFEXITED(status) && WEXITSTATUS(status) == kCannot) return std::nullopt;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return "";
  return (WIFEXITED(status) && WEXITSTATUS(status) == kInvalid ? "not valid: " : "cannot check: ") + output;
}

class StixSchema : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(Schemas())) GTEST_SKIP() << "no " << Schemas();
    if (!Complaints("{}")) GTEST_SKIP() << "no python3 with jsonschema, or no zstd";
  }
};

TEST_F(StixSchema, TakesTheBundleOfEveryAudience) {
  for (const Audience audience : {Audience::kRecipients, Audience::kMembersAndPeers, Audience::kAnyone}) {
    EXPECT_EQ(Complaints(RenderReleaseStix(ReleaseFor(SampleRelease(), audience), kReleasedAt)).value(), "");
  }
}

TEST_F(StixSchema, WouldRefuseABundleWithAMistake) {
  const std::string good = RenderReleaseStix(ReleaseFor(SampleRelease(), Audience::kRecipients), kReleasedAt);
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>{R"("summary":true)", R"("summary":"yes")"},
        {R"("sighting_of_ref":"indicator--)", R"("sighting_of_ref":"indicator-)"},
        {R"("identity_class":"group")", R"("identity_class":1)"},
        {"2024-05-06T00:00:00.000Z", "yesterday"},
        {R"("last_seen":"2024-05-07)", R"("last_seen":"2024-05-05)"},
        {R"("id":"sighting--)", R"("id":"indicator--)"}}) {
    std::string bad = good;
    bad.replace(bad.find(from), from.size(), to);
    EXPECT_THAT(Complaints(bad).value(), ::testing::StartsWith("not valid: ")) << from;
  }
}

}  // namespace
}  // namespace polder
