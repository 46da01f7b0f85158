#include "engine/match/second_look.h"

#include <algorithm>
#include <utility>

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

SecondLook::SecondLook(const FieldMaps& maps, ExpressionSet::Scratch& scratch, PatternStream& stream)
    : fields_(maps), scratch_(scratch), patterns_(stream) {}

void SecondLook::Keep(Hit hit, bool shadow) {
  std::vector<Hit>& hits = shadow ? match_.shadow_hits : match_.hits;
  const bool known = std::any_of(hits.begin(), hits.end(), [&](const Hit& other) {
    return other.indicator == hit.indicator && other.field == hit.field && other.canonical == hit.canonical;
  });
  if (known) return;
  if (hits.size() == kMaxHitsPerEvent) {
    ++(shadow ? match_.shadow_hits_dropped : match_.hits_dropped);
    return;
  }
  hits.push_back(std::move(hit));
}

void SecondLook::Add(std::string_view field, const Observable& observable, const Snapshot::Match& found) {
  const RowFacts& facts = snapshot_->FactsOf(found.indicator);
  if (judged_) {
    if (!snapshot_->ValidAt(found.indicator, match_.time) || !MayBeIn(field, found.kind)) return;
    if (facts.has_conditions && !conjunctions_.Hold(found.indicator)) return;
  } else if (facts.has_conditions) {
    conjunctions_.Add(found.indicator, *snapshot_);
  }
  // A whole text is what its indicator takes it for.
  const Kind kind = IsWholeText(observable.kind) ? found.kind : observable.kind;
  Hit hit{found.indicator,
          found.type,
          found.kind,
          kind,
          std::string(found.value),
          std::string(observable.atomic),
          std::string(observable.canonical),
          std::string(field)};
  if (facts.has_pattern) {
    if (!judged_) patterns_.Trigger(std::move(hit), *snapshot_);
    return;
  }
  Keep(std::move(hit), facts.shadow);
}

void SecondLook::See(std::string_view field, const Observable& observable) {
  if (aim_ == Aim::kMore) {
    conjunctions_.See(observable);
    patterns_.See(observable);
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

void SecondLook::SearchExpressions(std::string_view text,
                                   absl::FunctionRef<void(const Observable&, const Snapshot::Match&)> sink) {
  for (const auto& set : snapshot_->expressions()) {
    set->Find(text, scratch_, [&](std::uint32_t index) {
      const std::string expression = FormatExpression(set->expression(index));
      const Observable observable{Kind::kPattern, text, expression, {}};
      snapshot_->Find(observable, [&](const Snapshot::Match& found) { sink(observable, found); });
    });
  }
}

// For what no part of it holds alone.
void SecondLook::SearchComposed(std::string_view field, std::string_view url) {
  SearchExpressions(url, [&](const Observable& observable, const Snapshot::Match& found) {
    const auto same = [&found](const Hit& hit) { return hit.indicator == found.indicator; };
    if (std::any_of(match_.hits.begin(), match_.hits.end(), same) ||
        std::any_of(match_.shadow_hits.begin(), match_.shadow_hits.end(), same)) {
      return;
    }
    Add(field, observable, found);
  });
}

void SecondLook::Search(std::string_view field, std::string_view text) {
  field = field.empty() ? kTextField : CutField(field);
  if (aim_ == Aim::kMore) {
    conjunctions_.SeeText(text);
  } else if (!snapshot_->expressions().empty()) {
    SearchExpressions(text, [&](const Observable& observable, const Snapshot::Match& found) {
      Add(field, observable, found);
    });
  }
  ExtractObservables(text, [&](const Observable& observable) { See(field, observable); });
}

void SecondLook::SeeNumber(std::string_view path, double value) {
  fields_.SeeNumber(path, value);
  if (aim_ != Aim::kMore) return;
  conjunctions_.SeeNumber(value);
  patterns_.SeeNumber(path, value);
}

void SecondLook::Restart() {
  if (aim_ == Aim::kMore) {
    conjunctions_.Forget();
    patterns_.Forget();
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
  fields_.Clear();
  const EventReading reading = reader_.Read(
      record, format,
      [this](std::string_view path, std::string_view value) {
        fields_.SeeString(path, value);
        if (aim_ == Aim::kMore) patterns_.SeeString(path, value);
        Search(path, value);
      },
      [this](std::string_view path, double value) { SeeNumber(path, value); });
  if (reading.broken_json) {
    Restart();
    fields_.Clear();
    UnescapeLeniently(record.bytes, decoded_);
    if (decoded_ != record.bytes) Search(kTextField, decoded_);
    Search(kTextField, record.bytes);
  }
  fields_.End(reading.format);
  map_ = fields_.map();
  fields_.ComposedUrls([this](std::string_view field, std::string_view url) {
    if (aim_ == Aim::kHits && !snapshot_->expressions().empty()) SearchComposed(CutField(field), url);
    ExtractComposedUrl(url, [&](const Observable& observable) { See(CutField(field), observable); });
  });
  std::optional<TimeUs> time = fields_.Time(record.arrival);
  if (!time && reading.format != Format::kJson) time = ParseLinePrefixTime(record.bytes, record.arrival);
  match_.unparsable = reading.unparsable;
  match_.format = fields_.format_name();
  match_.log_source = fields_.log_source();
  match_.has_own_time = time.has_value();
  match_.time = time.value_or(record.arrival);
}

const FieldMeaning* SecondLook::MeaningOf(std::string_view field) const {
  if (map_ == nullptr) return nullptr;
  std::string generalised;
  return map_->Find(GeneralisedPath(field, generalised));
}

// Where the map names fields of a text kind, others hold no such text.
bool SecondLook::MayBeIn(std::string_view field, Kind kind) const {
  if (map_ == nullptr || !IsWholeText(kind) || !map_->Names(kind)) return true;
  const FieldMeaning* meaning = MeaningOf(field);
  return meaning != nullptr && meaning->kind == kind;
}

bool SecondLook::Stands(const Hit& hit) const {
  return snapshot_->ValidAt(hit.indicator, match_.time) && MayBeIn(hit.field, hit.indicator_kind) &&
         (!snapshot_->HasConditions(hit.indicator) || conjunctions_.Hold(hit.indicator));
}

const EventMatch& SecondLook::Look(const Record& record, Format format, const Snapshot& snapshot) {
  snapshot_ = &snapshot;
  judged_ = false;
  if (!conjunctions_.empty()) conjunctions_.Clear();
  if (!patterns_.empty()) patterns_.Clear();
  Read(record, format, Aim::kHits);
  if (!conjunctions_.empty() || !patterns_.empty()) {
    // The reading for conditions leaves the hits alone.
    patterns_.SetMap(map_);
    Read(record, format, Aim::kMore);
  }
  // What does not stand may have taken the room of others: once more, now that it is known what does.
  if (match_.hits_dropped > 0 || match_.shadow_hits_dropped > 0) {
    judged_ = true;
    Read(record, format, Aim::kHits);
  }
  std::erase_if(match_.hits, [this](const Hit& hit) { return !Stands(hit); });
  std::erase_if(match_.shadow_hits, [this](const Hit& hit) { return !Stands(hit); });
  if (!patterns_.empty()) {
    patterns_.Judge(match_.time, snapshot, [this](Hit hit, bool shadow) { Keep(std::move(hit), shadow); });
  }
  for (Hit& hit : match_.hits) {
    if (const FieldMeaning* meaning = MeaningOf(hit.field)) hit.ecs_field = meaning->ecs;
  }
  return match_;
}

}  // namespace polder
