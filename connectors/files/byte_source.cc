#include "connectors/files/byte_source.h"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "connectors/files/decoder.h"
#include "connectors/files/raw_input.h"

namespace polder {
namespace {

class PlainDecoder : public Decoder {
 public:
  std::size_t Decode(RawInput& input, char* to, std::size_t capacity, absl::Status& error) override {
    const std::string_view window = input.window();
    if (!window.empty()) {  // what was read to choose the decoder
      const std::size_t size = std::min(window.size(), capacity);
      std::memcpy(to, window.data(), size);
      input.Consume(size);
      return size;
    }
    absl::StatusOr<std::size_t> got = input.ReadDirect(to, capacity);
    if (!got.ok()) error = got.status();
    return got.ok() ? *got : 0;
  }
};

// What the first bytes say; nothing when they are too few to tell.
std::optional<Compression> Sniff(std::string_view start) {
  using namespace std::string_view_literals;
  constexpr std::string_view kGzip = "\x1f\x8b"sv;
  constexpr std::string_view kZstd = "\x28\xb5\x2f\xfd"sv;
  constexpr std::string_view kSkippableTail = "\x2a\x4d\x18"sv;  // after one byte 0x50 to 0x5f
  const auto begins = [start](std::string_view magic) {
    return magic.starts_with(start.substr(0, magic.size()));
  };

  if (begins(kGzip)) return start.size() < kGzip.size() ? std::nullopt : std::optional(Compression::kGzip);
  bool zstd = begins(kZstd);
  if (!zstd && (start.front() & 0xf0) == 0x50) {
    zstd = kSkippableTail.starts_with(start.substr(1, kSkippableTail.size()));
  }
  if (!zstd) return Compression::kNone;
  return start.size() < kZstd.size() ? std::nullopt : std::optional(Compression::kZstd);
}

}  // namespace

std::unique_ptr<Decoder> NewPlainDecoder() { return std::make_unique<PlainDecoder>(); }

ByteSource::ByteSource(std::unique_ptr<RawInput> input) : input_(std::move(input)) {}
ByteSource::~ByteSource() = default;

absl::StatusOr<std::unique_ptr<ByteSource>> ByteSource::Open(const std::string& path) {
  absl::StatusOr<std::unique_ptr<RawInput>> input = RawInput::Open(path);
  if (!input.ok()) return input.status();
  return std::unique_ptr<ByteSource>(new ByteSource(std::move(*input)));
}

absl::Status ByteSource::ChooseDecoder() {
  std::optional<Compression> found;
  while (!found.has_value() && !input_->at_end()) {
    absl::Status filled = input_->Fill();
    if (!filled.ok()) return filled;
    if (!input_->window().empty()) found = Sniff(input_->window());
  }
  compression_ = found.value_or(Compression::kNone);
  switch (compression_) {
    case Compression::kNone:
      decoder_ = NewPlainDecoder();
      break;
    case Compression::kGzip:
      decoder_ = NewGzipDecoder();
      break;
    case Compression::kZstd:
      decoder_ = NewZstdDecoder();
      break;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::size_t> ByteSource::Read(char* to, std::size_t capacity) {
  if (error_.ok() && decoder_ == nullptr) error_ = ChooseDecoder();
  if (!error_.ok()) return error_;
  if (ended_) return std::size_t{0};
  const std::size_t written = decoder_->Decode(*input_, to, capacity, error_);
  if (written > 0) return written;
  if (!error_.ok()) return error_;
  ended_ = true;
  return std::size_t{0};
}

bool ByteSource::WouldWait() const { return !ended_ && error_.ok() && input_->WouldWait(); }
const std::string& ByteSource::name() const { return input_->name(); }
std::optional<std::uint64_t> ByteSource::CompressedSize() const { return input_->size(); }
std::uint64_t ByteSource::CompressedPosition() const { return input_->position(); }

}  // namespace polder
