#include "engine/watch/watch_sampler.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/observable/extract.h"

namespace polder {
namespace {

// By a word in the service, category or product that the field map gives, the most particular first. Products
// are those of the field maps in rules/fields.
constexpr std::array<std::pair<std::string_view, LogSource>, 28> kWords = {{
    {"dns", LogSource::kDns},
    {"smtp", LogSource::kMail},
    {"mail", LogSource::kMail},
    {"http", LogSource::kWeb},
    {"web", LogSource::kWeb},
    {"proxy", LogSource::kWeb},
    {"access", LogSource::kWeb},
    {"signin", LogSource::kIdentity},
    {"authentication", LogSource::kIdentity},
    {"iam", LogSource::kIdentity},
    {"entra", LogSource::kIdentity},
    {"firewall", LogSource::kFirewall},
    {"fortinet", LogSource::kFirewall},
    {"fortigate", LogSource::kFirewall},
    {"process", LogSource::kEndpoint},
    {"sysmon", LogSource::kEndpoint},
    {"windows", LogSource::kEndpoint},
    {"defender", LogSource::kEndpoint},
    {"endpoint", LogSource::kEndpoint},
    {"linux", LogSource::kEndpoint},
    {"aws", LogSource::kCloud},
    {"cloud", LogSource::kCloud},
    {"azure", LogSource::kCloud},
    {"m365", LogSource::kCloud},
    {"kubernetes", LogSource::kCloud},
    {"zeek", LogSource::kNetwork},
    {"suricata", LogSource::kNetwork},
    {"network", LogSource::kNetwork},
}};

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

std::optional<LogSource> SourceOf(std::string_view text) {
  const std::string lower = Lower(text);
  for (const auto& [word, source] : kWords) {
    if (lower.find(word) != std::string::npos) return source;
  }
  return std::nullopt;
}

LogSource SourceOf(const EventFields& fields) {
  const EventFields::LogSource log = fields.log_source();
  for (const std::string_view part : {log.service, log.category, log.product, fields.format_name()}) {
    if (const auto source = SourceOf(part)) return *source;
  }
  return LogSource::kOther;
}

}  // namespace

void WatchSampler::Look(const Record& record, Format format, Watched& watched) {
  fields_.Clear();
  const auto add = [&](const Observable& observable) {
    if (MakesFeedback(observable.kind)) watched.Add(observable.kind);
  };
  const EventReading reading = reader_.Read(
      record, format,
      [&](std::string_view path, std::string_view value) {
        fields_.SeeString(path, value);
        ExtractObservables(value, add);
      },
      [&](std::string_view path, double value) { fields_.SeeNumber(path, value); });
  fields_.End(reading.format);
  fields_.ComposedUrls([&](std::string_view, std::string_view) { watched.Add(Kind::kUrl); });
  if (watched.Has(Kind::kIp)) watched.Add(Kind::kNetwork);
  watched.Add(SourceOf(fields_));
}

}  // namespace polder
