#include "tests/oracle/generator.h"

#include <algorithm>
#include <cstdint>

namespace polder::oracle {
namespace {

constexpr TimeUs kWindow = 1'700'000'000 * kSecondUs;

// The code point of the well-formed UTF-8 sequence at the start of `text`; its length is left in `length`, 0
// if there is none.
std::uint32_t CodePoint(std::string_view text, std::size_t& length) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])) : 0U;
  };
  const auto tails = [&](std::size_t count) {
    for (std::size_t i = 1; i <= count; ++i) {
      if ((byte(i) & 0xC0) != 0x80) return false;
    }
    return true;
  };
  length = 0;
  if (byte(0) < 0x80) return length = 1, byte(0);
  if (byte(0) >= 0xC2 && byte(0) < 0xE0 && tails(1)) return length = 2, (byte(0) & 31) << 6 | (byte(1) & 63);
  if (byte(0) >= 0xE1 && byte(0) < 0xED && tails(2)) {
    return length = 3, (byte(0) & 15) << 12 | (byte(1) & 63) << 6 | (byte(2) & 63);
  }
  if (byte(0) >= 0xF1 && byte(0) < 0xF4 && tails(3)) {
    return length = 4, (byte(0) & 7) << 18 | (byte(1) & 63) << 12 | (byte(2) & 63) << 6 | (byte(3) & 63);
  }
  return 0;
}

}  // namespace

std::string Generator::Pick(std::initializer_list<const char*> choices) {
  return choices.begin()[Below(choices.size())];
}

std::string Generator::Domain() {
  std::string name;
  for (std::size_t i = Below(3); i > 0; --i) {
    name +=
        Pick({"a", "b", "n", "www", "mail", "x_y", "-z", "0", "u0065vil", "\xC3\xA9t\xC3\xA9", "t", "203"}) +
        '.';
  }
  name += Pick({"evil", "nevil", "tevil", "bevil", "notevil",
                "b\xC3\xBC"
                "cher",
                "xn--bcher-kva", "a", "f00d", "bad-site", "\xD0\xBF\xD1\x80\xD0\xB8\xD0\xBC\xD0\xB5\xD1\x80",
                "\xEF\xBD\x85vil",
                "stra\xC3\x9F"
                "e"});
  return name + '.' + Pick({"example", "test", "co.uk", "org", "\xE4\xB8\xAD\xE5\x9B\xBD", "example"});
}

std::string Generator::Ip() {
  const std::string last = Pick({"0", "1", "2", "7", "10", "128", "255"});
  if (!OneIn(2)) {
    return Pick({"198.51.100.", "198.51.100.", "203.0.113.", "192.0.2.", "198.18.0."}) + last;
  }
  switch (Below(6)) {
    case 0:
      return "::ffff:198.51.100." + last;
    case 1:
      return "::FFFF:c633:64" + Pick({"01", "02", "0a"});
    case 2:
      return "2001:DB8:0:0:0:0:0:" + last.substr(0, 1);
    case 3:
      return Pick({"::", "64:ff9b::", "::1:"}) + "198.51.100." + last;
    case 4:
      return Pick({"1:2:3:4:5:6:7:", "fe80::1:", "a:b::c:"}) + Pick({"8", "d", "beef", "10"});
    default:
      return "2001:db8::" + Pick({"1", "2", "a:1", "beef", "7:8"});
  }
}

std::string Generator::Url() {
  std::string host = OneIn(3) ? Ip() : Domain();
  if (host.find(':') != std::string::npos && !OneIn(8)) host = '[' + host + ']';
  if (OneIn(8)) host = "%65" + Pick({"vil.example", "vil.test"});
  if (OneIn(20)) host = "198.51.100%2E" + Pick({"1", "2"});
  const std::string scheme = Pick({"http", "https", "HTTP", "ftp", "wss", "x-y", "http", "hxxp"});
  const std::string user = OneIn(6) ? Pick({"user@", "a:b@", "x%41@", "a@b@"}) : "";
  const std::string port = OneIn(3) ? Pick({":80", ":443", ":8080", ":", ":0080", ":70000", ":21"}) : "";
  const std::string path =
      Pick({"", "/", "/a", "/a%2fb", "/%7Euser", "/b\\c", "/x;y=1", "/a.", "/%zz", "/a]", "/q)", "//"});
  const std::string query =
      OneIn(3) ? Pick({"?q=1", "?", "?q=%41&r={1}", "?u=http://evil.example/", "?q=\xC3\xA9"}) : "";
  return scheme + "://" + user + host + port + path + query + (OneIn(6) ? "#frag" : "");
}

std::string Generator::Email() {
  const std::string local = OneIn(10)
                                ? std::string(63 + Below(3), 'l')
                                : Pick({"user", "a", "first.last", "u+tag", "O'Brien", "to=bob", "x/y", "n"});
  return local + '@' + Domain();
}

std::string Generator::Hash() {
  const std::size_t length = std::initializer_list<std::size_t>{32, 40, 64, 128}.begin()[Below(4)];
  const char fill = "0aF9"[Below(4)];
  std::string digits(length, fill);
  digits[Below(2)] = 'b';
  return digits;
}

std::string Generator::Observable() {
  switch (Below(7)) {
    case 0:
      return Ip();
    case 1:
      return Url();
    case 2:
      return Email();
    case 3:
      return Hash();
    case 4:
      return Path();
    default:
      return Domain();
  }
}

std::string Generator::Mutated(std::string value) {
  if (value.empty()) return value;
  const std::size_t at = Below(value.size());
  switch (Below(8)) {
    case 0:
      value.erase(at, 1);
      break;
    case 1:
      value.insert(at,
                   Pick({".", ":", "-", "x", "0", "\xC3\xA9", "\xF0\x9F\x98\x80", "@", "/", "..", "%", " "}));
      break;
    case 2:
      std::transform(value.begin(), value.end(), value.begin(),
                     [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
      break;
    case 3:
      value += Pick({".", "..", ":", ":443", "]", ")", "@", ".x", "/24", "_", "\xE2\x82\xAC"});
      break;
    case 4:
      value.insert(0,
                   Pick({".", ":", "[", "v", "@", "x.", "=", "_", "\xC3\xA9", "\xFF", "+", "\xE2\x82\xAC"}));
      break;
    case 5:
      value[at] = static_cast<char>(value[at] ^ static_cast<char>(1U << Below(8)));
      break;
    default:
      break;
  }
  return value;
}

std::string Generator::Text() {
  static constexpr std::string_view kSeparators = " \t\n\r\b\f\"\\/,;:.=()[]{}<>|'`@-_%&?+!#xnu0";
  std::string text;
  const std::size_t parts = OneIn(30) ? 40 : Below(4);
  for (std::size_t i = 0; i <= parts; ++i) {
    for (std::size_t k = OneIn(3) ? 0 : 1 + Below(2); k > 0; --k) {
      if (OneIn(12)) {
        text += Pick({"\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "://", "\xC2\xA0", "\\n", "\\u0065",
                      "\x7F", "\x01"});
      } else if (OneIn(40)) {
        text += '\0';
      } else {
        text += kSeparators[Below(kSeparators.size())];
      }
    }
    text += OneIn(6)
                ? Pick({"GET", "ok", "filler text of some length to move the blocks along", "1.2.3", "a.b"})
                : Mutated(Observable());
  }
  return text;
}

std::vector<Indicator> Generator::Indicators(std::size_t count) {
  std::vector<Indicator> indicators;
  while (indicators.size() < count) {
    Indicator indicator;
    indicator.kind = AnyKind();
    if (indicator.kind == Kind::kPort) continue;  // a condition only
    auto canonical = CanonicaliseValue(indicator.kind, ValueOf(indicator.kind));
    if (!canonical.ok()) continue;
    indicator.value = *std::move(canonical);
    indicator.source = "feed" + std::to_string(Below(3));
    std::string name = indicator.value;
    for (std::size_t i = OneIn(8) ? 1 + Below(2) : 0; i > 0; --i) {
      indicator.conditions.push_back(MakeCondition());
      name += '\0' + indicator.conditions.back().value;
    }
    indicator.id = DerivedIndicatorId(indicator.source, indicator.kind, name);
    const bool known = std::any_of(indicators.begin(), indicators.end(),
                                   [&](const Indicator& other) { return other.id == indicator.id; });
    if (known) {
      if (OneIn(4)) --count;  // few distinct values are left of some kinds
      continue;
    }
    if (OneIn(4)) indicator.valid_from = kWindow;
    if (OneIn(4)) indicator.valid_until = kWindow;
    if (!indicator.conditions.empty()) {
      conjunctions_.push_back(indicator.conditions);
      conjunctions_.back().insert(conjunctions_.back().begin(), {indicator.kind, indicator.value});
    }
    indicators.push_back(std::move(indicator));
  }
  return indicators;
}

TimeUs Generator::Time() { return kWindow + static_cast<TimeUs>(Below(3)) - 1; }

// As a JSON string, with every way of escaping that there is. Bytes that are no UTF-8 stay, and break it.
std::string Generator::Quoted(std::string_view text) {
  const std::size_t escaping = std::initializer_list<std::size_t>{1000000, 30, 3}.begin()[Below(3)];
  std::string out = "\"";
  const auto unit = [&](std::uint32_t value) {
    const std::string_view digits = OneIn(2) ? "0123456789abcdef" : "0123456789ABCDEF";
    out += "\\u";
    for (unsigned shift = 16; shift > 0; shift -= 4) out += digits[value >> (shift - 4) & 15];
  };
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = 0;
    const std::uint32_t code_point = CodePoint(text.substr(i), length);
    const std::size_t named = std::string_view("\"\\/\b\f\n\r\t").find(text[i]);
    const bool must = code_point < 0x20 || text[i] == '"' || text[i] == '\\';
    if (length == 0) {
      out += text[i++];
      continue;
    }
    if (named != std::string_view::npos && (must || OneIn(3)) && !OneIn(escaping)) {
      out += '\\';
      out += "\"\\/bfnrt"[named];
    } else if ((must && code_point != 0) || OneIn(escaping) || code_point == 0) {
      if (code_point >= 0x10000) {
        unit(0xD800 + (code_point - 0x10000) / 0x400);
        unit(0xDC00 + code_point % 0x400);
      } else {
        unit(code_point);
      }
    } else {
      out += text.substr(i, length);
    }
    i += length;
  }
  if (OneIn(200)) out += Pick({"\\ud800", "\\udc00x", "\\ud83dn", "\\ud83d\\u0041"});
  return out + '"';
}

std::string Generator::Composition() {
  const auto field = [&](const char* name, const std::string& value) { return Quoted(name) + ':' + value; };
  const std::string host = Quoted(OneIn(5)   ? Mutated(Domain())
                                  : OneIn(3) ? Ip()
                                             : Domain() + (OneIn(4) ? ":8080" : ""));
  const std::string path =
      Quoted(Pick({"/", "/a", "/a%2fb", "/%7Euser", "/x;y=1", "a", "/a b", "/b\\c", "/#f", ""}));
  const std::string port = Pick({"80", "8080", "443", "\"8080\"", "70000", "1.5", "\"\"", "\"x\""});
  switch (Below(4)) {
    case 0:
      return field("http", '{' + field("hostname", host) + ',' + field("url", path) +
                               (OneIn(2) ? ',' + field("http_port", port) : "") + '}');
    case 1:
      return field("uri", path) + ',' + field("host", host);
    case 2:
      return field("url.path", path) + ',' + field("url.domain", host) + ',' + field("url.port", port);
    default:
      return field("url",
                   '{' + field("domain", host) + ',' + field("path", path) +
                       (OneIn(2) ? ',' + field("query", Quoted(Pick({"q=1", "", "q=%41&r={1}"}))) : "") +
                       (OneIn(2) ? ',' + field("scheme", Quoted(Pick({"https", "ftp", "x y", ""}))) : "") +
                       '}');
  }
}

std::string Generator::Member(std::size_t depth) {
  if (OneIn(8)) return Composition();
  if (OneIn(10)) {
    const TimeUs time = Time();
    const std::string value = OneIn(2) ? Quoted(FormatIsoTime(time)) : std::to_string(time);
    return Quoted(Pick({"@timestamp", "ts", "time", "eventTime"})) + ':' + value;
  }
  const std::string key =
      OneIn(6) ? Domain() : Pick({"a", "b", "message", "host", "url", "dns", "", "x.y", "a\nb"});
  return Quoted(key) + (OneIn(4) ? " : " : ":") + Json(depth);
}

std::string Generator::Object(std::size_t depth) {
  std::string out = "{";
  for (std::size_t i = Below(5); i > 0; --i) out += Member(depth + 1) + (i > 1 ? "," : "");
  return out + '}';
}

std::string Generator::Json(std::size_t depth) {
  const std::size_t choice = Below(10);
  if (depth < 6 && choice == 0) return Object(depth);
  if (depth < 6 && choice == 1) {
    std::string out = "[";
    for (std::size_t i = Below(4); i > 0; --i) out += Json(depth + 1) + (i > 1 ? ", " : "");
    return out + ']';
  }
  if (choice == 2) {
    return Pick({"null", "true", "0", "-1.5e3", "198.51", "18446744073709551617", "1e400", "80", "443",
                 "8.08e3", "443.5", "123456789012345678901234567890"});
  }
  if (depth < 4 && choice == 3 && OneIn(3))
    return Quoted(OneIn(3) ? '[' + Json(depth + 1) + ']' : Object(depth + 1));
  return Quoted(OneIn(3) ? TextValue() : Text());
}

std::string Generator::Event() {
  if (theme_ == Theme::kTexts) return TextEvent();
  if (OneIn(30)) {
    std::string bytes(Below(300), '\0');
    for (char& c : bytes)
      c = static_cast<char>(OneIn(3) ? ".:/@\\\"a1"[Below(8)] : static_cast<char>(Below(256)));
    return bytes;
  }
  if (!conjunctions_.empty() && OneIn(8)) return Conjunction();
  if (OneIn(12)) return TextValue();
  if (OneIn(4)) return LineEvent();
  if (OneIn(3)) return (OneIn(6) ? FormatIsoTime(Time()) + ' ' : "") + Text();
  std::string json = OneIn(10) ? '[' + Object(0) + ']' : Object(0);
  if (OneIn(8)) json.resize(Below(json.size() + 1));
  if (OneIn(12) && !json.empty()) json[Below(json.size())] = static_cast<char>(Below(256));
  if (OneIn(60)) json += Pick({" ", "\r", "x", "{}", "\xEF\xBB\xBF"});
  return json;
}

}  // namespace polder::oracle
