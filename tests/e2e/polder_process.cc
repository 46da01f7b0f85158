#include "tests/e2e/polder_process.h"

#include <fmt/format.h>

namespace polder {
namespace {

std::filesystem::path WriteConfig(const RunSettings& settings, const std::filesystem::path& folder,
                                  const std::string& name) {
  const std::filesystem::path path = folder / fmt::format("{}.yaml", name);
  WriteFile(path, ConfigText(settings));
  return path;
}

}  // namespace

std::string ConfigText(const RunSettings& settings) {
  std::string config = fmt::format(
      "kafka:\n"
      "  brokers: {}\n"
      "  group: {}\n"
      "  properties: {{reconnect.backoff.max.ms: 500}}\n"
      "  consumer: {{auto.offset.reset: earliest, session.timeout.ms: {}, heartbeat.interval.ms: {}{}}}\n"
      "  producer: {{linger.ms: {}}}\n"
      "input:\n"
      "  topics: [{}]\n"
      "  format: {}\n"
      "output:\n"
      "  topic: {}\n"
      "  format: ecs\n",
      settings.brokers, settings.group, settings.session_ms, settings.session_ms / 10, settings.consumer,
      settings.linger_ms, settings.input_topic, settings.format, settings.output_topic);
  if (!settings.dead_letter_topic.empty())
    config += fmt::format("  dead_letter: {}\n", settings.dead_letter_topic);
  if (!settings.watch_topic.empty()) config += fmt::format("  watch: {}\n", settings.watch_topic);
  config += fmt::format(
      "indicators:\n"
      "  - path: {}\n"
      "    source: community\n"
      "    watch: {}\n",
      settings.indicators.string(), settings.watch);
  for (const std::string& feed : settings.feeds) config += fmt::format("  - {{{}}}\n", feed);
  config += fmt::format(
      "guard: on\n"
      "workers: {}\n"
      "batch: {{events: {}, wait_ms: 20}}\n",
      settings.workers, settings.batch_events);
  return config + settings.more;
}

std::string PolderBinary() { return POLDER_BINARY; }

PolderProcess::PolderProcess(const RunSettings& settings, const std::filesystem::path& folder,
                             const std::string& name)
    : log_(folder / fmt::format("{}.log", name)),
      log_start_(ReadFile(log_).size()),
      process_({PolderBinary(), "run", "-c", WriteConfig(settings, folder, name).string()}, log_) {}

bool PolderProcess::WaitForText(const std::string& text, std::chrono::milliseconds limit) {
  return WaitUntil(limit, [&] { return ReadFile(log_).find(text, log_start_) != std::string::npos; });
}

}  // namespace polder
