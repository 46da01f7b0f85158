// What is configured for a feed, wherever it comes from.
#ifndef POLDER_CONNECTORS_FEEDS_FEED_TERMS_H_
#define POLDER_CONNECTORS_FEEDS_FEED_TERMS_H_

#include <optional>
#include <string>

#include "engine/indicator/tlp.h"
#include "engine/observable/kind.h"

namespace polder {

struct FeedTerms {
  std::string source = {};        // of all its indicators
  Tlp tlp = Tlp::kUnmarked;       // for indicators without a marking
  int confidence = -1;            // for indicators without one
  bool shadow = false;            // its hits are counted and raise no sighting
  std::optional<Kind> kind = {};  // of bare values in lists; nothing: each is judged by its shape
  std::string column = {};        // of CSV lists: the name of the column with the value
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_FEEDS_FEED_TERMS_H_
