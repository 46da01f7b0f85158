// What to ask a TAXII 2.1 collection next, when to stop, and where the next poll goes on. Pure.
//
// A cursor is a point in time: all that the collection was given up to it has been read. It comes from the
// server's X-TAXII-Date-Added-Last alone, never from a clock of ours. A collection is in the order of those
// times, but one time may have more objects than fit on a page, as after a bulk load; so only a poll that
// came to the end may set the cursor to the last time it saw. One that was cut short sets it just before, and
// the next poll reads a few objects again instead of missing some.
#ifndef POLDER_CONNECTORS_TAXII_TAXII_PAGING_H_
#define POLDER_CONNECTORS_TAXII_TAXII_PAGING_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/content_hash.h"
#include "engine/base/time.h"

namespace polder {

// What of a collection is wanted; the same for all pages of a poll.
struct TaxiiFilter {
  // match[type]; empty: everything. Indicators name their creator and their marking by reference.
  std::vector<std::string> types = {"indicator", "identity", "marking-definition"};
  std::string version;       // match[version]; empty: the newest of each object, the server's default
  std::string spec_version;  // match[spec_version]; empty: the newest
  std::size_t limit = 1000;  // objects on a page; the server may give fewer
};

struct TaxiiLimits {
  std::size_t pages = 10'000;
  std::size_t bytes = std::size_t{4} << 30;
  std::chrono::milliseconds time{15 * 60 * 1000};
};

// Where a poll stands.
struct TaxiiRequest {
  std::string added_after;  // empty: from the beginning
  std::string next;         // of the page before; empty: none
};

// The query of a request for objects.
std::vector<std::pair<std::string, std::string>> TaxiiQuery(const TaxiiFilter& filter,
                                                            const TaxiiRequest& request);

// One page as it was received whole.
struct TaxiiPage {
  std::size_t objects = 0;
  std::size_t bytes = 0;
  ContentHash digest;  // of the identifiers and versions of its objects
  bool more = false;
  std::string next;
  std::string date_added_first;  // the headers, empty where there is none
  std::string date_added_last;
};

struct TaxiiStep {
  enum class Kind : std::uint8_t { kAsk, kEnd, kStop };
  Kind kind = Kind::kEnd;
  TaxiiRequest request;  // kAsk
  std::string reason;    // kStop: why there is no going on, and what to do
};

// One poll. After every whole page Next says how to go on; Cursor says at any time where the next poll
// begins.
class TaxiiPaging {
 public:
  TaxiiPaging(std::string added_after, const TaxiiLimits& limits);

  TaxiiStep First() const { return {TaxiiStep::Kind::kAsk, {added_after_, ""}, ""}; }
  // `elapsed` since the poll began.
  TaxiiStep Next(const TaxiiPage& page, std::chrono::milliseconds elapsed);

  // `complete` if the last step was kEnd. Never before the one the poll began with.
  std::string Cursor(bool complete) const;
  // What a server does that is not as it should be, without harm to what was read.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  struct Moment {
    TimeUs time = kBeginningOfTime;
    std::string text;
  };

  void NoteDates(const TaxiiPage& page);
  std::optional<TaxiiStep> StopAt(const TaxiiPage& page, std::chrono::milliseconds elapsed);
  TaxiiStep GoOnByDate();
  void Warn(std::string_view text);

  const std::string added_after_;  // of the poll
  const TaxiiLimits limits_;
  TaxiiRequest request_;  // the last one
  std::size_t pages_ = 0;
  std::size_t bytes_ = 0;
  std::size_t empty_in_a_row_ = 0;
  std::set<ContentHash> seen_;
  std::optional<Moment> greatest_;  // of all dates seen
  std::optional<Moment> last_;      // of the last page that had objects
  bool in_order_ = true;            // every page so far had dates, and they grew
  std::vector<std::string> warnings_;
};

// The last microsecond before `time`, as TAXII writes times.
std::string JustBefore(TimeUs time);

// How long to wait before the next poll: the interval after a whole one, sooner after one that was cut short,
// doubling from ten seconds with each such in a row, since what is missing is known to be there.
std::chrono::milliseconds TaxiiPollDelay(std::chrono::milliseconds interval, int cut_short_in_a_row);

}  // namespace polder

#endif  // POLDER_CONNECTORS_TAXII_TAXII_PAGING_H_
