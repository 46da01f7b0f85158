// Ten thousand STIX patterns beside the atoms that stand in them, on events of which none matches.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "bench/suites.h"
#include "engine/expression/expression.h"
#include "engine/match/matcher.h"
#include "engine/snapshot/builder.h"
#include "rules/fields/shipped_field_maps.h"
#include "rules/read/stix_statement.h"

namespace polder {
namespace {

constexpr std::size_t kPatterns = 10'000;
constexpr std::size_t kBatch = 1024;
constexpr FingerprintKey kKey = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

std::string ComparisonWith(const Indicator& atom) {
  switch (atom.kind) {
    case Kind::kDomain:
      return fmt::format("domain-name:value = '{}'", atom.value);
    case Kind::kIp:
      return fmt::format("ipv4-addr:value = '{}'", atom.value);
    case Kind::kSha256:
      return fmt::format("file:hashes.'SHA-256' = '{}'", atom.value);
    default:
      return fmt::format("url:value = '{}'", atom.value);
  }
}

// A word that stands in no event of the corpus.
std::string RareWord(std::size_t i) { return fmt::format("zq{:06}xkcd", i); }

struct Patterns {
  std::vector<std::string> texts;
  std::vector<Indicator> atoms;
};

// Of every sort that values and conjunctions cannot say; with `literals` one in five is about a part of a
// text.
Patterns MakePatterns(bool literals) {
  const std::vector<Indicator> atoms = MakeBenchIndicators(2 * kPatterns);
  Patterns made;
  for (std::size_t i = 0; i < kPatterns; ++i) {
    const std::string a = ComparisonWith(atoms[2 * i]);
    const std::string b = ComparisonWith(atoms[2 * i + 1]);
    if (literals && i % 5 == 0) {
      made.texts.push_back(
          fmt::format("[process:command_line LIKE '%{}%' AND process:pid > 4]", RareWord(i)));
      Indicator atom = atoms[2 * i];
      atom.kind = Kind::kPattern;
      atom.value = FormatExpression(SubstringExpression(RareWord(i), /*caseless=*/true));
      made.atoms.push_back(std::move(atom));
      continue;
    }
    made.atoms.push_back(atoms[2 * i]);
    switch (i % 5) {
      case 1:
        made.texts.push_back(fmt::format("([{}] FOLLOWEDBY [{}]) WITHIN 600 SECONDS", a, b));
        made.atoms.push_back(atoms[2 * i + 1]);
        break;
      case 2:
        made.texts.push_back(fmt::format("[{} AND network-traffic:dst_port > 1024]", a));
        break;
      case 3:
        made.texts.push_back(fmt::format("([{}] OR [{}]) REPEATS 5 TIMES", a, b));
        made.atoms.push_back(atoms[2 * i + 1]);
        break;
      default:
        made.texts.push_back(fmt::format("[{} AND url:value NOT LIKE '%update%']", a));
    }
  }
  return made;
}

std::shared_ptr<const Snapshot> SnapshotOf(const std::vector<Indicator>& indicators) {
  std::vector<const Indicator*> pointers;
  for (const Indicator& indicator : indicators) pointers.push_back(&indicator);
  return SnapshotBuilder(kKey).Build(pointers, 1);
}

// Nothing if a pattern is not wholly taken.
std::vector<Indicator> IndicatorsOf(const std::vector<std::string>& patterns) {
  std::vector<Indicator> indicators;
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    auto statement = ReadStixStatement(patterns[i]);
    if (!statement.ok() || !statement->refused.empty()) return {};
    for (const TypedValue& value : statement->values) {
      Indicator indicator;
      indicator.kind = value.kind;
      indicator.value = value.value;
      indicator.pattern = value.pattern;
      indicator.source = "bench";
      indicator.id = fmt::format("indicator--00000000-0000-4000-8000-{:012x}", i);
      indicators.push_back(std::move(indicator));
    }
  }
  return indicators;
}

std::size_t HitsOf(std::span<const Record> records, const Snapshot& snapshot) {
  Matcher matcher(ShippedFieldMaps());
  matcher.Match(records, Format::kAuto, snapshot, [](std::size_t, const EventMatch&) {});
  return matcher.counters().hits;
}

// An event for the first pattern that asks for a port; the corpus has none.
std::string CheckAnswers(const Corpus& corpus, const Snapshot& patterns, const Snapshot& atoms) {
  if (HitsOf(corpus.records, patterns) != 0 || HitsOf(corpus.records, atoms) != 0) {
    return "patterns: an event of the corpus is hit, and none was planted";
  }
  const Indicator atom = MakeBenchIndicators(6)[4];
  for (const auto& [port, hits] : {std::pair{"4444", 1}, {"80", 0}}) {
    std::string event =
        fmt::format(R"({{"event_type":"dns","src_ip":"10.0.0.1","dest_port":{},"dns":{{"rrname":"{}"}}}})",
                    port, atom.value);
    const std::size_t size = event.size();
    event.append(kRecordPadding, '\0');
    const Record record{std::string_view(event).substr(0, size)};
    if (HitsOf({&record, 1}, patterns) != static_cast<std::size_t>(hits)) {
      return fmt::format("patterns: {} hits with the port {}, expected {}", HitsOf({&record, 1}, patterns),
                         port, hits);
    }
  }
  return {};
}

void Run(benchmark::State& state, const Corpus& corpus, const Snapshot& snapshot) {
  Matcher matcher(ShippedFieldMaps());
  const std::span<const Record> records(corpus.records);
  for (auto _ : state) {
    for (std::size_t start = 0; start < records.size(); start += kBatch) {
      matcher.Match(records.subspan(start, std::min(kBatch, records.size() - start)), Format::kAuto, snapshot,
                    [](std::size_t, const EventMatch&) {});
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(corpus.bytes) * state.iterations());
  state.SetItemsProcessed(static_cast<std::int64_t>(corpus.records.size()) * state.iterations());
  state.counters["second_looks"] =
      static_cast<double>(matcher.counters().candidates) / static_cast<double>(matcher.counters().events);
}

}  // namespace

std::string RegisterPatterns(const Corpus& corpus) {
  static std::vector<std::shared_ptr<const Snapshot>> kept;
  for (const bool literals : {false, true}) {
    const Patterns made = MakePatterns(literals);
    const std::vector<Indicator> indicators = IndicatorsOf(made.texts);
    if (indicators.empty()) return "patterns: not all of them are read";
    const auto patterns = kept.emplace_back(SnapshotOf(indicators));
    const auto atoms = kept.emplace_back(SnapshotOf(made.atoms));
    if (std::string wrong = CheckAnswers(corpus, *patterns, *atoms); !wrong.empty()) return wrong;
    const std::string name = fmt::format("{}/{}", literals ? "patterns+text" : "patterns", kPatterns);
    for (const auto& [label, snapshot] : {std::pair{name, patterns.get()}, {name + "/atoms", atoms.get()}}) {
      benchmark::RegisterBenchmark(
          label.c_str(), [&corpus, snapshot](benchmark::State& state) { Run(state, corpus, *snapshot); });
    }
  }
  return {};
}

}  // namespace polder
