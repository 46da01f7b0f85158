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

void SecondLook::Add(std::string_view field, const Observable& observable, const Snapshot::Match& found) {
  const bool conjunction = snapshot_->HasConditions(found.indicator);
  if (judged_) {
    if (!snapshot_->ValidAt(found.indicator, match_.time)) return;
    if (conjunction && !conjunctions_.Hold(found.indicator)) return;
  } else if (conjunction) {
    conjunctions_.Add(found.indicator, *snapshot_);
  }
  const bool shadow = snapshot_->IsShadow(found.indicator);
  std::vector<Hit>& hits = shadow ? match_.shadow_hits : match_.hits;
  const bool known = std::any_of(hits.begin(), hits.end(), [&](const Hit& hit) {
    return hit.indicator == found.indicator && hit.field == field && hit.canonical == observable.canonical;
  });
  if (known) return;
  if (hits.size() == kMaxHitsPerEvent) {
    ++(shadow ? match_.shadow_hits_dropped : match_.hits_dropped);
    return;
  }
  // A whole text is what its indicator takes it for.
  const Kind kind = IsWholeText(observable.kind) ? found.kind : observable.kind;
  hits.push_back({found.indicator, found.type, found.kind, kind, std::string(found.value),
                  std::string(observable.atomic), std::string(observable.canonical), std::string(field)});
}

void SecondLook::See(std::string_view field, const Observable& observable) {
  if (aim_ == Aim::kConditions) {
    conjunctions_.See(observable);
    return;
  }
  // Every string of an event is a text: most snapshots know none.
  const TextGates& texts = snapshot_->gates().texts();
  if (observable.kind == Kind::kFileName ? !texts.has_names()
                                         : IsWholeText(observable.kind) && !texts.has_texts()) {
    return;
  }
  snapshot_->Find(observable, [&](const Snapshot::Match& found) { Add(field, observable, found); });
}

void SecondLook::Search(std::string_view field, std::string_view text) {
  field = field.empty() ? kTextField : CutField(field);
  if (aim_ == Aim::kConditions) conjunctions_.SeeText(text);
  ExtractObservables(text, [&](const Observable& observable) { See(field, observable); });
}

void SecondLook::SeeNumber(std::string_view path, double value) {
  fields_.SeeNumber(path, value);
  if (aim_ == Aim::kConditions) conjunctions_.SeeNumber(value);
}

void SecondLook::Restart() {
  if (aim_ == Aim::kConditions) {
    conjunctions_.Forget();
    return;
  }
  match_.hits.clear();
  match_.hits_dropped = 0;
  match_.shadow_hits.clear();
  match_.shadow_hits_dropped = 0;
}

void SecondLook::Read(const Record& record, Format format, Aim aim) {
  aim_ = aim;
  Restart();
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
        [this](std::string_view path, double value) { SeeNumber(path, value); });
    if (structured) {
      fields_.ComposedUrls([this](std::string_view field, std::string_view url) {
        ExtractComposedUrl(url, [&](const Observable& observable) { See(field, observable); });
      });
      time = fields_.Time();
      match_.format = fields_.FormatName();
    } else {
      match_.unparsable = ClaimsJson(format, record.bytes);
      Restart();
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

bool SecondLook::Stands(const Hit& hit) const {
  return snapshot_->ValidAt(hit.indicator, match_.time) &&
         (!snapshot_->HasConditions(hit.indicator) || conjunctions_.Hold(hit.indicator));
}

const EventMatch& SecondLook::Look(const Record& record, Format format, const Snapshot& snapshot) {
  snapshot_ = &snapshot;
  judged_ = false;
  if (!conjunctions_.empty()) conjunctions_.Clear();
  Read(record, format, Aim::kHits);
  if (!conjunctions_.empty()) Read(record, format, Aim::kConditions);
  // What does not stand may have taken the room of others: once more, now that it is known what does.
  if (match_.hits_dropped > 0 || match_.shadow_hits_dropped > 0) {
    judged_ = true;
    Read(record, format, Aim::kHits);
  }
  std::erase_if(match_.hits, [this](const Hit& hit) { return !Stands(hit); });
  std::erase_if(match_.shadow_hits, [this](const Hit& hit) { return !Stands(hit); });
  return match_;
}

}  // namespace polder
