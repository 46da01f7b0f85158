#include "rules/warninglist/substring_index.h"

#include <cstring>

namespace polder {
namespace {

constexpr std::size_t kGram = 4;

std::uint32_t GramAt(std::string_view text, std::size_t at) {
  std::uint32_t gram = 0;
  std::memcpy(&gram, text.data() + at, kGram);
  return gram;
}

}  // namespace

void SubstringIndex::Add(const std::vector<std::string>& texts, std::uint32_t tag) {
  absl::flat_hash_map<std::uint32_t, std::uint32_t> often;
  for (const std::string& text : texts) {
    for (std::size_t at = 0; at + kGram <= text.size(); ++at) ++often[GramAt(text, at)];
  }
  for (const std::string& text : texts) {
    if (text.empty()) continue;
    const auto index = static_cast<std::uint32_t>(texts_.size());
    Text& added = texts_.emplace_back(Text{text, 0, tag});
    if (text.size() < kGram) {
      short_.push_back(index);
      continue;
    }
    for (std::size_t at = 1; at + kGram <= text.size(); ++at) {
      if (often[GramAt(text, at)] < often[GramAt(text, added.gram_at)]) {
        added.gram_at = static_cast<std::uint32_t>(at);
      }
    }
    by_gram_[GramAt(text, added.gram_at)].push_back(index);
  }
}

void SubstringIndex::Contained(std::string_view value, absl::FunctionRef<void(std::uint32_t)> found) const {
  for (const std::uint32_t index : short_) {
    if (value.find(texts_[index].text) != std::string_view::npos) found(texts_[index].tag);
  }
  for (std::size_t at = 0; at + kGram <= value.size(); ++at) {
    const auto filed = by_gram_.find(GramAt(value, at));
    if (filed == by_gram_.end()) continue;
    for (const std::uint32_t index : filed->second) {
      const Text& text = texts_[index];
      if (at >= text.gram_at && value.substr(at - text.gram_at).starts_with(text.text)) found(text.tag);
    }
  }
}

}  // namespace polder
