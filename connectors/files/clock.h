// The clock of this machine.
#ifndef POLDER_CONNECTORS_FILES_CLOCK_H_
#define POLDER_CONNECTORS_FILES_CLOCK_H_

#include <chrono>

#include "engine/base/time.h"

namespace polder {

inline TimeUs Now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// As documents are signed.
inline TimeUs NowInWholeSeconds() { return Now() / kSecondUs * kSecondUs; }

}  // namespace polder

#endif  // POLDER_CONNECTORS_FILES_CLOCK_H_
