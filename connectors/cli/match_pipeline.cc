#include "connectors/cli/match_pipeline.h"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "connectors/files/clock.h"
#include "connectors/files/line_reader.h"
#include "engine/sighting/sighting.h"

namespace polder {
namespace {

constexpr std::size_t kOriginalBytes = 65536;

struct Batch {
  std::uint64_t sequence = 0;
  const std::string* path = nullptr;
  LineBatch lines;
};

// Batches on their way from the reader to the matchers and back, for their buffers.
class Exchange {
 public:
  explicit Exchange(std::size_t capacity) : capacity_(capacity) {}

  void Put(Batch batch) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return full_.size() < capacity_; });
    full_.push_back(std::move(batch));
    changed_.notify_all();
  }
  std::optional<Batch> Get() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !full_.empty() || ended_; });
    if (full_.empty()) return std::nullopt;
    Batch batch = std::move(full_.front());
    full_.pop_front();
    changed_.notify_all();
    return batch;
  }
  void End() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  void Recycle(LineBatch lines) {
    const std::lock_guard lock(mutex_);
    spare_.push_back(std::move(lines));
  }
  LineBatch Spare() {
    const std::lock_guard lock(mutex_);
    if (spare_.empty()) return {};
    LineBatch lines = std::move(spare_.back());
    spare_.pop_back();
    return lines;
  }

 private:
  const std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> full_;
  std::vector<LineBatch> spare_;
  bool ended_ = false;
};

// Puts what was matched out of order back into order.
class OrderedWriter {
 public:
  explicit OrderedWriter(const std::function<void(std::string_view)>& write) : write_(write) {}

  void Add(std::uint64_t sequence, std::string text) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(sequence, std::move(text));
    for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_;
         first = waiting_.erase(first), ++next_) {
      if (!first->second.empty()) write_(first->second);
    }
  }

 private:
  const std::function<void(std::string_view)>& write_;
  std::mutex mutex_;
  std::map<std::uint64_t, std::string> waiting_;
  std::uint64_t next_ = 0;
};

class ProgressBar {
 public:
  explicit ProgressBar(bool shown) : shown_(shown) {}
  ~ProgressBar() {
    if (shown_) fmt::print(stderr, "\r\x1b[K");
  }
  void Show(const ByteSource& source) {
    const auto now = std::chrono::steady_clock::now();
    if (!shown_ || now < next_) return;
    next_ = now + std::chrono::milliseconds(200);
    const auto size = source.CompressedSize();
    if (size && *size > 0) {
      fmt::print(stderr, "\r\x1b[K{}: {}%", source.name(), source.CompressedPosition() * 100 / *size);
    } else {
      fmt::print(stderr, "\r\x1b[K{}: {} MB", source.name(), source.CompressedPosition() >> 20);
    }
  }

 private:
  bool shown_;
  std::chrono::steady_clock::time_point next_{};
};

void MatchBatches(const MatchJob& job, const Snapshot& snapshot, Exchange& exchange, OrderedWriter& writer,
                  PatternStream& patterns, MatchCounters& counters) {
  Matcher matcher(*job.maps, Matcher::Depth::kCandidates, &patterns);
  while (auto batch = exchange.Get()) {
    std::string text;
    const TimeUs now = Now();
    matcher.Match(batch->lines.records(), job.format, snapshot, [&](std::size_t i, const EventMatch& match) {
      if (match.hits.empty()) return;
      FileOrigin origin{*batch->path, batch->lines.OffsetOf(i), batch->lines.LineNumberOf(i)};
      const Sighting sighting =
          MakeSighting(batch->lines.records()[i], match, snapshot, std::move(origin), now, kOriginalBytes);
      text += RenderSighting(sighting, job.output);
      text += '\n';
    });
    exchange.Recycle(std::move(batch->lines));
    writer.Add(batch->sequence, std::move(text));
  }
  counters = matcher.counters();
}

void ReadAll(const MatchJob& job, Exchange& exchange, MatchOutcome& outcome) {
  ProgressBar bar(job.progress);
  std::uint64_t sequence = 0;
  for (const std::string& path : job.paths) {
    auto source = ByteSource::Open(path);
    if (!source.ok()) {
      outcome.errors.push_back(std::string(source.status().message()));
      continue;
    }
    LineReader reader(*std::move(source));
    while (true) {
      Batch batch{.path = &path, .lines = exchange.Spare()};
      const auto more = reader.Next(batch.lines);
      if (!more.ok()) outcome.errors.push_back(std::string(more.status().message()));
      if (!more.ok() || !*more) break;
      batch.sequence = sequence++;
      exchange.Put(std::move(batch));
      bar.Show(reader.source());
    }
    outcome.oversized_lines += reader.oversized_lines();
  }
}

}  // namespace

MatchOutcome MatchFiles(const MatchJob& job, const Snapshot& snapshot,
                        const std::function<void(std::string_view)>& write) {
  MatchOutcome outcome;
  Exchange exchange(2 * job.threads);
  OrderedWriter writer(write);
  PatternStream patterns;
  // Patterns over several events need them in their order.
  const std::size_t thread_count = HasSequences(snapshot) ? 1 : job.threads;
  std::vector<MatchCounters> counters(thread_count);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < thread_count; ++i) {
    threads.emplace_back([&, i] { MatchBatches(job, snapshot, exchange, writer, patterns, counters[i]); });
  }
  ReadAll(job, exchange, outcome);
  exchange.End();
  for (std::thread& thread : threads) thread.join();
  for (const MatchCounters& one : counters) outcome.counters += one;
  outcome.patterns = patterns.counters();
  return outcome;
}

}  // namespace polder
