#include "connectors/feeds/feed_hub.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace polder {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How many refused values of one load are logged; `polder check` shows all.
constexpr std::size_t kLoggedRefusals = 10;
constexpr auto kStep = milliseconds(200);
// How long the start waits for feeds that are fetched over HTTP.
constexpr auto kFirstPolls = std::chrono::seconds(60);

double MsSince(steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(steady_clock::now() - start).count();
}

// ", 3 guarded, 1 unclear value".
std::string RefusedWords(const std::map<std::string, std::size_t>& refused) {
  std::string words;
  for (const auto& [category, count] : refused) words += fmt::format(", {} {}", count, category);
  return words;
}

}  // namespace

FeedHub::FeedHub(Options options, SnapshotHolder& holder)
    : holder_(holder),
      store_({.guard = options.guard,
              .feed_guard = options.feed_guard,
              .warninglists = std::move(options.warninglists),
              .expressions = std::move(options.expressions),
              .on_refusal = [this](const Refusal& refusal) { OnRefusal(refusal); }},
             RandomFingerprintKey()),
      files_(std::move(options.files), store_),
      watched_(std::move(options.watched)) {
  for (RemoteFeedSpec& spec : options.remotes) {
    auto remote = std::make_unique<Remote>();
    remote->name = NameOf(spec.origin);
    remote->topic = std::holds_alternative<TopicOrigin>(spec.origin);
    if (spec.terms.source.empty()) spec.terms.source = remote->name;
    remote->spec = std::move(spec);
    remotes_.push_back(std::move(remote));
  }
}

FeedHub::~FeedHub() { StopThreads(); }

void FeedHub::StopThreads() {
  cancelled_ = true;
  if (watcher_ != nullptr) watcher_->Stop();
  {
    const std::lock_guard lock(mutex_);
    for (Delivery& delivery : deliveries_) delivery.taken.set_value(false);
    deliveries_.clear();
  }
  happened_.notify_all();
  for (const auto& remote : remotes_) {
    if (remote->thread.joinable()) remote->thread.join();
  }
  if (watch_thread_.joinable()) watch_thread_.join();
  if (compaction_.valid()) compaction_.wait();
}

void FeedHub::OnRefusal(const Refusal& refusal) {
  if (refusals_++ < kLoggedRefusals) spdlog::warn("{}", refusal.Message());
}

void FeedHub::LogRefusals() {
  if (refusals_ > kLoggedRefusals) {
    spdlog::warn("... and {} more refused; polder check lists them all", refusals_ - kLoggedRefusals);
  }
  refusals_ = 0;
}

void FeedHub::LogDocument(const DocumentReport& document) const {
  spdlog::info("{}: {}, {} read, {} taken{}", document.path, document.format, document.read,
               document.accepted, RefusedWords(document.refused));
  if (document.kept_last_good) spdlog::error("{}: the last good state stays in force", document.path);
}

void FeedHub::LoadFiles(bool reread_all) {
  LoadReport report;
  files_.Load(reread_all, &report);
  for (const DocumentReport& document : report.documents) LogDocument(document);
  file_failures_ = report.failures;
  for (const std::string& failure : report.failures) spdlog::error("{}", failure);
  for (const std::string& held : report.held) spdlog::error("{}", held);
}

void FeedHub::Fetch(Remote& remote) {
  bool complete = false;
  while (!cancelled_.load()) {
    std::size_t reloads = 0;
    {
      const std::lock_guard lock(mutex_);
      reloads = reloads_;
    }
    FeedPoll poll = remote.feed->Poll();
    const milliseconds wait = poll.wait;
    const bool news =
        !poll.documents.empty() || !poll.problem.ok() || !poll.warnings.empty() || poll.complete != complete;
    if (news) {
      complete = poll.complete;
      std::future<bool> taken;
      {
        const std::lock_guard lock(mutex_);
        if (cancelled_.load()) return;
        deliveries_.push_back({&remote, std::move(poll), {}});
        taken = deliveries_.back().taken.get_future();
      }
      happened_.notify_all();
      remote.feed->Settle(taken.get());
    }
    std::unique_lock lock(mutex_);
    happened_.wait_for(lock, wait, [&] { return cancelled_.load() || reloads_ != reloads; });
  }
}

void FeedHub::WatchFiles() {
  while (!cancelled_.load()) {
    if (!watcher_->Wait(kStep)) continue;
    {
      const std::lock_guard lock(mutex_);
      files_changed_ = true;
    }
    happened_.notify_all();
  }
}

bool FeedHub::Take(Delivery& delivery) {
  Remote& remote = *delivery.remote;
  FeedPoll& poll = delivery.poll;
  for (const std::string& warning : poll.warnings) spdlog::warn("{}: {}", remote.name, warning);
  if (!poll.problem.ok()) spdlog::error("{}: {}", remote.name, std::string(poll.problem.message()));
  remote.problem = poll.problem;
  FeedTerms terms = remote.spec.terms;
  std::size_t taken = 0;
  std::size_t failures = 0;
  bool kept_last_good = false;
  std::map<std::string, std::size_t> refused;
  store_.BeginRefresh(fmt::format("{} of {}", remote.name, terms.source));
  for (const FeedDocument& document : poll.documents) {
    std::string failure;
    DocumentReport report;
    terms.source = document.source.empty() ? remote.spec.terms.source : document.source;
    switch (document.mode) {
      case FeedDocument::Mode::kWhole:
        report = store_.Replace(terms, document.path, document.bytes, &failure);
        break;
      case FeedDocument::Mode::kGone:
        store_.Withdraw(terms, document.path);
        break;
      case FeedDocument::Mode::kObjects:
        // The pages of a collection are one delivery.
        report = store_.PutObjects(terms, remote.name, document.path, document.bytes, &failure);
        break;
      case FeedDocument::Mode::kRecord:
        report = store_.PutRecord(terms, remote.name, document.path, document.key, document.bytes, &failure);
        break;
    }
    taken += report.accepted;
    kept_last_good = kept_last_good || report.kept_last_good;
    for (const auto& [category, count] : report.refused) refused[category] += count;
    if (!failure.empty() && failures++ < kLoggedRefusals) spdlog::error("{}", failure);
  }
  if (failures > kLoggedRefusals) {
    spdlog::error("{}: ... and {} more that cannot be read", remote.name, failures - kLoggedRefusals);
  }
  if (kept_last_good) spdlog::error("{}: the last good state stays in force", remote.name);
  // The first state may be of any size, in however many polls it comes.
  const auto reason = store_.EndRefresh(remote.feed->guarded() && remote.complete);
  remote.polled = true;
  remote.complete = remote.complete || poll.complete;
  if (reason) {
    spdlog::error("{}: held at its last state: {}; reload once more to accept it", remote.name, *reason);
    return false;
  }
  if (!poll.documents.empty()) {
    spdlog::info("{}: {} documents, {} indicators{}", remote.name, poll.documents.size(), taken,
                 RefusedWords(refused));
  }
  return true;
}

void FeedHub::Publish(bool even_if_unchanged) {
  const auto start = steady_clock::now();
  const auto snapshot = store_.Publish(even_if_unchanged);
  if (snapshot == nullptr) return;
  holder_.Publish(snapshot);
  spdlog::info("generation {} in force: {} indicators, digest {}, in {:.1f} ms", snapshot->generation(),
               snapshot->indicator_count(), snapshot->digest(), MsSince(start));
}

void FeedHub::Compact() {
  if (compaction_.valid()) {
    if (compaction_.wait_for(milliseconds(0)) != std::future_status::ready) return;
    store_.rules().Adopt(compaction_.get());
    Publish(/*even_if_unchanged=*/true);
  }
  auto planned = store_.rules().PlanCompaction();
  if (!planned) return;
  compaction_ = std::async(std::launch::async, [work = *std::move(planned)]() mutable {
    work.Run();
    return std::move(work);
  });
}

bool FeedHub::Step(steady_clock::time_point deadline) {
  std::deque<Delivery> deliveries;
  bool files_changed = false;
  bool reload = false;
  {
    std::unique_lock lock(mutex_);
    happened_.wait_until(lock, deadline,
                         [this] { return !deliveries_.empty() || files_changed_ || reload_; });
    deliveries = std::exchange(deliveries_, {});
    files_changed = std::exchange(files_changed_, false);
    reload = std::exchange(reload_, false);
  }
  const bool anything = !deliveries.empty() || files_changed || reload;
  if (reload) store_.ConfirmHeld();
  if (files_changed || reload) LoadFiles(reload);
  for (Delivery& delivery : deliveries) delivery.taken.set_value(Take(delivery));
  LogRefusals();
  Compact();
  holder_.Sweep();
  return anything;
}

absl::Status FeedHub::Start(const std::atomic<bool>& stop) {
  if (!watched_.empty()) {
    // Before the first load: what changes during it is read again.
    auto watcher = FileWatcher::Create(watched_);
    if (!watcher.ok()) return watcher.status();
    watcher_ = *std::move(watcher);
  }
  for (const auto& remote : remotes_) {
    auto feed = OpenRemoteFeed(remote->spec.origin, &cancelled_);
    if (!feed.ok()) {
      return absl::InvalidArgumentError(
          fmt::format("{}: {}", remote->name, std::string(feed.status().message())));
    }
    remote->feed = *std::move(feed);
  }
  LoadFiles(/*reread_all=*/true);
  LogRefusals();
  if (!file_failures_.empty()) return absl::InvalidArgumentError(file_failures_.front());
  for (const auto& remote : remotes_) {
    remote->thread = std::thread([this, feed = remote.get()] { Fetch(*feed); });
  }
  const auto deadline = steady_clock::now() + kFirstPolls;
  const auto awaited = [&](const auto& remote) {
    if (remote->topic) return !remote->complete;
    return !(remote->complete || remote->polled) && steady_clock::now() < deadline;
  };
  while (!stop.load() && std::any_of(remotes_.begin(), remotes_.end(), awaited)) {
    Step(steady_clock::now() + kStep);
    for (const auto& remote : remotes_) {
      if (remote->topic && !absl::IsUnavailable(remote->problem) && !remote->problem.ok())
        return remote->problem;
    }
  }
  Publish(/*even_if_unchanged=*/true);
  if (watcher_ != nullptr) watch_thread_ = std::thread([this] { WatchFiles(); });
  return absl::OkStatus();
}

void FeedHub::Follow(const std::atomic<bool>& stop) {
  while (!stop.load()) {
    if (!Step(steady_clock::now() + kStep)) continue;
    const auto before = store_.rules().generation();
    Publish(/*even_if_unchanged=*/false);
    if (store_.rules().generation() == before && !file_failures_.empty()) {
      spdlog::info("generation {} stays in force", before);
    }
  }
  StopThreads();
}

void FeedHub::Reload() {
  {
    const std::lock_guard lock(mutex_);
    reload_ = true;
    ++reloads_;
  }
  happened_.notify_all();
}

}  // namespace polder
