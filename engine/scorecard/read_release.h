// Reads back what was released, for scorecards, which look at releases long past.
#ifndef POLDER_ENGINE_SCORECARD_READ_RELEASE_H_
#define POLDER_ENGINE_SCORECARD_READ_RELEASE_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "engine/release/release.h"

namespace polder {

// What RenderReleaseJson made for members. Values, references and reach are left out: a scorecard knows the
// former and does not need the latter. An InvalidArgument says what is missing or wrong.
absl::StatusOr<Release> ReadMembersRelease(std::string_view json);

}  // namespace polder

#endif  // POLDER_ENGINE_SCORECARD_READ_RELEASE_H_
