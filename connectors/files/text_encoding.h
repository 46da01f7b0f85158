// Byte order marks at the start of a text. Internal to connectors/files.
#ifndef POLDER_CONNECTORS_FILES_TEXT_ENCODING_H_
#define POLDER_CONNECTORS_FILES_TEXT_ENCODING_H_

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "connectors/files/byte_source.h"

namespace polder {

inline constexpr std::string_view kUtf8Mark = "\xef\xbb\xbf";

// Whether `start` could become a byte order mark when more bytes follow.
bool MayBecomeMark(std::string_view start);

// An error with the command that converts it if `start`, the first bytes read from `source`, says UTF-16.
absl::Status RefuseUtf16(std::string_view start, const ByteSource& source);

}  // namespace polder

#endif  // POLDER_CONNECTORS_FILES_TEXT_ENCODING_H_
