// The whole loop over a real Kafka: a community is founded, indicators are published, two engines of a member
// and those of others match, each member sends one batch, the operator collects and releases, and verdicts
// and what was watched come along. The epoch is yesterday, when everybody belonged already.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/feedback/feedback.h"
#include "tests/e2e/run_fixture.h"

namespace polder {
namespace {

using Json = nlohmann::json;

std::string DayBefore(int days) {
  const std::time_t then = std::time(nullptr) - days * 86'400;
  std::tm parts{};
  gmtime_r(&then, &parts);
  return fmt::format("{:04}-{:02}-{:02}", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}
// In UTC, the epoch that the tests are about.
std::string Yesterday() { return DayBefore(1); }

class FeedbackLoopTest : public RunTest {
 protected:
  void SetUp() override {
    settings_.format = "json";
    settings_.workers = 1;
    board_ = settings_.group + "-board";
    mailbox_ = settings_.group + "-mailbox";
    client_.CreateTopic(board_, 3, {{"cleanup.policy", "compact"}});
    client_.CreateTopic(mailbox_, 2);
  }

  std::string Run(const std::vector<std::string>& arguments, int expected = 0) {
    std::vector<std::string> command = {PolderBinary()};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const std::filesystem::path log = folder_.path() / fmt::format("command-{}.log", ++commands_);
    ChildProcess process(command, log);
    const auto code = process.Wait(kPatience);
    EXPECT_EQ(code, expected) << fmt::format("{}", fmt::join(arguments, " ")) << "\n" << ReadFile(log);
    return ReadFile(log);
  }
  std::string Path(const std::string& name) const { return (folder_.path() / name).string(); }
  std::string Isac() const { return Path("isac"); }

  void Found(const std::vector<std::string>& members) {
    Run({"isac", "init", "--folder", Isac(), "--community", "dike", "--board", "kafka:" + board_, "--mailbox",
         "kafka:" + mailbox_, "--brokers", settings_.brokers, "--since", DayBefore(5)});
    operator_key_ = ReadFile(folder_.path() / "isac" / "operator.pub");
    operator_key_.erase(operator_key_.find_last_not_of('\n') + 1);
    for (const std::string& member : members) {
      const std::string statement = Path(member + ".json");
      std::string said = Run({"key", "new", "--key", Path(member + ".key"), "--name", member});
      // The statement is the line that is JSON; the rest is for people.
      for (std::size_t at = 0; at < said.size();) {
        const std::size_t end = std::min(said.find('\n', at), said.size());
        if (said[at] == '{') WriteFile(statement, said.substr(at, end - at));
        at = end + 1;
      }
      Run({"isac", "roster", "add", "--folder", Isac(), statement, "--group", member, "--role", "member",
           "--sector", "energy", "--since", DayBefore(5)});
    }
  }
  void Publish(const std::string& member, const std::vector<std::string>& domains) {
    std::string list;
    for (const std::string& domain : domains) list += domain + "\n";
    WriteFile(folder_.path() / "published.txt", list);
    Run({"publish", "-i", Path("published.txt"), "--board", "kafka:" + board_, "--brokers", settings_.brokers,
         "--name", member, "--key", Path(member + ".key"), "--operator-key", operator_key_, "--tlp", "clear",
         "--published", DayBefore(2)});
  }

  // The engines of one member, on topics of his own, see each of `domains` yesterday.
  void See(const std::string& member, const std::vector<std::string>& domains, int engines = 1) {
    RunSettings own = settings_;
    own.group = settings_.group + "-" + member;
    own.input_topic = own.group + "-in";
    own.output_topic = SightingsOf(member);
    own.watch_topic = own.group + "-watch";
    own.feeds = {fmt::format("topic: {}, operator_key: '{}'", board_, operator_key_)};
    for (const std::string& topic : {own.input_topic, own.output_topic, own.watch_topic}) {
      client_.CreateTopic(topic, kPartitions);
    }
    std::vector<KafkaMessage> events;
    for (const std::string& domain : domains) {
      events.push_back(
          {domain, fmt::format(R"({{"timestamp":"{}T12:00:00Z","host":"plain-host-of-{}","q":"{}"}})",
                               Yesterday(), member, domain)});
    }
    events.push_back({"none", fmt::format(R"({{"timestamp":"{}T12:00:00Z","q":"nothing"}})", Yesterday())});
    client_.Produce(own.input_topic, events);
    std::vector<std::unique_ptr<PolderProcess>> running;
    for (int i = 0; i < engines; ++i) {
      running.push_back(
          std::make_unique<PolderProcess>(own, folder_.path(), fmt::format("{}-{}", member, i)));
    }
    EXPECT_TRUE(WaitUntil(kPatience, [&] {
      return client_.CommittedTotal(own.group, own.input_topic) == client_.EndTotal(own.input_topic);
    })) << running.front()->LogTail();
    for (const auto& engine : running) Drain(*engine);
  }
  std::string SightingsOf(const std::string& member) const { return settings_.group + "-" + member + "-out"; }

  std::string Policy(const std::string& member, const std::string& more = "") {
    WriteFile(folder_.path() / (member + ".yaml"),
              fmt::format("member: {0}\nkey: {1}\noperator_key: '{2}'\nboard: kafka:{3}\nsend_to: kafka:{4}\n"
                          "kafka: {{brokers: '{5}'}}\nsightings: [kafka:{6}]\nwatch: kafka:{7}-{0}-watch\n"
                          "state: {8}\n{9}",
                          member, Path(member + ".key"), operator_key_, board_, mailbox_, settings_.brokers,
                          SightingsOf(member), settings_.group, Path("state-" + member), more));
    return Path(member + ".yaml");
  }
  void Send(const std::string& member) { Run({"feedback", "send", "--now", "-c", Policy(member)}); }

  // The events' hosts are in the sightings, which stay inside, and in no file besides: neither a log, a
  // ledger nor a release.
  void ExpectNoSecretOutside() {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
      if (!entry.is_regular_file()) continue;
      ++files;
      EXPECT_EQ(ReadFile(entry.path()).find("plain-host-of-"), std::string::npos) << entry.path();
    }
    EXPECT_GT(files, 20U);
    EXPECT_NE(client_.ReadAll(SightingsOf("a")).at(0).value.find("plain-host-of-a"), std::string::npos);
  }

  // The member's release of yesterday.
  Json Release() {
    std::filesystem::create_directory(folder_.path() / "out");
    Run({"isac", "release", "--folder", Isac(), "--epoch", Yesterday(), "--to", Path("out")});
    return Json::parse(
        ReadFile(folder_.path() / "out" / fmt::format("release-{}.members.json", Yesterday())));
  }
  static const Json* Find(const Json& release, const std::string& domain) {
    for (const Json& one : release.at("released")) {
      if (one.at("ioc_id") == ToHex(MakeIocId(Kind::kDomain, domain))) return &one;
    }
    return nullptr;
  }

  std::string board_;
  std::string mailbox_;
  std::string operator_key_;
  int commands_ = 0;
};

TEST_F(FeedbackLoopTest, TellsTheCommunityWhatKGroupsSawAndNothingElse) {
  const std::vector<std::string> members = {"a", "b", "c", "d", "e"};
  Found(members);
  Publish("a", {"three.example", "two.example", "none.example"});
  See("a", {"three.example", "two.example"}, /*engines=*/2);
  See("b", {"three.example", "two.example"});
  See("c", {"three.example"});
  See("d", {});
  See("e", {});
  Run({"isac", "manifest", "--folder", Isac(), "--epoch", Yesterday()});
  for (const std::string& member : members) Send(member);

  // One batch each, all of one size, and no word of what stood in an event.
  const auto batches = client_.ReadAll(mailbox_);
  ASSERT_EQ(batches.size(), members.size());
  for (const KafkaMessage& batch : batches) {
    EXPECT_EQ(batch.value.size(), batches.front().value.size());
    EXPECT_EQ(batch.value.find("plain-host-of-"), std::string::npos);
    EXPECT_TRUE(batch.key.empty());
  }
  EXPECT_NE(Run({"isac", "collect", "--folder", Isac()}).find("accepted 5"), std::string::npos);
  EXPECT_NE(Run({"isac", "collect", "--folder", Isac()}).find("accepted 0"), std::string::npos);

  const Json release = Release();
  EXPECT_EQ(release.at("k"), 3);
  EXPECT_NE(Find(release, "three.example"), nullptr) << release.dump(1);
  EXPECT_EQ(Find(release, "two.example"), nullptr) << release.dump(1);
  EXPECT_EQ(release.at("released").size(), 1U);
  for (const std::string& member : members) {
    Run({"feedback", "ledger", "--verify", "-c", Policy(member)});
    EXPECT_FALSE(ReadFile(folder_.path() / ("state-" + member) / "ledger.ndjson").empty());
  }
  ExpectNoSecretOutside();
}

TEST_F(FeedbackLoopTest, RefusesARevokedMembersBatchAtOnceAndWhatWasToldBefore) {
  Found({"a", "b", "c", "d", "e", "f"});
  Publish("a", {"three.example"});
  for (const char* member : {"a", "b", "c"}) See(member, {"three.example"});
  for (const char* member : {"d", "e", "f"}) See(member, {});
  Run({"isac", "manifest", "--folder", Isac(), "--epoch", Yesterday()});
  for (const char* member : {"a", "b", "c", "d", "e", "f"}) Send(member);
  // A replay and rubbish.
  const auto batches = client_.ReadAll(mailbox_);
  client_.Produce(mailbox_, {{"", batches.front().value}, {"", "rubbish"}, {"", std::string(35'158, 'x')}});
  Run({"isac", "roster", "revoke", "--folder", Isac(), "c", "--reason", "its keys were stolen"});
  const std::string collected = Run({"isac", "collect", "--folder", Isac()});
  EXPECT_NE(collected.find("accepted 5"), std::string::npos) << collected;
  EXPECT_NE(collected.find("no longer belongs"), std::string::npos) << collected;
  // He is told that he was revoked, and nothing leaves.
  const std::string refused = Run({"feedback", "send", "--now", "-c", Policy("c")}, 2);
  EXPECT_NE(refused.find("revoked"), std::string::npos) << refused;
  EXPECT_EQ(client_.ReadAll(mailbox_).size(), batches.size() + 3);
}

TEST_F(FeedbackLoopTest, TellsNothingAboutWhatTheManifestDoesNotListAndIsNotKeptFromSending) {
  Found({"a", "b", "c", "d", "e"});
  Publish("a", {"three.example"});
  Run({"isac", "manifest", "--folder", Isac(), "--epoch", Yesterday()});
  // Published for the time before the manifest, and after it was signed: a canary for those who read later.
  Publish("a", {"three.example", "canary.example"});
  See("b", {"three.example", "canary.example"});
  const std::string said = Run({"feedback", "send", "--now", "-c", Policy("b")});
  EXPECT_NE(said.find("1 records"), std::string::npos) << said;
  const std::string ledger = Run({"feedback", "ledger", "-c", Policy("b"), "--json"});
  EXPECT_NE(ledger.find(ToHex(MakeIocId(Kind::kDomain, "three.example"))), std::string::npos) << ledger;
  EXPECT_EQ(ledger.find(ToHex(MakeIocId(Kind::kDomain, "canary.example"))), std::string::npos) << ledger;
  const std::string compared = Run({"feedback", "manifest", "-c", Policy("b")});
  EXPECT_NE(compared.find("1 indicators that came here are not in it"), std::string::npos) << compared;
}

TEST_F(FeedbackLoopTest, CarriesVerdictsFromATopic) {
  const std::vector<std::string> members = {"a", "b", "c", "d", "e"};
  Found(members);
  Publish("a", {"three.example"});
  for (const char* member : {"a", "b", "c"}) See(member, {"three.example"});
  for (const char* member : {"d", "e"}) See(member, {});
  Run({"isac", "manifest", "--folder", Isac(), "--epoch", Yesterday()});
  const std::string verdicts = settings_.group + "-verdicts";
  client_.CreateTopic(verdicts, 1);
  client_.Produce(verdicts, {{"", R"({"value":"three.example","verdict":"false_positive"})"},
                             {"", R"({"value":"three.example","verdict":"perhaps"})"}});
  for (const std::string& member : members) {
    const bool with_verdicts = member < "d";
    Run({"feedback", "send", "--now", "-c",
         Policy(member, with_verdicts ? fmt::format("verdicts: kafka:{}\n", verdicts) : "")});
  }
  Run({"isac", "collect", "--folder", Isac()});
  const Json release = Release();
  const Json* three = Find(release, "three.example");
  ASSERT_NE(three, nullptr) << release.dump(1);
  EXPECT_NE(three->dump().find("false_positive"), std::string::npos) << three->dump(1);
}

}  // namespace
}  // namespace polder
