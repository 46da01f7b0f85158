// polder pattern: does a STIX pattern match observed data.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "connectors/cli/command.h"
#include "connectors/files/read_file.h"
#include "engine/stix/compiled_pattern.h"
#include "engine/stix/hash_constants.h"
#include "engine/stix/observed_data.h"
#include "engine/stix/pattern_parser.h"
#include "engine/stix/sequence.h"
#include "rules/read/shown.h"

namespace polder {
namespace {

constexpr std::size_t kMaxFile = std::size_t{1} << 30;
constexpr std::size_t kShown = 400;
constexpr std::uint64_t kMostSteps = 200'000'000;

struct PatternOptions {
  std::string pattern;
  std::string path = "-";
};

bool BeginsCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

// Where the message says that it is, counted in characters from 0.
std::optional<std::size_t> PlaceIn(const std::string& message) {
  constexpr std::string_view kAt = "at character ";
  const std::size_t at = message.find(kAt);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t number = std::strtoull(message.c_str() + at + kAt.size(), nullptr, 10);
  return number == 0 ? std::nullopt : std::optional(number - 1);
}

// The line of the pattern that is meant, and a caret beneath the character.
void PrintPlace(const std::string& pattern, std::size_t character) {
  std::size_t line_start = 0, column = 0, seen = 0, at = 0;
  for (; at < pattern.size() && (seen < character || !BeginsCharacter(pattern[at])); ++at) {
    if (!BeginsCharacter(pattern[at])) continue;
    ++seen;
    ++column;
    if (pattern[at] == '\n') {
      line_start = at + 1;
      column = 0;
    }
  }
  std::string line = pattern.substr(line_start, pattern.find('\n', line_start) - line_start);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  fmt::print(stderr, "  {}\n  {}^\n", line, std::string(column, ' '));
}

int RefusePattern(const std::string& pattern, const absl::Status& status) {
  const std::string message(status.message());
  PrintError(message);
  if (const auto place = PlaceIn(message)) PrintPlace(pattern, *place);
  return kExitError;
}

absl::StatusOr<CompiledPattern> CompilePattern(const std::string& text) {
  auto pattern = ParseStixPattern(text);
  if (!pattern.ok()) return pattern.status();
  if (auto status = CheckHashConstants(*pattern); !status.ok()) return status;
  return CompiledPattern::Compile(*std::move(pattern));
}

// The observations as the leaves see them; `gave_up` counts the questions that were given up.
std::vector<ObservedTimes> Judge(const CompiledPattern& pattern, const ObservedDataSet& data,
                                 std::size_t& gave_up) {
  std::vector<ObservedTimes> judged;
  judged.reserve(data.observations.size());
  for (const ObservedData& observation : data.observations) {
    ObservedTimes times = {.first = observation.first_observed,
                           .last = observation.last_observed,
                           .count = observation.number_observed,
                           .leaves = {}};
    for (std::size_t leaf = 0; leaf < pattern.leaf_count(); ++leaf) {
      const auto verdict = pattern.Matches(leaf, observation);
      if (verdict == CompiledPattern::Verdict::kMatch) times.leaves.push_back(leaf);
      gave_up += verdict == CompiledPattern::Verdict::kGaveUp ? 1 : 0;
    }
    judged.push_back(std::move(times));
  }
  return judged;
}

void PrintMatch(const CompiledPattern& pattern, const ObservedDataSet& data, const SequenceResult& result) {
  for (const Bound& bound : result.bound) {
    const ObservedData& observation = data.observations[bound.observation];
    fmt::print("{} {}", FormatIsoTime(observation.first_observed), Shown(observation.id, kShown));
    if (bound.times > 1) fmt::print(" ({} times)", bound.times);
    fmt::print(" {}\n", pattern.pattern().leaves[bound.leaf].text);
  }
}

int MatchPattern(const PatternOptions& options) {
  const auto pattern = CompilePattern(options.pattern);
  if (!pattern.ok()) return RefusePattern(options.pattern, pattern.status());
  const auto fail = [&options](const absl::Status& status) {
    PrintError(fmt::format("{}: {}", options.path, std::string(status.message())));
    return kExitError;
  };
  const auto text = ReadWholeFile(options.path, kMaxFile);
  if (!text.ok()) {
    PrintError(std::string(text.status().message()));
    return kExitError;
  }
  nlohmann::json document;
  try {
    document = nlohmann::json::parse(*text);
  } catch (const nlohmann::json::exception& error) {
    return fail(absl::InvalidArgumentError(error.what()));
  }
  const auto data = ReadObservedData(document);
  if (!data.ok()) return fail(data.status());
  for (const std::string& warning : data->warnings) {
    fmt::print(stderr, "warning: {}: {}\n", options.path, Shown(warning, kShown));
  }

  std::size_t gave_up = 0;
  const std::vector<ObservedTimes> judged = Judge(*pattern, *data, gave_up);
  const SequenceResult result = FindSequence(pattern->pattern(), judged, std::nullopt, kMostSteps);
  if (result.verdict == SequenceResult::Verdict::kMatch) {
    PrintMatch(*pattern, *data, result);
    return kExitHit;
  }
  if (result.verdict == SequenceResult::Verdict::kGaveUp) {
    return fail(absl::ResourceExhaustedError(fmt::format(
        "gave up: it takes more than {} steps, or the pattern has too many parts; whether it matches is not "
        "known; give fewer observations, or a pattern with fewer parts and repeats",
        kMostSteps)));
  }
  if (gave_up > 0) {
    return fail(
        absl::ResourceExhaustedError(fmt::format("{} comparisons were given up at their step limit: whether "
                                                 "the pattern matches is not known; write the "
                                                 "expressions of MATCHES without nested repeats",
                                                 gave_up)));
  }
  fmt::print(stderr, "no match in {} observed-data objects\n", data->observations.size());
  return kExitNoHit;
}

}  // namespace

void AddPatternCommand(CLI::App& app, Action& action) {
  auto options = std::make_shared<PatternOptions>();
  CLI::App* command = app.add_subcommand("pattern",
                                         "does a STIX pattern match observed data: exit 0 with the objects "
                                         "it matches, 1 no match, 2 not a pattern");
  command
      ->add_option("pattern", options->pattern,
                   "a STIX 2.1 pattern, such as \"[domain-name:value = 'a.example']\"")
      ->required();
  command->add_option(
      "observed", options->path,
      "JSON: observed-data objects, an array of them or bundles; - is standard input (default)");
  command->callback([options, &action] { action = [options] { return MatchPattern(*options); }; });
}

}  // namespace polder
