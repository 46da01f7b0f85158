#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <algorithm>

#include "connectors/files/decoder.h"

namespace polder {
namespace {

// A block header; libzstd's hint of what it would like next includes the header after the block.
constexpr std::size_t kBlockHeaderBytes = 3;

// When ZSTD_decompressStream fails it does not say what it wrote before. So each call is given one block at
// most, and output that libzstd holds is fetched without input: then only a broken block itself is lost.
class ZstdDecoder : public Decoder {
 public:
  ZstdDecoder() : context_(ZSTD_createDCtx()) {}
  ~ZstdDecoder() override { ZSTD_freeDCtx(context_); }
  std::size_t Decode(RawInput& input, char* to, std::size_t capacity, absl::Status& error) override;

 private:
  bool Refill(RawInput& input, absl::Status& error);
  std::size_t Step(RawInput& input, char* to, std::size_t capacity, absl::Status& error);

  ZSTD_DCtx* const context_;
  std::size_t wanted_ = 0;  // libzstd's hint; 0 between frames
  bool output_was_full_ = false;
};

absl::Status Explain(const RawInput& input, std::size_t code) {
  switch (ZSTD_getErrorCode(code)) {
    case ZSTD_error_frameParameter_windowTooLarge:
      return input.Corrupt(
          "the zstd frame needs a window of more than 128 MiB (it was made with --long); decompress it with: "
          "zstd -d --long=31");
    case ZSTD_error_prefix_unknown:
      return input.Corrupt(
          "the bytes after the end of the zstd data are not zstd; what stood before them was read");
    case ZSTD_error_dictionary_wrong:
      return input.Corrupt("the zstd frame needs a dictionary; decompress it with: zstd -d -D DICTIONARY");
    case ZSTD_error_memory_allocation:
      return absl::ResourceExhaustedError(fmt::format("{}: libzstd ran out of memory", input.name()));
    default:
      return input.Corrupt(fmt::format("corrupt zstd data: {}", ZSTD_getErrorName(code)));
  }
}

std::size_t ZstdDecoder::Decode(RawInput& input, char* to, std::size_t capacity, absl::Status& error) {
  if (context_ == nullptr) {
    error =
        absl::ResourceExhaustedError(fmt::format("{}: libzstd could not start: out of memory", input.name()));
    return 0;
  }
  std::size_t written = 0;
  while (written < capacity && error.ok()) {
    const bool needs_input = input.window().empty() && !output_was_full_;
    if (needs_input && (written > 0 || !Refill(input, error))) break;
    written += Step(input, to + written, capacity - written, error);
  }
  return written;
}

bool ZstdDecoder::Refill(RawInput& input, absl::Status& error) {
  error = input.Fill();
  if (error.ok() && input.at_end() && wanted_ != 0) {
    error = input.Corrupt("the zstd data end too early; the file is cut short or still being written");
  }
  return error.ok() && !input.at_end();
}

std::size_t ZstdDecoder::Step(RawInput& input, char* to, std::size_t capacity, absl::Status& error) {
  const std::size_t block = wanted_ > kBlockHeaderBytes ? wanted_ - kBlockHeaderBytes : kBlockHeaderBytes;
  const std::size_t feed = output_was_full_ ? 0 : std::min(input.window().size(), block);
  ZSTD_inBuffer in{input.window().data(), feed, 0};
  ZSTD_outBuffer out{to, capacity, 0};
  const std::size_t result = ZSTD_decompressStream(context_, &out, &in);
  input.Consume(in.pos);
  if (ZSTD_isError(result)) {
    error = Explain(input, result);
    return out.pos;
  }
  output_was_full_ = result != 0 && out.pos == out.size;
  wanted_ = result;
  return out.pos;
}

}  // namespace

std::unique_ptr<Decoder> NewZstdDecoder() { return std::make_unique<ZstdDecoder>(); }

}  // namespace polder
