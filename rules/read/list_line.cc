#include "rules/read/list_line.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "engine/observable/characters.h"
#include "engine/observable/ip.h"
#include "rules/read/column_name.h"
#include "rules/read/expression_spelling.h"
#include "rules/read/list_value.h"
#include "rules/read/refang.h"
#include "rules/read/text_decoding.h"

namespace polder {
namespace {

using TypedValues = std::vector<TypedValue>;

constexpr std::string_view kBlanks = " \t\v\f";
constexpr std::string_view kDelimiters = ",;|";

bool IsBlank(char c) { return kBlanks.find(c) != std::string_view::npos; }

std::string_view NextWord(std::string_view* text) {
  const std::size_t start = std::min(text->find_first_not_of(kBlanks), text->size());
  text->remove_prefix(start);
  const std::string_view word = text->substr(0, text->find_first_of(kBlanks));
  text->remove_prefix(word.size());
  return word;
}

// Without a `#` and what follows it, at the start or behind white space; the same of ` // `.
std::string_view WithoutComment(std::string_view line, std::string_view* comment) {
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool marked = line[i] == '#' || line.substr(i).starts_with("// ");
    if (!marked || (i > 0 && !IsBlank(line[i - 1]))) continue;
    *comment = TrimInvisible(line.substr(line.find_first_not_of("#/ ", i) == std::string_view::npos
                                             ? line.size()
                                             : line.find_first_not_of("#/ ", i)));
    return TrimInvisible(line.substr(0, i));
  }
  return line;
}

// Of a list in prose, or of a row of a table in Markdown or AsciiDoc.
std::string_view WithoutBullet(std::string_view line) {
  if (line.starts_with('|') && !line.starts_with("||")) line = TrimInvisible(line.substr(1));
  for (const std::string_view bullet : {"- ", "* ", "+ ", "\xE2\x80\xA2 ", "\xE2\x80\xA2\t", "-\t"}) {
    if (line.starts_with(bullet)) return TrimInvisible(line.substr(bullet.size()));
  }
  return line;
}

// `SHA256: ...`, `IP: ...`, `Domain - ...`: a word that names a kind, in front of the value.
std::string_view WithoutLabel(std::string_view line) {
  const std::size_t end = line.find_first_of(":=");
  if (end == std::string_view::npos || end > 12 || end + 1 >= line.size()) return line;
  if (line.substr(end).starts_with("://") || !RoleOfTypeName(line.substr(0, end))) return line;
  return TrimInvisible(line.substr(end + 1));
}

bool IsSink(std::string_view address) {
  return address == "0.0.0.0" || address == "::" || address == "::1" || address == "0" || address == "::0" ||
         (address.starts_with("127.") && ParseIpv4(address));
}

bool IsLocalName(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kLocal = {
      "localhost", "localhost.localdomain", "localhost4", "localhost6", "local", "broadcasthost"};
  return std::find(kLocal.begin(), kLocal.end(), name) != kLocal.end() || name.starts_with("ip6-") ||
         IsSink(name);
}

bool IsHostsName(std::string_view word) {
  return IsLocalName(word) ||
         (word.find('.') != std::string_view::npos && TypeValueAs(Kind::kDomain, word).ok());
}

ListLine ReadHostsLine(std::string_view line) {
  ListLine result;
  result.hosts = true;
  result.seen = line;
  NextWord(&line);
  while (!line.empty()) {
    const std::string_view name = NextWord(&line);
    if (name.empty() || IsLocalName(name)) continue;
    auto typed = TypeValueAs(Kind::kDomain, name);
    if (typed.ok()) std::move(typed->begin(), typed->end(), std::back_inserter(result.values));
  }
  result.empty = result.values.empty();
  return result;
}

bool IsUrlStart(std::string_view text) {
  const std::size_t slashes = std::min(text.find("//"), text.find("[://]"));
  const std::size_t delimiter = text.find_first_of(kDelimiters);
  return slashes != std::string_view::npos && slashes < delimiter;
}

// The first value and what stands behind it. A URL may hold the delimiters, so only a blank ends it.
std::string_view FirstToken(std::string_view line) {
  std::size_t end = std::min(line.find_first_of(kBlanks), line.size());
  if (!IsUrlStart(line.substr(0, end))) end = std::min(end, line.find_first_of(kDelimiters));
  std::string_view token = line.substr(0, end);
  if (token.ends_with(':')) token.remove_suffix(1);
  return token;
}

// How a value is set off from what follows it.
//   kStrong  a delimiter: what follows is another column
//   kWeak    white space alone
enum class Separator : std::uint8_t { kStrong, kWeak };

Separator SeparatorAt(std::string_view rest) {
  const std::size_t blank = std::min(rest.find_first_not_of(kBlanks), rest.size());
  if (rest.substr(0, blank).find('\t') != std::string_view::npos) return Separator::kStrong;
  const std::string_view behind = rest.substr(blank);
  if (!behind.empty() && std::string_view(",;|:").find(behind.front()) != std::string_view::npos) {
    return Separator::kStrong;
  }
  const bool spaced = blank > 0;
  for (const std::string_view dash : {"- ", "-- ", "\xE2\x80\x93 ", "\xE2\x80\x94 "}) {
    if (spaced && behind.starts_with(dash)) return Separator::kStrong;
  }
  return Separator::kWeak;
}

// All of the line as values with delimiters between them; none if anything else is there.
TypedValues AllValues(std::string_view line) {
  TypedValues all;
  std::size_t parts = 0;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find_first_of(",;|\t"), line.size());
    const std::string_view part = TrimInvisible(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
    if (part.empty()) continue;
    auto typed = ReadValue(part, ValueRole{});
    if (!typed.ok()) return {};
    std::move(typed->begin(), typed->end(), std::back_inserter(all));
    ++parts;
  }
  return parts > 1 ? all : TypedValues();
}

// Words that say that what follows belongs to what stands before.
bool IsJoint(std::string_view word) {
  static constexpr std::array<std::string_view, 9> kJoints = {"and", "or", "&",  "+", "not",
                                                              "nor", "/",  "to", "vs"};
  std::string lower(word);
  std::transform(lower.begin(), lower.end(), lower.begin(), ToLowerAscii);
  return std::find(kJoints.begin(), kJoints.end(), lower) != kJoints.end();
}

// Whether a comment has something in it that might be meant as well. Behind a digest stand file names and
// references; behind anything else, any value is one too many.
bool HoldsAnotherValue(std::string_view comment, Kind first) {
  while (!comment.empty()) {
    std::string_view word = NextWord(&comment);
    while (!word.empty() && std::string_view("(),;|\"':").find(word.front()) != std::string_view::npos) {
      word.remove_prefix(1);
    }
    while (!word.empty() && std::string_view("),;|\"':.").find(word.back()) != std::string_view::npos) {
      word.remove_suffix(1);
    }
    if (word.size() < 4) continue;
    const auto typed = ReadValue(word, ValueRole{});
    if (typed.ok() && (!IsDigest(first) || IsDigest((*typed)[0].kind))) return true;
  }
  return false;
}

std::string CommentOf(std::string_view rest) {
  while (!rest.empty() &&
         (IsBlank(rest.front()) || std::string_view(",;|:").find(rest.front()) != std::string_view::npos)) {
    rest.remove_prefix(1);
  }
  for (const std::string_view dash : {"- ", "-- ", "\xE2\x80\x93 ", "\xE2\x80\x94 "}) {
    if (rest.starts_with(dash)) rest.remove_prefix(dash.size());
  }
  return ToUtf8(TrimInvisible(rest));
}

// `SHA256`, `Hostnames:`: what the next lines are.
bool IsHeading(std::string_view line) {
  constexpr std::size_t kLongest = 40;
  return line.size() <= kLongest && line.find('.') == std::string_view::npos && ColumnOf(line).IsValue();
}

// With ordinary spaces for no-break spaces.
std::string WithPlainSpaces(std::string_view line) {
  std::string plain;
  plain.reserve(line.size());
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool space = line.substr(i, 2) == "\xC2\xA0";
    plain += space ? ' ' : line[i];
    if (space) ++i;
  }
  return plain;
}

absl::Status Unclear(const char* why) { return absl::FailedPreconditionError(why); }

// `port 443` at the start of what stands behind an address or name: its condition.
std::size_t TakePort(std::string_view rest, TypedValues* values) {
  std::string_view left = rest;
  if (NextWord(&left) != "port") return 0;
  std::string_view number = NextWord(&left);
  if (number.ends_with(',') || number.ends_with(';')) number.remove_suffix(1);
  auto port = CanonicaliseValue(Kind::kPort, number);
  if (!port.ok()) return 0;
  for (TypedValue& value : *values) {
    if (value.kind != Kind::kIp && value.kind != Kind::kDomain) return 0;
    if (!value.conditions.empty()) return 0;
  }
  for (TypedValue& value : *values) value.conditions.push_back({Kind::kPort, *port});
  return static_cast<std::size_t>(number.data() + number.size() - rest.data());
}

bool IsDate(std::string_view text) {
  return text.size() >= 8 && text.find_first_not_of("0123456789-/.: T") == std::string_view::npos &&
         text.find_first_of("-/") != std::string_view::npos;
}

// Without the columns that stand in front of the value with ` - ` or ` -- ` between them, where they are
// clearly something else: dates and names of files.
std::string_view WithoutLeadingColumns(std::string_view line) {
  while (true) {
    std::size_t end = line.size();
    std::size_t length = 0;
    for (const std::string_view dash : {" - ", " -- "}) {
      const std::size_t at = line.find(dash);
      if (at >= end) continue;
      end = at;
      length = dash.size();
    }
    if (length == 0) return line;
    const std::string_view column = TrimInvisible(line.substr(0, end));
    const bool file = absl::IsFailedPrecondition(ReadValue(column, ValueRole{}).status());
    if (!IsDate(column) && !file) return line;
    line = TrimInvisible(line.substr(end + length));
  }
}

// `evil[.]example - 192.0.2[.]1`: what somebody took the trouble to defang is meant as well.
void AddDefangedColumns(std::string_view rest, TypedValues* values) {
  constexpr std::string_view kDash = " - ";
  for (std::size_t at = rest.find(kDash); at != std::string_view::npos; at = rest.find(kDash)) {
    rest.remove_prefix(at + kDash.size());
    const std::string_view column = TrimInvisible(rest.substr(0, rest.find(kDash)));
    if (Refang(column) == column) continue;
    auto typed = ReadValue(column, ValueRole{});
    if (typed.ok()) std::move(typed->begin(), typed->end(), std::back_inserter(*values));
  }
}

// A line that is an expression, and nothing else: names are written without regard to case.
bool TakeExpression(std::string_view line, ListLine* result) {
  if (line.find_first_of(kBlanks) != std::string_view::npos) return false;
  auto expression = ReadClearExpression(line);
  if (!expression.ok()) {
    if (line.starts_with('/') || !LooksLikeExpression(line)) return false;
    expression = Expression{std::string(line), true};
  }
  auto values = PatternValue(*expression);
  if (absl::IsInvalidArgument(values.status())) return false;
  if (values.ok()) {
    result->values = *std::move(values);
  } else {
    result->error = values.status();
  }
  return true;
}

absl::Status WhyNoValue(std::string_view line, const absl::Status& whole, const absl::Status& first) {
  if (absl::IsUnimplemented(whole) || absl::IsFailedPrecondition(whole) || absl::IsOutOfRange(whole))
    return whole;
  if (absl::IsFailedPrecondition(first) || absl::IsOutOfRange(first)) return first;
  const bool prose = line.find_first_of(kBlanks) != std::string_view::npos;
  return prose ? Unclear("no value at its beginning; a comment begins with #") : whole;
}

// A line whose whole is no value.
void ReadValueAndComment(std::string_view line, const absl::Status& whole, ListLine* result) {
  line = WithoutLeadingColumns(line);
  const std::string_view token = FirstToken(line);
  std::string_view rest = line.substr(token.size());
  auto first = ReadValue(token, ValueRole{});
  if (!first.ok()) {
    const bool pattern = absl::IsUnimplemented(whole) || absl::IsOutOfRange(whole);
    if (pattern && TakeExpression(line, result)) return;
    result->error = WhyNoValue(line, whole, first.status());
    return;
  }
  if (TypedValues all = AllValues(line); !all.empty() && !IsUrlStart(line)) {
    result->values = std::move(all);
    return;
  }
  rest.remove_prefix(TakePort(rest, &*first));
  if (SeparatorAt(rest) == Separator::kWeak) {
    std::string_view words = rest;
    if (IsJoint(NextWord(&words)) || HoldsAnotherValue(rest, (*first)[0].kind)) {
      result->error = Unclear("more than one value: write one a line, or a comment behind #");
      return;
    }
  }
  result->values = *std::move(first);
  AddDefangedColumns(rest, &result->values);
  result->comment = CommentOf(rest);
}

}  // namespace

bool IsHostsLine(std::string_view line) {
  if (line.empty() || (!IsHexDigit(line.front()) && line.front() != ':')) return false;
  const std::string_view address = NextWord(&line);
  const bool sink = IsSink(address);
  // `fe80::1%lo0 localhost`: every hosts file has some of these.
  if (!sink && !ParseIp(address.substr(0, address.find('%')))) return false;
  bool any = false;
  while (!line.empty()) {
    const std::string_view name = NextWord(&line);
    if (name.empty()) break;
    if (sink ? !IsHostsName(name) : !IsLocalName(name)) return false;
    any = true;
  }
  return any;
}

ListLine ReadListLine(std::string_view line) {
  ListLine result;
  line = TrimInvisible(line);
  const std::string plain = WithPlainSpaces(line);
  result.seen = line;
  const std::string_view all = plain;
  std::string_view comment;
  std::string_view value = WithoutComment(all, &comment);
  if (value.empty() || value.starts_with("//") || value.starts_with(';')) {
    result.empty = true;
    return result;
  }
  if (plain.size() == line.size()) result.seen = line.substr(0, value.size());
  if (IsHostsLine(value)) return ReadHostsLine(value);

  value = WithoutLabel(WithoutBullet(value));
  auto whole = ReadValue(value, ValueRole{});
  if (whole.ok()) {
    result.values = *std::move(whole);
  } else {
    if (IsHeading(value)) {
      result.empty = true;
      return result;
    }
    ReadValueAndComment(value, whole.status(), &result);
  }
  if (result.comment.empty() && result.error.ok()) result.comment = ToUtf8(comment);
  return result;
}

}  // namespace polder
