#include "connectors/taxii/taxii_paging.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace polder {
namespace {

constexpr std::size_t kMaxEmptyPages = 3;
constexpr std::chrono::milliseconds kFirstDelay{10'000};

TaxiiStep Stop(std::string reason) { return {TaxiiStep::Kind::kStop, {}, std::move(reason)}; }

TimeUs TimeOf(const std::string& text) { return ParseIsoTime(text).value_or(kBeginningOfTime); }

}  // namespace

std::vector<std::pair<std::string, std::string>> TaxiiQuery(const TaxiiFilter& filter,
                                                            const TaxiiRequest& request) {
  std::vector<std::pair<std::string, std::string>> query;
  if (!request.added_after.empty()) query.emplace_back("added_after", request.added_after);
  // With `next` too: there are servers that fail without it.
  query.emplace_back("limit", std::to_string(filter.limit));
  if (!filter.types.empty())
    query.emplace_back("match[type]", fmt::format("{}", fmt::join(filter.types, ",")));
  if (!filter.version.empty()) query.emplace_back("match[version]", filter.version);
  if (!filter.spec_version.empty()) query.emplace_back("match[spec_version]", filter.spec_version);
  if (!request.next.empty()) query.emplace_back("next", request.next);
  return query;
}

std::string JustBefore(TimeUs time) {
  std::string text = FormatIsoTime(time - 1);
  // TAXII wants six digits, and there are servers that read nothing else.
  if (text.find('.') == std::string::npos) text.insert(text.size() - 1, ".000000");
  return text;
}

std::chrono::milliseconds TaxiiPollDelay(std::chrono::milliseconds interval, int cut_short_in_a_row) {
  if (cut_short_in_a_row <= 0) return interval;
  std::chrono::milliseconds delay = kFirstDelay;
  for (int i = 1; i < cut_short_in_a_row && delay < interval; ++i) delay *= 2;
  return std::min(delay, interval);
}

TaxiiPaging::TaxiiPaging(std::string added_after, const TaxiiLimits& limits)
    : added_after_(std::move(added_after)), limits_(limits), request_{added_after_, ""} {}

void TaxiiPaging::Warn(std::string_view text) {
  if (std::find(warnings_.begin(), warnings_.end(), text) == warnings_.end()) warnings_.emplace_back(text);
}

void TaxiiPaging::NoteDates(const TaxiiPage& page) {
  if (page.objects == 0) return;
  const std::optional<TimeUs> last = ParseIsoTime(page.date_added_last);
  if (!last) {
    in_order_ = false;
    last_.reset();
    Warn(page.date_added_last.empty()
             ? "the server sends no X-TAXII-Date-Added-Last, so polls cannot be told to begin where the last "
               "one ended; objects are read again"
             : fmt::format("the server's X-TAXII-Date-Added-Last '{}' is no time; objects are read again",
                           page.date_added_last.substr(0, 40)));
    return;
  }
  const TimeUs first = ParseIsoTime(page.date_added_first).value_or(*last);
  if (first > *last || (last_ && first < last_->time)) {
    in_order_ = false;
    Warn(
        "the server's pages are not in the order in which objects were added; a poll that is cut short is "
        "read again from its beginning");
  }
  last_ = Moment{*last, page.date_added_last};
  if (!greatest_ || *last >= greatest_->time) greatest_ = last_;
  if (first > greatest_->time) greatest_ = Moment{first, page.date_added_first};
}

std::optional<TaxiiStep> TaxiiPaging::StopAt(const TaxiiPage& page, std::chrono::milliseconds elapsed) {
  if (page.objects == 0) {
    if (++empty_in_a_row_ < kMaxEmptyPages) return std::nullopt;
    return Stop(
        fmt::format("{} pages in a row have no objects, and yet say that there is more; the server is "
                    "broken, tell its operator",
                    empty_in_a_row_));
  }
  empty_in_a_row_ = 0;
  // The same `next` on every page is well, with a server that keeps count itself; the same objects are not.
  if (!seen_.insert(page.digest).second) {
    return Stop(
        fmt::format("page {} has the same objects as one before, and yet says that there is more; the "
                    "server is broken, tell its operator",
                    pages_));
  }
  std::string cap;
  if (pages_ >= limits_.pages) cap = fmt::format("{} pages", limits_.pages);
  if (bytes_ >= limits_.bytes) cap = fmt::format("{} bytes", limits_.bytes);
  if (elapsed >= limits_.time) cap = fmt::format("{} s", limits_.time.count() / 1000);
  if (cap.empty()) return std::nullopt;
  if (Cursor(false) == added_after_) {
    return Stop(
        fmt::format("the limit of {} for one poll is reached, and the next would begin at the same "
                    "point; raise the limit",
                    cap));
  }
  return Stop(fmt::format("the limit of {} for one poll is reached; the next goes on from there", cap));
}

TaxiiStep TaxiiPaging::GoOnByDate() {
  if (!last_) {
    return Stop(
        "the page says that there is more, and gives neither `next` nor X-TAXII-Date-Added-Last to ask "
        "for it; the server is broken, tell its operator");
  }
  const TimeUs now = request_.added_after.empty() ? kBeginningOfTime : TimeOf(request_.added_after);
  if (last_->time - 1 > now) {
    request_ = {JustBefore(last_->time), ""};
  } else if (last_->time > now) {
    Warn(
        fmt::format("more objects were added at {} than fit on a page, and the server has no `next`: some of "
                    "them cannot be asked for; raise the limit of objects on a page",
                    last_->text.substr(0, 40)));
    request_ = {last_->text, ""};
  } else {
    return Stop(
        "the page says that there is more, and its dates do not grow; the server is broken, tell its "
        "operator");
  }
  return {TaxiiStep::Kind::kAsk, request_, ""};
}

TaxiiStep TaxiiPaging::Next(const TaxiiPage& page, std::chrono::milliseconds elapsed) {
  ++pages_;
  bytes_ += page.bytes;
  NoteDates(page);
  if (!page.more) return {TaxiiStep::Kind::kEnd, {}, ""};
  if (std::optional<TaxiiStep> stop = StopAt(page, elapsed)) return *std::move(stop);
  if (page.next.empty()) return GoOnByDate();
  request_.next = page.next;
  return {TaxiiStep::Kind::kAsk, request_, ""};
}

std::string TaxiiPaging::Cursor(bool complete) const {
  const TimeUs start = added_after_.empty() ? kBeginningOfTime : TimeOf(added_after_);
  if (complete) return greatest_ && greatest_->time > start ? greatest_->text : added_after_;
  if (!in_order_ || !last_ || last_->time - 1 <= start) return added_after_;
  return JustBefore(last_->time);
}

}  // namespace polder
