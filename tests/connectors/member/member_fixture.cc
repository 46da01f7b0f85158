#include "tests/connectors/member/member_fixture.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "connectors/community/key_file.h"
#include "connectors/community/load_community.h"

namespace polder {
namespace {

TimeUs WholeSecondsNow() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
             .count() *
         kSecondUs;
}

RosterEntry Member(const std::string& name, const PartyKeys& keys, TimeUs joined) {
  RosterEntry entry;
  entry.name = name;
  entry.group = name;
  entry.role = Role::kMember;
  entry.joined = joined;
  entry.keys = {{keys, joined, kEndOfTime}};
  return entry;
}

std::string IndicatorOf(const std::string& domain) {
  return fmt::format(
      R"({{"type":"indicator","spec_version":"2.1","id":"indicator--{}","pattern":"[domain-name:value = '{}']",)"
      R"("pattern_type":"stix","created":"2024-01-01T00:00:00.000Z","modified":"2024-01-01T00:00:00.000Z",)"
      R"("valid_from":"2024-01-01T00:00:00Z"}})",
      domain, domain);
}

Place Folder(std::string path) {
  Place place;
  place.name = std::move(path);
  return place;
}

}  // namespace

TestCommunity::TestCommunity(std::size_t room)
    : now(WholeSecondsNow()), yesterday(Epoch::Of(now).Previous()), founded_(now - 9 * kDayUs) {
  CommunityTerms terms;
  terms.name = "coast";
  terms.batch_records = room;
  std::filesystem::create_directories(folder_ / "board");
  std::filesystem::create_directories(folder_ / "mail");
  (void)WriteKeyFile(folder_ / "harbour.key", member_);
  roster_ = NewRoster(terms, "pilot", operator_.Public(), founded_).value();
  Post(WithEntry(roster_, Member("harbour", member_.Public(), founded_), founded_));
  folder_.Write("sightings.ndjson", "");
}

SignedDocument TestCommunity::Document(std::string_view type, std::string body, TimeUs signed_at) const {
  SignedDocument document;
  document.type = std::string(type);
  document.community = "coast";
  document.signer = "pilot";
  document.signed_at = signed_at;
  document.body = std::move(body);
  return SignDocument(document, operator_.signing);
}

void TestCommunity::Post(const absl::StatusOr<Roster>& roster) {
  roster_ = roster.value();
  const SignedDocument document = Document(kRosterType, RenderRoster(roster_), now);
  (void)PostDocument(Folder(folder_ / "board"), RosterKey(roster_.version), RenderSignedDocument(document));
}

void TestCommunity::PostIndicator(const std::string& domain, std::optional<TimeUs> published) {
  Envelope envelope;
  envelope.id = "indicator--" + domain;
  envelope.published = envelope.updated = published.value_or(now - 7 * kDayUs);
  envelope.ioc_ids = {MakeIocId(Kind::kDomain, domain)};
  envelope.object = IndicatorOf(domain);
  const SignedDocument document = Document(kIndicatorType, RenderEnvelope(envelope), envelope.updated);
  (void)PostDocument(Folder(folder_ / "board"), IndicatorKey("pilot", envelope.id),
                     RenderSignedDocument(document));
}

std::string TestCommunity::PostManifest(const Epoch& epoch, std::uint64_t more_indicators) {
  const Community community = LoadCommunity(Folder(folder_ / "board"), operator_.Public(), "", now,
                                            [](const std::string&, const absl::Status&) {})
                                  .value();
  std::vector<ListedIndicator> list = community.ListAsOf(epoch.end());
  for (std::size_t i = 0; i < more_indicators; ++i) {
    list.push_back({MakeIocId(Kind::kDomain, fmt::format("elsewhere-{}.example", i)), founded_});
  }
  std::sort(list.begin(), list.end());
  Manifest manifest;
  manifest.epoch = epoch;
  manifest.as_of = epoch.end();
  manifest.indicators = list.size();
  manifest.root = MerkleRoot(list);
  manifest.roster_version = roster_.version;
  manifest.roster_digest = RosterDigest(roster_);
  const std::string text =
      RenderSignedDocument(Document(kManifestType, RenderManifest(manifest), epoch.end()));
  const auto parts = RenderManifestParts(epoch.start, list);
  for (std::size_t part = 0; part < parts.size(); ++part) {
    (void)PostDocument(Folder(folder_ / "board"), ManifestListKey(epoch, part),
                       RenderSignedDocument(Document(kManifestListType, parts[part], epoch.end())));
  }
  (void)PostDocument(Folder(folder_ / "board"), ManifestKey(epoch.start), text);
  return text;
}

std::string TestCommunity::Sighting(const std::string& domain, TimeUs seen, const std::string& id,
                                    std::string_view tlp, std::string_view source) {
  return fmt::format(
      R"({{"@timestamp":"{}","event":{{"id":"{}","dataset":"polder.sighting","original":"secret-host"}},)"
      R"("threat":{{"enrichments":[{{"indicator":{{"type":"domain-name","name":"{}","marking":{{"tlp":"{}"}}}},)"
      R"("matched":{{"atomic":"{}","type":"exact","index":"{}"}}}}]}}}})"
      "\n",
      FormatIsoTime(seen), id, domain, tlp, domain, source);
}

void TestCommunity::See(const std::string& domain, TimeUs seen, const std::string& id, std::string_view tlp,
                        std::string_view source) {
  std::FILE* const file = std::fopen((folder_ / "sightings.ndjson").c_str(), "ab");
  fmt::print(file, "{}", Sighting(domain, seen, id, tlp, source));
  std::fclose(file);
}

std::string TestCommunity::Policy(const std::string& more) const {
  return fmt::format(
      "member: harbour\n"
      "key: harbour.key\n"
      "operator_key: {}\n"
      "board: board\n"
      "send_to: mail\n"
      "sightings: [sightings.ndjson]\n"
      "state: state\n"
      "watches: {{kinds: [domain, ip], log_sources: [dns], events_per_day: 5000}}\n{}",
      FormatPartyKeys(operator_.Public()), more);
}

std::vector<std::string> TestCommunity::SealedMail() const {
  std::vector<std::string> all;
  (void)ReadMailbox(Folder(folder_ / "mail"), SealedBatchSize(roster_.terms.batch_records),
                    [&](const std::string&, std::string_view bytes) { all.emplace_back(bytes); });
  return all;
}

std::vector<Batch> TestCommunity::Mail() const {
  std::vector<Batch> batches;
  for (const std::string& sealed : SealedMail()) {
    BatchProblem why;
    const auto opened = OpenBatch(sealed, roster_.terms.batch_records, operator_.sealing, &why);
    if (opened && opened->IsSignedBy(member_.signing.public_key)) batches.push_back(opened->batch);
  }
  return batches;
}

}  // namespace polder
