#include "tests/fuzz/properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/observable/characters.h"
#include "rules/read/list_sink.h"
#include "rules/read/text_decoding.h"

namespace polder {
namespace {

// A URL without a scheme is two indicators; a pattern of few comparisons may multiply to as many alternatives
// as AddBoth allows (rules/read/stix_alternatives.h), which is less than its bytes.
constexpr std::size_t kMostForAByte = 2;
constexpr std::size_t kMostForNothing = 16;
// What an event or object says of all its values is copied to each, within the bounds of misp_scope.h and
// stix_reader.cc.
constexpr std::size_t kMostTextForAByte = 1024;
constexpr std::size_t kMostTextForNothing = 1 << 20;

std::size_t TextOf(const Indicator& indicator) {
  std::size_t size = indicator.value.size() + indicator.id.size() + indicator.source.size() +
                     indicator.provider.size() + indicator.name.size() + indicator.description.size() +
                     indicator.reference.size() + indicator.labels.size() + indicator.known_as.size();
  for (const Condition& condition : indicator.conditions) size += condition.value.size();
  return size;
}

void CheckIndicator(const Indicator& indicator) {
  Require(indicator.confidence >= -1 && indicator.confidence <= 100, "a confidence is -1 or 0 to 100",
          fmt::format("{}", indicator.confidence));
  for (const std::string* text : {&indicator.id, &indicator.provider, &indicator.name, &indicator.description,
                                  &indicator.reference, &indicator.labels, &indicator.known_as}) {
    Require(IsUtf8(*text), "the texts of an indicator are UTF-8", *text);
  }
  Require(indicator.id.empty() || indicator.id.starts_with("indicator--"), "an id is a STIX identifier",
          indicator.id);
  if (indicator.revoked) {
    Require(!indicator.id.empty(), "what is revoked has an id to revoke");
    return;
  }
  Require(indicator.valid_from < indicator.valid_until, "an indicator is valid at some time",
          indicator.value);
  CheckValue(indicator.kind, indicator.value, indicator.conditions);
}

void CheckRefusal(const Refusal& refusal, std::size_t lines) {
  Require(refusal.path == FuzzContext().path, "a refusal names the path", refusal.path);
  Require(refusal.line <= lines, "a refusal names a line of the input",
          fmt::format("{} of {}", refusal.line, lines));
  Require(!refusal.reason.empty(), "a refusal has a reason", refusal.value);
  Require(!refusal.category.empty() && refusal.category.size() < 40, "a refusal has a short category",
          refusal.category);
  Require(IsPrintableLine(refusal.category), "a category is printable", refusal.category);
  Require(IsPrintableLine(refusal.Message()), "a message is one printable line", refusal.Message());
}

// With their line, which an indicator does not keep.
struct Taken {
  ReadResult result;
  std::size_t last_line = 0;
};

Taken ReadBySink(std::string_view input, const ReadContext& context) {
  Taken taken;
  const ReadSummary summary = ReadIndicators(
      input, context,
      ListSink{[&](const ListValue& value) {
                 Indicator indicator = value.row == nullptr ? NewIndicator(context) : *value.row;
                 indicator.kind = value.kind;
                 indicator.value = value.value;
                 indicator.conditions.assign(value.conditions.begin(), value.conditions.end());
                 taken.result.indicators.push_back(std::move(indicator));
                 taken.last_line = std::max(taken.last_line, value.line);
               },
               [&](Refusal refusal) { taken.result.refusals.push_back(std::move(refusal)); }});
  taken.result.read = summary.read;
  taken.result.unreadable = summary.unreadable;
  taken.result.format = summary.format;
  return taken;
}

auto Fields(const Indicator& i) {
  return std::tie(i.kind, i.value, i.id, i.source, i.conditions, i.valid_from, i.valid_until, i.modified,
                  i.revoked, i.shadow, i.tlp, i.pap, i.confidence, i.provider, i.name, i.description,
                  i.reference, i.labels, i.known_as);
}

auto Fields(const Refusal& r) { return std::tie(r.path, r.line, r.value, r.reason, r.category); }

template <typename T>
bool Same(const std::vector<T>& one, const std::vector<T>& other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](const T& a, const T& b) { return Fields(a) == Fields(b); });
}

}  // namespace

void Require(bool holds, std::string_view property, std::string_view seen) {
  if (!holds) throw PropertyBroken(fmt::format("{}: saw '{}'", property, seen.substr(0, 400)));
}

ReadContext FuzzContext() { return {"fuzz/input", "fuzz", Tlp::kGreen, 50}; }

std::optional<Kind> KindForSize(std::size_t size) {
  const std::size_t which = size % kAllKinds.size();  // never the last, a port
  return which == 0 ? std::nullopt : std::optional(kAllKinds[which - 1]);
}

bool IsPrintableLine(std::string_view text) {
  if (!IsUtf8(text)) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (IsControl(text[i])) return false;
    // U+0080 to U+009F, the control characters of Latin-1.
    if (text[i] == '\xC2' && static_cast<unsigned char>(text[i + 1]) < 0xA0) return false;
  }
  return true;
}

std::size_t MostLines(std::string_view text) {
  return 1 + static_cast<std::size_t>(
                 std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }));
}

// A URL's canonical form may end in punctuation that was encoded or stood before a fragment. Read again it
// would be taken for that of a sentence, were there not a fragment behind it.
std::string AsRead(Kind kind, std::string_view canonical) {
  return fmt::format("{}{}", canonical, kind == Kind::kUrl ? "#" : "");
}

bool IsReadAlike(Kind kind, std::string_view value) {
  if (kind != Kind::kUrl) return true;
  for (std::size_t i = value.find('%'); i != value.npos && i + 2 < value.size(); i = value.find('%', i + 1)) {
    const int high = HexValue(value[i + 1]);
    const int low = HexValue(value[i + 2]);
    if (high < 0 || low < 0) continue;
    const char byte = static_cast<char>(high * 16 + low);
    const bool unreserved = IsTokenChar(byte) || byte == '~';
    if (unreserved || value[i + 1] >= 'a' || value[i + 2] >= 'a') return false;
  }
  return true;
}

void CheckValue(Kind kind, std::string_view value, std::span<const Condition> conditions) {
  const auto check = [](std::string_view what, Kind of, std::string_view text) {
    const auto canonical = CanonicaliseValue(of, AsRead(of, text));
    Require(canonical.ok() && (*canonical == text || !IsReadAlike(of, text)), what,
            fmt::format("{} '{}', canonical '{}'", KindName(of), text,
                        canonical.ok() ? *canonical : std::string(canonical.status().message())));
    Require(IsUtf8(text), "a value is UTF-8", text);
  };
  Require(kind != Kind::kPort, "a port alone is no indicator", value);
  check("a value is canonical", kind, value);
  for (const Condition& condition : conditions)
    check("a condition is canonical", condition.kind, condition.value);
}

void CheckReading(const ReadResult& result, std::string_view input) {
  const DecodedText decoded(input);
  const std::size_t lines = MostLines(decoded.text());
  std::size_t text = 0;
  for (const Indicator& indicator : result.indicators) {
    CheckIndicator(indicator);
    text += TextOf(indicator);
  }
  for (const Refusal& refusal : result.refusals) {
    CheckRefusal(refusal, lines);
    text += refusal.value.size() + refusal.reason.size() + refusal.path.size();
  }
  Require(!result.format.empty(), "a reading names the format");
  Require(IsPrintableLine(result.format), "the format is a printable line", result.format);
  Require(
      result.indicators.size() + result.refusals.size() <= kMostForAByte * input.size() + kMostForNothing,
      "indicators and refusals are no more than the input pays for",
      fmt::format("{} and {} of {} bytes", result.indicators.size(), result.refusals.size(), input.size()));
  Require(text <= kMostTextForAByte * input.size() + kMostTextForNothing,
          "texts are no longer than the input pays for", fmt::format("{} of {} bytes", text, input.size()));
  if (result.unreadable) {
    Require(result.refusals.size() == 1 && result.refusals[0].category == kUnreadable,
            "one refusal says why an input is unreadable");
    Require(result.indicators.empty(), "of an unreadable input nothing is taken");
  }
}

void CheckSame(const ReadResult& one, const ReadResult& other) {
  Require(Same(one.indicators, other.indicators), "two readings give the same indicators");
  Require(Same(one.refusals, other.refusals), "two readings give the same refusals");
  Require(one.read == other.read && one.unreadable == other.unreadable && one.format == other.format,
          "two readings give the same summary", fmt::format("{} and {}", one.format, other.format));
}

ReadResult CheckedReading(std::string_view input, const ReadContext& context) {
  ReadResult result = ReadIndicators(input, context);
  CheckReading(result, input);
  const Taken taken = ReadBySink(input, context);
  CheckSame(result, taken.result);
  const DecodedText decoded(input);
  Require(taken.last_line <= MostLines(decoded.text()), "a value stands on a line of the input",
          fmt::format("{}", taken.last_line));
  return result;
}

}  // namespace polder
