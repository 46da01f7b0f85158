// polder key: the keys that a member signs and reads with.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/community/party_keys.h"
#include "tests/cli/run_polder.h"

namespace polder {
namespace {

using ::testing::HasSubstr;

TEST(KeyCliTest, MakesNoKeysForANameThatNoRosterTakes) {
  const TemporaryFolder folder;
  for (const std::string& name : {std::string(), std::string("a/b"), std::string(65, 'x')}) {
    const Ran made = RunPolder({"key", "new", "--key", folder / "a.key", "--name", name});
    EXPECT_EQ(made.code, 2);
    EXPECT_THAT(made.err, HasSubstr("expected 1 to 64 of"));
    EXPECT_NE(access((folder / "a.key").c_str(), F_OK), 0);
  }
}

TEST(KeyCliTest, MakesShowsAndRotatesKeys) {
  const TemporaryFolder folder;
  const std::string key = folder / "harbour.key";
  const Ran made = RunPolder({"key", "new", "--key", key, "--name", "harbour"});
  ASSERT_EQ(made.code, 0) << made.err;
  struct stat about {};
  ASSERT_EQ(stat(key.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777, 0600U);
  const auto statement = ReadKeyStatement(ReadSignedDocument(Lines(made.out).at(0)).value());
  ASSERT_TRUE(statement.ok()) << statement.status();
  EXPECT_EQ(statement->name, "harbour");

  const Ran shown = RunPolder({"key", "show", "--key", key});
  EXPECT_EQ(Lines(shown.out).at(0), FormatPartyKeys(statement->keys));
  EXPECT_THAT(made.err, HasSubstr(Lines(shown.out).at(1)));
  EXPECT_EQ(RunPolder({"key", "new", "--key", key, "--name", "harbour"}).code, 2) << "never overwritten";

  const std::string next = folder / "next.key";
  const Ran rotated = RunPolder({"key", "rotate", "--key", key, "--new", next, "--name", "harbour"});
  ASSERT_EQ(rotated.code, 0) << rotated.err;
  const auto rotation = ReadKeyStatement(ReadSignedDocument(Lines(rotated.out).at(0)).value());
  ASSERT_TRUE(rotation.ok()) << rotation.status();
  ASSERT_TRUE(rotation->replaces);
  EXPECT_EQ(*rotation->replaces, statement->keys);
  ASSERT_EQ(chmod(key.c_str(), 0644), 0);
  EXPECT_EQ(RunPolder({"key", "show", "--key", key}).code, 2);
}

}  // namespace
}  // namespace polder
