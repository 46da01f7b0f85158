// The same content in every format that can say it: the same observables in the same fields.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/event/event_reader.h"
#include "engine/event/zeek_reader.h"
#include "engine/observable/characters.h"
#include "engine/observable/extract.h"

namespace polder {
namespace {

using namespace std::literals;  // for texts with a zero byte

using Content = std::vector<std::pair<std::string, std::string>>;          // names are of letters, each once
using Observables = std::set<std::tuple<std::string, Kind, std::string>>;  // of which field

// --- Writing -------------------------------------------------------------------------------------

struct Written {
  std::string bytes;
  std::shared_ptr<const ZeekColumns> columns = nullptr;
};
// Nothing for content that the format has no way to say.
using Writer = std::optional<Written> (*)(const Content&);

// With a backslash before each of `special`, and line ends as letters if those can be said so.
std::string Escaped(std::string_view value, std::string_view special, bool line_ends) {
  std::string out;
  for (const char c : value) {
    if (line_ends && (c == '\n' || c == '\r')) {
      out += c == '\n' ? "\\n" : "\\r";
      continue;
    }
    if (special.find(c) != special.npos) out += '\\';
    out += c;
  }
  return out;
}

// As JSON has it, with what is escaped besides control characters.
std::string Quoted(std::string_view value, std::string_view special) {
  std::string out = "\"";
  for (const char c : value) {
    if (special.find(c) != special.npos) {
      out += '\\';
      out += c;
    } else if (IsControl(c)) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string Object(const Content& content) {
  std::vector<std::string> members;
  for (const auto& [name, value] : content)
    members.push_back(fmt::format("\"{}\":{}", name, Quoted(value, "\"\\/")));
  return fmt::format("{{{}}}", fmt::join(members, ","));
}

// `format` takes a name and a value.
template <typename Format>
std::string Pairs(const Content& content, std::string_view delimiter, Format format) {
  std::vector<std::string> pairs;
  for (const auto& [name, value] : content) pairs.push_back(format(name, value));
  return fmt::format("{}", fmt::join(pairs, delimiter));
}

bool AnyHas(const Content& content, std::string_view characters) {
  return std::any_of(content.begin(), content.end(), [&](const auto& field) {
    return field.second.find_first_of(characters) != std::string::npos;
  });
}

constexpr std::string_view kSyslog = "<165>1 2024-05-06T07:08:09.003Z host app 7 ID - ";

std::optional<Written> Json(const Content& content) { return Written{Object(content)}; }
std::optional<Written> JsonInJson(const Content& content) {
  return Written{fmt::format("{{\"n\":1,\"e\":{}}}", Quoted(Object(content), "\"\\"))};
}
std::optional<Written> JsonInSyslog(const Content& content) {
  return Written{fmt::format("{}@cee: {}", kSyslog, Object(content))};
}
std::optional<Written> Cef(const Content& content) {
  return Written{"CEF:0|vendor|product|1|7|name|5|" +
                 Pairs(content, " ", [](const auto& name, const auto& value) {
                   return fmt::format("{}={}", name, Escaped(value, "\\=", /*line_ends=*/true));
                 })};
}
std::optional<Written> CefInSyslog(const Content& content) {
  return Written{std::string(kSyslog) + Cef(content)->bytes};
}
std::optional<Written> Leef(const Content& content, std::string_view header, std::string_view delimiter) {
  if (AnyHas(content, fmt::format("{}\n\r", delimiter))) return std::nullopt;
  return Written{std::string(header) + Pairs(content, delimiter, [](const auto& name, const auto& value) {
                   return fmt::format("{}={}", name, value);
                 })};
}
std::optional<Written> Leef1(const Content& content) {
  return Leef(content, "LEEF:1.0|vendor|product|1|7|", "\t");
}
std::optional<Written> Leef2(const Content& content) {
  return Leef(content, "LEEF:2.0|vendor|product|1|7|^|", "^");
}
std::optional<Written> Leef2Hex(const Content& content) {
  return Leef(content, "LEEF:2.0|vendor|product|1|7|0x1F|", "\x1F");
}
std::optional<Written> KeyValue(const Content& content) {
  return Written{Pairs(content, " ", [](const auto& name, const auto& value) {
    return fmt::format("{}={}", name, Quoted(value, "\"\\"));
  })};
}
std::optional<Written> StructuredData(const Content& content) {
  return Written{fmt::format("<165>1 2024-05-06T07:08:09.003Z host app 7 ID [x@1 {}] hello",
                             Pairs(content, " ", [](const auto& name, const auto& value) {
                               return fmt::format("{}=\"{}\"", name,
                                                  Escaped(value, "\\\"]", /*line_ends=*/false));
                             }))};
}
std::optional<Written> Zeek(const Content& content) {
  const auto escaped = [](const std::string& value) {
    std::string out;
    for (const char c : value) {
      const bool odd =
          IsControl(c) || static_cast<unsigned char>(c) >= 0x80 || (out.empty() && (c == '#' || c == '-'));
      out += c == '\\' ? "\\\\"
             : odd     ? fmt::format("\\x{:02x}", static_cast<unsigned char>(c))
                       : std::string{c};
    }
    return out;
  };
  ZeekHeader header;
  header.See("#separator \\x09");
  header.See("#fields\t" + Pairs(content, "\t", [](const auto& name, const auto&) { return name; }));
  header.See("#types\t" + Pairs(content, "\t", [](const auto&, const auto&) { return "string"s; }));
  return Written{Pairs(content, "\t", [&](const auto&, const auto& value) { return escaped(value); }),
                 header.columns()};
}

constexpr struct {
  const char* name;
  Writer write;
  Format format;
} kFormats[] = {{"JSON", Json, Format::kJson},
                {"JSON in JSON", JsonInJson, Format::kJson},
                {"JSON in syslog", JsonInSyslog, Format::kJson},
                {"CEF", Cef, Format::kCef},
                {"CEF in syslog", CefInSyslog, Format::kCef},
                {"LEEF 1", Leef1, Format::kLeef},
                {"LEEF 2", Leef2, Format::kLeef},
                {"LEEF 2, delimiter in hexadecimal", Leef2Hex, Format::kLeef},
                {"key=value", KeyValue, Format::kKeyValue},
                {"structured data", StructuredData, Format::kSyslog},
                {"Zeek", Zeek, Format::kZeek}};

// --- Reading -------------------------------------------------------------------------------------

void AddObservables(const std::string& name, std::string_view value, Observables& found) {
  ExtractObservables(
      value, [&](const Observable& one) { found.emplace(name, one.kind, std::string(one.canonical)); });
}

Content ValuesOf(const Written& written, Format expected) {
  const std::string padded = written.bytes + std::string(kRecordPadding, 'a');
  Content values;
  EventReader reader;
  const EventReading reading = reader.Read(
      {std::string_view(padded).substr(0, written.bytes.size()), 0, written.columns.get()}, Format::kAuto,
      [&](std::string_view path, std::string_view value) { values.emplace_back(path, value); },
      [](std::string_view, double) {});
  EXPECT_EQ(FormatName(reading.format), FormatName(expected));
  EXPECT_FALSE(reading.unparsable || reading.broken_json);
  return values;
}

// Other formats than JSON need several fields to be told.
Content WithUsualFields(Content content) {
  content.insert(content.begin(), {"level", "info"});
  content.insert(content.end(), {{"action", "deny"}, {"last", "end"}});
  return content;
}

// What all formats hand over beside the fields: the header of CEF, and so on.
bool IsOfEnvelope(const Content& envelope, const std::pair<std::string, std::string>& value) {
  return std::find(envelope.begin(), envelope.end(), value) != envelope.end();
}

// How many formats could say it.
std::size_t Compare(const Content& content) {
  const Content usual = WithUsualFields(content);
  Observables expected;
  for (const auto& [name, value] : content) AddObservables(name, value, expected);
  std::size_t said = 0;
  for (const auto& format : kFormats) {
    const auto written = format.write(usual);
    if (!written) continue;
    ++said;
    SCOPED_TRACE(fmt::format("{}: {}", format.name, written->bytes));
    const Content envelope = ValuesOf(*format.write(WithUsualFields({})), format.format);
    Observables found;
    for (const auto& one : ValuesOf(*written, format.format)) {
      if (IsOfEnvelope(envelope, one)) continue;
      AddObservables(one.first.substr(one.first.rfind('.') + 1), one.second, found);
    }
    EXPECT_EQ(found, expected);
  }
  return said;
}

TEST(SameContent, HoldsTheSameObservablesInEveryFormat) {
  const std::string sha256(64, 'a');
  const Content contents[] = {
      {{"src", "203.0.113.7"},
       {"dst", "2001:DB8::1"},
       {"mapped", "::ffff:198.51.100.1"},
       {"both", "[2001:db8::2]:80"}},
      {{"host", "Evil.Example."},
       {"idn",
        "b\xC3\xBC"
        "cher.example"},
       {"ace", "xn--bcher-kva.example"}},
      {{"url", "http://evil.example:80/a?b=c&d=%7e#f"}, {"two", "see http://a.example/x, ftp://b.example"}},
      {{"mail", "Bob <Bob.O'Neil@evil.example>"}, {"to", "to=a+b@evil.example;c@d.example"}},
      {{"hashes",
        "SHA1=da39a3ee5e6b4b0d3255bfef95601890afd80709,MD5=D41D8CD98F00B204E9800998ECF8427E,SHA256=" +
            sha256}},
      {{"sha", sha256 + sha256},
       {"file", "C:\\new\\temp\\x y.exe"},
       {"share", "\\\\server\\share\\tool.exe"}},
      {{"key", "HKLM\\Software\\Run"}, {"cmd", "cmd.exe /c \"c:\\x\\y.exe\" -a=b | more"}},
      {{"agent", "Mozilla/5.0 (X11; Linux) \"quoted\" [x] {y}"}, {"path", "/tmp/a b/c.sh"}},
      {{"msg", "first evil.example\r\nsecond 203.0.113.7\n"}, {"next", "tab\there\t1.2.3.4"}},
      {{"zero", "evil.example\0rest 1.2.3.4"s},
       {"bell",
        "\x07"
        "evil.example"}},
      {{"pairs", "a=b c=d src=1.2.3.4"}, {"pipes", "a|b|c"}, {"caret", "a^b"}, {"hash", "#a"}, {"none", "-"}},
      {{"letters", "x \\nevil.example \\u0041 \\x41.example"}, {"end", "ends in \\"}, {"quote", "\""}},
      {{"text", "caf\xC3\xA9 \xF0\x9F\x98\x80"}, {"broken", "\\\"]=\\"}},
  };
  for (const Content& content : contents) Compare(content);
}

// --- At random -----------------------------------------------------------------------------------

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  Content Next() {
    Content content;
    const std::size_t count = 1 + Below(5);
    for (std::size_t i = 0; i < count; ++i) {
      content.emplace_back(std::string("field") + static_cast<char>('a' + i), Value());
    }
    return content;
  }

 private:
  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }

  // Neither blank at its ends, which some formats do not keep, nor JSON, which only JSON opens.
  std::string Value() {
    static constexpr std::string_view kPieces[] = {"203.0.113.7",
                                                   "2001:db8::1",
                                                   "Evil.Example",
                                                   "b\xC3\xBC"
                                                   "cher.example",
                                                   "http://a.example/x?y=z",
                                                   "https://[2001:db8::2]:8443/",
                                                   "a.b@evil.example",
                                                   "d41d8cd98f00b204e9800998ecf8427e",
                                                   "C:\\new\\x.exe",
                                                   "/tmp/x",
                                                   "HKLM\\Run",
                                                   "word",
                                                   "n",
                                                   "u0041",
                                                   "x41",
                                                   "SHA1=da39a3ee5e6b4b0d3255bfef95601890afd80709"};
    static constexpr std::string_view kBetween[] = {" ",    ",", "=", "|",    "\"",       "]",     "[",  "\\",
                                                    "\\\\", "/", ";", "'",    ":",        " key=", "\n", "\t",
                                                    "^",    "#", "{", "\x01", "\xC3\xA9", ""};
    std::string value;
    for (std::size_t i = 1 + Below(4); i > 0; --i) {
      value += kPieces[Below(std::size(kPieces))];
      value += kBetween[Below(std::size(kBetween))];
    }
    value += kPieces[Below(std::size(kPieces))];
    return value;
  }

  std::mt19937_64 random_;
};

TEST(SameContent, HoldsTheSameObservablesInEveryFormatAtRandom) {
  constexpr int kRounds = 1500;
  Generator generator(20240506);
  std::size_t said = 0;
  for (int round = 0; round < kRounds && !HasFailure(); ++round) {
    SCOPED_TRACE(fmt::format("round {}", round));
    said += Compare(generator.Next());
  }
  std::cout << said << " records\n";
  EXPECT_GT(said, 8U * kRounds);
}

}  // namespace
}  // namespace polder
