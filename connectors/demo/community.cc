#include "connectors/demo/community.h"

#include <fmt/format.h>

#include <array>
#include <map>

#include "connectors/demo/sample_events.h"
#include "engine/feedback/feedback.h"
#include "engine/feedback/release.h"
#include "engine/feedback/sighting_reader.h"
#include "engine/match/matcher.h"
#include "engine/sighting/render.h"
#include "rules/fields/shipped_field_maps.h"

namespace polder {
namespace {

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

}  // namespace

absl::Status PlayCommunity(const std::vector<std::string>& member_one, const Snapshot& snapshot, TimeUs now) {
  std::map<std::string, std::vector<std::string>> sightings = {{"polder-soc", member_one}};
  for (const DemoMember& member : OtherMembers()) {
    sightings[std::string(member.name)] = SightingsOf(member, snapshot, now);
  }
  // Only for the reader of the demo: a release itself names nothing but ioc_ids.
  std::map<IocId, std::string> values;
  std::vector<MemberReport> reports;
  const Epoch epoch = Epoch::Of(now);
  fmt::print("\nWhat each member would send (indicator, latency, count, and nothing else):\n");
  for (const auto& [member, documents] : sightings) {
    std::vector<SightedIndicator> sighted;
    for (const std::string& document : documents) {
      auto read = ReadSightedIndicators(document);
      if (!read.ok()) return read.status();
      for (SightedIndicator& one : *read) {
        values[MakeIocId(one.kind, one.value)] = one.value;
        sighted.push_back(std::move(one));
      }
    }
    reports.push_back({member, member, BuildFeedback(sighted, epoch, NeverRed())});
    fmt::print("  {:<12} {:>3} sightings -> {} records\n", member, documents.size(),
               reports.back().feedback.size());
    for (const Feedback& record : reports.back().feedback) {
      fmt::print("    {}  {:<7} {:<7} {}\n", ToHex(record.ioc_id).substr(0, 16), VerdictName(record.verdict),
                 LatencyBucketName(record.latency), CountBucketName(record.count));
    }
  }

  const Release release = MakeRelease(reports, epoch);
  fmt::print("\nThe release to all {} members: what at least {} of them saw.\n", release.members,
             release.threshold.value_or(0));
  for (const IocId& ioc_id : release.released) {
    fmt::print("  {}  seen   ({})\n", ToHex(ioc_id).substr(0, 16), values[ioc_id]);
  }
  fmt::print("  Hidden: {} indicators, {} of {} reports. Who saw what is not in it.\n",
             release.suppressed_indicators, release.suppressed_reports,
             release.suppressed_reports + release.released_reports);
  return absl::OkStatus();
}

}  // namespace polder
