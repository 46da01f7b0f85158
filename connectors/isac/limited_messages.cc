#include "connectors/isac/limited_messages.h"

#include <fmt/format.h>

#include "rules/read/shown.h"

namespace polder {
namespace {

constexpr std::size_t kLongestDetail = 500;

}  // namespace

void LimitedMessages::Say(std::string_view where, std::string_view detail, std::string_view category) {
  const auto found = counts_.find(category);
  std::uint64_t& count = found == counts_.end() ? counts_[std::string(category)] : found->second;
  if (count++ >= kSaid) return;
  say_(fmt::format("{}: {} ({})", Shown(where, kLongestDetail), Shown(detail, kLongestDetail), category));
}

void LimitedMessages::Finish() {
  for (const auto& [category, count] : counts_) {
    if (count > kSaid) say_(fmt::format("... and {} more ({})", count - kSaid, category));
  }
  counts_.clear();
}

}  // namespace polder
