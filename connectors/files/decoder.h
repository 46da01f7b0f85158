// What stands between the bytes of a file and what they mean. Internal to connectors/files.
#ifndef POLDER_CONNECTORS_FILES_DECODER_H_
#define POLDER_CONNECTORS_FILES_DECODER_H_

#include <cstddef>
#include <memory>

#include "absl/status/status.h"
#include "connectors/files/raw_input.h"

namespace polder {

class Decoder {
 public:
  virtual ~Decoder() = default;

  // Writes up to `capacity` (not 0) bytes and returns how many; waits for input only while it has written
  // none. 0 is the end, or an error. `error` is set when the input is broken, possibly together with a last
  // piece; the decoder must not be called after that.
  virtual std::size_t Decode(RawInput& input, char* to, std::size_t capacity, absl::Status& error) = 0;
};

std::unique_ptr<Decoder> NewPlainDecoder();
// Members one after another, as `cat a.gz b.gz` makes them; zero bytes after the last one are padding.
std::unique_ptr<Decoder> NewGzipDecoder();
// Frames one after another; skippable ones are skipped.
std::unique_ptr<Decoder> NewZstdDecoder();

}  // namespace polder

#endif  // POLDER_CONNECTORS_FILES_DECODER_H_
