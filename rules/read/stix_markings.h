// What the markings of STIX objects say about TLP and PAP.
#ifndef POLDER_RULES_READ_STIX_MARKINGS_H_
#define POLDER_RULES_READ_STIX_MARKINGS_H_

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "engine/indicator/pap.h"
#include "engine/indicator/tlp.h"

namespace polder {

// Knows the marking definitions of one input; one thread.
class StixMarkings {
 public:
  struct Marking {
    Tlp tlp = Tlp::kUnmarked;
    Pap pap = Pap::kUnmarked;
    std::vector<std::string> unknown;  // references whose meaning nobody can know
  };

  // Takes note of an object of the input if it is a marking definition. All are noted before any is asked
  // for.
  void Note(const nlohmann::json& object);

  // The strictest of everything that marks the object:
  // - object_marking_refs, and granular_markings as if they held for all of it;
  // - the TLP 2.0 and PAP extensions on the object itself, labels such as "tlp:amber" and "PAP:RED".
  // A reference means the TLP 1, TLP 2.0 or PAP level whose identifier it is, and what the marking definition
  // of that identifier in the input says: `definition.tlp`, the extensions' `tlp_2_0` and `pap`, a name such
  // as "TLP:AMBER+STRICT", a statement such as "PAP:RED". Any other statement has no level.
  //
  // An unknown marking could mean anything, so it must never make an indicator more open: with one, the
  // result is the stricter of what is known and `fallback`, the marking of unmarked objects. Without one,
  // `fallback` counts only where the object says nothing.
  Marking Of(const nlohmann::json& object, Tlp fallback) const;

 private:
  void Refer(const nlohmann::json& ref, Marking& marking) const;

  std::map<std::string, Marking> definitions_;
};

}  // namespace polder

#endif  // POLDER_RULES_READ_STIX_MARKINGS_H_
