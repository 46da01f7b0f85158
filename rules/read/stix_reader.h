// STIX 2.0 and 2.1 indicators from JSON.
#ifndef POLDER_RULES_READ_STIX_READER_H_
#define POLDER_RULES_READ_STIX_READER_H_

#include "rules/read/json_document.h"
#include "rules/read/reader.h"

namespace polder {

// A bundle, anything else with an array `objects` (a TAXII envelope), an array of objects, or a single object
// such as the value of a Kafka record. Both versions are read alike; ReadResult::format names the one it is.
// STIX 1 is refused by name.
//
// Every indicator object gives an Indicator for each alternative of its pattern (stix_pattern.h), all with
// its identifier; every version of it is given, for the merge to choose. It carries validity, modified,
// revoked, confidence, markings (stix_markings.h), labels and indicator types, the name of its creator's
// identity where the input has it, name, description and the first reference with a URL; long texts are cut
// short. One that is revoked is given whatever its pattern.
//
// Every indicator object, and every alternative of one, that is not taken is refused with its identifier and
// line. A marking that is neither known nor defined in the input is reported once, with the number of the
// indicators that it marks ("unknown marking"): they are taken all the same.
ReadResult ReadStix(const JsonDocument& document, const ReadContext& context);

}  // namespace polder

#endif  // POLDER_RULES_READ_STIX_READER_H_
