#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "connectors/config/config.h"
#include "tests/fuzz/properties.h"
#include "tests/fuzz/targets.h"

namespace polder {
namespace {

constexpr std::string_view kSecret = "Zq7-of-the-environment";
constexpr std::string_view kFileSecret = "Zq7-of-a-file";

SecretReader FuzzSecrets() {
  return {[](const std::string& name) -> std::optional<std::string> {
            if (name.size() % 2 == 0) return std::nullopt;
            return std::string(kSecret);
          },
          [](const std::string& path) -> absl::StatusOr<std::string> {
            if (path.size() % 2 == 0) return absl::NotFoundError("no such file");
            return fmt::format("{}\n", kFileSecret);
          }};
}

// Whether no key or value can hold a line end or another control character. Messages quote them as they are:
// what the operator put into the own file is what the operator sees.
bool IsPlain(std::string_view yaml) {
  std::string line(yaml);
  std::replace(line.begin(), line.end(), '\n', ' ');
  for (std::size_t at = yaml.find('\n'); at != yaml.npos; at = yaml.find('\n', at + 1)) {
    const std::size_t next = yaml.find_first_not_of(' ', at + 1);
    if (next != yaml.npos && yaml[next] == '\n')
      return false;  // an empty one is a line end in a folded scalar
  }
  return IsPrintableLine(line) && line.find_first_of("\\|>'\"") == line.npos;
}

void CheckProblems(std::string_view message, std::string_view input) {
  Require(!message.empty(), "an error says what is wrong");
  const bool spelt = input.find(kSecret) != input.npos || input.find(kFileSecret) != input.npos;
  Require(spelt || (message.find(kSecret) == message.npos && message.find(kFileSecret) == message.npos),
          "no message shows a secret", message);
  const std::size_t lines = MostLines(input);
  const bool plain = IsPlain(input);
  while (!message.empty()) {
    const std::string_view line = message.substr(0, message.find('\n'));
    message.remove_prefix(std::min(line.size() + 1, message.size()));
    if (!plain) continue;
    Require(IsPrintableLine(line), "a problem is one printable line", line);
    constexpr std::string_view kStart = "polder.yaml:";
    Require(line.starts_with(kStart), "a problem names the file", line);
    const std::size_t at = std::strtoull(std::string(line.substr(kStart.size(), 20)).c_str(), nullptr, 10);
    Require(at <= lines, "a problem stands on a line of the input", line);
  }
}

}  // namespace

void FuzzConfig(std::string_view input) {
  const std::string text(input);
  const auto config = ReadRunConfig(text, "polder.yaml", FuzzSecrets());
  if (!config.ok()) {
    Require(absl::IsInvalidArgument(config.status()), "what is wrong is an InvalidArgument");
    CheckProblems(std::string(config.status().message()), input);
    return;
  }
  Require(!config->input.topics.empty(), "there is a topic to read");
  Require(!config->kafka.brokers.empty(), "there is a broker");
  Require(!config->indicators.empty(), "there are indicators");
  Require(config->workers > 0, "somebody works");
  for (const IndicatorConfig& feed : config->indicators) {
    const int places = !feed.path.empty() + !feed.taxii.empty() + !feed.misp.empty() + !feed.url.empty() +
                       !feed.topic.empty();
    Require(places == 1, "indicators come from one place", fmt::format("{}", places));
    Require(!feed.confidence || (*feed.confidence >= 0 && *feed.confidence <= 100),
            "a confidence is 0 to 100");
  }
}

}  // namespace polder
