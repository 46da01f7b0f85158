#include "connectors/files/line_reader.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string_view>
#include <utility>

#include "connectors/files/clock.h"
#include "connectors/files/text_encoding.h"

namespace polder {
namespace {

constexpr std::size_t kSmallestBatchBytes = 16;  // holds a byte order mark
constexpr std::size_t kLineEndBytes = 2;

LineReaderOptions Checked(LineReaderOptions options) {
  options.batch_bytes = std::max(options.batch_bytes, kSmallestBatchBytes);
  return options;
}

}  // namespace

LineReader::LineReader(std::unique_ptr<ByteSource> source, const LineReaderOptions& options)
    : source_(std::move(source)),
      options_(Checked(options)),
      largest_buffer_(std::max(options_.batch_bytes, options_.max_line_bytes + kLineEndBytes)) {}

absl::StatusOr<bool> LineReader::Next(LineBatch& batch) {
  Prepare(batch);
  if (!started_) ReadStart(batch);
  while (true) {
    const std::size_t complete = Fill(batch);
    if (complete == 0) break;
    Split(batch, complete);
    if (!batch.records_.empty()) return true;
    Prepare(batch);
  }
  if (!error_.ok()) return error_;
  return false;
}

void LineReader::Prepare(LineBatch& batch) {
  const std::size_t needed = std::max(options_.batch_bytes, carry_.size());
  // A buffer that one long line made large is not kept for ever.
  if (batch.capacity_ < needed || batch.capacity_ / 8 > needed) {
    batch.buffer_.reset(new char[needed + kRecordPadding]);
    batch.capacity_ = needed;
  }
  batch.records_.clear();
  batch.columns_.clear();
  used_ = carry_.size();
  if (used_ > 0) std::memcpy(batch.buffer_.get(), carry_.data(), used_);
  carry_.clear();
}

void LineReader::ReadStart(LineBatch& batch) {
  started_ = true;
  const char* const start = batch.buffer_.get();
  do {
    ReadSome(batch);
  } while (!ended_ && MayBecomeMark({start, used_}));
  const absl::Status refused = RefuseUtf16({start, used_}, *source_);
  if (!refused.ok()) {
    error_ = refused;
    ended_ = true;
    used_ = 0;
  } else if (std::string_view(start, used_).starts_with(kUtf8Mark)) {
    offset_ = kUtf8Mark.size();
    used_ -= kUtf8Mark.size();
    std::memmove(batch.buffer_.get(), start + kUtf8Mark.size(), used_);
  }
}

std::size_t LineReader::Fill(LineBatch& batch) {
  std::size_t searched = 0;
  std::size_t complete = 0;
  while (true) {
    const char* const start = batch.buffer_.get();
    const void* const line_end = ::memrchr(start + searched, '\n', used_ - searched);
    if (line_end != nullptr)
      complete = static_cast<std::size_t>(static_cast<const char*>(line_end) - start) + 1;
    searched = used_;
    if (ended_) return used_;
    if (complete > 0 && (used_ == batch.capacity_ || source_->WouldWait())) return complete;
    if (used_ == batch.capacity_ && !Grow(batch)) {
      DiscardLine(batch);
      searched = 0;
    } else {
      ReadSome(batch);
    }
  }
}

void LineReader::ReadSome(LineBatch& batch) {
  absl::StatusOr<std::size_t> got = source_->Read(batch.buffer_.get() + used_, batch.capacity_ - used_);
  if (got.ok()) {
    used_ += *got;
    ended_ = *got == 0;
  } else {
    error_ = got.status();
    ended_ = true;
  }
}

bool LineReader::Grow(LineBatch& batch) {
  if (batch.capacity_ >= largest_buffer_) return false;
  const std::size_t capacity = std::min(batch.capacity_ * 2, largest_buffer_);
  std::unique_ptr<char[]> larger(new char[capacity + kRecordPadding]);
  std::memcpy(larger.get(), batch.buffer_.get(), used_);
  batch.buffer_ = std::move(larger);
  batch.capacity_ = capacity;
  return true;
}

void LineReader::DiscardLine(LineBatch& batch) {
  ++oversized_lines_;
  ++line_number_;
  char* const start = batch.buffer_.get();
  while (!ended_) {
    offset_ += used_;
    used_ = 0;
    ReadSome(batch);
    const void* const line_end = std::memchr(start, '\n', used_);
    if (line_end == nullptr) continue;
    const std::size_t dropped = static_cast<std::size_t>(static_cast<const char*>(line_end) - start) + 1;
    offset_ += dropped;
    used_ -= dropped;
    std::memmove(start, start + dropped, used_);
    return;
  }
}

// The lines of a batch have consecutive numbers, so a line that is skipped ends the batch before it.
void LineReader::Split(LineBatch& batch, std::size_t complete) {
  const TimeUs arrival = options_.arrival != 0 ? options_.arrival : Now();
  const char* const start = batch.buffer_.get();
  const char* const end = start + complete;
  const char* at = start;
  while (at < end) {
    const void* const found = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
    const char* const line_end = found != nullptr ? static_cast<const char*>(found) : end;
    std::size_t length = static_cast<std::size_t>(line_end - at);
    if (length > 0 && at[length - 1] == '\r') --length;
    if (length <= options_.max_line_bytes) {
      const std::string_view line(at, length);
      batch.records_.push_back({line, arrival, zeek_.Follow(line, batch.columns_)});
    } else if (batch.records_.empty()) {
      ++oversized_lines_;
      ++line_number_;
    } else {
      break;
    }
    at = found != nullptr ? line_end + 1 : end;
  }
  batch.base_offset_ = offset_;
  batch.first_line_number_ = line_number_;
  line_number_ += batch.records_.size();
  carry_.assign(at, start + used_);
  offset_ += static_cast<std::uint64_t>(at - start);
  std::memset(batch.buffer_.get() + used_, 0, kRecordPadding);
}

}  // namespace polder
