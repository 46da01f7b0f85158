// A release as text, for machines. Pure; the same release gives the same bytes.
#ifndef POLDER_ENGINE_RELEASE_RENDER_RELEASE_H_
#define POLDER_ENGINE_RELEASE_RENDER_RELEASE_H_

#include <string>

#include "engine/release/release.h"

namespace polder {

// One JSON object: community, audience ("members", "peers", "public"), start, end, epochs[] with the digest
// of each one's manifest, if there is one, members, k, released[] (for members only), released_by_kind{},
// suppressed{} with indicators_at_least and reports_at_least.
std::string RenderReleaseJson(const PublishedRelease& release);

// A STIX 2.1 bundle: the community's identity, the TLP 2.0 markings that are used, and for every name that a
// source gave a released indicator one sighting with `summary: true`, seen by the community. `released_at` is
// its `created`: give the same whenever the same release is rendered. There is no `count`, which would be
// exact; what is known coarsely is told in the description. For an audience that gets no indicators the
// bundle holds the identity alone. Names that are no STIX identifiers of indicators are left out.
std::string RenderReleaseStix(const PublishedRelease& release, TimeUs released_at);

// What MISP's bulkSaveSightings takes: a JSON array, an object for every name of a released indicator, of
// type "1" (false positive) where at least k groups said so, of type "0" (sighting) unless that is all that
// they said. MISP takes each UUID once, so that a release may be sent again.
std::string RenderReleaseMisp(const PublishedRelease& release);

}  // namespace polder

#endif  // POLDER_ENGINE_RELEASE_RENDER_RELEASE_H_
