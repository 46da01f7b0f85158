#include "connectors/misp/misp_feed_client.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/connectors/http/python_server.h"

namespace polder {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string Uuid(int number) { return fmt::format("00000000-0000-4000-8000-{:012}", number); }
std::string EventJson(int number, int timestamp) {
  return fmt::format(R"({{"Event": {{"uuid": "{}", "timestamp": "{}", "info": "event {}"}}}})", Uuid(number),
                     timestamp, number);
}

// Seconds since 1970, `number` being small.
std::string At(int number) { return std::to_string(1'700'000'000 + number); }

// A feed in a folder that a server serves.
class MispFeedTest : public testing::Test {
 protected:
  MispFeedTest() : server_(POLDER_HTTP_SERVER, {"--folder", folder_.path().string()}) {}

  void Publish(const std::map<int, int>& timestamps) {
    nlohmann::json manifest = nlohmann::json::object();
    for (const auto& [number, timestamp] : timestamps) {
      manifest[Uuid(number)] = {{"info", "x"}, {"timestamp", At(timestamp)}};
      Write(Uuid(number) + ".json", EventJson(number, timestamp));
    }
    Write("manifest.json", manifest.dump());
  }
  void Write(const std::string& name, const std::string& text) { WriteFile(folder_.path() / name, text); }

  std::unique_ptr<MispFeedClient> Open(MispFeedConfig config = {}) {
    config.url = server_.Url("/files/");
    config.http = FastOptions();
    auto client = MispFeedClient::Open(config);
    EXPECT_TRUE(client.ok()) << client.status();
    return *std::move(client);
  }

  static std::vector<std::string> Changed(const absl::StatusOr<MispFeedDelta>& delta) {
    std::vector<std::string> uuids;
    if (!delta.ok()) return {std::string(delta.status().message())};
    for (const MispFeedEvent& event : delta->changed) {
      EXPECT_EQ(nlohmann::json::parse(event.json)["Event"]["uuid"], event.uuid);
      uuids.push_back(event.uuid);
    }
    return uuids;
  }
  // How many paths that begin with `prefix` were asked for.
  std::size_t Requests(const std::string& prefix) const {
    std::size_t count = 0;
    for (const nlohmann::json& request : nlohmann::json::parse(Fetch(server_.Url("/log")))) {
      count += request["path"].get<std::string>().starts_with(prefix) ? 1 : 0;
    }
    return count;
  }

  TempFolder folder_;
  PythonServer server_;
};

TEST_F(MispFeedTest, FetchesEveryEventOnceAndThenOnlyWhatChanged) {
  Publish({{1, 100}, {2, 200}, {3, 300}});
  const auto client = Open();
  auto delta = client->Poll();
  EXPECT_THAT(Changed(delta), ElementsAre(Uuid(3), Uuid(2), Uuid(1)));
  EXPECT_FALSE(delta->not_modified);

  delta = client->Poll();
  ASSERT_TRUE(delta.ok());
  EXPECT_TRUE(delta->not_modified);
  EXPECT_EQ(Requests("/files/0"), 3u);

  Publish({{1, 100}, {2, 201}, {4, 400}});
  delta = client->Poll();
  EXPECT_THAT(Changed(delta), ElementsAre(Uuid(4), Uuid(2)));
  EXPECT_THAT(delta->removed, ElementsAre(Uuid(3)));
  EXPECT_THAT(delta->failures, IsEmpty());
  EXPECT_EQ(Requests("/files/0"), 5u);
  EXPECT_TRUE(client->Poll()->not_modified);
}

TEST_F(MispFeedTest, TakesTheAddressOfTheManifestToo) {
  Publish({{1, 100}});
  const auto client =
      MispFeedClient::Open({.url = server_.Url("/files/manifest.json"), .http = FastOptions()});
  ASSERT_TRUE(client.ok());
  EXPECT_THAT(Changed((*client)->Poll()), ElementsAre(Uuid(1)));
  EXPECT_FALSE(MispFeedClient::Open({.url = server_.Url("/files/?key=1"), .http = FastOptions()}).ok());
}

TEST_F(MispFeedTest, RemovesAllOfAFeedThatIsEmptied) {
  Publish({{1, 100}});
  const auto client = Open();
  ASSERT_TRUE(client->Poll().ok());
  Write("manifest.json", "[]");
  EXPECT_THAT(client->Poll()->removed, ElementsAre(Uuid(1)));
}

TEST_F(MispFeedTest, AsksAgainForAnEventThatCannotBeHadThoughTheManifestStays) {
  Publish({{1, 100}, {2, 200}, {3, 300}});
  Write(Uuid(3) + ".json", R"({"Event": {"uuid")");
  std::filesystem::remove(folder_.path() / (Uuid(2) + ".json"));
  const auto client = Open();
  auto delta = client->Poll();
  EXPECT_THAT(Changed(delta), ElementsAre(Uuid(1)));
  EXPECT_THAT(delta->failures, ElementsAre(HasSubstr("only the beginning"), HasSubstr("answered 404")));
  EXPECT_FALSE(delta->not_modified);

  Write(Uuid(2) + ".json", EventJson(2, 200));
  Write(Uuid(3) + ".json", EventJson(3, 300));
  delta = client->Poll();
  EXPECT_THAT(Changed(delta), ElementsAre(Uuid(3), Uuid(2)));
  EXPECT_TRUE(client->Poll()->not_modified);
}

TEST_F(MispFeedTest, KeepsWhatItHasWhenTheManifestIsBrokenOrTheServerAway) {
  Publish({{1, 100}});
  const auto client = Open();
  ASSERT_TRUE(client->Poll().ok());
  Write("manifest.json", R"({"0000)");
  absl::Status status = client->Poll().status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  Write("manifest.json", "<html>");
  EXPECT_FALSE(client->Poll().ok());
  Write("manifest.json", R"({"error": "not found"})");
  status = client->Poll().status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("no manifest of a MISP feed"));
  server_.Kill();
  EXPECT_TRUE(absl::IsUnavailable(client->Poll().status()));
  server_.Restart();
  Publish({{1, 100}, {2, 200}});
  const auto delta = client->Poll();
  EXPECT_THAT(Changed(delta), ElementsAre(Uuid(2)));
  EXPECT_THAT(delta->removed, IsEmpty());
}

TEST_F(MispFeedTest, FetchesAnEventWithoutATimestampWheneverTheManifestChanges) {
  Publish({{1, 100}});
  Write("manifest.json", fmt::format(R"({{"{}": {{"info": "x"}}}})", Uuid(1)));
  const auto client = Open();
  EXPECT_THAT(Changed(client->Poll()), ElementsAre(Uuid(1)));
  EXPECT_TRUE(client->Poll()->not_modified);
  Write("manifest.json", fmt::format(R"({{"{}": {{"info": "y"}}}})", Uuid(1)));
  EXPECT_THAT(Changed(client->Poll()), ElementsAre(Uuid(1)));
}

TEST_F(MispFeedTest, NamesNoFileThatIsNoEvent) {
  Publish({{1, 100}});
  Write("manifest.json",
        fmt::format(R"({{"../secret": {{"timestamp": "1"}}, "{}": {{"timestamp": "100"}}}})", Uuid(1)));
  const auto delta = Open()->Poll();
  EXPECT_THAT(Changed(delta), ElementsAre(Uuid(1)));
  EXPECT_THAT(delta->failures, ElementsAre(HasSubstr("1 of its 2 entries")));
}

TEST_F(MispFeedTest, KeepsToItsLimits) {
  Publish({{1, 100}, {2, 200}, {3, 300}});
  const auto size = EventJson(1, 100).size();
  MispFeedConfig config;
  config.max_poll_bytes = size + 1;
  const auto client = Open(config);
  auto delta = client->Poll();
  EXPECT_THAT(delta->changed, SizeIs(2));
  EXPECT_TRUE(delta->more);
  EXPECT_FALSE(delta->not_modified);
  delta = client->Poll();
  EXPECT_THAT(Changed(delta), ElementsAre(Uuid(1)));
  EXPECT_FALSE(delta->more);

  config.max_event_bytes = size - 1;
  EXPECT_THAT(Open(config)->Poll()->failures, SizeIs(3));
  config.max_manifest_bytes = 10;
  EXPECT_TRUE(absl::IsResourceExhausted(Open(config)->Poll().status()));
  config.max_manifest_bytes = 10'000;
  config.max_events = 2;
  EXPECT_TRUE(absl::IsResourceExhausted(Open(config)->Poll().status()));
}

}  // namespace
}  // namespace polder
