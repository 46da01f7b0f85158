#include "connectors/pipeline/runner.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

#include "connectors/config/access.h"
#include "connectors/feeds/field_map_files.h"
#include "connectors/feeds/warninglist_files.h"
#include "connectors/files/expression_files.h"

namespace polder {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr auto kReportEvery = std::chrono::seconds(30);

FeedTerms TermsOf(const IndicatorConfig& feed) {
  return {.source = feed.source.value_or(""),
          .tlp = feed.tlp.value_or(Tlp::kUnmarked),
          .confidence = feed.confidence.value_or(-1),
          .shadow = feed.shadow,
          .kind = feed.kind,
          .column = feed.column};
}

template <typename Origin>
RemoteOrigin FetchedFrom(const std::string& url, const IndicatorConfig& feed) {
  Origin origin;
  origin.url = url;
  origin.http = HttpOf(feed.access);
  if (feed.poll) origin.interval = *feed.poll;
  return origin;
}

std::optional<RemoteOrigin> RemoteOf(const IndicatorConfig& feed, const RunConfig& config,
                                     const std::string& brokers) {
  if (!feed.taxii.empty()) {
    RemoteOrigin origin = FetchedFrom<TaxiiOrigin>(feed.taxii, feed);
    std::get<TaxiiOrigin>(origin).collection = feed.collection;
    return origin;
  }
  if (!feed.misp.empty()) return FetchedFrom<MispOrigin>(feed.misp, feed);
  if (!feed.url.empty()) return FetchedFrom<UrlOrigin>(feed.url, feed);
  if (feed.topic.empty()) return std::nullopt;
  TopicOrigin origin{.brokers = brokers,
                     .topic = feed.topic,
                     .properties = config.kafka.properties,
                     .operator_keys = feed.operator_key,
                     .memory = config.cache};
  for (const auto& [name, value] : config.kafka.consumer) origin.properties[name] = value;
  return origin;
}

}  // namespace

std::vector<FileFeedSpec> FileFeedsOf(const RunConfig& config) {
  std::vector<FileFeedSpec> specs;
  for (const IndicatorConfig& feed : config.indicators) {
    if (!feed.path.empty()) specs.push_back({feed.path, TermsOf(feed)});
  }
  return specs;
}

Runner::Runner(RunConfig config, std::string brokers)
    : config_(std::move(config)), brokers_(std::move(brokers)) {}

Runner::~Runner() {
  Stop();
  Join().IgnoreError();
}

absl::Status Runner::Start() {
  FeedHub::Options feeds{.files = FileFeedsOf(config_),
                         .watched = {},
                         .remotes = {},
                         .guard = config_.guard,
                         .feed_guard = {.on = config_.feed_guard.on,
                                        .most_change = config_.feed_guard.most_change,
                                        .at_least = config_.feed_guard.at_least},
                         .warninglists = nullptr,
                         .expressions = nullptr};
  auto warninglists = LoadWarninglists(config_.warninglists);
  if (!warninglists.ok()) return warninglists.status();
  feeds.warninglists = *std::move(warninglists);
  auto maps = LoadFieldMaps(config_.input.field_maps);
  if (!maps.ok()) return maps.status();
  field_maps_ = *std::move(maps);
  if (!config_.cache.empty()) feeds.expressions = std::make_shared<ExpressionFiles>(config_.cache);
  for (const IndicatorConfig& feed : config_.indicators) {
    if (!feed.path.empty() && feed.watch) feeds.watched.push_back(feed.path);
    if (auto origin = RemoteOf(feed, config_, brokers_))
      feeds.remotes.push_back({*std::move(origin), TermsOf(feed)});
  }
  hub_ = std::make_unique<FeedHub>(std::move(feeds), holder_);
  live_hub_ = hub_.get();
  if (const absl::Status started = hub_->Start(stop_); !started.ok()) return started;
  // Stopped while it waited: without all indicators no event is to be called harmless.
  if (stop_.load()) return absl::OkStatus();

  for (std::size_t i = 0; i < config_.workers; ++i) {
    auto worker = Worker::Create(config_, brokers_, holder_, {*field_maps_, patterns_});
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
  feed_thread_ = std::thread([this] { hub_->Follow(stop_); });
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
  for (std::thread& thread : threads_) thread.join();
  if (feed_thread_.joinable()) feed_thread_.join();
  if (!threads_.empty()) LogTotals();
  threads_.clear();
  for (const absl::Status& result : results_) {
    if (!result.ok()) return result;
  }
  return absl::OkStatus();
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
  const PatternStream::Counters patterns = patterns_.counters();
  if (patterns.late + patterns.forgotten + patterns.evicted + patterns.gave_up > 0) {
    spdlog::warn(
        "patterns over several events: {} events came late, {} events and {} patterns were forgotten for "
        "want of "
        "room, {} questions took too many steps",
        patterns.late, patterns.forgotten, patterns.evicted, patterns.gave_up);
  }
  ShadowTally shadow;
  for (const auto& worker : workers_) shadow += worker->shadow_tally();
  for (const auto& [source, counts] : shadow.by_source()) {
    spdlog::info("shadow {}: {} hits in {} events, and no sighting of them", source, counts.hits,
                 counts.events);
  }
}

}  // namespace polder
