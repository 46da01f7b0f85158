// Indicators from MISP: events, attributes, feeds, and the messages that MISP publishes.
//
// What is read
//   - an event (`{"Event": {...}}` or bare), an array of them, `{"response": ...}` around any of it;
//   - attributes alone, as a search returns them, each with its event as context;
//   - objects: each attribute of one is an indicator of its own, as in MISP's own exports;
//   - a message of the topic misp_attribute (Kafka) or misp_json_attribute (ZeroMQ, without the topic's
//   name):
//     `{"Attribute": {...}, "Event": {...}, "action": "add" | "edit" | "soft-delete" | "delete"}`.
//
// What becomes of an attribute
//   - id `indicator--<uuid>`, the same that MISP's STIX exports give; none if there is no uuid.
//   - `to_ids` decides whether it is an indicator; where it is missing, MISP's default for the type does. One
//     that is not for detection is counted as a refusal of that category.
//   - `deleted`, at the attribute, its object or its event, makes a revoked indicator of the id, with no
//   value.
//   - `first_seen` is valid_from; without it the indicator has been valid since ever. `last_seen` is when it
//     was last observed and no end of its validity: what was seen last week may be seen again.
//   - TLP and PAP come from the tags of attribute, object and event, the strictest of all of them; a tag of
//     these two taxonomies that is not known (`tlp:ex:chr`, `tlp:unclear`) is read as RED, as what it allows
//     is not known either. Where no tag says it, the context does.
//   - provider is the name of Orgc, name the event's title, description the attribute's comment, reference
//     the event's first link, labels the category and the other tags.
//
// A message states what has become of one attribute. So one that is deleted, no longer for detection, or
// changed into what cannot be matched is a revoked indicator, which withdraws what was said before.
#ifndef POLDER_RULES_READ_MISP_READER_H_
#define POLDER_RULES_READ_MISP_READER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "rules/read/json_document.h"
#include "rules/read/reader.h"

namespace polder {

// Whether the document is MISP's: any of the above, or the manifest of a feed.
bool IsMisp(const JsonDocument& document);

// Reads a document that is. A manifest is read as such and holds no indicators. Never throws, and goes no
// deeper than an attribute of an object of an event, however deep the document.
ReadResult ReadMisp(const JsonDocument& document, const ReadContext& context);

// The manifest of a feed: the uuid of each event (in small letters; its file is `<uuid>.json`) and when it
// was changed, in seconds since 1970, 0 when that is not said. Keys that are not uuids are left out: they
// would be paths of somebody's choice. Nothing if the document is no manifest. An empty one is `{}` or `[]`.
std::optional<std::map<std::string, std::int64_t>> ReadMispManifest(const JsonDocument& document);

// Whether the bytes are the `hashes.csv` of a feed (`md5,uuid` in each line): a cache of what the events
// hold, to be left alone. Looks at the first lines only.
bool IsMispHashesCsv(std::string_view bytes);

}  // namespace polder

#endif  // POLDER_RULES_READ_MISP_READER_H_
