#include "rules/read/value_shape.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/observable/characters.h"
#include "engine/observable/domain.h"
#include "engine/observable/ip.h"

namespace polder {
namespace {

constexpr std::uint8_t kDigit = 1;
constexpr std::uint8_t kHexLetter = 2;   // a to f
constexpr std::uint8_t kNameLetter = 4;  // the other small letters, hyphen
constexpr std::uint8_t kDot = 8;
constexpr std::uint8_t kOther = 16;
// What may stand behind the host of a URL that needs neither normalising nor refanging.
constexpr std::uint8_t kPath = 32;
constexpr std::uint8_t kUnderscore = 64;

constexpr auto kClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const bool small = c >= 'a' && c <= 'z';
    std::uint8_t of = kOther;
    if (IsDigit(c)) of = kDigit;
    if (small) of = c <= 'f' ? kHexLetter : kNameLetter;
    if (c == '-') of = kNameLetter;
    if (c == '_') of = kUnderscore;
    if (c == '.') of = kDot;
    if (IsTokenChar(c) || std::string_view("~:/?@!$&+,;=").find(c) != std::string_view::npos) of |= kPath;
    classes[byte] = of;
  }
  return classes;
}();

constexpr std::uint8_t ClassOf(char c) { return kClasses[static_cast<unsigned char>(c)]; }

constexpr std::size_t kMaxLabel = 63;  // RFC 1035 section 2.3.4

constexpr std::size_t kMaxEnding = 5;
constexpr std::uint64_t Packed(std::string_view label) {
  std::uint64_t packed = 0;
  for (const char c : label) packed = packed << 8 | static_cast<unsigned char>(c);
  return packed;
}

constexpr auto kFileEndings = [] {
  auto endings = std::to_array<std::uint64_t>(
      {Packed("7z"),   Packed("apk"),   Packed("asp"),  Packed("aspx"), Packed("avi"),  Packed("bak"),
       Packed("bat"),  Packed("bin"),   Packed("bmp"),  Packed("cfg"),  Packed("cgi"),  Packed("chm"),
       Packed("cmd"),  Packed("conf"),  Packed("cpl"),  Packed("css"),  Packed("csv"),  Packed("dat"),
       Packed("deb"),  Packed("dll"),   Packed("dmg"),  Packed("doc"),  Packed("docm"), Packed("docx"),
       Packed("dotm"), Packed("elf"),   Packed("eml"),  Packed("exe"),  Packed("gif"),  Packed("gz"),
       Packed("hta"),  Packed("htm"),   Packed("html"), Packed("ico"),  Packed("img"),  Packed("inf"),
       Packed("ini"),  Packed("iso"),   Packed("jar"),  Packed("jpeg"), Packed("jpg"),  Packed("js"),
       Packed("jse"),  Packed("json"),  Packed("jsp"),  Packed("lnk"),  Packed("log"),  Packed("mp3"),
       Packed("mp4"),  Packed("msi"),   Packed("ocx"),  Packed("odt"),  Packed("pdb"),  Packed("pdf"),
       Packed("php"),  Packed("pif"),   Packed("png"),  Packed("ppsx"), Packed("ppt"),  Packed("pptm"),
       Packed("pptx"), Packed("ps1"),   Packed("rar"),  Packed("reg"),  Packed("rtf"),  Packed("scr"),
       Packed("sys"),  Packed("tar"),   Packed("tgz"),  Packed("tmp"),  Packed("txt"),  Packed("vbe"),
       Packed("vbs"),  Packed("vhdx"),  Packed("wsf"),  Packed("xls"),  Packed("xlsm"), Packed("xlsx"),
       Packed("dmp"),  Packed("plist"), Packed("swf"),  Packed("xml"),  Packed("yml")});
  std::sort(endings.begin(), endings.end());
  return endings;
}();

// Which values of a hash an ending has: says no to nearly every top-level domain at once.
constexpr std::size_t FilterBit(std::uint64_t packed) { return (packed * 0x9E3779B97F4A7C15U) >> 53; }
constexpr auto kFilter = [] {
  std::array<bool, 2048> filter{};
  for (const std::uint64_t ending : kFileEndings) filter[FilterBit(ending)] = true;
  return filter;
}();

// What a run of name characters amounts to.
struct Run {
  std::size_t length = 0;
  std::uint8_t seen = 0;
  std::size_t dots = 0;
  std::size_t last_dot = 0;
  bool labels_fit = true;  // none is empty or too long
};

Run NameRun(std::string_view text) {
  Run run;
  std::size_t label = 0;  // where it begins
  for (; run.length < text.size(); ++run.length) {
    const std::uint8_t of = ClassOf(text[run.length]);
    if ((of & kOther) != 0) break;
    run.seen |= of;
    if ((of & kDot) != 0) {
      run.labels_fit = run.labels_fit && run.length > label && run.length - label <= kMaxLabel;
      ++run.dots;
      run.last_dot = run.length;
      label = run.length + 1;
    }
  }
  run.labels_fit = run.labels_fit && run.length > label && run.length - label <= kMaxLabel;
  return run;
}

bool IsCanonicalName(std::string_view text, const Run& run) {
  if (!run.labels_fit || run.dots == 0 || run.length > kMaxDomain) return false;
  const std::string_view last = text.substr(run.last_dot + 1, run.length - run.last_dot - 1);
  return last.size() >= 2 && !std::all_of(last.begin(), last.end(), IsDigit);
}

// ParseQuad takes one spelling only, so an address that it takes is canonical.
bool IsCanonicalQuad(std::string_view text, const Run& run) {
  return run.dots == 3 && (run.seen & (kHexLetter | kNameLetter | kUnderscore)) == 0 &&
         ParseIpv4(text.substr(0, run.length));
}

// `rest` is what stands behind the host: a port that is not the scheme's, and a path.
bool IsCanonicalRest(std::string_view rest, std::string_view default_port) {
  if (rest.starts_with(':')) {
    const std::string_view port = rest.substr(1, rest.find('/') - 1);
    // Five digits may be more than there are ports: left to the long way.
    if (port.empty() || port.size() > 4 || port.front() == '0' || port == default_port) return false;
    if (!std::all_of(port.begin(), port.end(), IsDigit)) return false;
    rest.remove_prefix(port.size() + 1);
  }
  if (!rest.starts_with('/')) return false;
  constexpr std::string_view kClosingPunctuation = ".,;:!?";
  return std::all_of(rest.begin(), rest.end(), [](char c) { return (ClassOf(c) & kPath) != 0; }) &&
         kClosingPunctuation.find(rest.back()) == std::string_view::npos;
}

bool IsCanonicalUrl(std::string_view value) {
  const bool secure = value.starts_with("https://");
  if (!secure && !value.starts_with("http://")) return false;
  const std::string_view rest = value.substr(secure ? 8 : 7);
  const Run host = NameRun(rest);
  return (IsCanonicalQuad(rest, host) || IsCanonicalName(rest, host)) &&
         IsCanonicalRest(rest.substr(host.length), secure ? "443" : "80");
}

}  // namespace

bool HasFileEnding(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view ending = name.substr(dot + 1);
  if (ending.size() < 2 || ending.size() > kMaxEnding) return false;
  std::uint64_t packed = 0;
  for (const char c : ending) packed = packed << 8 | static_cast<unsigned char>(ToLowerAscii(c));
  return kFilter[FilterBit(packed)] && std::binary_search(kFileEndings.begin(), kFileEndings.end(), packed);
}

std::optional<Kind> CanonicalShape(std::string_view value) {
  const Run run = NameRun(value);
  if (run.length < value.size()) {
    return IsCanonicalUrl(value) ? std::optional(Kind::kUrl) : std::nullopt;
  }
  if ((run.seen & (kNameLetter | kUnderscore | kDot)) == 0) return DigestKind(value.size());
  if (IsCanonicalQuad(value, run)) return Kind::kIp;
  const bool file = (run.dots == 1 && (run.seen & kUnderscore) != 0) || HasFileEnding(value);
  if (IsCanonicalName(value, run) && !file) return Kind::kDomain;
  return std::nullopt;
}

}  // namespace polder
