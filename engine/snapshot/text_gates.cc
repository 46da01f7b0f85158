#include "engine/snapshot/text_gates.h"

#include <string>

namespace polder {

void TextGates::Open(const GateHasher& hasher, Kind kind, std::string_view canonical) {
  if (canonical.empty() || (kind != Kind::kFileName && !IsWholeText(kind))) return;
  std::string padded(canonical);
  padded.append(8, '\0');
  const std::string_view text = std::string_view(padded).substr(0, canonical.size());
  Tables& tables = kind == Kind::kFileName ? names_ : texts_;
  tables.front.Set(Front(hasher, text));
  fronts_.Set(Front(hasher, text));
  tables.back.Set(Back(hasher, text));
  prefixes_.Set(Prefix(hasher, text));
  if (kind == Kind::kFileName && text.find('"') != std::string_view::npos) {
    quoted_names_.store(true, std::memory_order_relaxed);
  }
  if (text.size() > tables.longest.load(std::memory_order_relaxed)) {
    tables.longest.store(text.size(), std::memory_order_relaxed);
  }
}

}  // namespace polder
