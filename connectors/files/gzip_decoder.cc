#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

#include "connectors/files/decoder.h"

namespace polder {
namespace {

constexpr std::size_t kLargestStep = std::size_t{1} << 30;  // zlib counts in unsigned int
constexpr int kGzipOnly = 16 + MAX_WBITS;

class GzipDecoder : public Decoder {
 public:
  GzipDecoder() { ready_ = ::inflateInit2(&stream_, kGzipOnly) == Z_OK; }
  ~GzipDecoder() override { ::inflateEnd(&stream_); }
  std::size_t Decode(RawInput& input, char* to, std::size_t capacity, absl::Status& error) override;

 private:
  enum class Place { kBetween, kInMember, kPadding };

  bool NeedsInput(const RawInput& input) const { return input.window().empty() && !output_was_full_; }
  // Reads on; false at the end of the input.
  bool Refill(RawInput& input, absl::Status& error);
  // Outside a member: begins the next one or skips padding.
  void Advance(RawInput& input, absl::Status& error);
  std::size_t Inflate(RawInput& input, char* to, std::size_t capacity, absl::Status& error);

  z_stream stream_{};
  bool ready_ = false;
  Place place_ = Place::kInMember;
  bool output_was_full_ = false;  // zlib may hold more, so it is asked before the file is
};

std::size_t GzipDecoder::Decode(RawInput& input, char* to, std::size_t capacity, absl::Status& error) {
  if (!ready_) {
    error =
        absl::ResourceExhaustedError(fmt::format("{}: zlib could not start: out of memory", input.name()));
    return 0;
  }
  std::size_t written = 0;
  while (written < capacity && error.ok()) {
    if (NeedsInput(input) && (written > 0 || !Refill(input, error))) break;
    if (place_ == Place::kInMember) {
      written += Inflate(input, to + written, capacity - written, error);
    } else {
      Advance(input, error);
    }
  }
  return written;
}

bool GzipDecoder::Refill(RawInput& input, absl::Status& error) {
  error = input.Fill();
  if (error.ok() && input.at_end() && place_ == Place::kInMember) {
    error = input.Corrupt("the gzip data end too early; the file is cut short or still being written");
  }
  return error.ok() && !input.at_end();
}

void GzipDecoder::Advance(RawInput& input, absl::Status& error) {
  const char next = input.window().front();
  if (next == '\0') {
    place_ = Place::kPadding;
    input.Consume(std::min(input.window().find_first_not_of('\0'), input.window().size()));
  } else if (next == '\x1f' && place_ == Place::kBetween) {
    ::inflateReset(&stream_);
    place_ = Place::kInMember;
  } else {
    error = input.Corrupt(
        "the bytes after the end of the gzip data are not gzip; what stood before them was read");
  }
}

std::size_t GzipDecoder::Inflate(RawInput& input, char* to, std::size_t capacity, absl::Status& error) {
  const std::string_view window = input.window();
  stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(window.data()));
  stream_.avail_in = static_cast<uInt>(window.size());
  stream_.next_out = reinterpret_cast<Bytef*>(to);
  const uInt room = static_cast<uInt>(std::min(capacity, kLargestStep));
  stream_.avail_out = room;
  const int result = ::inflate(&stream_, Z_NO_FLUSH);
  input.Consume(window.size() - stream_.avail_in);
  output_was_full_ = result == Z_OK && stream_.avail_out == 0;
  if (result == Z_STREAM_END) {
    place_ = Place::kBetween;
  } else if (result == Z_MEM_ERROR) {
    error = absl::ResourceExhaustedError(fmt::format("{}: zlib ran out of memory", input.name()));
  } else if (result != Z_OK && result != Z_BUF_ERROR) {
    error = input.Corrupt(fmt::format("corrupt gzip data: {}",
                                      stream_.msg != nullptr ? stream_.msg : "needs a preset dictionary"));
  }
  return room - stream_.avail_out;
}

}  // namespace

std::unique_ptr<Decoder> NewGzipDecoder() { return std::make_unique<GzipDecoder>(); }

}  // namespace polder
