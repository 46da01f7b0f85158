// What an event, an object or a message of MISP says of all the attributes in it.
#ifndef POLDER_RULES_READ_MISP_SCOPE_H_
#define POLDER_RULES_READ_MISP_SCOPE_H_

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/indicator/pap.h"
#include "engine/indicator/tlp.h"

namespace polder {

// Kept with each of the attributes. So its texts have bounds (some kilobytes), lest a hostile event of some
// megabytes fills the memory.
struct MispScope {
  std::string provider;
  std::string name;
  std::string reference;
  std::vector<std::string> labels;
  std::size_t labels_size = 0;
  Tlp tlp = Tlp::kUnmarked;
  Pap pap = Pap::kUnmarked;
  bool deleted = false;
  bool message = false;  // a statement about a change
};

// Takes a marking or, bounded, a label. See misp_reader.h for what becomes of the tags of TLP and PAP.
void AddMispTag(const std::string& tag, MispScope& scope);
// Every tag that stands at `object`.
void AddMispTags(const nlohmann::json& object, MispScope& scope);
// Narrows the scope to what `object` says of all that it holds.
void EnterMispScope(const nlohmann::json& object, MispScope& scope);

}  // namespace polder

#endif  // POLDER_RULES_READ_MISP_SCOPE_H_
