// Identities and markings that a TAXII server gave once, kept for the objects that refer to them later.
//
// Every page is read on its own, and a poll brings only what is new; the creator of a new indicator, or the
// definition of its marking, came with another page or an earlier poll. Without its marking an indicator
// would count as unmarked.
#ifndef POLDER_CONNECTORS_TAXII_REFERENCE_SHELF_H_
#define POLDER_CONNECTORS_TAXII_REFERENCE_SHELF_H_

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace polder {

// Used by one thread. Memory is bounded: what does not fit is asked for anew each time it is wanted.
class ReferenceShelf {
 public:
  // Keeps the identities and markings among `objects`, in place of earlier versions.
  void Keep(const nlohmann::json& objects);
  // What `objects` refer to, is neither among them nor on the shelf, and was not said to be missing.
  std::vector<std::string> Unknown(const nlohmann::json& objects) const;
  // The server does not have them: they are not asked for again.
  void SetMissing(const std::vector<std::string>& ids);
  // What `objects` refer to and is on the shelf, without what is among them.
  std::vector<nlohmann::json> ReferredTo(const nlohmann::json& objects) const;

 private:
  std::map<std::string, nlohmann::json> kept_;
  std::size_t bytes_ = 0;
  std::set<std::string> missing_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_TAXII_REFERENCE_SHELF_H_
