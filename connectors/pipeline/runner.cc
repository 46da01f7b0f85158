#include "connectors/pipeline/runner.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>

namespace polder {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr auto kReportEvery = std::chrono::seconds(30);
// How many refused values of one load are logged; `polder check` shows all.
constexpr std::size_t kLoggedRefusals = 10;

}  // namespace

std::vector<FeedSpec> FeedSpecsOf(const RunConfig& config) {
  std::vector<FeedSpec> specs;
  for (const IndicatorConfig& feed : config.indicators) {
    specs.push_back({feed.path, feed.source.value_or(""), feed.tlp.value_or(Tlp::kUnmarked),
                     feed.confidence.value_or(-1)});
  }
  return specs;
}

Runner::Runner(RunConfig config, std::string brokers)
    : config_(std::move(config)),
      brokers_(std::move(brokers)),
      loader_(FeedSpecsOf(config_), config_.guard, RandomFingerprintKey()) {}

Runner::~Runner() {
  Stop();
  Join().IgnoreError();
}

absl::Status Runner::Start() {
  std::vector<std::string> watched;
  for (const IndicatorConfig& feed : config_.indicators) {
    if (feed.watch) watched.push_back(feed.path);
  }
  if (!watched.empty()) {
    // Before the first load: what changes during it is read again.
    auto watcher = FileWatcher::Create(watched);
    if (!watcher.ok()) return watcher.status();
    watcher_ = *std::move(watcher);
  }
  LoadFeeds(/*reread_all=*/true, /*first=*/true);
  if (!load_failures_.empty()) return absl::InvalidArgumentError(load_failures_.front());

  for (std::size_t i = 0; i < config_.workers; ++i) {
    auto worker = Worker::Create(config_, brokers_, holder_);
    if (!worker.ok()) return worker.status();
    workers_.push_back(*std::move(worker));
  }
  results_.resize(workers_.size());
  running_ = workers_.size();
  drained_.emplace(static_cast<std::ptrdiff_t>(workers_.size()));
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    threads_.emplace_back([this, i] {
      results_[i] = workers_[i]->Run(stop_);
      --running_;
      drained_->arrive_and_wait();
      workers_[i]->Leave();
    });
  }
  feed_thread_ = std::thread([this] { WatchFeeds(); });
  return absl::OkStatus();
}

absl::Status Runner::Join() {
  auto next_report = steady_clock::now() + kReportEvery;
  while (!threads_.empty() && !stop_.load() && running_ == workers_.size()) {
    std::this_thread::sleep_for(milliseconds(50));
    if (steady_clock::now() < next_report) continue;
    next_report += kReportEvery;
    LogTotals();
  }
  // One worker that fails ends all: half a group would hide that something is wrong.
  stop_ = true;
  if (watcher_ != nullptr) watcher_->Stop();
  for (std::thread& thread : threads_) thread.join();
  if (feed_thread_.joinable()) feed_thread_.join();
  if (!threads_.empty()) LogTotals();
  threads_.clear();
  for (const absl::Status& result : results_) {
    if (!result.ok()) return result;
  }
  return absl::OkStatus();
}

void Runner::WatchFeeds() {
  while (!stop_.load()) {
    bool changed = false;
    if (watcher_ != nullptr) {
      changed = watcher_->Wait(milliseconds(200));
    } else {
      std::this_thread::sleep_for(milliseconds(200));
    }
    const bool asked = reload_.exchange(false);
    if ((changed || asked) && !stop_.load()) LoadFeeds(/*reread_all=*/asked, /*first=*/false);
  }
}

void Runner::LoadFeeds(bool reread_all, bool first) {
  const auto start = steady_clock::now();
  LoadReport report;
  const std::shared_ptr<const Snapshot> snapshot = loader_.Load(reread_all, &report);
  for (const FileReport& file : report.files) {
    std::string refused;
    for (const auto& [category, count] : file.refused) refused += fmt::format(", {} {}", count, category);
    spdlog::info("{}: {}, {} read, {} taken{}", file.path, file.format, file.read, file.accepted, refused);
    if (file.kept_last_good) spdlog::error("{}: the last good state stays in force", file.path);
  }
  for (std::size_t i = 0; i < std::min(report.refusals.size(), kLoggedRefusals); ++i) {
    spdlog::warn("{}", report.refusals[i].Message());
  }
  if (report.refusals.size() > kLoggedRefusals) {
    spdlog::warn("... and {} more; polder check lists them all", report.refusals.size() - kLoggedRefusals);
  }
  load_failures_ = report.failures;
  for (const std::string& failure : report.failures) spdlog::error("{}", failure);
  if (snapshot == nullptr) {
    if (!first) spdlog::info("indicators are unchanged: generation {} stays in force", generation());
    return;
  }
  const auto ms = std::chrono::duration_cast<milliseconds>(steady_clock::now() - start).count();
  spdlog::info("generation {} in force: {} values from {} indicators, digest {}, loaded in {} ms",
               snapshot->generation(), snapshot->value_count(), snapshot->indicator_count(),
               snapshot->digest(), ms);
  holder_.Publish(snapshot);
}

RunTotals Runner::Totals() const {
  RunTotals totals;
  for (const auto& worker : workers_) {
    const WorkerStats& stats = worker->stats();
    totals.events += stats.events;
    totals.bytes += stats.bytes;
    totals.candidates += stats.candidates;
    totals.unparsable += stats.unparsable;
    totals.tombstones += stats.tombstones;
    totals.hits += stats.hits;
    totals.sightings += stats.sightings;
    totals.acknowledged += stats.acknowledged;
    totals.dead_letters += stats.dead_letters;
    totals.shortened += stats.shortened;
    totals.pauses += stats.pauses;
  }
  return totals;
}

std::uint64_t Runner::generation() const {
  const auto snapshot = holder_.Current();
  return snapshot == nullptr ? 0 : snapshot->generation();
}

void Runner::LogTotals() const {
  const RunTotals totals = Totals();
  spdlog::info(
      "{} events ({} bytes), {} looked into, {} unparsable, {} hits, {} sightings, {} dead letters, {} "
      "acknowledged, "
      "{} shortened, {} without a value, {} pauses",
      totals.events, totals.bytes, totals.candidates, totals.unparsable, totals.hits, totals.sightings,
      totals.dead_letters, totals.acknowledged, totals.shortened, totals.tombstones, totals.pauses);
}

}  // namespace polder
