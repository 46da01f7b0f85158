// polder bench: what a set of indicators costs, to load, to hold, to change and to match.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>
#include <tuple>

#include "connectors/cli/command.h"
#include "connectors/files/byte_source.h"
#include "connectors/files/line_reader.h"
#include "engine/match/matcher.h"

namespace polder {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kSwaps = 21;
constexpr std::size_t kChanged = 1000;
constexpr int kRounds = 7;
// What is matched over and over is kept in memory.
constexpr std::size_t kMostLogBytes = std::size_t{1} << 30;
constexpr double kShortestRound = 0.2;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

struct BenchOptions {
  IndicatorOptions indicators;
  std::vector<std::string> logs;
  EventOptions events;
};

// Puts so many indicators in that are not there, and takes them out again.
void PrintSwaps(IndicatorStore& store) {
  std::vector<double> ms;
  const std::size_t before = store.Publish(/*even_if_unchanged=*/true)->indicator_count();
  for (int swap = 0; swap < kSwaps; ++swap) {
    std::string list;
    for (std::size_t i = 0; swap % 2 == 0 && i < kChanged; ++i) {
      list += fmt::format("n{}.polder-bench.example\n", i);
    }
    std::string failure;
    store.BeginRefresh("polder bench");
    store.Replace({.source = "polder bench"}, "polder bench", list, &failure);
    store.EndRefresh(/*guarded=*/false);
    const auto start = Clock::now();
    const auto snapshot = store.Publish();
    ms.push_back(SecondsSince(start) * 1000);
    const std::size_t expected = before + (swap % 2 == 0 ? kChanged : 0);
    if (snapshot->indicator_count() != expected) {
      PrintError(fmt::format("a change of {} left {} indicators in force, expected {}", kChanged,
                             snapshot->indicator_count(), expected));
    }
  }
  fmt::print(
      "swap      {} indicators in or out within {:.2f} ms of being read (median of {}, worst {:.2f})\n",
      kChanged, Median(ms), kSwaps, *std::max_element(ms.begin(), ms.end()));
}

void PrintMemory(const RuleSet& rules, const Snapshot& snapshot) {
  const auto count = static_cast<double>(std::max<std::size_t>(snapshot.indicator_count(), 1));
  const std::size_t texts = snapshot.text_bytes();
  const std::size_t rest = rules.memory_bytes() - texts;
  fmt::print("memory    {:.1f} bytes an indicator ({:.1f} MB), and {:.1f} MB of authors' texts\n",
             static_cast<double>(rest) / count, static_cast<double>(rest) / 1e6,
             static_cast<double>(texts) / 1e6);
}

struct Logs {
  std::vector<LineBatch> batches;
  std::size_t bytes = 0;
  std::size_t events = 0;
};

// False, with the reason reported, if one cannot be read.
bool ReadLogs(const std::vector<std::string>& paths, Logs* logs) {
  for (const std::string& path : paths) {
    auto source = ByteSource::Open(path);
    if (!source.ok()) {
      PrintError(std::string(source.status().message()));
      return false;
    }
    LineReader reader(*std::move(source));
    while (logs->bytes < kMostLogBytes) {
      LineBatch batch;
      const auto more = reader.Next(batch);
      if (!more.ok()) {
        PrintError(std::string(more.status().message()));
        return false;
      }
      if (!*more) break;
      for (const Record& record : batch.records()) logs->bytes += record.bytes.size();
      logs->events += batch.records().size();
      logs->batches.push_back(std::move(batch));
    }
  }
  if (logs->bytes >= kMostLogBytes) fmt::print(stderr, "the first gigabyte of the logs is used\n");
  return true;
}

// One pass or more over the logs; seconds for one.
double Pass(Matcher& matcher, const Logs& logs, Format format, const Snapshot& snapshot) {
  int passes = 0;
  const auto start = Clock::now();
  do {
    for (const LineBatch& batch : logs.batches) {
      matcher.Match(batch.records(), format, snapshot, [](std::size_t, const EventMatch&) {});
    }
    ++passes;
  } while (SecondsSince(start) < kShortestRound);
  return SecondsSince(start) / passes;
}

int PrintMatching(const Logs& logs, Format format, const FieldMaps& maps, const Snapshot& snapshot) {
  std::vector<double> sieved;
  std::vector<double> parsed;
  MatchCounters once;
  MatchCounters everything;
  for (int round = 0; round < kRounds; ++round) {
    Matcher first(maps);
    Matcher every(maps, Matcher::Depth::kEverything);
    if (round == 0) {
      // The answers before the clock.
      for (const LineBatch& batch : logs.batches) {
        first.Match(batch.records(), format, snapshot, [](std::size_t, const EventMatch&) {});
        every.Match(batch.records(), format, snapshot, [](std::size_t, const EventMatch&) {});
      }
      once = first.counters();
      everything = every.counters();
      if (once.hits != everything.hits) {
        PrintError(fmt::format("wrong answer, nothing is timed: {} hits, and {} when every event is parsed",
                               once.hits, everything.hits));
        return kExitError;
      }
    }
    sieved.push_back(Pass(first, logs, format, snapshot));
    parsed.push_back(Pass(every, logs, format, snapshot));
  }
  const auto bytes = static_cast<double>(logs.bytes);
  const auto events = static_cast<double>(logs.events);
  fmt::print("matching  {:.0f} MB/s, {:.0f} events/s, {:.0f} ns an event, on one core (median of {})\n",
             bytes / 1e6 / Median(sieved), events / Median(sieved), Median(sieved) * 1e9 / events, kRounds);
  fmt::print("          {:.0f} MB/s where every event is parsed and searched: x {:.1f}\n",
             bytes / 1e6 / Median(parsed), Median(parsed) / Median(sieved));
  fmt::print("          {} events, {:.1f} MB; {:.2f} % looked into; {} events with {} hits\n", logs.events,
             bytes / 1e6, 100 * static_cast<double>(once.candidates) / std::max(events, 1.0),
             once.events_with_hits, once.hits);
  return kExitHit;
}

// What stands at the top of a report.
constexpr std::size_t kShownPatterns = 10;

std::string Cut(std::string text) {
  constexpr std::size_t kShown = 90;
  if (text.size() > kShown) text = text.substr(0, kShown) + "...";
  return text;
}

// Each expression by itself, on a part of the logs.
void PrintExpressions(const Logs& logs, const Snapshot& snapshot) {
  constexpr std::size_t kMostExpressions = 2000;
  constexpr std::size_t kSampleBytes = 4 << 20;
  std::vector<Record> sample;
  std::size_t bytes = 0;
  for (const LineBatch& batch : logs.batches) {
    for (const Record& record : batch.records()) {
      if (bytes >= kSampleBytes) break;
      sample.push_back(record);
      bytes += record.bytes.size();
    }
  }
  struct Cost {
    double ns;
    std::size_t tried, found;
    std::string text;
  };
  std::vector<Cost> costs;
  std::size_t total = 0;
  for (const auto& set : snapshot.expressions()) {
    total += set->size();
    for (std::size_t i = 0; i < set->size() && costs.size() < kMostExpressions; ++i) {
      const Expression& expression = set->expression(i);
      const auto alone = ExpressionSet::Compile({&expression, 1}, nullptr, nullptr);
      if (!alone.ok()) continue;
      ExpressionSet::Scratch scratch;
      Cost cost{0, 0, 0, FormatExpression(expression)};
      const auto start = Clock::now();
      for (const Record& record : sample) {
        if (!(*alone)->MayMatchDecoded(record.bytes, scratch)) continue;
        ++cost.tried;
        (*alone)->Find(record.bytes, scratch, [&cost](std::uint32_t) { ++cost.found; });
      }
      cost.ns = SecondsSince(start) * 1e9 / static_cast<double>(sample.size());
      costs.push_back(std::move(cost));
    }
  }
  std::sort(costs.begin(), costs.end(), [](const Cost& a, const Cost& b) { return a.ns > b.ns; });
  fmt::print("expressions: {}; the costliest, each by itself, on {} events:\n", total, sample.size());
  if (total > costs.size()) fmt::print("  (of the first {})\n", costs.size());
  for (std::size_t i = 0; i < std::min(costs.size(), kShownPatterns); ++i) {
    const Cost& cost = costs[i];
    fmt::print("  {:>7.0f} ns an event, tried on {:.2f} %, found in {}: {}\n", cost.ns,
               100 * static_cast<double>(cost.tried) / static_cast<double>(sample.size()), cost.found,
               Cut(cost.text));
  }
}

// Which STIX patterns are judged most often, and for how much.
void PrintPatterns(const Logs& logs, Format format, const FieldMaps& maps, const Snapshot& snapshot) {
  Matcher matcher(maps);
  for (const LineBatch& batch : logs.batches) {
    matcher.Match(batch.records(), format, snapshot, [](std::size_t, const EventMatch&) {});
  }
  struct Tally {
    std::uint64_t judged, held;
    std::string pattern;
  };
  std::vector<Tally> tallies;
  matcher.patterns().ForEachTally([&](std::string_view pattern, std::uint64_t judged, std::uint64_t held) {
    tallies.push_back({judged, held, std::string(pattern)});
  });
  if (tallies.empty()) return;
  std::sort(tallies.begin(), tallies.end(), [](const Tally& a, const Tally& b) {
    return std::tie(b.judged, a.pattern) < std::tie(a.judged, b.pattern);
  });
  fmt::print("STIX patterns: {} were judged in {} events; most often:\n", tallies.size(), logs.events);
  for (std::size_t i = 0; i < std::min(tallies.size(), kShownPatterns); ++i) {
    fmt::print("  {:>7} events, a hit in {}: {}\n", tallies[i].judged, tallies[i].held,
               Cut(tallies[i].pattern));
  }
}

int Bench(const BenchOptions& options) {
  const auto maps = LoadFieldMaps(options.events);
  if (!maps) return kExitError;
  Logs logs;
  if (!ReadLogs(options.logs, &logs)) return kExitError;
  const auto start = Clock::now();
  const auto store = LoadStore(options.indicators);
  if (store == nullptr) return kExitError;
  const auto snapshot = store->Publish(/*even_if_unchanged=*/true);
  const double seconds = SecondsSince(start);
  const auto values = snapshot->CountValues();
  fmt::print("set       {} indicators of {} values in force\n", snapshot->indicator_count(),
             std::accumulate(values.begin(), values.end(), std::size_t{0}));
  fmt::print("build     {:.2f} s from files to in force, {:.2f} us an indicator\n", seconds,
             seconds * 1e6 / static_cast<double>(std::max<std::size_t>(snapshot->indicator_count(), 1)));
  PrintMemory(store->rules(), *snapshot);
  PrintSwaps(*store);
  if (logs.events == 0) return kExitHit;
  const int matched = PrintMatching(logs, FormatOf(options.events), *maps, *snapshot);
  if (matched != kExitHit) return matched;
  if (!snapshot->expressions().empty()) PrintExpressions(logs, *snapshot);
  PrintPatterns(logs, FormatOf(options.events), *maps, *snapshot);
  return kExitHit;
}

}  // namespace

void AddBenchCommand(CLI::App& app, Action& action) {
  auto options = std::make_shared<BenchOptions>();
  CLI::App* command = app.add_subcommand(
      "bench", "what a set of indicators costs: memory, build and swap time, and matching if logs are given");
  command->add_option("-i,--indicators", options->indicators.paths, "files or folders, as for match")
      ->required()
      ->allow_extra_args(false)
      ->expected(1, -1);
  command->add_option("logs", options->logs, "log files, plain, gzip or zstd");
  AddEventOptions(*command, options->events);
  AddIndicatorOptions(*command, options->indicators);
  command->callback([options, &action] { action = [options] { return Bench(*options); }; });
}

}  // namespace polder
