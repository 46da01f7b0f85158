// polder match: indicators against log files.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "connectors/cli/command.h"
#include "connectors/cli/match_pipeline.h"

namespace polder {
namespace {

struct MatchOptions {
  IndicatorOptions indicators;
  std::vector<std::string> logs;
  EventOptions events;
  std::string output;
  std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
};

int Match(const MatchOptions& options) {
  const auto maps = LoadFieldMaps(options.events);
  if (!maps) return kExitError;
  const auto snapshot = LoadIndicators(options.indicators);
  if (snapshot == nullptr) return kExitError;

  MatchJob job;
  job.paths = options.logs.empty() ? std::vector<std::string>{"-"} : options.logs;
  job.format = FormatOf(options.events);
  job.maps = &*maps;
  // A person sees lines to read, a pipe gets documents.
  const std::string output = !options.output.empty() ? options.output
                             : isatty(STDOUT_FILENO) ? "text"
                                                     : "ecs";
  job.output = *OutputFormatFromName(output);
  job.threads = options.threads;
  job.progress = isatty(STDERR_FILENO) != 0;

  const auto start = std::chrono::steady_clock::now();
  bool broken_output = false;
  const MatchOutcome outcome = MatchFiles(job, *snapshot, [&](std::string_view text) {
    broken_output = std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || broken_output;
  });
  if (std::fflush(stdout) != 0) broken_output = true;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  const MatchCounters& c = outcome.counters;
  fmt::print(stderr, "{} indicators; {} events, {:.1f} MB in {:.2f} s; {} events with {} hits\n",
             snapshot->indicator_count(), c.events, static_cast<double>(c.bytes) / 1e6, seconds,
             c.events_with_hits, c.hits);
  if (c.hits_dropped > 0) {
    fmt::print(stderr, "{} hits beyond the {} that one event may have are counted, not shown\n",
               c.hits_dropped, kMaxHitsPerEvent);
  }
  if (c.unparsable > 0) {
    fmt::print(stderr,
               "{} of the events that were looked into are not of the format that they were taken for; "
               "they were searched as text\n",
               c.unparsable);
  }
  if (outcome.patterns.gave_up > 0) {
    fmt::print(stderr, "{} times a STIX pattern took too many steps on an event: no hit\n",
               outcome.patterns.gave_up);
  }
  if (outcome.patterns.forgotten + outcome.patterns.evicted + outcome.patterns.late > 0) {
    fmt::print(stderr,
               "patterns over several events: {} events came late, {} events and {} patterns were forgotten "
               "for want of room\n",
               outcome.patterns.late, outcome.patterns.forgotten, outcome.patterns.evicted);
  }
  if (outcome.oversized_lines > 0) {
    fmt::print(stderr, "{} lines were longer than 64 MiB and were not searched\n", outcome.oversized_lines);
  }
  for (const std::string& error : outcome.errors) PrintError(error);
  if (broken_output) PrintError("standard output could not be written to its end");
  if (!outcome.errors.empty() || broken_output) return kExitError;
  return c.hits > 0 ? kExitHit : kExitNoHit;
}

}  // namespace

void AddMatchCommand(CLI::App& app, Action& action) {
  auto options = std::make_shared<MatchOptions>();
  CLI::App* command = app.add_subcommand("match", "match indicators against log files or standard input");
  command
      ->add_option("-i,--indicators", options->indicators.paths,
                   "a file or folder: STIX 2.0 and 2.1, MISP events, lists, rule files; once for each")
      ->required()
      ->allow_extra_args(false)
      ->expected(1, -1);
  command->add_option("logs", options->logs, "log files, plain, gzip or zstd; - is standard input (default)");
  AddEventOptions(*command, options->events);
  command
      ->add_option("--output", options->output,
                   "ecs, stix, misp or text (default: text on a terminal, else ecs)")
      ->check(CLI::IsMember({"ecs", "stix", "misp", "text"}));
  AddIndicatorOptions(*command, options->indicators);
  command->add_option("--threads", options->threads, "threads that match (default: one for each processor)")
      ->check(CLI::Range(1, 1024));
  command->callback([options, &action] { action = [options] { return Match(*options); }; });
}

}  // namespace polder
