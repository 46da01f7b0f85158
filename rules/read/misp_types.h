// The attribute types of MISP and what each of them is to Polder.
//
// One table (misp_types.cc) has every type of MISP's core format: how its value is read, or why nothing can
// be matched with it. A type that is not in it is not known at all, and is refused as such.
#ifndef POLDER_RULES_READ_MISP_TYPES_H_
#define POLDER_RULES_READ_MISP_TYPES_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/observable/kind.h"
#include "rules/read/value_kind.h"

namespace polder {

// How the value of an attribute is read.
enum class MispForm : std::uint8_t {
  kNotMatchable,
  kText,  // of MispType::kind, as it is
  kHost,  // of MispType::kind; where its shape is clearly another network kind, of that one
  kUri,   // a URL; the path of one without its host is a text
  kEmail,
  kDigest,            // the kind is told by the number of digits
  kTextOrExpression,  // of MispType::kind; in slashes and clearly meant as one, an expression
  kPattern,           // expression_spelling.h, ReadPatternText
  kFilePattern,       // expression_spelling.h, ReadFilePattern
  kStixPattern,       // stix_statement.h
  kFile,  // an expression in slashes, from ^ to $, or with escapes such as `\.`; a file path if there is a
          // slash or backslash in it, else a file name
  kRegistryKey,    // with the long and the short name of the hive
  kNamedPipe,      // as the client opens it and as Windows logs it
  kMacAddress,     // with colons and with hyphens
  kAsNumber,       // with the letters AS, never the bare number
  kHostPort,       // host|port: the host, on the condition of the port
  kDomainIp,       // domain|ip: the domain, on the condition of the address it resolved to
  kFileDigest,     // filename|hash: the hash, on the condition of the file
  kRegistryValue,  // regkey|value: the key, on the condition of the data written to it
};

struct MispType {
  std::string_view name;
  MispForm form = MispForm::kNotMatchable;
  Kind kind = Kind::kText;
  bool for_detection = false;  // what MISP sets to_ids to when nobody says
  std::string_view reason;     // why it is not matchable
};

// Nothing if MISP has no such type. Lives as long as the program; safe from any thread.
const MispType* FindMispType(std::string_view name);
// All of them, by name.
std::vector<const MispType*> AllMispTypes();

// The value of an attribute of a type that is matchable: one, or several that mean the same thing in
// different spellings. The parts of a composite stand on both sides of `|`. Both must be valid: one part
// alone would be a wider statement than its author's. Only hosts, URLs and addresses are refanged, as
// brackets mean something elsewhere. The error says what is wrong.
absl::StatusOr<std::vector<TypedValue>> ReadMispValue(const MispType& type, std::string_view value);

}  // namespace polder

#endif  // POLDER_RULES_READ_MISP_TYPES_H_
