#include "engine/event/compiled_maps.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <utility>

#include "engine/observable/characters.h"

namespace polder {
namespace {

// Where an event without a map, or whose map's own fields hold no time, is looked into. What is exact and in
// UTC stands before what is local or of the one who passed the event on.
constexpr auto kUsualTimes = std::to_array<std::string_view>({
    "@timestamp",
    "timestamp",
    "ts",
    "UtcTime",
    "TimeCreated",
    "Event.System.TimeCreated.#attributes.SystemTime",
    "eventTime",
    "EventTime",
    "time",
    "_time",
    "created_at",
    "datetime",
    "TimeGenerated",
    "CreationTime",
    "createdDateTime",
    "event_time",
    "eventtime",
    "published",
    "rt",
    "devTime",
    "time_local",
    "date + time",
    "date",
    "syslog.timestamp",
});

class Compiler {
 public:
  explicit Compiler(FieldMaps::Compiled& out) : out_(out) {}

  std::uint32_t Slot(const std::string& path, bool is_time) {
    if (path.empty()) return FieldMaps::Compiled::kNone;
    FieldMaps::Compiled::Interest& interest = out_.interests[path];
    if (interest.slot == FieldMaps::Compiled::kNone) {
      interest.slot = out_.slots++;
      interest.only_time = is_time;
    }
    interest.only_time = interest.only_time && is_time;
    return interest.slot;
  }

  std::vector<std::uint32_t> TimeSlots(std::string_view fields) {
    std::vector<std::uint32_t> slots;
    for (std::size_t at = 0; at < fields.size();) {
      const std::size_t end = std::min(fields.find(kTimeJoin, at), fields.size());
      if (end > at) slots.push_back(Slot(std::string(fields.substr(at, end - at)), true));
      at = end + kTimeJoin.size();
    }
    return slots;
  }

  void SetBit(const FieldMark& mark, FieldMaps::Compiled::Bits& bits) {
    std::optional<std::string> value = mark.value;
    if (value) std::transform(value->begin(), value->end(), value->begin(), ToLowerAscii);
    const auto [known, is_new] = bits_.emplace(std::pair(mark.path, value), bits_.size());
    const std::uint32_t bit = known->second;
    if (is_new) {
      std::optional<double> number;
      double read = 0;
      if (value) {
        const auto end = std::from_chars(value->data(), value->data() + value->size(), read);
        if (end.ec == std::errc() && end.ptr == value->data() + value->size()) number = read;
      }
      out_.interests[mark.path].marks.push_back({bit, std::move(value), number});
    }
    if (bits.size() <= bit / 64) bits.resize(bit / 64 + 1);
    bits[bit / 64] |= std::uint64_t{1} << bit % 64;
  }

  std::uint32_t mark_words() const { return static_cast<std::uint32_t>((bits_.size() + 63) / 64); }

 private:
  FieldMaps::Compiled& out_;
  std::map<std::pair<std::string, std::optional<std::string>>, std::uint32_t> bits_;
};

FieldMaps::Compiled::Recognition CompileRecognition(const Recognition& recognition, Compiler& compiler) {
  FieldMaps::Compiled::Recognition compiled;
  for (const Format format : recognition.formats) {
    compiled.formats |= std::uint32_t{1} << static_cast<unsigned>(format);
  }
  for (const FieldMark& mark : recognition.all) compiler.SetBit(mark, compiled.all);
  for (const FieldMark& mark : recognition.any) compiler.SetBit(mark, compiled.any);
  compiled.has_any = !recognition.any.empty();
  return compiled;
}

FieldMaps::Compiled::Map CompileMap(const FieldMap& map, Compiler& compiler) {
  FieldMaps::Compiled::Map compiled;
  compiled.recognition.push_back(CompileRecognition(map.recognition, compiler));
  for (const Recognition& alternative : map.alternatives) {
    compiled.recognition.push_back(CompileRecognition(alternative, compiler));
  }
  for (const std::string& time : map.time) compiled.times.push_back(compiler.TimeSlots(time));
  for (const UrlComposition& url : map.urls) {
    compiled.urls.push_back({compiler.Slot(url.host, false), compiler.Slot(url.path, false),
                             compiler.Slot(url.query, false), compiler.Slot(url.port, false),
                             compiler.Slot(url.scheme, false), url.path});
  }
  const auto slots = [&](const LogPart& part) {
    std::vector<std::uint32_t> said;
    for (const std::string& field : part.fields) said.push_back(compiler.Slot(field, false));
    return said;
  };
  compiled.log = {slots(map.product), slots(map.category), slots(map.service)};
  return compiled;
}

}  // namespace

const FieldMaps::Compiled::Interest* FieldMaps::Compiled::InterestIn(std::string_view path) const {
  const auto found = interests.find(absl::string_view(path.data(), path.size()));
  return found == interests.end() ? nullptr : &found->second;
}

FieldMaps::Compiled CompileMaps(const std::vector<FieldMap>& maps) {
  FieldMaps::Compiled out;
  Compiler compiler(out);
  for (const FieldMap& map : maps) out.maps.push_back(CompileMap(map, compiler));
  for (const std::string_view time : kUsualTimes) out.usual_times.push_back(compiler.TimeSlots(time));
  out.mark_words = compiler.mark_words();
  for (FieldMaps::Compiled::Map& map : out.maps) {
    for (FieldMaps::Compiled::Recognition& recognition : map.recognition) {
      recognition.all.resize(out.mark_words);
      recognition.any.resize(out.mark_words);
    }
    for (const FieldMaps::Compiled::Url& url : map.urls) {
      const bool known = std::any_of(out.urls.begin(), out.urls.end(),
                                     [&](const auto& other) { return url.SameFields(other); });
      if (!known) out.urls.push_back(url);
    }
  }
  return out;
}

}  // namespace polder
