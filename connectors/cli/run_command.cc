// polder run: the daemon.
#include <fmt/format.h>
#include <signal.h>
#include <spdlog/spdlog.h>

#include <thread>

#include "connectors/cli/command.h"
#include "connectors/config/config.h"
#include "connectors/kafka/embedded_broker.h"
#include "connectors/pipeline/runner.h"

namespace polder {
namespace {

constexpr int kEmbeddedPartitions = 4;

spdlog::level::level_enum LevelOf(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarn:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

absl::StatusOr<std::unique_ptr<EmbeddedBroker>> StartEmbedded(const RunConfig& config) {
  auto broker = EmbeddedBroker::Start();
  if (!broker.ok()) return broker.status();
  std::vector<std::string> topics = config.input.topics;
  topics.push_back(config.output.topic);
  if (config.output.dead_letter) topics.push_back(*config.output.dead_letter);
  if (config.output.watch) topics.push_back(*config.output.watch);
  for (const std::string& topic : topics) {
    if (const auto status = (*broker)->CreateTopic(topic, kEmbeddedPartitions); !status.ok()) return status;
  }
  spdlog::warn("the embedded broker listens on {}; it forgets everything when this process ends",
               (*broker)->brokers());
  return broker;
}

int Run(const std::string& path) {
  auto config = ReadRunConfigFile(path);
  if (!config.ok()) {
    fmt::print(stderr, "{}\n", std::string(config.status().message()));
    return kExitError;
  }
  spdlog::set_level(LevelOf(config->log_level));

  // Blocked here and so in every thread to come; one thread waits for them.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  std::string brokers = config->kafka.brokers;
  std::unique_ptr<EmbeddedBroker> embedded;
  if (config->kafka.embedded()) {
    auto started = StartEmbedded(*config);
    if (!started.ok()) {
      PrintError(std::string(started.status().message()));
      return kExitError;
    }
    embedded = *std::move(started);
    brokers = embedded->brokers();
  }

  Runner runner(*std::move(config), brokers);
  std::atomic<bool> ended{false};
  std::thread signal_thread([&] {
    const timespec wait = {0, 200'000'000};
    while (!ended.load()) {
      const int signal = sigtimedwait(&signals, nullptr, &wait);
      if (signal == SIGHUP) {
        spdlog::info("SIGHUP: reading all indicators again, and accepting what is held");
        runner.Reload();
      } else if (signal > 0) {
        spdlog::info("signal {}: draining", signal);
        runner.Stop();
      }
    }
  });
  absl::Status ran = runner.Start();
  if (ran.ok()) ran = runner.Join();
  ended = true;
  signal_thread.join();
  if (!ran.ok()) {
    PrintError(std::string(ran.message()));
    return kExitError;
  }
  spdlog::info("drained: every sighting is acknowledged and every offset committed");
  return kExitHit;
}

}  // namespace

void AddRunCommand(CLI::App& app, Action& action) {
  auto path = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("run", "match events from Kafka as they come; SIGHUP reloads, SIGTERM drains");
  command->add_option("-c,--config", *path, "configuration, a YAML file")->required();
  command->callback([path, &action] { action = [path] { return Run(*path); }; });
}

}  // namespace polder
