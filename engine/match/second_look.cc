#include "engine/match/second_look.h"

#include <algorithm>

#include "engine/event/unescape.h"
#include "engine/observable/extract.h"

namespace polder {
namespace {

constexpr std::string_view kTextField = "message";

// The first kMaxFieldBytes of a path, or a little less: no code point is cut in two.
std::string_view CutField(std::string_view path) {
  if (path.size() <= kMaxFieldBytes) return path;
  std::size_t end = kMaxFieldBytes;
  while (end > 0 && (static_cast<unsigned char>(path[end]) & 0xC0) == 0x80) --end;
  return path.substr(0, end);
}

}  // namespace

void SecondLook::Add(std::string_view field, const Observable& observable) {
  snapshot_->Find(observable, [&](const Snapshot::Match& found) {
    if (time_known_ && !snapshot_->ValidAt(found.indicator, match_.time)) return;
    const bool known = std::any_of(match_.hits.begin(), match_.hits.end(), [&](const Hit& hit) {
      return hit.indicator == found.indicator && hit.field == field && hit.canonical == observable.canonical;
    });
    if (known) return;
    if (match_.hits.size() == kMaxHitsPerEvent) {
      ++match_.hits_dropped;
      return;
    }
    match_.hits.push_back({found.indicator, found.type, found.kind, observable.kind, std::string(found.value),
                           std::string(observable.atomic), std::string(observable.canonical),
                           std::string(field)});
  });
}

void SecondLook::Search(std::string_view field, std::string_view text) {
  field = field.empty() ? kTextField : CutField(field);
  ExtractObservables(text, [&](const Observable& observable) { Add(field, observable); });
}

void SecondLook::Read(const Record& record, Format format) {
  match_.hits.clear();
  match_.hits_dropped = 0;
  match_.unparsable = false;
  match_.format = "text";
  std::optional<TimeUs> time;

  bool structured = false;
  if (ResolveFormat(format, record.bytes) == Format::kJson) {
    fields_.Clear();
    structured = reader_.Read(
        record.bytes,
        [this](std::string_view path, std::string_view value) {
          fields_.SeeString(path, value);
          Search(path, value);
        },
        [this](std::string_view path, double value) { fields_.SeeNumber(path, value); });
    if (structured) {
      fields_.ComposedUrls([this](std::string_view field, std::string_view url) {
        ExtractComposedUrl(url, [&](const Observable& observable) { Add(field, observable); });
      });
      time = fields_.Time();
      match_.format = fields_.FormatName();
    } else {
      match_.unparsable = ClaimsJson(format, record.bytes);
      match_.hits.clear();
      match_.hits_dropped = 0;
      UnescapeLeniently(record.bytes, decoded_);
      if (decoded_ != record.bytes) Search(kTextField, decoded_);
    }
  }
  if (!structured) {
    Search(kTextField, record.bytes);
    time = ParseLinePrefixTime(record.bytes, record.arrival);
  }

  match_.has_own_time = time.has_value();
  match_.time = time.value_or(record.arrival);
}

const EventMatch& SecondLook::Look(const Record& record, Format format, const Snapshot& snapshot) {
  snapshot_ = &snapshot;
  time_known_ = false;
  Read(record, format);
  // Indicators that are not valid may have taken the room of others: once more, now that the time is known.
  if (match_.hits_dropped > 0) {
    time_known_ = true;
    Read(record, format);
  }
  std::erase_if(match_.hits,
                [this](const Hit& hit) { return !snapshot_->ValidAt(hit.indicator, match_.time); });
  return match_;
}

}  // namespace polder
