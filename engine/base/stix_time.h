// Times as STIX writes them.
#ifndef POLDER_ENGINE_BASE_STIX_TIME_H_
#define POLDER_ENGINE_BASE_STIX_TIME_H_

#include <string>

#include "engine/base/time.h"

namespace polder {

// FormatIsoTime with a fraction of three digits at least, which STIX 2.1 section 3.1 asks of `created` and
// `modified`.
std::string FormatStixTime(TimeUs time);

}  // namespace polder

#endif  // POLDER_ENGINE_BASE_STIX_TIME_H_
