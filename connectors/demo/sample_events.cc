#include "connectors/demo/sample_events.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "connectors/demo/samples.h"

namespace polder {
namespace {

constexpr std::array<std::string_view, 5> kLogs = {"suricata-eve.ndjson", "zeek.ndjson", "ecs.ndjson",
                                                   "sysmon.ndjson", "syslog.log"};

std::vector<std::string_view> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void ReplaceAll(std::string& text, std::string_view what, const std::string& by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

}  // namespace

std::string_view DemoSample(std::string_view name) {
  for (const auto& [known, content] : DemoSamples()) {
    if (known == name) return content;
  }
  return {};
}

std::vector<std::string_view> SampleLogLines() {
  std::vector<std::vector<std::string_view>> formats;
  std::size_t longest = 0;
  for (const std::string_view log : kLogs) {
    formats.push_back(LinesOf(DemoSample(log)));
    longest = std::max(longest, formats.back().size());
  }
  std::vector<std::string_view> lines;
  for (std::size_t i = 0; i < longest; ++i) {
    for (const auto& format : formats) {
      if (i < format.size()) lines.push_back(format[i]);
    }
  }
  return lines;
}

std::string StampLine(std::string_view line, TimeUs time) {
  std::string stamped(line);
  const std::string iso = FormatIsoTime(time);
  ReplaceAll(stamped, "{iso}", iso);
  ReplaceAll(stamped, "{local}", iso.substr(0, 10) + ' ' + iso.substr(11, 8));
  ReplaceAll(stamped, "{epoch}", fmt::format("{}.{:06}", time / kSecondUs, time % kSecondUs));
  ReplaceAll(stamped, "{syslog}",
             fmt::format("{:%b %e %H:%M:%S}", fmt::gmtime(static_cast<std::time_t>(time / kSecondUs))));
  return stamped;
}

}  // namespace polder
