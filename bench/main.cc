// Runs the benchmarks, interleaved and repeated, and ends with a table of medians and their ratio to the
// references of the same run. Exits with 1 if any answer is wrong: then nothing is timed.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "bench/suites.h"
#include "engine/match/classify.h"

namespace polder {
namespace {

// Prints Google Benchmark's own lines and keeps the medians.
class MedianKeeper : public benchmark::ConsoleReporter {
 public:
  MedianKeeper() : ConsoleReporter(OO_Tabular) {}

  void ReportRuns(const std::vector<Run>& runs) override {
    ConsoleReporter::ReportRuns(runs);
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Aggregate || run.aggregate_name != "median") continue;
      rows_.push_back({run.family_index, run.run_name.function_name, CounterOf(run, "bytes_per_second"),
                       CounterOf(run, "items_per_second"), CounterOf(run, "second_looks")});
    }
  }

  void PrintTable() {
    // They ran interleaved; they are shown in the order of their registration.
    std::sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) { return a.order < b.order; });
    std::map<std::string, double> references;
    for (const Row& row : rows_) references[row.name] = row.bytes_per_second;
    const double dom = references["simdjson/dom"];
    const double on_demand = references["simdjson/on_demand"];
    if (dom == 0 || on_demand == 0) return;
    fmt::print("\nMedians, one core, {}. Ratios are to simdjson on the same bytes in the same run.\n",
               ClassifyTarget());
    fmt::print("{:<26} {:>10} {:>14} {:>8} {:>13} {:>13}\n", "", "MB/s", "events/s", "x DOM", "x On-Demand",
               "looked into");
    for (const Row& row : rows_) {
      fmt::print("{:<26} {:>10.0f} {:>14.0f} {:>8.2f} {:>13.2f} {:>12.2f}%\n", row.name,
                 row.bytes_per_second / 1e6, row.items_per_second, row.bytes_per_second / dom,
                 row.bytes_per_second / on_demand, row.second_looks * 100);
    }
    for (const Row& row : rows_) {
      const auto atoms = std::find_if(rows_.begin(), rows_.end(),
                                      [&row](const Row& other) { return other.name == row.name + "/atoms"; });
      if (atoms == rows_.end()) continue;
      fmt::print("{}: x {:.2f} the time of their atoms alone\n", row.name,
                 atoms->bytes_per_second / row.bytes_per_second);
    }
  }

 private:
  struct Row {
    std::int64_t order;
    std::string name;
    double bytes_per_second;
    double items_per_second;
    double second_looks;
  };

  static double CounterOf(const Run& run, const std::string& name) {
    const auto found = run.counters.find(name);
    return found == run.counters.end() ? 0 : static_cast<double>(found->second);
  }

  std::vector<Row> rows_;
};

// How many indicators the figures about loading are for; 0: none. Taken out of the arguments.
constexpr std::string_view kIndicatorsOption = "--indicators=";
constexpr std::size_t kIndicators = 10'000'000;

std::size_t TakeIndicators(std::vector<char*>& arguments) {
  std::size_t count = kIndicators;
  std::erase_if(arguments, [&count](const char* argument) {
    const std::string_view text(argument);
    if (!text.starts_with(kIndicatorsOption)) return false;
    count = std::strtoull(text.substr(kIndicatorsOption.size()).data(), nullptr, 10);
    return true;
  });
  return count;
}

int Main(int argc, char** argv) {
  // Defaults that the command line may override.
  std::vector<char*> arguments(argv, argv + argc);
  const std::size_t indicators = TakeIndicators(arguments);
  std::string defaults[] = {"--benchmark_repetitions=7", "--benchmark_enable_random_interleaving=true",
                            "--benchmark_min_time=0.1", "--benchmark_report_aggregates_only=true"};
  for (std::string& option : defaults) arguments.insert(arguments.begin() + 1, option.data());
  int count = static_cast<int>(arguments.size());
  benchmark::Initialize(&count, arguments.data());
  if (benchmark::ReportUnrecognizedArguments(count, arguments.data())) return 2;

  const Corpus reference = MakeCorpus(kCorpusBytes, 0);
  for (const std::string& wrong :
       {RegisterSimdjson(reference), RegisterMatch(), RegisterPatterns(reference)}) {
    if (wrong.empty()) continue;
    fmt::print(stderr, "wrong answer, nothing is timed: {}\n", wrong);
    return 1;
  }
  fmt::print("The answers are right: every planted indicator is found, and nothing else.\n");
  MedianKeeper reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
  reporter.PrintTable();
  return indicators == 0 || PrintRuleSetFigures(indicators) ? 0 : 1;
}

}  // namespace
}  // namespace polder

int main(int argc, char** argv) { return polder::Main(argc, argv); }
