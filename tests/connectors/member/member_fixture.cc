#include "tests/connectors/member/member_fixture.h"

#include <fmt/format.h>

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
  envelope.object = "{}";
  const SignedDocument document = Document(kIndicatorType, RenderEnvelope(envelope), envelope.updated);
  (void)PostDocument(Folder(folder_ / "board"), IndicatorKey("pilot", envelope.id),
                     RenderSignedDocument(document));
}

std::string TestCommunity::PostManifest(const Epoch& epoch, std::uint64_t more_indicators) {
  const Community community = LoadCommunity(Folder(folder_ / "board"), operator_.Public(), 0, now,
                                            [](const std::string&, const absl::Status&) {})
                                  .value();
  const std::vector<IocId> ids = community.IocIdsAsOf(epoch.end());
  Manifest manifest;
  manifest.epoch = epoch;
  manifest.as_of = epoch.end();
  manifest.indicators = ids.size() + more_indicators;
  manifest.root = MerkleRoot(ids);
  manifest.roster_version = roster_.version;
  manifest.roster_digest = RosterDigest(roster_);
  const std::string text =
      RenderSignedDocument(Document(kManifestType, RenderManifest(manifest), std::min(now, epoch.end())));
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
