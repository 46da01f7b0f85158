#include "engine/release/report.h"

#include "engine/feedback/policy.h"

namespace polder {

Tlp CataloguedIndicator::tlp() const {
  if (shared_by.empty()) return Tlp::kUnmarked;
  Tlp strictest = shared_by.front().tlp;
  for (const SharedBy& shared : shared_by) strictest = StricterToLeave(strictest, shared.tlp);
  return strictest;
}

}  // namespace polder
