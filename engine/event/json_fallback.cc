// nlohmann's parser has no limit on depth. It is asked twice: whether the bytes are JSON, so that nothing is
// handed over of what is not, and then for the values.
#include "engine/event/json_fallback.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <vector>

#include "engine/observable/characters.h"

namespace polder {
namespace {

// Event by event: the parser keeps no stack of its own.
class SaxWalk : public nlohmann::json_sax<nlohmann::json> {
 public:
  SaxWalk(JsonPath& path, JsonFallback::StringSink on_string, JsonFallback::NumberSink on_number)
      : path_(path), on_string_(on_string), on_number_(on_number) {}

  bool null() override {
    return Scalar([] {});
  }
  bool boolean(bool) override {
    return Scalar([] {});
  }
  bool number_integer(number_integer_t value) override {
    return Scalar([&] { on_number_(static_cast<double>(value)); });
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Scalar([&] { on_number_(static_cast<double>(value)); });
  }
  bool number_float(number_float_t value, const string_t&) override {
    return Scalar([&] { on_number_(value); });
  }
  bool string(string_t& value) override {
    return Scalar([&] { on_string_(value); });
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
      levels_.back().before = path_.Push(levels_.back().position++);
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

  JsonPath& path_;
  JsonFallback::StringSink on_string_;
  JsonFallback::NumberSink on_number_;
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
void Tame(std::string_view bytes, std::string& out) {
  out.clear();
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
}

}  // namespace

bool JsonFallback::Parse(std::string_view bytes) {
  // The parser takes a NUL for the end.
  if (bytes.find('\0') != std::string_view::npos) return false;
  Tame(bytes, tamed_);
  return nlohmann::json::accept(tamed_);
}

void JsonFallback::Walk(JsonPath& path, StringSink on_string, NumberSink on_number) const {
  SaxWalk walk(path, on_string, on_number);
  nlohmann::json::sax_parse(tamed_, &walk);
}

}  // namespace polder
