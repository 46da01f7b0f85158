#include "engine/event/json_reader.h"

#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/event/record.h"
#include "engine/observable/characters.h"

namespace polder {
namespace {

static_assert(simdjson::SIMDJSON_PADDING <= kRecordPadding);

// The dotted path to where the walk stands.
class Path {
 public:
  // Returns the length to go back to.
  std::size_t Push(std::string_view part) {
    const std::size_t before = text_.size();
    if (depth_++ > 0) text_ += '.';
    text_ += part;
    return before;
  }
  void Pop(std::size_t length) {
    text_.resize(length);
    --depth_;
  }
  std::string_view text() const { return text_; }
  void Clear() {
    text_.clear();
    depth_ = 0;
  }

 private:
  std::string text_;
  std::size_t depth_ = 0;
};

class DomWalk {
 public:
  DomWalk(Path& path, JsonReader::StringSink on_string, JsonReader::NumberSink on_number)
      : path_(path), on_string_(on_string), on_number_(on_number) {}

  // Recursion is bounded by simdjson's own limit of 1,024 levels.
  void Value(simdjson::dom::element element) {
    switch (element.type()) {
      case simdjson::dom::element_type::OBJECT:
        for (const auto field : simdjson::dom::object(element)) {
          const std::size_t before = path_.Push(field.key);
          Value(field.value);
          path_.Pop(before);
        }
        return;
      case simdjson::dom::element_type::ARRAY: {
        std::size_t position = 0;
        for (const auto item : simdjson::dom::array(element)) {
          const std::size_t before = path_.Push(std::to_string(position++));
          Value(item);
          path_.Pop(before);
        }
        return;
      }
      case simdjson::dom::element_type::STRING:
        on_string_(path_.text(), std::string_view(element));
        return;
      case simdjson::dom::element_type::INT64:
        on_number_(path_.text(), static_cast<double>(std::int64_t(element)));
        return;
      case simdjson::dom::element_type::UINT64:
        on_number_(path_.text(), static_cast<double>(std::uint64_t(element)));
        return;
      case simdjson::dom::element_type::DOUBLE:
        on_number_(path_.text(), double(element));
        return;
      default:
        return;
    }
  }

 private:
  Path& path_;
  JsonReader::StringSink on_string_;
  JsonReader::NumberSink on_number_;
};

// The second parser, event by event: nlohmann's keeps no stack of its own.
class SaxWalk : public nlohmann::json_sax<nlohmann::json> {
 public:
  SaxWalk(Path& path, JsonReader::StringSink on_string, JsonReader::NumberSink on_number)
      : path_(path), on_string_(on_string), on_number_(on_number) {}

  bool null() override {
    return Scalar([] {});
  }
  bool boolean(bool) override {
    return Scalar([] {});
  }
  bool number_integer(number_integer_t value) override {
    return Scalar([&] { on_number_(path_.text(), static_cast<double>(value)); });
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Scalar([&] { on_number_(path_.text(), static_cast<double>(value)); });
  }
  bool number_float(number_float_t value, const string_t&) override {
    return Scalar([&] { on_number_(path_.text(), value); });
  }
  bool string(string_t& value) override {
    return Scalar([&] { on_string_(path_.text(), value); });
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return Open(/*array=*/false); }
  bool start_array(std::size_t) override { return Open(/*array=*/true); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }
  bool key(string_t& name) override {
    levels_.back().before = path_.Push(name);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
    return false;
  }

 private:
  struct Level {
    bool array;
    std::size_t position = 0;
    std::size_t before = 0;  // of the path, without the part that the running value has in it
  };

  // Before and after each value: an element of an array puts its position on the path, a member's key is
  // there.
  void Enter() {
    if (!levels_.empty() && levels_.back().array) {
      levels_.back().before = path_.Push(std::to_string(levels_.back().position++));
    }
  }
  void Leave() {
    if (!levels_.empty()) path_.Pop(levels_.back().before);
  }
  template <typename Report>
  bool Scalar(Report report) {
    Enter();
    report();
    Leave();
    return true;
  }
  bool Open(bool array) {
    Enter();
    levels_.push_back({array});
    return true;
  }
  bool Close() {
    levels_.pop_back();
    Leave();
    return true;
  }

  Path& path_;
  JsonReader::StringSink on_string_;
  JsonReader::NumberSink on_number_;
  std::vector<Level> levels_;
};

enum class Surrogate { kNone, kHigh, kLow };

// Which half of a surrogate pair the escape at the start of `text` stands for.
Surrogate SurrogateAt(std::string_view text) {
  if (text.size() < 6 || !text.starts_with("\\u") || (text[2] | 0x20) != 'd') return Surrogate::kNone;
  if (HexValue(text[4]) < 0 || HexValue(text[5]) < 0) return Surrogate::kNone;
  const int third = HexValue(text[3]);
  if (third < 8) return Surrogate::kNone;
  return third < 12 ? Surrogate::kHigh : Surrogate::kLow;
}

// Appends the escape at the start of `text`, half of a surrogate pair as U+FFFD, and returns its length.
std::size_t TameEscape(std::string_view text, std::string& out) {
  const Surrogate half = SurrogateAt(text);
  const bool pair = half == Surrogate::kHigh && SurrogateAt(text.substr(6)) == Surrogate::kLow;
  if (half == Surrogate::kNone || pair) {
    out += text.substr(0, pair ? 12 : 2);
    return pair ? 12 : std::min<std::size_t>(2, text.size());
  }
  out += "\\ufffd";
  return 6;
}

// Appends the number at the start of `text`, and returns its length. One that no double can hold keeps its
// grammar and is put smaller, yet far too large for a time or a port.
std::size_t TameNumber(std::string_view text, std::string& out) {
  constexpr std::size_t kMantissaDigits = 200;
  constexpr std::size_t kExponentDigits = 2;
  const std::size_t length = std::min(text.find_first_not_of("0123456789+-.eE"), text.size());
  const std::string number(text.substr(0, length));
  if (std::isfinite(std::strtod(number.c_str(), nullptr))) {
    out += number;
    return length;
  }
  std::size_t digits = 0;
  bool exponent = false;
  for (const char c : number) {
    digits = IsDigit(c) ? digits + 1 : 0;
    exponent = exponent || c == 'e' || c == 'E';
    if (digits <= (exponent ? kExponentDigits : kMantissaDigits)) out += exponent && digits > 0 ? '9' : c;
  }
  return length;
}

// What RFC 8259 allows and nlohmann's parser refuses, put so that it does not: half a surrogate pair, and
// numbers beyond a double.
std::string Tame(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  bool in_string = false;
  for (std::size_t i = 0; i < bytes.size();) {
    const char c = bytes[i];
    if (in_string && c == '\\') {
      i += TameEscape(bytes.substr(i), out);
    } else if (!in_string && (IsDigit(c) || c == '-')) {
      i += TameNumber(bytes.substr(i), out);
    } else {
      if (c == '"') in_string = !in_string;
      out += c;
      ++i;
    }
  }
  return out;
}

}  // namespace

struct JsonReader::State {
  simdjson::dom::parser parser;
  Path path;
};

JsonReader::JsonReader() : state_(std::make_unique<State>()) {}
JsonReader::~JsonReader() = default;
JsonReader::JsonReader(JsonReader&&) noexcept = default;

bool JsonReader::Read(std::string_view bytes, StringSink on_string, NumberSink on_number) {
  state_->path.Clear();
  simdjson::dom::element root;
  const auto error = state_->parser.parse(bytes.data(), bytes.size(), /*realloc_if_needed=*/false).get(root);
  if (error == simdjson::SUCCESS) {
    DomWalk(state_->path, on_string, on_number).Value(root);
    return true;
  }
  // nlohmann's parser takes a NUL for the end.
  if (bytes.find('\0') != std::string_view::npos) return false;
  SaxWalk walk(state_->path, on_string, on_number);
  return nlohmann::json::sax_parse(Tame(bytes), &walk);
}

}  // namespace polder
