// One scalar pass per kind, each a plain reading of the rule in the header: only the few events that the
// first look lets through come here.
#include "engine/observable/extract.h"

#include <algorithm>
#include <optional>
#include <string>

#include "engine/base/unicode.h"
#include "engine/observable/characters.h"
#include "engine/observable/digest.h"
#include "engine/observable/domain.h"
#include "engine/observable/email.h"
#include "engine/observable/text.h"
#include "engine/observable/url.h"

namespace polder {
namespace {

using Sink = absl::FunctionRef<void(const Observable&)>;

bool IsIpv6Char(char c) { return IsHexDigit(c) || c == ':' || c == '.'; }

std::string_view DropTrailingDots(std::string_view text) {
  while (text.ends_with('.')) text.remove_suffix(1);
  return text;
}

void ReportIp(std::string_view atomic, const IpAddress& ip, Sink sink) {
  sink(Observable{Kind::kIp, atomic, FormatIp(ip), ip});
}

void ReportHost(std::string_view atomic, const std::string& host, Sink sink) {
  if (const auto ip = ParseIp(host)) {
    ReportIp(atomic, *ip, sink);
  } else {
    sink(Observable{Kind::kDomain, atomic, host, {}});
  }
}

void ExtractIpv4(std::string_view text, Sink sink) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!IsTokenChar(text[i])) continue;
    const std::size_t start = i;
    while (i < text.size() && IsTokenChar(text[i])) ++i;
    const std::string_view run = DropTrailingDots(text.substr(start, i - start));
    if (const auto ip = ParseIpv4(run)) ReportIp(run, *ip, sink);
  }
}

void ExtractIpv6(std::string_view text, Sink sink) {
  for (std::size_t at = text.find(':'); at != std::string_view::npos;) {
    const Ipv6Run run = Ipv6Around(text, at);
    if (run.ip) ReportIp(run.atomic, *run.ip, sink);
    at = text.find(':', run.end);
  }
}

void ExtractDomains(std::string_view text, Sink sink) {
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view run = NameRunAround(text, i);
    if (run.empty()) {
      ++i;
      continue;
    }
    i = static_cast<std::size_t>(run.data() - text.data()) + run.size();
    if (run.find('.') == std::string_view::npos) continue;
    const auto canonical = CanonicalDomain(run, /*drop_bad_labels=*/true);
    if (canonical) sink(Observable{Kind::kDomain, run, *canonical, {}});
  }
}

void ExtractDigests(std::string_view text, Sink sink) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!IsAlnum(text[i])) continue;
    const std::size_t start = i;
    while (i < text.size() && IsAlnum(text[i])) ++i;
    const std::string_view run = text.substr(start, i - start);
    if (const auto digest = CanonicaliseDigest(run)) sink(Observable{digest->kind, run, digest->hex, {}});
  }
}

void ExtractEmails(std::string_view text, Sink sink) {
  for (std::size_t at = text.find('@'); at != std::string_view::npos; at = text.find('@', at + 1)) {
    EmailsAround(text, at, [&](std::string_view atomic, std::string_view canonical) {
      sink(Observable{Kind::kEmail, atomic, canonical, {}});
    });
  }
}

void ExtractUrls(std::string_view text, Sink sink) {
  std::size_t stretch_end = 0;
  std::size_t starts = 0;
  for (std::size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 1)) {
    if (at >= stretch_end) {
      stretch_end = UrlStretchEnd(text, at);
      starts = 0;
    }
    if (++starts > kMaxNestedUrls) continue;
    const std::string_view url = UrlAround(text, at);
    if (url.empty()) continue;
    const auto canonical = CanonicaliseUrl(url);
    if (!canonical) continue;
    sink(Observable{Kind::kUrl, url, canonical->text, {}});
    if (HostIsEncoded(url)) ReportHost(url, canonical->host, sink);
  }
}

void ExtractTexts(std::string_view text, Sink sink) {
  if (!text.empty() && text.size() <= kMaxTextValue) {
    sink(Observable{Kind::kText, text, LowerText(text), {}});
  }
  FileNamesIn(text, [&](std::string_view name) {
    sink(Observable{Kind::kFileName, name, LowerText(name), {}});
  });
}

}  // namespace

std::string_view NameRunAround(std::string_view text, std::size_t at) {
  std::size_t start = at;
  std::size_t end = at;
  while (end < text.size()) {
    const std::size_t length = IsTokenChar(text[end]) ? 1 : LeadingLetterLength(text.substr(end));
    if (length == 0) break;
    end += length;
  }
  if (end == at) return {};
  while (start > 0) {
    const std::size_t length = IsTokenChar(text[start - 1]) ? 1 : TrailingLetterLength(text.substr(0, start));
    if (length == 0) break;
    start -= length;
  }
  return text.substr(start, end - start);
}

Ipv6Run Ipv6Around(std::string_view text, std::size_t at) {
  Ipv6Run result{at, at, std::nullopt, {}};
  while (result.start > 0 && IsIpv6Char(text[result.start - 1])) --result.start;
  while (result.end < text.size() && IsIpv6Char(text[result.end])) ++result.end;
  std::string_view run = DropTrailingDots(text.substr(result.start, result.end - result.start));
  const bool dots_dropped = run.size() < result.end - result.start;
  bool next_is_token = result.end < text.size() && IsTokenChar(text[result.end]);
  bool previous_is_token = result.start > 0 && IsTokenChar(text[result.start - 1]);
  if (run.ends_with(':') && !run.ends_with("::")) {
    run.remove_suffix(1);
    if (!dots_dropped) next_is_token = false;
  }
  if (run.starts_with(':') && !run.starts_with("::")) {
    run.remove_prefix(1);
    previous_is_token = false;
  }
  if (next_is_token || previous_is_token || std::count(run.begin(), run.end(), ':') < 2) return result;
  result.ip = ParseIpv6(run);
  result.atomic = run;
  return result;
}

void EmailsAround(std::string_view text, std::size_t at,
                  absl::FunctionRef<void(std::string_view, std::string_view)> sink) {
  std::size_t name_end = at + 1;
  while (name_end < text.size()) {
    const std::size_t length = IsTokenChar(text[name_end]) ? 1 : LeadingLetterLength(text.substr(name_end));
    if (length == 0) break;
    name_end += length;
  }
  const std::string_view name = DropTrailingDots(text.substr(at + 1, name_end - at - 1));
  if (name.find('.') == std::string_view::npos || name.starts_with('.')) return;
  const auto domain = CanonicalDomain(name, /*drop_bad_labels=*/false);
  if (!domain || domain->size() > kMaxDomain) return;

  std::string canonical;
  for (std::size_t start = at; start > 0 && at - start < kMaxLocalPart && IsLocalPartChar(text[start - 1]);) {
    --start;
    const bool begins = start == 0 || !IsPlainLocalPartChar(text[start - 1]);
    if (!begins) continue;
    canonical.clear();
    std::transform(text.begin() + static_cast<std::ptrdiff_t>(start),
                   text.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::back_inserter(canonical),
                   ToLowerAscii);
    canonical += *domain;
    sink(text.substr(start, at + 1 + name.size() - start), canonical);
  }
}

void ExtractObservables(std::string_view text, Sink sink) {
  ExtractIpv4(text, sink);
  ExtractIpv6(text, sink);
  ExtractDomains(text, sink);
  ExtractDigests(text, sink);
  ExtractEmails(text, sink);
  ExtractUrls(text, sink);
  ExtractTexts(text, sink);
}

void ExtractComposedUrl(std::string_view url, Sink sink) {
  if (const auto canonical = CanonicaliseUrl(url)) sink(Observable{Kind::kUrl, url, canonical->text, {}});
}

}  // namespace polder
