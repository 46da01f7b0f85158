// While the record is read, a field costs one lookup of its path; values that may matter are kept in slots
// whose buffers stay. Which of them matter shows at the end, when the product is known.
#include "engine/event/fields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

#include "engine/event/compiled_maps.h"
#include "engine/event/event_time.h"
#include "engine/observable/characters.h"

namespace polder {
namespace {

// No product names a field like this; a hostile event must not have every such path hashed.
constexpr std::size_t kLongestPath = 1024;

using Compiled = FieldMaps::Compiled;

constexpr std::size_t kLongestTime = 64;
constexpr std::size_t kLongestNumber = 32;

struct Slot {
  enum class Holds : std::uint8_t { kNothing, kText, kNumber } holds = Holds::kNothing;
  std::string text;
  std::string composed;
  double number = 0;
};

bool EqualsLower(std::string_view value, std::string_view lower) {
  return value.size() == lower.size() && std::equal(value.begin(), value.end(), lower.begin(),
                                                    [](char a, char b) { return ToLowerAscii(a) == b; });
}

bool MayBeTime(std::string_view value) {
  return value.size() <= kLongestTime && value.find_first_of("0123456789") != std::string_view::npos;
}

// `host`, `host:port`, `[v6]`, `[v6]:port` or a bare v6 address.
bool IsHostField(std::string_view host) {
  return !host.empty() && host.find_first_of("%/?#@ ") == std::string_view::npos;
}

// Products that name the service where the scheme should be may have `tcp/8080` there.
bool IsScheme(std::string_view scheme) {
  return !scheme.empty() && !IsDigit(scheme.front()) &&
         std::all_of(scheme.begin(), scheme.end(), IsSchemeChar);
}

}  // namespace

struct EventFields::State {
  explicit State(const FieldMaps& all)
      : maps(&all), compiled(&all.compiled()), slots(compiled->slots), marks(compiled->mark_words) {}

  void Mark(std::uint32_t bit) { marks[bit / 64] |= std::uint64_t{1} << bit % 64; }
  bool Holds(const Compiled::Recognition& recognition) const;
  bool Recognises(const Compiled::Map& candidate) const {
    return std::any_of(candidate.recognition.begin(), candidate.recognition.end(),
                       [this](const Compiled::Recognition& recognition) { return Holds(recognition); });
  }
  std::optional<TimeUs> TimeIn(const std::vector<std::vector<std::uint32_t>>& times, TimeUs arrival);
  std::optional<TimeUs> TimeOf(const std::vector<std::uint32_t>& parts, TimeUs arrival);
  // Empty for a slot without text.
  std::string_view Text(std::uint32_t slot) const {
    if (slot == Compiled::kNone || slots[slot].holds != Slot::Holds::kText) return {};
    return slots[slot].text;
  }
  void AppendPort(std::uint32_t slot);
  bool Compose(const Compiled::Url& url);
  // Whether `text` is one of the lines of `composed`.
  bool IsComposed() const {
    for (std::size_t at = composed.find(text); at != std::string::npos; at = composed.find(text, at + 1)) {
      if (composed[at - 1] == '\n' && composed[at + text.size()] == '\n') return true;
    }
    return false;
  }
  std::string_view Said(const LogPart& part, const std::vector<std::uint32_t>& fields) const {
    for (const std::uint32_t slot : fields) {
      if (const std::string_view said = Text(slot); !said.empty()) return said;
    }
    return part.fixed;
  }

  const FieldMaps* maps;
  const Compiled* compiled;
  std::vector<Slot> slots;
  std::vector<std::uint64_t> marks;
  std::vector<std::uint32_t> filled;  // slots
  std::string path;                   // scratch, as is the next
  std::string text;
  std::string composed;
  Format format = Format::kText;
  const Compiled::Map* product = nullptr;
};

bool EventFields::State::Holds(const Compiled::Recognition& recognition) const {
  if (recognition.formats != 0 && (recognition.formats >> static_cast<unsigned>(format) & 1) == 0)
    return false;
  bool any = !recognition.has_any;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if ((marks[i] & recognition.all[i]) != recognition.all[i]) return false;
    any = any || (marks[i] & recognition.any[i]) != 0;
  }
  return any;
}

std::optional<TimeUs> EventFields::State::TimeOf(const std::vector<std::uint32_t>& parts, TimeUs arrival) {
  if (parts.size() == 1) {
    const Slot& slot = slots[parts[0]];
    if (slot.holds == Slot::Holds::kNumber) return TimeFromNumber(slot.number);
    return slot.holds == Slot::Holds::kText ? ParseEventTime(slot.text, arrival) : std::nullopt;
  }
  text.clear();
  for (const std::uint32_t part : parts) {
    const std::string_view value = Text(part);
    // Only the offset at the end may be missing.
    if (value.empty() && part == parts.back() && parts.size() > 2) break;
    if (value.empty()) return std::nullopt;
    const bool offset = value.front() == '+' || value.front() == '-';
    if (!text.empty() && !offset) text += ' ';
    text += value;
  }
  return ParseEventTime(text, arrival);
}

std::optional<TimeUs> EventFields::State::TimeIn(const std::vector<std::vector<std::uint32_t>>& times,
                                                 TimeUs arrival) {
  for (const std::vector<std::uint32_t>& parts : times) {
    if (const std::optional<TimeUs> time = TimeOf(parts, arrival)) return time;
  }
  return std::nullopt;
}

void EventFields::State::AppendPort(std::uint32_t slot) {
  if (slot == Compiled::kNone) return;
  const Slot& port = slots[slot];
  if (port.holds == Slot::Holds::kText && !port.text.empty()) {
    text += ':';
    text += port.text;
  }
  if (port.holds != Slot::Holds::kNumber) return;
  if (port.number < 0 || port.number > 65535 || port.number != std::floor(port.number)) return;
  std::array<char, kLongestNumber> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<int>(port.number));
  text += ':';
  text.append(digits.data(), end.ptr);
}

// In `text`; false if the fields make no URL.
bool EventFields::State::Compose(const Compiled::Url& url) {
  std::string_view host = Text(url.host);
  const std::string_view url_path = Text(url.path);
  if (!IsHostField(host) || !url_path.starts_with('/')) return false;
  const std::string_view scheme = Text(url.scheme);
  text.assign(IsScheme(scheme) ? scheme : "http");
  text += "://";
  const auto colons = std::count(host.begin(), host.end(), ':');
  const bool bare_v6 = colons > 1 && !host.starts_with('[');
  const bool has_port = !bare_v6 && colons > 0 && !host.ends_with(']');
  if (bare_v6) text += '[';
  text += host;
  if (bare_v6) text += ']';
  if (!has_port) AppendPort(url.port);
  text += url_path;
  if (std::string_view query = Text(url.query); !query.empty()) {
    if (!query.starts_with('?')) text += '?';
    text += query;
  }
  return true;
}

EventFields::EventFields(const FieldMaps& maps) : state_(std::make_unique<State>(maps)) {}
EventFields::~EventFields() = default;
EventFields::EventFields(EventFields&&) noexcept = default;
EventFields& EventFields::operator=(EventFields&&) noexcept = default;

void EventFields::Clear() {
  for (const std::uint32_t slot : state_->filled) state_->slots[slot].holds = Slot::Holds::kNothing;
  state_->filled.clear();
  std::fill(state_->marks.begin(), state_->marks.end(), 0);
  state_->format = Format::kText;
  state_->product = nullptr;
}

void EventFields::SeeString(std::string_view path, std::string_view value) {
  if (path.size() > kLongestPath) return;
  State& state = *state_;
  const Compiled::Interest* const interest = state.compiled->InterestIn(GeneralisedPath(path, state.path));
  if (interest == nullptr) return;
  for (const Compiled::MarkTest& mark : interest->marks) {
    if (!mark.value || EqualsLower(value, *mark.value)) state.Mark(mark.bit);
  }
  if (interest->slot == Compiled::kNone) return;
  Slot& slot = state.slots[interest->slot];
  if (slot.holds == Slot::Holds::kText || (interest->only_time && !MayBeTime(value))) return;
  if (slot.holds == Slot::Holds::kNothing) state.filled.push_back(interest->slot);
  slot.holds = Slot::Holds::kText;
  slot.text = value;
}

void EventFields::SeeNumber(std::string_view path, double value) {
  if (path.size() > kLongestPath) return;
  State& state = *state_;
  const Compiled::Interest* const interest = state.compiled->InterestIn(GeneralisedPath(path, state.path));
  if (interest == nullptr) return;
  for (const Compiled::MarkTest& mark : interest->marks) {
    if (!mark.value || mark.number == value) state.Mark(mark.bit);
  }
  if (interest->slot == Compiled::kNone) return;
  Slot& slot = state.slots[interest->slot];
  if (slot.holds != Slot::Holds::kNothing) return;
  state.filled.push_back(interest->slot);
  slot.holds = Slot::Holds::kNumber;
  slot.number = value;
}

void EventFields::End(Format format) {
  State& state = *state_;
  state.format = format;
  const auto found = std::find_if(state.compiled->maps.begin(), state.compiled->maps.end(),
                                  [&](const Compiled::Map& map) { return state.Recognises(map); });
  state.product = found == state.compiled->maps.end() ? nullptr : &*found;
}

const FieldMap* EventFields::map() const {
  if (state_->product == nullptr) return nullptr;
  return &state_->maps->maps()[static_cast<std::size_t>(state_->product - state_->compiled->maps.data())];
}

std::vector<const FieldMap*> EventFields::recognised() const {
  std::vector<const FieldMap*> all;
  for (std::size_t i = 0; i < state_->compiled->maps.size(); ++i) {
    if (state_->Recognises(state_->compiled->maps[i])) all.push_back(&state_->maps->maps()[i]);
  }
  return all;
}

std::string_view EventFields::format_name() const {
  const FieldMap* const known = map();
  return known == nullptr ? FormatName(state_->format) : std::string_view(known->name);
}

std::optional<TimeUs> EventFields::Time(TimeUs arrival) const {
  if (state_->product != nullptr) {
    if (const std::optional<TimeUs> own = state_->TimeIn(state_->product->times, arrival)) return own;
  }
  return state_->TimeIn(state_->compiled->usual_times, arrival);
}

void EventFields::ComposedUrls(absl::FunctionRef<void(std::string_view, std::string_view)> sink) const {
  State& state = *state_;
  state.composed.assign(1, '\n');
  const auto by = [&](const std::vector<Compiled::Url>& urls) {
    for (const Compiled::Url& url : urls) {
      if (!state.Compose(url)) continue;
      // Rules that differ in a part that the event does not have compose the same.
      if (state.IsComposed()) continue;
      state.composed += state.text;
      state.composed += '\n';
      sink(url.path_field, state.text);
    }
  };
  if (state.product != nullptr) by(state.product->urls);
  if (state.composed.size() == 1) by(state.compiled->urls);
}

EventFields::LogSource EventFields::log_source() const {
  const FieldMap* const known = map();
  if (known == nullptr) return {};
  const Compiled::LogSlots& log = state_->product->log;
  return {state_->Said(known->product, log.product), state_->Said(known->category, log.category),
          state_->Said(known->service, log.service)};
}

}  // namespace polder
