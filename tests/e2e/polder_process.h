#ifndef POLDER_TESTS_E2E_POLDER_PROCESS_H_
#define POLDER_TESTS_E2E_POLDER_PROCESS_H_

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/e2e/child_process.h"

namespace polder {

// What the tests set in polder.yaml; the rest stays at its default.
struct RunSettings {
  std::string brokers;
  std::string group;
  std::string input_topic;
  std::string output_topic;
  std::string dead_letter_topic = {};  // empty: none
  std::string watch_topic = {};        // likewise
  std::string format = "auto";
  std::filesystem::path indicators;
  bool watch = true;  // the indicators
  // Further elements of `indicators` and further keys at the top level, as YAML.
  std::vector<std::string> feeds = {};
  std::string more = {};
  std::string consumer = {};  // further properties: ", name: value"
  int workers = 2;
  // Small batches and a lingering producer keep sightings in flight, so that a
  // kill finds some.
  int batch_events = 100;
  int linger_ms = 100;
  // How long the group waits for a killed member. librdkafka joins at most once
  // a second and sends no heartbeat meanwhile: less than that plus a heartbeat
  // throws living members out whenever another one comes.
  int session_ms = 2000;
};

std::string ConfigText(const RunSettings& settings);

// The binary under test, for its other commands.
std::string PolderBinary();

// One `polder run`. Ends with this object (SIGKILL). Its output goes to
// polder.log beside the configuration, appended over several lives.
class PolderProcess {
 public:
  // Writes `settings` to `folder`/`name`.yaml and starts.
  PolderProcess(const RunSettings& settings, const std::filesystem::path& folder,
                const std::string& name = "polder");

  void Signal(int signal) { process_.Signal(signal); }
  void Kill() { process_.Kill(); }
  bool Running() { return process_.Running(); }
  std::optional<int> Wait(std::chrono::milliseconds limit) { return process_.Wait(limit); }

  // WaitForText looks at what is written from here on; at first, at this life.
  void MarkLog() { log_start_ = ReadFile(log_).size(); }
  bool WaitForText(const std::string& text, std::chrono::milliseconds limit);
  std::string LogTail() const { return Tail(log_); }

 private:
  std::filesystem::path log_;
  size_t log_start_;
  ChildProcess process_;
};

}  // namespace polder

#endif  // POLDER_TESTS_E2E_POLDER_PROCESS_H_
