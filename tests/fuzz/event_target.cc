// Events of every format: what the reader hands over, and that the first look misses nothing that the second
// would find. The indicators are short and common, so that mutations of what hits them often hit again.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/event/event_reader.h"
#include "engine/event/zeek_reader.h"
#include "engine/match/matcher.h"
#include "engine/observable/characters.h"
#include "rules/fields/shipped_field_maps.h"
#include "rules/read/stix_statement.h"
#include "tests/engine/event/left_out.h"
#include "tests/fuzz/properties.h"
#include "tests/fuzz/targets.h"
#include "tests/oracle/harness.h"

namespace polder {
namespace {

constexpr TimeUs kArrival = 1'715'000'400 * kSecondUs;  // 2024-05-06T13:00:00Z

// --- What is looked for --------------------------------------------------------------------------

constexpr std::pair<Kind, std::string_view> kValues[] = {
    {Kind::kIp, "1.2.3.4"},
    {Kind::kIp, "2001:db8::1"},
    {Kind::kIp, "::1"},
    {Kind::kNetwork, "10.0.0.0/8"},
    {Kind::kNetwork, "2001:db8:7::/48"},
    {Kind::kDomain, "a.bc"},
    {Kind::kDomain, "evil.example"},
    {Kind::kDomain, "\xC3\xA9.fr"},
    {Kind::kDomain,
     "b\xC3\xBC"
     "cher.example"},
    {Kind::kUrl, "http://a.bc/"},
    {Kind::kUrl, "http://a.bc/x"},
    {Kind::kUrl, "http://b.cd:81/x?y=z"},
    {Kind::kUrl, "https://evil.example/%C3%A9"},
    {Kind::kUrl, "http://5.6.7.8/x"},
    {Kind::kUrl, "http://[2001:db8::2]/x"},
    {Kind::kUrl, "ftp://\xC3\xA9.fr/\\"},
    {Kind::kEmail, "a@b.cd"},
    {Kind::kEmail, "x.y@evil.example"},
    {Kind::kMd5, "d41d8cd98f00b204e9800998ecf8427e"},
    {Kind::kMd5, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
    {Kind::kSha1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
    {Kind::kSha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {Kind::kSha512,
     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
     "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"},
    {Kind::kFileName, "a"},
    {Kind::kFileName, "x.exe"},
    {Kind::kFileName, "n o.doc"},
    {Kind::kFileName, "\xC3\xA9.exe"},
    {Kind::kFilePath, "c:\\x\\a.dll"},
    {Kind::kFilePath, "/tmp/x"},
    {Kind::kRegistryKey, "hklm\\run"},
    {Kind::kMutex, "mtx"},
    {Kind::kNamedPipe, "\\pipe\\x"},
    {Kind::kCommandLine, "cmd /c \"x\""},
    {Kind::kUserAgent, "curl/8"},
    {Kind::kEmailSubject, "you\nwon"},
    {Kind::kText, "x"},
    {Kind::kText, "caf\xC3\xA9"},
    {Kind::kText, "\"\\/"},
    {Kind::kPattern, "/evil[0-9]+/i"},
    {Kind::kPattern, "/^GET /s/"},
    {Kind::kPattern, "/c:\\\\win/i"},
    {Kind::kPattern, "/\"q\":/"},
    {Kind::kPattern, "/a\\nb/"},
    {Kind::kPattern, "/\xC3\xA9t\xC3\xA9/"},
    {Kind::kPattern, "/(?<!n)ope[.]exe$/"},
    // Of URLs that are put together from several fields.
    {Kind::kPattern, "/x[.]gh:8[0-9]/"},
    {Kind::kPattern, "/[.]gh\\/p[?]k=/"},
};

struct Conjunction {
  std::pair<Kind, std::string_view> value;
  std::vector<Condition> conditions;
};

std::vector<Conjunction> Conjunctions() {
  return {{{Kind::kIp, "1.1.1.1"}, {{Kind::kPort, "80"}}},
          {{Kind::kDomain, "c.de"}, {{Kind::kIp, "2.2.2.2"}}},
          {{Kind::kFileName, "y.exe"}, {{Kind::kMd5, "cccccccccccccccccccccccccccccccc"}}},
          {{Kind::kUrl, "http://c.de/y"}, {{Kind::kUserAgent, "wget"}, {Kind::kPort, "443"}}}};
}

constexpr std::string_view kStixPatterns[] = {
    "[domain-name:value = 'd.ef' AND ipv4-addr:value ISSUBSET '3.0.0.0/8']",
    "[url:value LIKE 'http://d.ef/%' AND network-traffic:dst_port != 80]",
    "[file:name MATCHES '^z[0-9]\\\\.exe$' OR file:hashes.MD5 = 'dddddddddddddddddddddddddddddddd']",
    "[process:command_line LIKE '%\\\\zz %' AND process:name = 'z.exe']",
    "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'nc' AND "
    "url:value NOT = 'http://d.ef/']",
    "[ipv4-addr:value = '4.4.4.4'] FOLLOWEDBY [domain-name:value = 'e.fg'] WITHIN 600 SECONDS",
    "[ipv6-addr:value = '2001:db8::4'] REPEATS 2 TIMES",
};

// One of `name`'s own identifier, so that hits of any snapshot can be compared.
Indicator Named(std::string_view name, Kind kind, std::string_view value) {
  Indicator indicator = oracle::MakeIndicator(kind, value);
  indicator.id = fmt::format("indicator--{}", name);
  return indicator;
}

// What makes up one rule; a pattern may have several anchors.
using Rule = std::vector<Indicator>;

std::vector<Rule> Rules() {
  std::vector<Rule> rules;
  const auto add = [&](Rule rule) {
    Require(!rule.empty(), "every rule is one", fmt::format("{}", rules.size()));
    rules.push_back(std::move(rule));
  };
  const auto name = [&] { return fmt::format("{}", rules.size()); };
  for (const auto& [kind, value] : kValues) add({Named(name(), kind, value)});
  // Of a source that is only tried.
  rules[0].push_back(Named("0-shadow", Kind::kIp, "1.2.3.4"));
  rules[0].back().shadow = true;
  for (const Conjunction& one : Conjunctions()) {
    Rule rule = {Named(name(), one.value.first, one.value.second)};
    rule.front().conditions = one.conditions;
    add(std::move(rule));
  }
  for (const std::string_view pattern : kStixPatterns) {
    const auto statement = ReadStixStatement(pattern);
    Require(statement.ok() && statement->refused.empty(), "the patterns are patterns", pattern);
    Rule rule;
    for (const TypedValue& value : statement->values) {
      rule.push_back(Named(name(), value.kind, value.value));
      rule.back().conditions = value.conditions;
      rule.back().pattern = value.pattern;
    }
    add(std::move(rule));
  }
  return rules;
}

// All rules, and each alone: there nothing else can make a candidate of a record.
struct Snapshots {
  std::shared_ptr<const Snapshot> all;
  std::map<std::string, std::shared_ptr<const Snapshot>> alone;  // by identifier
};

const Snapshots& FixedSnapshots() {
  static const Snapshots snapshots = [] {
    Snapshots made;
    std::vector<Indicator> all;
    for (const Rule& rule : Rules()) {
      const auto snapshot = oracle::BuildSnapshot(rule);
      for (const Indicator& indicator : rule) made.alone[indicator.id] = snapshot;
      all.insert(all.end(), rule.begin(), rule.end());
    }
    made.all = oracle::BuildSnapshot(all);
    return made;
  }();
  return snapshots;
}

// --- What is read --------------------------------------------------------------------------------

bool IsLineFormat(Format format) {
  return format == Format::kCef || format == Format::kAccessLog || format == Format::kKeyValue ||
         format == Format::kSyslog || format == Format::kText;
}

struct Reading {
  EventReading reading;
  std::vector<std::pair<std::string, std::string>> strings;
  std::vector<std::pair<std::string, double>> numbers;
};

Reading Read(EventReader& reader, const Record& record, Format format) {
  Reading result;
  const char* const begin = record.bytes.data();
  const char* const end = begin + record.bytes.size();
  result.reading = reader.Read(
      record, format,
      [&](std::string_view path, std::string_view value) {
        const bool begins_inside = value.data() >= begin && value.data() < end + kRecordPadding;
        Require(!begins_inside || value.data() + value.size() <= end, "a value ends where the record does",
                value);
        result.strings.emplace_back(path, value);
      },
      [&](std::string_view path, double value) { result.numbers.emplace_back(path, value); });
  return result;
}

void CheckReading(const Record& record, Format format) {
  EventReader reader;
  const Reading once = Read(reader, record, format);
  const Reading again = Read(reader, record, format);
  const auto facts = [](const Reading& read) {
    return std::tie(read.reading.format, read.reading.in_syslog, read.reading.unparsable,
                    read.reading.broken_json, read.strings);
  };
  Require(facts(once) == facts(again) && once.numbers.size() == again.numbers.size(),
          "the same record reads the same");
  const EventReading& reading = once.reading;
  Require(reading.format != Format::kAuto, "it is known what a record is");
  Require(!reading.broken_json || IsTakenForJson(format, record.bytes), "what begins as JSON is broken JSON");
  Require(!reading.broken_json || reading.unparsable == ClaimsJson(format, record.bytes),
          "what claims to be JSON and is none is unparsable");
  // Broken JSON that syslog carries is handed over with its escapes and without.
  std::size_t bytes = 0;
  for (const auto& [path, value] : once.strings) bytes += path == "_path" ? 0 : value.size();
  Require(bytes <= 2 * record.bytes.size(), "no byte is handed over more often than twice",
          fmt::format("{}", bytes));
  if (reading.broken_json || !IsLineFormat(reading.format) || record.columns != nullptr) return;
  const std::string left_out = LeftOut(record.bytes, once.strings);
  Require(left_out.empty(), "every word is in some value", left_out);
}

// --- What is found -------------------------------------------------------------------------------

// Record, shadow or not, field, observable as found and as compared, indicator, how.
using FoundHit =
    std::tuple<std::size_t, bool, std::string, std::string, std::string, std::string, std::string>;

struct Found {
  std::set<FoundHit> hits;
  std::set<std::size_t> unparsable;
  bool dropped = false;
};

// A matcher is used again, as a worker does, but remembers nothing of what patterns over several events saw.
class Worker {
 public:
  explicit Worker(Matcher::Depth depth) : matcher_(ShippedFieldMaps(), depth, &*stream_) {}

  Found Find(std::span<const Record> records, Format format, const Snapshot& snapshot);

 private:
  std::optional<PatternStream> stream_{std::in_place};
  Matcher matcher_;
};

Found Worker::Find(std::span<const Record> records, Format format, const Snapshot& snapshot) {
  Found found;
  stream_.emplace();
  matcher_.Match(records, format, snapshot, [&](std::size_t i, const EventMatch& match) {
    if (match.unparsable) found.unparsable.insert(i);
    if (match.hits_dropped > 0 || match.shadow_hits_dropped > 0) found.dropped = true;
    for (const bool shadow : {false, true}) {
      for (const Hit& hit : shadow ? match.shadow_hits : match.hits) {
        found.hits.insert({i, shadow, hit.field, hit.atomic, hit.canonical,
                           snapshot.Describe(hit.indicator, hit.indicator_value).id,
                           std::string(MatchTypeName(hit.type))});
      }
    }
  });
  return found;
}

// The first of `expected` that is not in `seen`.
std::string Missing(const std::set<FoundHit>& expected, const std::set<FoundHit>& seen) {
  for (const FoundHit& hit : expected) {
    if (seen.contains(hit)) continue;
    const auto& [record, shadow, field, atomic, canonical, id, type] = hit;
    return fmt::format("record {}, field {}: '{}' ({}) hits {} ({})", record, field, atomic, canonical, id,
                       type);
  }
  return {};
}

void CheckSameHits(const Found& everything, const Found& candidates) {
  const std::string missed = Missing(everything.hits, candidates.hits);
  Require(missed.empty(), "the first look misses nothing", missed);
  const std::string invented = Missing(candidates.hits, everything.hits);
  Require(invented.empty(), "the first look invents nothing", invented);
  Require(std::includes(everything.unparsable.begin(), everything.unparsable.end(),
                        candidates.unparsable.begin(), candidates.unparsable.end()),
          "what is unparsable does not depend on the first look");
}

void CheckHits(std::span<const Record> records, Format format) {
  static Worker second_look(Matcher::Depth::kEverything);
  static Worker both_looks(Matcher::Depth::kCandidates);
  const Snapshots& snapshots = FixedSnapshots();
  const Found everything = second_look.Find(records, format, *snapshots.all);
  CheckSameHits(everything, both_looks.Find(records, format, *snapshots.all));
  if (everything.dropped) return;
  std::set<const Snapshot*> done;
  for (const FoundHit& hit : everything.hits) {
    const std::string& id = std::get<5>(hit);
    const Snapshot& alone = *snapshots.alone.at(id);
    if (!done.insert(&alone).second) continue;
    Found expected;
    for (const FoundHit& other : everything.hits) {
      if (snapshots.alone.at(std::get<5>(other)).get() == &alone) expected.hits.insert(other);
    }
    expected.unparsable = everything.unparsable;
    CheckSameHits(expected, both_looks.Find(records, format, alone));
  }
}

// An object with `text` as a value.
std::string InString(std::string_view text, bool slashes) {
  std::string out = "{\"url\":\"";
  for (const char c : text) {
    if (IsControl(c) && c != '\n') {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
      continue;
    }
    if (c == '"' || c == '\\' || c == '\n' || (c == '/' && slashes)) out += '\\';
    out += c == '\n' ? 'n' : c;
  }
  return out + "\"}";
}

}  // namespace

// The first byte says how to read the rest: its low four bits the format, kAuto if there is none of that
// number; 0x40 makes it a stream of lines, of which those of a Zeek header count, instead of one record; 0x80
// puts it into a string of JSON, with its slashes escaped if 0x10 is there.
void FuzzEvent(std::string_view input) {
  if (input.empty()) return;
  const unsigned how = static_cast<unsigned char>(input.front());
  input.remove_prefix(1);
  const Format format =
      (how & 0x0F) <= static_cast<unsigned>(Format::kText) ? static_cast<Format>(how & 0x0F) : Format::kAuto;
  std::string object;
  if ((how & 0x80) != 0) input = object = InString(input, (how & 0x10) != 0);
  oracle::Records lines;
  ZeekHeader header;
  ZeekHeader::Kept kept;
  std::vector<const ZeekColumns*> columns;
  while ((how & 0x40) != 0 && input.find('\n') != std::string_view::npos) {
    const std::string_view line = input.substr(0, input.find('\n'));
    input.remove_prefix(line.size() + 1);
    columns.push_back(header.Follow(line, kept));
    lines.Add(line, kArrival);
  }
  columns.push_back(header.Follow(input, kept));
  lines.Add(input, kArrival);
  std::vector<Record> records = lines.all();
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i].columns = columns[i];
    CheckReading(records[i], format);
  }
  CheckHits(records, format);
}

}  // namespace polder
