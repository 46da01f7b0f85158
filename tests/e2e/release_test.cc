// The operator's release from the sightings topics of several members.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/feedback/feedback.h"
#include "tests/e2e/run_fixture.h"

namespace polder {
namespace {

// A sighting as `polder run` writes it, cut down to what feedback reads.
std::string EcsSighting(const std::string& id, const std::string& domain) {
  return fmt::format(
      R"({{"@timestamp":"2026-03-02T12:00:00Z","event":{{"id":"{}","dataset":"polder.sighting"}},"threat":)"
      R"({{"enrichments":[{{"indicator":{{"type":"domain-name","name":"{}"}},"matched":{{"type":"exact"}}}}]}}}})",
      id, domain);
}

class ReleaseTest : public RunTest {
 protected:
  // A topic of its own for each member, with a sighting of each domain.
  void AddMember(const std::string& name, const std::vector<std::string>& domains) {
    const std::string topic = fmt::format("{}-{}", input(), name);
    client_.CreateTopic(topic, 2);
    std::vector<KafkaMessage> messages;
    for (const std::string& domain : domains) {
      messages.push_back({domain, EcsSighting(name + domain, domain), {}, 0});
    }
    if (!messages.empty()) client_.Produce(topic, messages);
    arguments_.push_back("--member");
    arguments_.push_back(fmt::format("{}=kafka:{}", name, topic));
  }

  std::string Release() {
    std::vector<std::string> command = {PolderBinary(),    "isac",    "release",   "--brokers",
                                        settings_.brokers, "--epoch", "2026-03-02"};
    command.insert(command.end(), arguments_.begin(), arguments_.end());
    const std::filesystem::path out = folder_.path() / "release.log";
    ChildProcess release(command, out);
    EXPECT_EQ(release.Wait(kPatience), 0) << ReadFile(out);
    return ReadFile(out);
  }

 private:
  std::vector<std::string> arguments_;
};

TEST_F(ReleaseTest, ReadsTheTopicsOfTheMembersAndShowsOnlyWhatThreeOfFiveSaw) {
  AddMember("a", {"three.example", "two.example"});
  AddMember("b", {"three.example", "two.example"});
  AddMember("c", {"three.example"});
  AddMember("d", {"one.example"});
  AddMember("e", {});
  const std::string release = Release();
  const auto shows = [&](const std::string& domain) {
    return release.find(ToHex(MakeIocId(Kind::kDomain, domain))) != std::string::npos;
  };
  EXPECT_TRUE(shows("three.example")) << release;
  EXPECT_FALSE(shows("two.example")) << release;
  EXPECT_FALSE(shows("one.example")) << release;
  EXPECT_NE(release.find(R"("suppressed":{"indicators":2,"reports":3})"), std::string::npos) << release;
}

}  // namespace
}  // namespace polder
