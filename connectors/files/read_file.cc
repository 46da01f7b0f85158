#include "connectors/files/read_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "connectors/files/byte_source.h"
#include "connectors/files/text_encoding.h"

namespace polder {
namespace {

constexpr std::size_t kFirstStep = 64 * 1024;

}  // namespace

absl::StatusOr<std::string> ReadWholeFile(const std::string& path, std::size_t max_bytes) {
  absl::StatusOr<std::unique_ptr<ByteSource>> source = ByteSource::Open(path);
  if (!source.ok()) return source.status();
  std::string text;
  std::size_t used = 0;
  while (true) {
    if (used == text.size()) text.resize(std::max(kFirstStep, used * 2));
    absl::StatusOr<std::size_t> got = (*source)->Read(text.data() + used, text.size() - used);
    if (!got.ok()) return got.status();
    if (*got == 0) break;
    used += *got;
    if (used > max_bytes) {
      return absl::ResourceExhaustedError(
          fmt::format("{}: larger than the {} bytes that are read{}; split it", (*source)->name(), max_bytes,
                      (*source)->compression() == Compression::kNone ? "" : " (decompressed)"));
    }
  }
  text.resize(used);
  absl::Status utf16 = RefuseUtf16(text, **source);
  if (!utf16.ok()) return utf16;
  if (text.starts_with(kUtf8Mark)) text.erase(0, kUtf8Mark.size());
  return text;
}

}  // namespace polder
