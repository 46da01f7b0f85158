// Feeds that are fetched: what they have in common.
#ifndef POLDER_CONNECTORS_FEEDS_REMOTE_FEED_H_
#define POLDER_CONNECTORS_FEEDS_REMOTE_FEED_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace polder {

// Something that was fetched, as IndicatorStore takes it.
struct FeedDocument {
  enum class Mode : std::uint8_t {
    kWhole,    // Replace
    kGone,     // Withdraw
    kObjects,  // PutObjects
    kRecord,   // PutRecord
  };
  Mode mode = Mode::kWhole;
  std::string path;  // for messages, and to tell it from others of the feed
  std::string key = {};
  std::string bytes = {};
  std::string source = {};  // in place of the feed's, where each of its documents has its own
};

struct FeedPoll {
  std::vector<FeedDocument> documents = {};
  absl::Status problem = {};               // why there is nothing, or not everything
  std::vector<std::string> warnings = {};  // what is odd and harmless
  bool complete = true;                    // the feed has been read to its end once
  std::chrono::milliseconds wait{0};       // before the next poll
};

// Polled by one thread, which belongs to it.
class RemoteFeed {
 public:
  virtual ~RemoteFeed() = default;
  // Fetches what is new. Takes its time; ends soon once it was cancelled (as it was made).
  virtual FeedPoll Poll() = 0;
  // What became of the documents of the last poll: what was not taken is to be fetched again.
  virtual void Settle(bool taken) = 0;
  // Whether a poll is a refresh, of which the feed guard judges the size.
  virtual bool guarded() const = 0;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_FEEDS_REMOTE_FEED_H_
