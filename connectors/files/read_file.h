// A whole file in memory, for indicators, configuration and secrets.
#ifndef POLDER_CONNECTORS_FILES_READ_FILE_H_
#define POLDER_CONNECTORS_FILES_READ_FILE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"

namespace polder {

// The text of `path` ("-": standard input), decompressed as by ByteSource, a UTF-8 byte order mark dropped.
// Fails as ByteSource does, for UTF-16, and with ResourceExhausted when the decompressed text is larger than
// `max_bytes`: a small file may decompress to a huge one.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path, std::size_t max_bytes);

}  // namespace polder

#endif  // POLDER_CONNECTORS_FILES_READ_FILE_H_
