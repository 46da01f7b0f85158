#include "tests/oracle/naive_json.h"

#include <cstdint>

namespace polder::oracle {
namespace {

bool Digit(char c) { return c >= '0' && c <= '9'; }

int HexDigit(char c) {
  if (Digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The number in the four hexadecimal digits at text[at], -1 if they are not there.
int Quad(std::string_view text, std::size_t at) {
  int value = 0;
  for (std::size_t i = at; i < at + 4; ++i) {
    const int digit = i < text.size() ? HexDigit(text[i]) : -1;
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

std::string Utf8(int code_point) {
  const auto byte = [](int value) { return static_cast<char>(value); };
  const auto tail = [&](int shift) { return byte(0x80 | (code_point >> shift & 0x3F)); };
  if (code_point < 0x80) return {byte(code_point)};
  if (code_point < 0x800) return {byte(0xC0 | code_point >> 6), tail(0)};
  if (code_point < 0x10000) return {byte(0xE0 | code_point >> 12), tail(6), tail(0)};
  return {byte(0xF0 | code_point >> 18), tail(12), tail(6), tail(0)};
}

// Appends what the escape at text[at] (a backslash) stands for and returns its length; 0 if it is none.
std::size_t TakeEscape(std::string_view text, std::size_t at, std::string& out) {
  if (at + 1 >= text.size()) return 0;
  const std::size_t simple = std::string_view("\"\\/bfnrt").find(text[at + 1]);
  if (simple != std::string_view::npos) {
    out += "\"\\/\b\f\n\r\t"[simple];
    return 2;
  }
  if (text[at + 1] != 'u') return 0;
  const int first = Quad(text, at + 2);
  if (first < 0) return 0;
  if (first >= 0xD800 && first <= 0xDBFF && text.substr(at + 6, 2) == "\\u") {
    const int second = Quad(text, at + 8);
    if (second >= 0xDC00 && second <= 0xDFFF) {
      out += Utf8(0x10000 + (first - 0xD800) * 0x400 + (second - 0xDC00));
      return 12;
    }
  }
  out += Utf8(first >= 0xD800 && first <= 0xDFFF ? 0xFFFD : first);
  return 6;
}

// RFC 3629 section 4: the shortest form only, no surrogates, nothing above U+10FFFF.
bool IsUtf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xC2 ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || i + length > text.size()) return false;
    std::uint32_t code_point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      if ((byte & 0xC0) != 0x80) return false;
      code_point = code_point << 6 | (byte & 0x3FU);
    }
    if ((length == 3 && code_point < 0x800) || (length == 4 && code_point < 0x10000)) return false;
    if ((code_point >= 0xD800 && code_point <= 0xDFFF) || code_point > 0x10FFFF) return false;
    i += length;
  }
  return true;
}

// Containers are on a stack of its own, so that depth costs memory only.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool Read() {
    if (!BeginValue()) return false;
    while (!open_.empty()) {
      if (!Step()) return false;
    }
    SkipSpace();
    return at_ == text_.size();
  }

  std::vector<Scalar> found;

 private:
  struct Container {
    bool array;
    std::size_t path_size;
    std::size_t count = 0;
    bool first_member = true;
  };

  void SkipSpace() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos)
      ++at_;
  }
  bool Take(char c) {
    SkipSpace();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool TakeWord(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  // One member or element of the innermost container, or its end.
  bool Step() {
    Container& container = open_.back();
    if (Take(container.array ? ']' : '}')) {
      open_.pop_back();
      return true;
    }
    if (!container.first_member && !Take(',')) return false;
    container.first_member = false;
    std::string key;
    if (container.array) {
      key = std::to_string(container.count++);
    } else {
      SkipSpace();
      if (!TakeString(key) || !Take(':')) return false;
    }
    path_.resize(container.path_size);
    if (open_.size() > 1) path_ += '.';
    path_ += key;
    return BeginValue();
  }

  bool BeginValue() {
    SkipSpace();
    if (at_ >= text_.size()) return false;
    const char c = text_[at_];
    if (c == '{' || c == '[') {
      ++at_;
      open_.push_back({c == '[', path_.size()});
      return true;
    }
    Scalar scalar{path_, {}, false};
    if (c == '"') {
      if (!TakeString(scalar.text)) return false;
      found.push_back(std::move(scalar));
      return true;
    }
    if (c == '-' || Digit(c)) {
      scalar.is_number = true;
      if (!TakeNumber(scalar.text)) return false;
      found.push_back(std::move(scalar));
      return true;
    }
    return TakeWord("true") || TakeWord("false") || TakeWord("null");
  }

  bool TakeString(std::string& out) {
    if (at_ >= text_.size() || text_[at_] != '"') return false;
    for (++at_; at_ < text_.size();) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) return false;
      if (c == '\\') {
        const std::size_t length = TakeEscape(text_, at_, out);
        if (length == 0) return false;
        at_ += length;
      } else {
        out += c;
        ++at_;
      }
    }
    return false;
  }

  bool TakeDigits() {
    const std::size_t start = at_;
    while (at_ < text_.size() && Digit(text_[at_])) ++at_;
    return at_ > start;
  }
  bool TakeNumber(std::string& out) {
    const std::size_t start = at_;
    if (text_[at_] == '-') ++at_;
    if (at_ < text_.size() && text_[at_] == '0') {
      ++at_;
    } else if (!TakeDigits()) {
      return false;
    }
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (!TakeDigits()) return false;
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (!TakeDigits()) return false;
    }
    out = text_.substr(start, at_ - start);
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string path_;
  std::vector<Container> open_;
};

}  // namespace

std::optional<std::vector<Scalar>> ReadJson(std::string_view bytes) {
  if (!IsUtf8(bytes)) return std::nullopt;
  // RFC 8259 section 8.1 lets a reader ignore it.
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  Reader reader(bytes);
  if (!reader.Read()) return std::nullopt;
  return std::move(reader.found);
}

std::string Unescape(std::string_view raw) {
  std::string out;
  for (std::size_t i = 0; i < raw.size();) {
    const std::size_t length = raw[i] == '\\' ? TakeEscape(raw, i, out) : 0;
    if (length == 0) {
      out += raw[i++];
    } else {
      i += length;
    }
  }
  return out;
}

}  // namespace polder::oracle
