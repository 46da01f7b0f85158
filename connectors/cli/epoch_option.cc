#include "connectors/cli/epoch_option.h"

#include <fmt/format.h>

#include "rules/read/shown.h"

namespace polder {
namespace {

constexpr TimeUs kLatest = 253'402'300'800 * kSecondUs;  // the year 10000

}  // namespace

absl::StatusOr<TimeUs> TimeOfDate(const std::string& text) {
  auto time = ParseIsoTime(text);
  if (!time) time = ParseIsoTime(text + ":00");
  if (time && *time >= 0 && *time < kLatest) return *time;
  return absl::InvalidArgumentError(
      fmt::format("--epoch '{}': expected a date such as 2024-05-06, or a time such as 2024-05-06T12:00",
                  Shown(text, 100)));
}

absl::StatusOr<Epoch> EpochOfDate(const std::string& text, TimeUs length) {
  const auto time = TimeOfDate(text);
  if (!time.ok()) return time.status();
  return Epoch::Of(*time, length);
}

}  // namespace polder
