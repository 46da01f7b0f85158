// What went wrong in an HTTP exchange, in words. Internal to connectors/http.
#ifndef POLDER_CONNECTORS_HTTP_HTTP_ERROR_H_
#define POLDER_CONNECTORS_HTTP_HTTP_ERROR_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "connectors/http/transfer.h"

namespace polder {

// The error for an answer that is none of 2xx and 304, or for none at all. `secrets` are blotted out of what
// the server says, which may be an echo of the request.
absl::Status HttpError(std::string_view url, const TransferResult& result, int attempts,
                       std::size_t max_bytes, const std::vector<std::string>& secrets);

// The beginning of a text that came from outside: one line, at most 160 bytes, printable, without `secrets`.
std::string Excerpt(std::string_view text, const std::vector<std::string>& secrets);

}  // namespace polder

#endif  // POLDER_CONNECTORS_HTTP_HTTP_ERROR_H_
