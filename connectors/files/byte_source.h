// Where the bytes of log and indicator files come from: a file or standard input, decompressed.
#ifndef POLDER_CONNECTORS_FILES_BYTE_SOURCE_H_
#define POLDER_CONNECTORS_FILES_BYTE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace polder {

enum class Compression : std::uint8_t { kNone, kGzip, kZstd };

class Decoder;
class RawInput;

// A stream of bytes, decompressed by its magic bytes whatever its name: gzip (any number of members), zstd
// (any number of frames, skippable ones included) or plain. Errors name the file, the byte in the file as it
// is stored, what is wrong there and what to do.
//
// One thread reads; CompressedSize and CompressedPosition may be asked by any thread meanwhile.
class ByteSource {
 public:
  // Opens `path`, "-" being standard input. Fails when the file does not exist, may not be read or is a
  // folder. Nothing is read yet.
  static absl::StatusOr<std::unique_ptr<ByteSource>> Open(const std::string& path);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  // Writes 1 to `capacity` (not 0) bytes to `to` and returns how many; 0 is the end. Waits for a pipe only
  // when it has nothing to give. Broken input is an error only after everything before it was delivered; an
  // error stays.
  absl::StatusOr<std::size_t> Read(char* to, std::size_t capacity);

  // Whether the next Read would probably wait for a pipe. False for files. A reader that gathers input asks
  // it to hand on what it has.
  bool WouldWait() const;

  // The path, or "standard input".
  const std::string& name() const;
  // Known after the first Read.
  Compression compression() const { return compression_; }
  // Size of the file as stored, when it was opened; nothing for a pipe.
  std::optional<std::uint64_t> CompressedSize() const;
  // How many of those bytes are used up.
  std::uint64_t CompressedPosition() const;

 private:
  explicit ByteSource(std::unique_ptr<RawInput> input);
  absl::Status ChooseDecoder();

  const std::unique_ptr<RawInput> input_;
  std::unique_ptr<Decoder> decoder_;
  Compression compression_ = Compression::kNone;
  bool ended_ = false;
  absl::Status error_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_FILES_BYTE_SOURCE_H_
