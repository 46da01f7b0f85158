#include "connectors/demo/community.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>

#include "connectors/demo/sample_events.h"
#include "engine/community/community.h"
#include "engine/feedback/batch.h"
#include "engine/feedback/sighting_reader.h"
#include "engine/match/matcher.h"
#include "engine/release/release.h"
#include "engine/sighting/render.h"
#include "rules/fields/shipped_field_maps.h"

namespace polder {
namespace {

constexpr std::string_view kFirst = "polder-soc";

struct DemoMember {
  std::string_view name;
  // Of the sample lines, by substring, what this member's sensors see.
  std::vector<std::string_view> sees;
};

const std::array<DemoMember, 4>& OtherMembers() {
  static const std::array<DemoMember, 4> members = {
      {{"harbour", {"update-check.example", "203.0.113.66", "billing-desk"}},
       {"waterworks", {"update-check.example", "gate.php", "dike-news"}},
       {"university", {"update-check.example", "203.0.113.66", "198.51.100.23"}},
       {"hospital", {"gemaal", "intranet"}}}};
  return members;
}

std::vector<std::string> SightingsOf(const DemoMember& member, const Snapshot& snapshot, TimeUs now) {
  Matcher matcher(ShippedFieldMaps());
  std::vector<std::string> sightings;
  std::int64_t offset = 0;
  for (const std::string_view line : SampleLogLines()) {
    bool seen = false;
    for (const std::string_view part : member.sees) seen = seen || line.find(part) != std::string_view::npos;
    if (!seen) continue;
    const std::string event = StampLine(line, now);
    const std::string padded = event + std::string(kRecordPadding, '\0');
    const Record record{std::string_view(padded).substr(0, event.size()), now};
    matcher.Match({&record, 1}, Format::kAuto, snapshot, [&](std::size_t, const EventMatch& match) {
      const KafkaOrigin origin{std::string(member.name), 0, offset++};
      sightings.push_back(RenderEcs(MakeSighting(record, match, snapshot, origin, now, 0)));
    });
  }
  return sightings;
}

// The operator and the members with their keys, all in one process as nowhere else.
class DemoCommunity {
 public:
  static absl::StatusOr<DemoCommunity> Found(TimeUs now) {
    DemoCommunity community;
    community.epoch_ = Epoch::Of(now);
    community.secrets_["isac"] = NewPartySecrets();
    CommunityTerms terms;
    terms.name = "dike";
    auto roster = NewRoster(terms, "isac", community.secrets_["isac"].Public(), community.epoch_.start);
    std::vector<std::string> names{std::string(kFirst)};
    for (const DemoMember& member : OtherMembers()) names.emplace_back(member.name);
    for (const std::string& name : names) {
      if (!roster.ok()) return roster.status();
      community.secrets_[name] = NewPartySecrets();
      RosterEntry entry;
      entry.name = entry.group = name;
      entry.joined = community.epoch_.start;
      entry.keys.push_back({community.secrets_[name].Public(), community.epoch_.start, kEndOfTime});
      roster = WithEntry(*roster, std::move(entry), community.epoch_.start);
    }
    if (!roster.ok()) return roster.status();
    community.roster_ = *std::move(roster);
    return community;
  }

  const Epoch& epoch() const { return epoch_; }
  const Roster& roster() const { return roster_; }
  const CommunityTerms& terms() const { return roster_.terms; }

  // What a member's sender does: signed by him, sealed to the operator.
  std::string Seal(const std::string& member, std::vector<Feedback> records) const {
    Batch batch;
    batch.community = terms().name;
    batch.member = member;
    batch.recipient = secrets_.at("isac").sealing.public_key;
    batch.epoch = epoch_;
    batch.records = std::move(records);
    const std::string encoded = EncodeBatch(batch, terms().batch_records, secrets_.at(member).signing);
    return SealBatch(encoded, batch.recipient).value_or("");
  }
  // What the operator's collector does.
  absl::StatusOr<MemberReport> Open(std::string_view sealed) const {
    BatchProblem problem;
    const auto opened = OpenBatch(sealed, terms().batch_records, secrets_.at("isac").sealing, &problem);
    if (!opened) return absl::InvalidArgumentError(problem.detail);
    const RosterEntry* member = roster_.Find(opened->batch.member);
    if (member == nullptr || !opened->IsSignedBy(member->keys.back().keys.signing)) {
      return absl::UnauthenticatedError("a batch that is not signed by a member");
    }
    MemberReport report;
    report.member = member->name;
    report.group = member->group;
    report.joined = member->joined;
    report.feedback = opened->batch.records;
    return report;
  }

 private:
  Epoch epoch_;
  Roster roster_;
  std::map<std::string, PartySecrets> secrets_;
};

// What the demo shows of indicators beside their ioc_ids, and what the operator knows of them.
void AddTo(Catalogue& catalogue, const SightedIndicator& one) {
  CataloguedIndicator& indicator = catalogue[MakeIocId(one.kind, one.value)];
  indicator.kind = one.kind;
  indicator.value = one.value;
  for (const SharedBy& known : indicator.shared_by) {
    if (known.source == one.source) return;
  }
  SharedBy shared;
  shared.source = one.source;
  shared.tlp = one.tlp;
  shared.pap = one.pap;
  indicator.shared_by.push_back(std::move(shared));
}

void PrintConsidered(const std::string& member, std::size_t sightings,
                     std::span<const Considered> considered) {
  std::size_t stay = 0;
  for (const Considered& one : considered) stay += one.feedback ? 0 : 1;
  fmt::print("  {:<12} {:>3} sightings -> {} records, {} kept back\n", member, sightings,
             considered.size() - stay, stay);
  for (const Considered& one : considered) {
    const std::string id = ToHex(one.tally.ioc_id()).substr(0, 16);
    if (!one.feedback) {
      fmt::print("    {}  stays:  {}\n", id, ReasonText(one.decision.reason));
      continue;
    }
    const Feedback& record = *one.feedback;
    fmt::print("    {}  {:<7} {:<7} {}\n", id, VerdictName(record.verdict),
               record.latency ? LatencyBucketName(*record.latency) : "-",
               record.count ? CountBucketName(*record.count) : "-");
  }
}

void PrintRelease(const PublishedRelease& release, std::size_t hidden) {
  fmt::print("\nThe release to all {} members: what at least {} of them saw.\n", release.members,
             release.k.value_or(0));
  for (const ReleasedIndicator& indicator : release.indicators) {
    fmt::print("  {}  seen   ({})\n", ToHex(indicator.ioc_id).substr(0, 16), indicator.value);
  }
  fmt::print(
      "  Hidden, and so in the operator's books alone: {} indicators that fewer saw. Who saw what is not in "
      "it.\n",
      hidden);
}

}  // namespace

absl::Status PlayCommunity(const std::vector<std::string>& member_one, const Snapshot& snapshot, TimeUs now) {
  const auto community = DemoCommunity::Found(now);
  if (!community.ok()) return community.status();
  std::map<std::string, std::vector<std::string>> sightings = {{std::string(kFirst), member_one}};
  for (const DemoMember& member : OtherMembers()) {
    sightings[std::string(member.name)] = SightingsOf(member, snapshot, now);
  }
  FeedbackTerms terms;
  // All members of the demo have the same indicators, so the manifest is about all of them.
  terms.in_manifest = [](const IocId&) { return true; };
  Catalogue catalogue;
  std::vector<MemberReport> reports;
  std::set<std::size_t> sizes;
  fmt::print(
      "\nWhat each member sends (indicator, verdict, latency, count, and nothing else), and what stays:\n");
  for (const auto& [member, documents] : sightings) {
    std::vector<SightedIndicator> sighted;
    for (const std::string& document : documents) {
      auto read = ReadSightedIndicators(document);
      if (!read.ok()) return read.status();
      for (SightedIndicator& one : *read) {
        AddTo(catalogue, one);
        sighted.push_back(std::move(one));
      }
    }
    const auto considered = Consider(TallyEpoch(sighted, community->epoch()), terms);
    PrintConsidered(member, documents.size(), considered);
    const std::string sealed = community->Seal(member, Leaving(considered));
    sizes.insert(sealed.size());
    auto report = community->Open(sealed);
    if (!report.ok()) return report.status();
    reports.push_back(*std::move(report));
  }
  fmt::print("Each batch was signed by its member and sealed to the operator: {} bytes, whatever is in it.\n",
             *sizes.begin());
  if (sizes.size() != 1) return absl::InternalError("batches of more than one size");

  const Epoch epoch = community->epoch();
  const ReleasePlan plan = PlanRelease(community->roster(), {&epoch, 1});
  if (plan.hold) return absl::InternalError(plan.why);
  const Release release = MakeRelease(reports, catalogue, plan);
  PrintRelease(ReleaseFor(release, Audience::kRecipients), release.exactly_suppressed.indicators);
  return absl::OkStatus();
}

}  // namespace polder
