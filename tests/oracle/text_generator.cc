// File names, paths, whole texts, and events that hold the parts of a conjunction.
#include <algorithm>

#include "engine/expression/expression.h"
#include "tests/oracle/generator.h"

namespace polder::oracle {
namespace {

std::string Upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

}  // namespace

std::string Generator::FewBytes() {
  static constexpr std::string_view kBytes = "a\"'\n{}:, un\\/0[]\x7F";
  std::string bytes;
  for (std::size_t i = 1 + Below(3); i > 0; --i) bytes += kBytes[Below(kBytes.size())];
  return bytes;
}

std::string Generator::FileName() {
  if (OneIn(4)) return FewBytes();
  // As an escape's letter or digits before it would change it, and with every character that ends a path.
  return Pick({"evil.exe",
               "nevil.exe",
               "tevil.exe",
               "u0065vil.exe",
               "evil",
               "e",
               "ab",
               "a.b",
               "invoice 7.pdf",
               "R\xC3\xA9sum\xC3\xA9.DOC",
               "r\xC3\xA9sum\xC3\xA9.doc",
               "a;b.js",
               "it's.txt",
               "say \"hi\".txt",
               "evil\nname",
               "tab\tname",
               "{evil\tname, long",
               "{evil",
               "{\"a\":\"",
               "evil file of quite some length.tar.gz",
               "..",
               "evil.exe ",
               " evil.exe",
               "\xFF\xFE",
               "a\x7F",
               "x:y",
               "evil.exe\""});
}

std::string Generator::WholeText() {
  if (OneIn(6)) return FewBytes();
  return Pick({"HKLM\\Software\\Evil\\Run",
               "hklm\\software\\evil\\run",
               "Global\\evil",
               "{8761abbd-7f85}",
               "{8761\\abbd",
               "{\tand so on to the end",
               "Mozilla/5.0 (evil; U)",
               "Mozilla/5.0 (evil; V)",
               "\"C:\\evil.exe\" /c \"x y\"",
               "C:\\Users\\a\\evil.exe",
               "\\\\.\\pipe\\evil",
               "c:/tmp/evil.exe",
               "Your invoice\r\nis \xC3\xBC"
               "ber",
               "evil",
               "n",
               "ab",
               "[\"evil",
               "u0065vil",
               "\n",
               " evil ",
               "00:11:22:aa:bb:cc",
               "AS64496",
               "line one\nline two\nline three\nline four",
               "\xF0\x9F\x98\x80",
               "\xC3\x89t\xC3\xA9",
               "\\u0065vil",
               "\\x and\ta tab",
               "a\"b",
               "evil\\",
               "1.2.3.4"});
}

std::string Generator::Path() {
  std::string path = Pick({"C:\\", "\\\\host\\share\\", "/usr/bin/", "c:/", "\\", "/", "..\\", "http://h/",
                           "file:///", "\\\\?\\C:\\", ""});
  for (std::size_t i = Below(3); i > 0; --i) {
    path += Pick({"Program Files", "a", "b c", "users", "nt", "\xC3\xA9", "e\"f", "x;y", "tmp", ""});
    path += OneIn(4) ? "/" : "\\";
  }
  path += FileName();
  return path + (OneIn(3)
                     ? Pick({"", " -x", "\"", "'", " /c y", ",", ":1", "?q=1", "\n", "\xC3\xA9", "\\", "/ "})
                     : "");
}

std::string Generator::TextValue() {
  std::string value;
  switch (Below(5)) {
    case 0:
      value = FileName();
      break;
    case 1:
      value = WholeText();
      break;
    case 2:
      value = Path() + ' ' + Path();
      break;
    case 3:
      value = Pick({"", "x", "cmd /c ", "\"", "name="}) + Path();
      break;
    default:
      value = Path();
  }
  if (OneIn(4)) value = Upper(std::move(value));
  return OneIn(3) ? Mutated(std::move(value)) : value;
}

std::string Generator::ValueOf(Kind kind) {
  switch (kind) {
    case Kind::kIp:
      return Ip();
    case Kind::kNetwork:
      return Ip() + '/' + std::to_string(Below(OneIn(3) ? 129 : 33));
    case Kind::kDomain:
      return Domain();
    case Kind::kUrl:
      return Url();
    case Kind::kEmail:
      return Email();
    case Kind::kPort:
      return Pick({"80", "443", "8080", "1", "65535", "7"});
    case Kind::kFileName:
      return FileName();
    case Kind::kPattern:
      return Pattern();
    default:
      if (IsDigest(kind)) return Hash();
      return OneIn(8) ? TextValue() : WholeText();
  }
}

// A substring of what events hold, or one at an end of a value.
std::string Generator::Pattern() {
  std::string text = OneIn(2) ? Observable() : TextValue();
  text = text.substr(OneIn(2) ? 0 : Below(text.size() + 1), 1 + Below(14));
  Expression expression = SubstringExpression(text.empty() ? "evil" : text, OneIn(2));
  if (OneIn(8)) expression.regex = '^' + expression.regex;
  if (OneIn(8)) expression.regex += "\\z";
  return FormatExpression(expression);
}

Kind Generator::AnyKind() {
  const Kind kind = OneOfAllKinds();
  return kind == Kind::kStixPattern ? Kind::kPattern : kind;
}

Kind Generator::OneOfAllKinds() {
  if (theme_ == Theme::kTexts && !OneIn(3)) return Kind::kFileName;
  const auto file_name = static_cast<std::size_t>(Kind::kFileName);
  if (theme_ == Theme::kTexts) return kAllKinds[file_name + Below(kAllKinds.size() - file_name)];
  return kAllKinds[Below(OneIn(3) ? kAllKinds.size() : file_name + 1)];
}

// Short, so that an event hits for one reason alone, and often broken.
std::string Generator::TextEvent() {
  if (OneIn(6)) return TextValue();
  if (OneIn(4)) {
    // A value alone, escaped: what a record that is no JSON holds when its escapes are decoded.
    std::string quoted = Quoted(OneIn(3) ? TextValue() : OneIn(2) ? WholeText() : "x\ty/" + FileName());
    const std::size_t pair = OneIn(3) ? quoted.find("\\\\") : std::string::npos;
    if (pair != std::string::npos) quoted.erase(pair, 1);
    return quoted.substr(1, quoted.size() - 2);
  }
  if (OneIn(5)) return LineEvent();
  std::string event = OneIn(3) ? "[" : "{";
  // Moves the rest over the borders of blocks.
  if (OneIn(2)) {
    event += event[0] == '{' ? "\"f\":" : "";
    event += Quoted(std::string(Below(150), "a\\\"/ \n"[Below(6)])) + ',';
  }
  for (std::size_t i = 1 + Below(3); i > 0; --i) {
    if (event[0] == '{')
      event += Quoted(OneIn(4) ? FileName() : Pick({"a", "url", "m"})) + (OneIn(4) ? " : " : ":");
    event += OneIn(8) ? '[' + Quoted(TextValue()) + ", 1]" : Quoted(TextValue());
    if (i > 1) event += OneIn(4) ? " , " : ",";
  }
  event += event[0] == '{' ? "}" : "]";
  if (OneIn(3)) event.resize(Below(event.size() + 1));
  if (OneIn(6)) event.insert(Below(event.size() + 1), Pick({"\\", "\"", "/", "\\u00", "\n", "x", "\xFF"}));
  return event;
}

Condition Generator::MakeCondition() {
  while (true) {
    const Kind kind = OneIn(3) ? Kind::kPort : kAllKinds[Below(kAllKinds.size())];
    if (kind == Kind::kPattern || kind == Kind::kStixPattern) continue;  // no conditions
    auto canonical = CanonicaliseValue(kind, ValueOf(kind));
    if (canonical.ok()) return {kind, *std::move(canonical)};
  }
}

std::string Generator::Spelled(const Condition& part) {
  switch (part.kind) {
    case Kind::kNetwork:
      return part.value.substr(0, part.value.find('/'));
    case Kind::kDomain:
      return (OneIn(3) ? "www." : "") + part.value;
    case Kind::kPort:
      return Pick({"", "", ":", "port ", "1.2.3.4:", ".", "1.", "x", "0", "\xC3\xA9"}) + part.value +
             Pick({"", "", ".", ".1", ",", "x", " "});
    case Kind::kFileName:
      return (OneIn(2) ? Pick({"C:\\", "/", "\\\\h\\", "a b/"}) : "") + part.value;
    default:
      return OneIn(4) && part.kind != Kind::kUrl ? Upper(part.value) : part.value;
  }
}

std::string Generator::Conjunction() {
  std::vector<Condition> parts = conjunctions_[Below(conjunctions_.size())];
  if (OneIn(3)) parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(Below(parts.size())));
  std::shuffle(parts.begin(), parts.end(), random_);
  const bool text = OneIn(4);
  std::string event;
  for (const Condition& part : parts) {
    if (text) {
      event += Spelled(part) + (OneIn(2) ? " " : "\t");
    } else {
      const bool number = part.kind == Kind::kPort && OneIn(2);
      if (!event.empty()) event += ',';
      event += Quoted(Pick({"a", "b", "dest_port"})) + ':' + (number ? part.value : Quoted(Spelled(part)));
    }
  }
  return text ? event : '{' + event + '}';
}

}  // namespace polder::oracle
