#include "connectors/demo/demo.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>
#include <tuple>
#include <vector>

#include "connectors/demo/community.h"
#include "connectors/demo/sample_events.h"
#include "connectors/demo/samples.h"
#include "connectors/files/clock.h"
#include "connectors/kafka/embedded_broker.h"
#include "connectors/pipeline/runner.h"

namespace polder {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using std::chrono::milliseconds;

constexpr auto kRunFor = std::chrono::seconds(12);
constexpr auto kHotLoadAfter = std::chrono::seconds(5);
constexpr auto kBetweenEvents = milliseconds(4);
// Of each indicator and field only the first few are printed, the rest is counted.
constexpr std::size_t kShownEach = 2;

// A folder of its own, gone at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "polder-demo-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

absl::Status WriteSample(const fs::path& folder, std::string_view name) {
  // Written elsewhere and moved, as a feed should be: the watcher never sees half of it.
  const fs::path part = folder / (std::string(name) + ".part");
  std::ofstream(part) << DemoSample(name);
  std::error_code error;
  fs::rename(part, folder / name, error);
  if (error) return absl::UnavailableError(fmt::format("{}: {}", part.string(), error.message()));
  return absl::OkStatus();
}

// The logs of an organisation: sample lines, over and over, one every few milliseconds.
class SampleLog : private KafkaProducer::Listener {
 public:
  static absl::StatusOr<std::unique_ptr<SampleLog>> Create(const std::string& brokers) {
    std::unique_ptr<SampleLog> source(new SampleLog);
    auto producer = KafkaProducer::Create(brokers, {}, {}, 100'000, source.get());
    if (!producer.ok()) return producer.status();
    source->producer_ = *std::move(producer);
    return source;
  }
  absl::Status ProduceUntil(const std::atomic<bool>& stop) {
    static const std::string topic = "logs";
    const std::vector<std::string_view> lines = SampleLogLines();
    while (!stop.load()) {
      const std::string line = StampLine(lines[produced_++ % lines.size()], Now());
      const auto sent = producer_->Produce({topic, "", line}, 0, 1000);
      if (!sent.ok()) return sent.status();
      producer_->Poll(0);
      std::this_thread::sleep_for(kBetweenEvents);
    }
    producer_->Flush(5000);
    return absl::OkStatus();
  }
  std::size_t produced() const { return produced_; }

 private:
  void OnDelivered(std::uint64_t) override {}
  void OnRefused(std::uint64_t, std::string_view, std::string_view, std::string_view, bool,
                 const std::string& reason) override {
    spdlog::error("demo: {}", reason);
  }

  std::unique_ptr<KafkaProducer> producer_;
  std::size_t produced_ = 0;
};

// Reads the sightings topic as a SIEM would, and prints.
class SightingReader : private KafkaConsumer::Rebalance {
 public:
  static absl::StatusOr<std::unique_ptr<SightingReader>> Create(const std::string& brokers) {
    std::unique_ptr<SightingReader> reader(new SightingReader);
    auto consumer = KafkaConsumer::Create(brokers, "demo-siem", {"sightings"}, {}, {}, reader.get());
    if (!consumer.ok()) return consumer.status();
    reader->consumer_ = *std::move(consumer);
    return reader;
  }
  bool ReadOne(int wait_ms) {
    const auto got = consumer_->Poll(wait_ms, [this](const KafkaRecord& record) {
      documents_.emplace_back(record.value);
      Print(documents_.back());
    });
    return got.ok() && *got;
  }
  const std::vector<std::string>& documents() const { return documents_; }

 private:
  void OnAssign(std::span<const TopicPartition>) override {}
  void OnRevoke(std::span<const TopicPartition>, bool) override {}

  void Print(const std::string& document) {
    const Json sighting = Json::parse(document);
    for (const Json& enrichment : sighting["threat"]["enrichments"]) {
      const Json& indicator = enrichment["indicator"];
      const Json& matched = enrichment["matched"];
      const std::string name = indicator["name"];
      const std::string field = matched["field"];
      const std::string source = fs::path(std::string(matched["index"])).filename();
      if (++shown_[{name, field, source}] > kShownEach) continue;
      const std::string time = std::string(sighting["@timestamp"]).substr(11, 8);
      fmt::print("  {}  {:<6}  {:<44.44}  {:<9}  in {:<18}  by {}\n", time,
                 std::string(sighting["polder"]["format"]), name, std::string(matched["type"]), field,
                 source);
    }
    std::fflush(stdout);
  }

  std::unique_ptr<KafkaConsumer> consumer_;
  std::vector<std::string> documents_;
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> shown_;
};

RunConfig DemoConfig(const std::string& brokers, const fs::path& indicators) {
  RunConfig config;
  config.kafka.brokers = brokers;
  config.input.topics = {"logs"};
  config.indicators.emplace_back();
  config.indicators.back().path = indicators.string();
  config.workers = 2;
  return config;
}

void PrintWhatNext() {
  fmt::print(
      "\nWhat to try next:\n"
      "  your own logs     polder match -i INDICATORS LOG.ndjson.gz\n"
      "  your own Kafka    polder run -c polder.yaml      (docker/polder.yaml is one to start from)\n"
      "  your own feeds    polder check INDICATORS        (what is refused, and why)\n");
}

}  // namespace

absl::Status RunDemo() {
  spdlog::set_level(spdlog::level::err);
  const TemporaryFolder folder;
  if (folder.path().empty())
    return absl::UnavailableError("no folder for temporary files can be made; set TMPDIR");
  auto broker = EmbeddedBroker::Start();
  if (!broker.ok()) return broker.status();
  for (const char* topic : {"logs", "sightings"}) {
    if (const auto status = (*broker)->CreateTopic(topic, 2); !status.ok()) return status;
  }
  for (const char* name : {"community.stix.json", "hunting.txt"}) {
    if (const auto status = WriteSample(folder.path(), name); !status.ok()) return status;
  }
  const std::string brokers = (*broker)->brokers();
  fmt::print("An embedded Kafka on {}, {} sample log lines of five formats, two feeds.\n", brokers,
             SampleLogLines().size());

  Runner runner(DemoConfig(brokers, folder.path()), brokers);
  if (const auto status = runner.Start(); !status.ok()) return status;
  auto source = SampleLog::Create(brokers);
  if (!source.ok()) return source.status();
  auto reader = SightingReader::Create(brokers);
  if (!reader.ok()) return reader.status();

  fmt::print("\nSightings, as they arrive on the topic (the first {} of each):\n", kShownEach);
  std::atomic<bool> stop_source{false};
  absl::Status produced;
  std::thread source_thread([&] { produced = (*source)->ProduceUntil(stop_source); });
  const auto start = std::chrono::steady_clock::now();
  bool hot_loaded = false;
  absl::Status hot_load;
  while (std::chrono::steady_clock::now() - start < kRunFor) {
    (*reader)->ReadOne(100);
    if (hot_loaded || std::chrono::steady_clock::now() - start < kHotLoadAfter) continue;
    hot_loaded = true;
    fmt::print("  -- a second bundle is hot-loaded while events flow (generation {} is in force)\n",
               runner.generation());
    hot_load = WriteSample(folder.path(), "fresh.stix.json");
  }
  stop_source = true;
  source_thread.join();
  // The last events are matched, then everything is drained.
  while (runner.Totals().events < (*source)->produced() &&
         std::chrono::steady_clock::now() - start < 2 * kRunFor) {
    (*reader)->ReadOne(100);
  }
  runner.Stop();
  if (const auto status = runner.Join(); !status.ok()) return status;
  while ((*reader)->ReadOne(1000)) {
  }
  if (!produced.ok()) return produced;
  if (!hot_load.ok()) return hot_load;

  const RunTotals totals = runner.Totals();
  fmt::print("\n{} events in, {} sightings out and {} read back; generation {} at the end.\n", totals.events,
             totals.sightings, (*reader)->documents().size(), runner.generation());
  const auto snapshot = runner.snapshot();
  if (const auto status = PlayCommunity((*reader)->documents(), *snapshot, Now()); !status.ok())
    return status;
  PrintWhatNext();
  return absl::OkStatus();
}

}  // namespace polder
