#include "tests/oracle/harness.h"

#include <algorithm>
#include <cstdlib>
#include <span>

#include "engine/snapshot/builder.h"
#include "rules/fields/shipped_field_maps.h"

namespace polder::oracle {

void Records::Add(std::string_view bytes, TimeUs arrival) {
  constexpr std::string_view kPadding = ".evil.example0123456789abcdef0123456789abcdef0123456789abcdef.com";
  auto buffer = std::make_unique_for_overwrite<char[]>(bytes.size() + kRecordPadding);
  bytes.copy(buffer.get(), bytes.size());
  kPadding.copy(buffer.get() + bytes.size(), kRecordPadding);
  records_.push_back({{buffer.get(), bytes.size()}, arrival});
  buffers_.push_back(std::move(buffer));
}

Indicator MakeIndicator(Kind kind, std::string_view value, std::string_view source) {
  Indicator indicator;
  indicator.kind = kind;
  indicator.value = CanonicaliseValue(kind, value).value();
  indicator.source = source;
  indicator.id = DerivedIndicatorId(source, kind, indicator.value);
  return indicator;
}

std::shared_ptr<const Snapshot> BuildSnapshot(const std::vector<Indicator>& indicators) {
  std::vector<const Indicator*> pointers;
  for (const Indicator& indicator : indicators) pointers.push_back(&indicator);
  FingerprintKey key{};
  key.fill(0x5A);
  return SnapshotBuilder(key).Build(pointers, /*generation=*/1);
}

Outcome RunMatcher(const std::vector<Record>& records, Format format, const Snapshot& snapshot,
                   Matcher::Depth depth, std::size_t batch) {
  Outcome outcome;
  Matcher matcher(ShippedFieldMaps(), depth);
  for (std::size_t start = 0; start < records.size(); start += batch) {
    const std::size_t count = std::min(batch, records.size() - start);
    matcher.Match(std::span(records).subspan(start, count), format, snapshot,
                  [&](std::size_t i, const EventMatch& match) {
                    if (match.unparsable) outcome.unparsable.insert(start + i);
                    if (match.hits_dropped > 0) outcome.dropped = true;
                    for (const Hit& hit : match.hits) {
                      const bool fresh =
                          outcome.hits
                              .insert({start + i, hit.field, hit.canonical,
                                       std::string(snapshot.Describe(hit.indicator, hit.indicator_value).id),
                                       std::string(MatchTypeName(hit.type))})
                              .second;
                      if (!fresh) outcome.repeated = true;
                    }
                  });
  }
  return outcome;
}

Outcome RunOracle(const std::vector<Record>& records, Format format, const Oracle& oracle) {
  Outcome outcome;
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (oracle.Match(i, records[i].bytes, format, records[i].arrival, outcome.hits))
      outcome.unparsable.insert(i);
  }
  return outcome;
}

std::string Printable(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes.substr(0, 4000)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7F) {
      out += c;
    } else {
      out += "\\x";
      out += kDigits[byte / 16];
      out += kDigits[byte % 16];
    }
  }
  return out;
}

std::uint64_t Seed(std::uint64_t fallback) {
  const char* text = std::getenv("POLDER_SEED");
  return text == nullptr ? fallback : std::strtoull(text, nullptr, 0);
}

}  // namespace polder::oracle
