// All feeds of a run: reads them, follows them, and publishes what comes of it.
#ifndef POLDER_CONNECTORS_FEEDS_FEED_HUB_H_
#define POLDER_CONNECTORS_FEEDS_FEED_HUB_H_

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "connectors/feeds/fetched_feeds.h"
#include "connectors/feeds/file_feeds.h"
#include "connectors/files/watcher.h"
#include "engine/snapshot/holder.h"

namespace polder {

struct RemoteFeedSpec {
  RemoteOrigin origin;
  FeedTerms terms;
};

// Files are read on the calling thread; every feed that is fetched has a thread of its own, so that a slow
// server holds nobody up; large segments are joined on another. One thread alone touches the store: that of
// Start, then that of Follow. What happens is logged.
class FeedHub {
 public:
  struct Options {
    std::vector<FileFeedSpec> files;
    std::vector<std::string> watched;  // of their paths
    std::vector<RemoteFeedSpec> remotes;
    bool guard = true;
    FeedGuardLimits feed_guard;
    std::shared_ptr<const Warninglists> warninglists;
    std::shared_ptr<ExpressionCache> expressions = nullptr;  // none is kept
  };

  // `holder` outlives it.
  FeedHub(Options options, SnapshotHolder& holder);
  ~FeedHub();
  FeedHub(const FeedHub&) = delete;
  FeedHub& operator=(const FeedHub&) = delete;

  // Publishes the first snapshot: with all files, with every topic from its beginning to its end, and with
  // what the other feeds give within a minute; what comes later is added then. An error says what keeps it
  // from working at all, a file that cannot be read among it. `stop` ends the wait.
  absl::Status Start(const std::atomic<bool>& stop);
  // Until `stop` is set.
  void Follow(const std::atomic<bool>& stop);

  // Reads all files again, changed or not, asks every feed that is fetched at once, and accepts what the feed
  // guard holds. Any thread may call it.
  void Reload();

 private:
  // One thread with a feed. Its polls are handed over one at a time.
  struct Remote {
    RemoteFeedSpec spec;
    std::string name;
    std::unique_ptr<RemoteFeed> feed;
    std::thread thread;
    bool topic = false;
    bool polled = false;    // once, with whatever result
    bool complete = false;  // read to its end once
    absl::Status problem;   // of the last poll
  };
  struct Delivery {
    Remote* remote;
    FeedPoll poll;
    std::promise<bool> taken;
  };

  void Fetch(Remote& remote);
  void WatchFiles();
  void StopThreads();
  // What has happened since, false once `deadline` is over and nothing did.
  bool Step(std::chrono::steady_clock::time_point deadline);
  bool Take(Delivery& delivery);
  void LoadFiles(bool reread_all);
  void Publish(bool even_if_unchanged);
  void Compact();
  void LogDocument(const DocumentReport& document) const;
  void OnRefusal(const Refusal& refusal);
  void LogRefusals();

  SnapshotHolder& holder_;
  std::size_t refusals_ = 0;  // since they were logged last
  IndicatorStore store_;
  FileFeeds files_;
  std::vector<std::string> watched_;
  std::vector<std::string> file_failures_;
  std::unique_ptr<FileWatcher> watcher_;
  std::vector<std::unique_ptr<Remote>> remotes_;
  std::thread watch_thread_;
  std::future<Compaction> compaction_;
  std::atomic<bool> cancelled_{false};

  std::mutex mutex_;  // over what follows
  std::condition_variable happened_;
  std::deque<Delivery> deliveries_;
  bool files_changed_ = false;
  bool reload_ = false;
  std::size_t reloads_ = 0;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_FEEDS_FEED_HUB_H_
