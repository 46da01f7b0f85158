// Every rule stands for itself and scans the text on its own: runs are found by asking of every byte whether
// it is in the class and the byte before it is not.
#include "tests/oracle/naive_values.h"

#include <arpa/inet.h>

#include <algorithm>

#include "engine/base/unicode.h"

namespace polder::oracle {
namespace {

bool Digit(char c) { return c >= '0' && c <= '9'; }
bool Letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool Hex(char c) { return Digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool AlphaNumeric(char c) { return Digit(c) || Letter(c); }
bool Token(char c) { return AlphaNumeric(c) || c == '.' || c == '_' || c == '-'; }
bool Ipv6Char(char c) { return Hex(c) || c == ':' || c == '.'; }
bool PlainLocal(char c) { return Token(c) || c == '+'; }
bool Local(char c) {
  return AlphaNumeric(c) || std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
}
bool StopsUrl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7F || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`';
}
bool SchemeChar(char c) { return AlphaNumeric(c) || c == '+' || c == '-' || c == '.'; }

struct Run {
  std::size_t start;
  std::size_t end;
};

template <typename Class>
std::vector<Run> MaximalRuns(std::string_view text, Class in_class) {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!in_class(text[i])) continue;
    if (i == 0 || !in_class(text[i - 1])) runs.push_back({i, i});
    runs.back().end = i + 1;
  }
  return runs;
}

std::vector<Run> NameRuns(std::string_view text) {
  std::vector<Run> runs;
  bool inside = false;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = NameCharAt(text, i);
    if (length > 0 && !inside) runs.push_back({i, i});
    inside = length > 0;
    i += std::max<std::size_t>(length, 1);
    if (inside) runs.back().end = i;
  }
  return runs;
}

std::string_view WithoutTrailingDots(std::string_view text) {
  while (!text.empty() && text.back() == '.') text.remove_suffix(1);
  return text;
}

void FindIpv4(std::string_view text, std::vector<Value>& found) {
  for (const Run run : MaximalRuns(text, Token)) {
    const auto ip = ReadIpv4(WithoutTrailingDots(text.substr(run.start, run.end - run.start)));
    if (ip) found.push_back({Kind::kIp, WriteAddress(*ip), *ip});
  }
}

void FindIpv6(std::string_view text, std::vector<Value>& found) {
  for (const Run run : MaximalRuns(text, Ipv6Char)) {
    std::size_t start = run.start;
    std::size_t end = run.end;
    while (end > start && text[end - 1] == '.') --end;
    if (end < run.end && run.end < text.size() && Token(text[run.end])) continue;
    const bool dots_dropped = end < run.end;
    const std::string_view undotted = text.substr(start, end - start);
    const bool colon_dropped = undotted.ends_with(":") && !undotted.ends_with("::");
    if (colon_dropped) --end;
    if (undotted.starts_with(":") && !undotted.starts_with("::")) ++start;
    if (start >= end) continue;
    const std::string_view left = text.substr(start, end - start);
    if (std::count(left.begin(), left.end(), ':') < 2) continue;
    if (start > 0 && Token(text[start - 1])) continue;
    if (!dots_dropped && end < text.size() && Token(text[end])) continue;
    const auto ip = ReadIpv6(left);
    if (ip) found.push_back({Kind::kIp, WriteAddress(*ip), *ip});
  }
}

void FindDomains(std::string_view text, std::vector<Value>& found) {
  for (const Run run : NameRuns(text)) {
    const auto domain = ReadDomain(text.substr(run.start, run.end - run.start), /*drop_bad_labels=*/true);
    if (domain) found.push_back({Kind::kDomain, *domain});
  }
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

void FindHashes(std::string_view text, std::vector<Value>& found) {
  for (const Run run : MaximalRuns(text, AlphaNumeric)) {
    const std::string_view digits = text.substr(run.start, run.end - run.start);
    if (!std::all_of(digits.begin(), digits.end(), Hex)) continue;
    if (digits.size() == 32) found.push_back({Kind::kMd5, Lower(digits)});
    if (digits.size() == 40) found.push_back({Kind::kSha1, Lower(digits)});
    if (digits.size() == 64) found.push_back({Kind::kSha256, Lower(digits)});
    if (digits.size() == 128) found.push_back({Kind::kSha512, Lower(digits)});
  }
}

void FindEmails(std::string_view text, std::vector<Value>& found) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '@') continue;
    std::size_t end = at + 1;
    while (NameCharAt(text, end) > 0) end += NameCharAt(text, end);
    const std::string_view name = text.substr(at + 1, end - at - 1);
    if (name.starts_with('.')) continue;
    const auto domain = ReadDomain(WithoutTrailingDots(name), /*drop_bad_labels=*/false);
    if (!domain) continue;
    for (std::size_t length = 1; length <= 64 && length <= at && Local(text[at - length]); ++length) {
      const std::size_t start = at - length;
      const bool first_of_run = start == 0 || !Local(text[start - 1]);
      if (first_of_run || !PlainLocal(text[start - 1])) {
        found.push_back({Kind::kEmail, Lower(text.substr(start, length)) + '@' + *domain});
      }
    }
  }
}

void FindUrls(std::string_view text, std::vector<Value>& found) {
  std::size_t in_stretch = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (StopsUrl(text[at])) in_stretch = 0;
    if (text.substr(at, 3) != "://" || ++in_stretch > 16) continue;
    std::size_t start = at;
    while (start > 0 && SchemeChar(text[start - 1])) --start;
    while (start < at && !Letter(text[start])) ++start;
    if (start == at) continue;
    std::size_t end = at;
    while (end < text.size() && !StopsUrl(text[end])) ++end;
    const auto url = ReadUrl(text.substr(start, end - start));
    if (!url) continue;
    found.push_back({Kind::kUrl, url->text});
    if (!url->host_encoded) continue;
    const auto v4 = ReadIpv4(url->host);
    const auto ip = v4 ? v4 : ReadIpv6(url->host);
    if (ip) {
      found.push_back({Kind::kIp, WriteAddress(*ip), *ip});
    } else {
      found.push_back({Kind::kDomain, url->host});
    }
  }
}

bool Separator(char c) { return c == '/' || c == '\\'; }
bool StopsName(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F || std::string_view(" \"'`<>|*?:;,").find(c) != std::string_view::npos;
}

void FindTexts(std::string_view text, std::vector<Value>& found) {
  if (!text.empty()) found.push_back({Kind::kText, Lower(text)});
  const auto read_name = [&](std::string_view name) {
    if (name.empty() || std::any_of(name.begin(), name.end(), Separator)) return;
    found.push_back({Kind::kFileName, Lower(name)});
  };
  read_name(text);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!Separator(text[at])) continue;
    std::size_t end = at + 1;
    while (end < text.size() && !Separator(text[end]) && !StopsName(text[end])) ++end;
    if (end == text.size() || !Separator(text[end])) read_name(text.substr(at + 1, end - at - 1));
    if (text.find_first_of("/\\", end) == std::string_view::npos) read_name(text.substr(at + 1));
  }
}

}  // namespace

bool HoldsPort(std::string_view text, std::string_view port) {
  const auto at = [&](std::size_t i) { return i < text.size() ? text[i] : ' '; };
  const auto before = [&](std::size_t i, std::size_t n) { return i >= n ? text[i - n] : ' '; };
  for (std::size_t i = 0; i + port.size() <= text.size(); ++i) {
    const std::size_t end = i + port.size();
    if (text.substr(i, port.size()) != port) continue;
    if (AlphaNumeric(before(i, 1)) || AlphaNumeric(at(end))) continue;
    if (before(i, 1) == '.' && Digit(before(i, 2))) continue;
    if (at(end) == '.' && Digit(at(end + 1))) continue;
    return true;
  }
  return false;
}

std::size_t NameCharAt(std::string_view text, std::size_t at) {
  if (at >= text.size()) return 0;
  return Token(text[at]) ? 1 : LeadingLetterLength(text.substr(at));
}

bool IsV4(const Address& address) {
  for (std::size_t i = 0; i < 12; ++i) {
    if (address[i] != (i < 10 ? 0 : 0xFF)) return false;
  }
  return true;
}

std::optional<Address> ReadIpv4(std::string_view text) {
  Address address{};
  address[10] = address[11] = 0xFF;
  std::size_t at = 0;
  for (std::size_t part = 0; part < 4; ++part) {
    if (part > 0 && (at >= text.size() || text[at++] != '.')) return std::nullopt;
    const std::size_t start = at;
    unsigned number = 0;
    while (at < text.size() && Digit(text[at]) && at - start < 3) {
      number = number * 10 + static_cast<unsigned>(text[at++] - '0');
    }
    if (at == start || number > 255 || (at - start > 1 && text[start] == '0')) return std::nullopt;
    address[12 + part] = static_cast<std::uint8_t>(number);
  }
  if (at != text.size()) return std::nullopt;
  return address;
}

std::optional<Address> ReadIpv6(std::string_view text) {
  if (text.size() > 45 || !std::all_of(text.begin(), text.end(), Ipv6Char)) return std::nullopt;
  // inet_pton may be lenient about leading zeros in a trailing quad.
  if (text.find('.') != std::string_view::npos && !ReadIpv4(text.substr(text.rfind(':') + 1)))
    return std::nullopt;
  Address address{};
  if (inet_pton(AF_INET6, std::string(text).c_str(), address.data()) != 1) return std::nullopt;
  return address;
}

std::string WriteAddress(const Address& address) {
  std::string text;
  if (IsV4(address)) {
    for (std::size_t i = 12; i < 16; ++i) {
      if (i > 12) text += '.';
      text += std::to_string(address[i]);
    }
    return text;
  }
  std::array<unsigned, 8> groups{};
  for (std::size_t i = 0; i < 8; ++i) groups[i] = address[2 * i] * 256U + address[2 * i + 1];
  // The longest run of two or more zero groups, the first of several such.
  std::size_t gap = 8;
  std::size_t gap_length = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t length = 0;
    while (i + length < 8 && groups[i + length] == 0) ++length;
    if (length >= 2 && length > gap_length) {
      gap = i;
      gap_length = length;
    }
  }
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == gap) {
      text += "::";
      i += gap_length - 1;
      continue;
    }
    if (!text.empty() && !text.ends_with(':')) text += ':';
    constexpr std::string_view kDigits = "0123456789abcdef";
    bool leading = true;
    for (int shift = 12; shift >= 0; shift -= 4) {
      const unsigned digit = groups[i] >> shift & 15;
      leading = leading && digit == 0 && shift > 0;
      if (!leading) text += kDigits[digit];
    }
  }
  return text;
}

std::optional<std::string> ReadDomain(std::string_view run, bool drop_bad_labels) {
  while (!run.empty() && run.front() == '.') run.remove_prefix(1);
  run = WithoutTrailingDots(run);
  std::vector<std::string> labels(1);
  for (const char c : run) {
    if (c == '.') {
      labels.emplace_back();
    } else {
      labels.back() += c;
    }
  }
  std::vector<std::string> kept;
  for (const std::string& label : labels) {
    if (label.empty()) return std::nullopt;
    const bool ascii = std::all_of(label.begin(), label.end(), Token);
    const auto a_label = ascii ? std::optional(Lower(label)) : ToALabel(label);
    if (a_label) {
      kept.push_back(*a_label);
    } else if (drop_bad_labels) {
      kept.clear();
    } else {
      return std::nullopt;
    }
  }
  if (kept.size() < 2 || std::all_of(kept.back().begin(), kept.back().end(), Digit)) return std::nullopt;
  std::string domain = kept.front();
  for (std::size_t i = 1; i < kept.size(); ++i) domain += '.' + kept[i];
  return domain;
}

std::vector<Value> FindValues(std::string_view text) {
  std::vector<Value> found;
  FindIpv4(text, found);
  FindIpv6(text, found);
  FindDomains(text, found);
  FindHashes(text, found);
  FindEmails(text, found);
  FindUrls(text, found);
  FindTexts(text, found);
  return found;
}

}  // namespace polder::oracle
