#include "rules/read/stix_statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "engine/stix/compiled_pattern.h"
#include "engine/stix/correlator.h"
#include "engine/stix/pattern_parser.h"
#include "rules/read/stix_anchors.h"
#include "rules/read/stix_pattern.h"

namespace polder {
namespace {

// More than values and conjunctions can say.
bool IsForEngine(const PatternRefusal& refusal) { return refusal.category == "not yet supported"; }

StixStatement FromAtoms(PatternAtoms&& atoms) {
  StixStatement statement;
  for (PatternAtom& atom : atoms.values) {
    statement.values.push_back({atom.kind, std::move(atom.value), std::move(atom.conditions)});
  }
  statement.refused = std::move(atoms.refused);
  return statement;
}

}  // namespace

absl::StatusOr<StixStatement> ReadStixStatement(std::string_view text) {
  if (text.size() > kLongestStixPattern) {
    return absl::UnimplementedError(fmt::format("a pattern of {} bytes, the longest that is read has {}",
                                                text.size(), kLongestStixPattern));
  }
  auto pattern = ParseStixPattern(text);
  if (!pattern.ok()) return pattern.status();
  StixStatement statement = FromAtoms(PatternAtomsOf(*pattern));
  // What the engine takes is not refused; what it does not, for one reason.
  if (std::erase_if(statement.refused, IsForEngine) == 0) return statement;
  const auto anchors = AnchorsOf(*pattern);
  if (!anchors.ok()) {
    statement.refused.push_back(
        {std::string(anchors.status().message()), AnchorRefusalCategory(anchors.status())});
    return statement;
  }
  if (const absl::Status kept = Correlator(Correlator::Limits()).Check(*pattern); !kept.ok()) {
    statement.refused.push_back({std::string(kept.message()), "dangerous"});
    return statement;
  }
  if (auto compiled = CompiledPattern::Compile(*std::move(pattern)); !compiled.ok()) return compiled.status();
  statement.values.clear();
  for (const Anchor& anchor : anchors->anchors) {
    TypedValue value{anchor.kind, anchor.value, {}, std::string(text)};
    const bool known = std::any_of(statement.values.begin(), statement.values.end(), [&](const auto& other) {
      return other.kind == value.kind && other.value == value.value;
    });
    if (!known) statement.values.push_back(std::move(value));
  }
  return statement;
}

}  // namespace polder
