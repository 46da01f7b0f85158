// Name-based UUIDs: the same name gives the same identifier on every machine and in every run.
#ifndef POLDER_ENGINE_BASE_UUID_H_
#define POLDER_ENGINE_BASE_UUID_H_

#include <string>
#include <string_view>

namespace polder {

// UUID version 5 (RFC 9562 section 5.5) of `name` in Polder's own namespace, as lower-case text. Build names
// from parts joined with NUL, the first saying what is named, so that two uses never share a name.
std::string NameBasedUuid(std::string_view name);

// UUID version 5 in the namespace of STIX 2.1 section 2.9, of the JSON of a cyber-observable's contributing
// properties.
std::string StixObservableUuid(std::string_view contributing_properties);

}  // namespace polder

#endif  // POLDER_ENGINE_BASE_UUID_H_
