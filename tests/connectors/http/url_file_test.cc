#include "connectors/http/url_file.h"

#include <gtest/gtest.h>

#include "tests/connectors/http/python_server.h"

namespace polder {
namespace {

TEST(UrlFile, IsGivenOutAgainOnlyWhenItChanged) {
  const TempFolder folder;
  WriteFile(folder.path() / "list.txt", "evil.example\n");
  const PythonServer server(POLDER_HTTP_SERVER, {"--folder", folder.path().string()});
  const auto file = UrlFile::Open(server.Url("/files/list.txt"), FastOptions());
  ASSERT_TRUE(file.ok()) << file.status();

  auto poll = (*file)->Poll();
  ASSERT_TRUE(poll.ok()) << poll.status();
  EXPECT_FALSE(poll->not_modified);
  EXPECT_EQ(poll->text, "evil.example\n");
  poll = (*file)->Poll();
  ASSERT_TRUE(poll.ok());
  EXPECT_TRUE(poll->not_modified);

  WriteFile(folder.path() / "list.txt", "worse.example\n");
  poll = (*file)->Poll();
  ASSERT_TRUE(poll.ok());
  EXPECT_EQ(poll->text, "worse.example\n");
}

TEST(UrlFile, IsToldByItsContentWhereTheServerKnowsNothing) {
  const PythonServer server(POLDER_HTTP_SERVER);
  const auto file = UrlFile::Open(server.Url("/ok"), FastOptions());
  ASSERT_TRUE(file.ok());
  EXPECT_EQ((*file)->Poll()->text, "hello");
  EXPECT_TRUE((*file)->Poll()->not_modified);
}

TEST(UrlFile, IsAskedForAgainAfterAnError) {
  const TempFolder folder;
  const PythonServer server(POLDER_HTTP_SERVER, {"--folder", folder.path().string()});
  const auto file = UrlFile::Open(server.Url("/files/list.txt"), FastOptions());
  ASSERT_TRUE(file.ok());
  EXPECT_TRUE(absl::IsNotFound((*file)->Poll().status()));
  WriteFile(folder.path() / "list.txt", "evil.example\n");
  EXPECT_EQ((*file)->Poll()->text, "evil.example\n");
  EXPECT_FALSE(UrlFile::Open("list.txt", FastOptions()).ok());
}

}  // namespace
}  // namespace polder
