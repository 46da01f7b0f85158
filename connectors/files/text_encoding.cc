#include "connectors/files/text_encoding.h"

#include <fmt/format.h>

#include <string>

namespace polder {
namespace {

constexpr std::string_view kLittleEndianMark = "\xff\xfe";
constexpr std::string_view kBigEndianMark = "\xfe\xff";

std::string ConvertCommand(const ByteSource& source) {
  switch (source.compression()) {
    case Compression::kGzip:
      return fmt::format("zcat '{}' | iconv -f UTF-16 -t UTF-8", source.name());
    case Compression::kZstd:
      return fmt::format("zstdcat '{}' | iconv -f UTF-16 -t UTF-8", source.name());
    case Compression::kNone:
      break;
  }
  if (source.name() == "standard input") return "iconv -f UTF-16 -t UTF-8";
  return fmt::format("iconv -f UTF-16 -t UTF-8 '{}'", source.name());
}

}  // namespace

bool MayBecomeMark(std::string_view start) {
  for (std::string_view mark : {kUtf8Mark, kLittleEndianMark, kBigEndianMark}) {
    if (start.size() < mark.size() && mark.starts_with(start)) return true;
  }
  return false;
}

absl::Status RefuseUtf16(std::string_view start, const ByteSource& source) {
  const bool little = start.starts_with(kLittleEndianMark);
  if (!little && !start.starts_with(kBigEndianMark)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("{}: byte 0: byte order mark {} of UTF-16, expected UTF-8; convert it first: {}",
                  source.name(), little ? "FF FE" : "FE FF", ConvertCommand(source)));
}

}  // namespace polder
