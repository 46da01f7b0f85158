#include "engine/event/zeek_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>

#include "engine/observable/characters.h"

namespace polder {
namespace {

using Column = ZeekColumns::Column;
using Type = ZeekColumns::Type;

// The byte that `\xNN` at the start of `text` stands for; -1 if that is not what stands there.
int HexEscape(std::string_view text) {
  if (text.size() < 4 || text[0] != '\\' || text[1] != 'x') return -1;
  const int high = HexValue(text[2]);
  const int low = HexValue(text[3]);
  return high < 0 || low < 0 ? -1 : high << 4 | low;
}

// Appends what stands at the start of `text`, which is a backslash, and returns how long that was.
std::size_t AppendEscape(std::string_view text, std::string& out) {
  const int byte = HexEscape(text);
  out += byte < 0 ? '\\' : static_cast<char>(byte);
  if (byte >= 0) return 4;
  return text.starts_with("\\\\") ? 2 : 1;
}

std::string_view Decode(std::string_view raw, std::string& out) {
  std::size_t backslash = raw.find('\\');
  if (backslash == std::string_view::npos) return raw;
  out.clear();
  while (backslash != std::string_view::npos) {
    out.append(raw.substr(0, backslash));
    raw.remove_prefix(backslash);
    raw.remove_prefix(AppendEscape(raw, out));
    backslash = raw.find('\\');
  }
  out.append(raw);
  return out;
}

std::string Decoded(std::string_view raw) {
  std::string out;
  return std::string(Decode(raw, out));
}

// Calls `sink` for each part of `text`, at least one.
template <typename Sink>
void Split(std::string_view text, std::string_view separator, Sink sink) {
  while (true) {
    const std::size_t end = separator.empty() ? std::string_view::npos : text.find(separator);
    sink(text.substr(0, end));
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + separator.size());
  }
}

std::size_t CountParts(std::string_view text, std::string_view separator) {
  if (separator.size() == 1) {
    return 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), separator.front()));
  }
  std::size_t count = 0;
  Split(text, separator, [&](std::string_view) { ++count; });
  return count;
}

Type TypeOf(std::string_view name) {
  constexpr std::string_view kNumbers[] = {"count", "int", "double", "time", "interval", "port", "counter"};
  if (name == "bool") return Type::kBool;
  return std::find(std::begin(kNumbers), std::end(kNumbers), name) != std::end(kNumbers) ? Type::kNumber
                                                                                         : Type::kText;
}

void SetType(std::string_view name, Column& column) {
  const std::size_t bracket = name.find('[');
  column.several = bracket != std::string_view::npos && name.ends_with(']');
  column.type = TypeOf(column.several ? name.substr(bracket + 1, name.size() - bracket - 2) : name);
}

class LineWalk {
 public:
  LineWalk(const ZeekColumns& columns, ZeekScratch& scratch,
           absl::FunctionRef<void(std::string_view, std::string_view)> on_string,
           absl::FunctionRef<void(std::string_view, double)> on_number)
      : columns_(columns), scratch_(scratch), on_string_(on_string), on_number_(on_number) {}

  void Field(const Column& column, std::string_view raw) {
    if (IsAbsent(raw)) return;
    if (!column.several) return Value(column.name, column.type, raw);
    scratch_.path.assign(column.name);
    scratch_.path += '.';
    const std::size_t stem = scratch_.path.size();
    std::size_t position = 0;
    Split(raw, columns_.set_separator, [&](std::string_view element) {
      char digits[20];
      const char* const end = std::to_chars(digits, digits + sizeof digits, position++).ptr;
      if (IsAbsent(element)) return;
      scratch_.path.resize(stem);
      scratch_.path.append(digits, static_cast<std::size_t>(end - digits));
      Value(scratch_.path, column.type, element);
    });
  }

 private:
  bool IsAbsent(std::string_view raw) const {
    return raw.empty() || raw == columns_.unset_field || raw == columns_.empty_field;
  }

  void Value(std::string_view path, Type type, std::string_view raw) {
    if (type == Type::kBool && (raw == "T" || raw == "F")) return;
    if (type == Type::kNumber) {
      double number = 0;
      const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
      if (error == std::errc() && end == raw.data() + raw.size() && std::isfinite(number)) {
        return on_number_(path, number);
      }
    }
    on_string_(path, Decode(raw, scratch_.value));
  }

  const ZeekColumns& columns_;
  ZeekScratch& scratch_;
  absl::FunctionRef<void(std::string_view, std::string_view)> on_string_;
  absl::FunctionRef<void(std::string_view, double)> on_number_;
};

}  // namespace

namespace {

// A separator that could be part of a name, a number or an address would part what the first look sees whole:
// such a header is none.
bool PartsValues(std::string_view separator) {
  return !separator.empty() && std::none_of(separator.begin(), separator.end(), [](char c) {
    return IsTokenChar(c) || IsNonAscii(c) || std::string_view("+@:/\\=").find(c) != std::string_view::npos;
  });
}

}  // namespace

bool ZeekHeader::See(std::string_view line) {
  if (!MayBeHeader(line)) return false;
  if (line.starts_with("#separator ")) {
    pending_ = ZeekColumns();
    pending_.separator = Decoded(line.substr(line.find(' ') + 1));
    columns_ = nullptr;
    open_ = PartsValues(pending_.separator);
    return open_;
  }
  const std::string_view body = line.substr(1);
  const std::size_t end = open_ ? body.find(pending_.separator) : std::string_view::npos;
  // Some write `#open` and `#close` with a space whatever the separator.
  const std::string_view word = body.substr(0, std::min(end, body.find(' ')));
  const std::string_view rest =
      end == std::string_view::npos ? std::string_view() : body.substr(end + pending_.separator.size());
  if (word == "close") {
    const bool was_open = open_;
    open_ = false;
    columns_ = nullptr;
    return was_open;
  }
  if (word == "open") return open_;
  if (end == std::string_view::npos) return false;
  if (word == "set_separator") {
    pending_.set_separator = Decoded(rest);
    if (!PartsValues(pending_.set_separator)) pending_.set_separator.clear();
  } else if (word == "empty_field") {
    pending_.empty_field = Decoded(rest);
  } else if (word == "unset_field") {
    pending_.unset_field = Decoded(rest);
  } else if (word == "path") {
    pending_.path = Decoded(rest);
  } else if (word == "fields") {
    SeeFields(rest);
  } else if (word == "types") {
    SeeTypes(rest);
  } else {
    return false;
  }
  return true;
}

void ZeekHeader::SeeFields(std::string_view rest) {
  pending_.columns.clear();
  columns_ = nullptr;
  if (CountParts(rest, pending_.separator) > kMaxColumns) return;
  Split(rest, pending_.separator,
        [this](std::string_view name) { pending_.columns.push_back({std::string(name)}); });
  columns_ = std::make_shared<const ZeekColumns>(pending_);
}

void ZeekHeader::SeeTypes(std::string_view rest) {
  if (columns_ == nullptr || CountParts(rest, pending_.separator) != pending_.columns.size()) return;
  std::size_t i = 0;
  Split(rest, pending_.separator, [&](std::string_view name) { SetType(name, pending_.columns[i++]); });
  columns_ = std::make_shared<const ZeekColumns>(pending_);
}

const ZeekColumns* ZeekHeader::FollowColumns(std::string_view line, Kept& kept) {
  if (MayBeHeader(line)) {
    See(line);
    return nullptr;
  }
  if (kept.empty() || kept.back() != columns_) kept.push_back(columns_);
  return columns_.get();
}

bool ReadZeek(std::string_view line, const ZeekColumns& columns, ZeekScratch& scratch,
              absl::FunctionRef<void(std::string_view path, std::string_view value)> on_string,
              absl::FunctionRef<void(std::string_view path, double value)> on_number) {
  if (columns.columns.empty() || CountParts(line, columns.separator) != columns.columns.size()) return false;
  if (!columns.path.empty()) on_string("_path", columns.path);
  LineWalk walk(columns, scratch, on_string, on_number);
  std::size_t i = 0;
  Split(line, columns.separator, [&](std::string_view raw) { walk.Field(columns.columns[i++], raw); });
  return true;
}

}  // namespace polder
