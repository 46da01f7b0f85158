// Many lines of one input, in one buffer.
#ifndef POLDER_CONNECTORS_FILES_LINE_BATCH_H_
#define POLDER_CONNECTORS_FILES_LINE_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/event/record.h"
#include "engine/event/zeek_reader.h"

namespace polder {

// Filled by LineReader::Next. Owns the bytes and the columns its records point to: they live until the batch
// is filled again or destroyed, and moving the batch moves them along. May be handed to another thread; give
// it back to Next afterwards and its buffer is used again.
class LineBatch {
 public:
  LineBatch() = default;
  LineBatch(LineBatch&&) = default;
  LineBatch& operator=(LineBatch&&) = default;

  // Lines without their "\n" or "\r\n", empty ones included; kRecordPadding readable bytes follow each. What
  // the header lines of the stream say of their columns, be it batches ago, comes along.
  std::span<const Record> records() const { return records_; }

  // Of the record at `index`: where its first byte stands in the decompressed stream, counted from 0, and the
  // number of its line, counted from 1.
  std::uint64_t OffsetOf(std::size_t index) const {
    return base_offset_ + static_cast<std::uint64_t>(records_[index].bytes.data() - buffer_.get());
  }
  std::uint64_t LineNumberOf(std::size_t index) const { return first_line_number_ + index; }

 private:
  friend class LineReader;

  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;  // without the padding
  std::vector<Record> records_;
  ZeekHeader::Kept columns_;       // that the records point to
  std::uint64_t base_offset_ = 0;  // of the buffer's first byte
  std::uint64_t first_line_number_ = 1;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_FILES_LINE_BATCH_H_
