// Cuts a stream of bytes into lines, a batch at a time.
#ifndef POLDER_CONNECTORS_FILES_LINE_READER_H_
#define POLDER_CONNECTORS_FILES_LINE_READER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/files/byte_source.h"
#include "connectors/files/line_batch.h"
#include "engine/base/time.h"
#include "engine/event/zeek_reader.h"

namespace polder {

struct LineReaderOptions {
  std::size_t batch_bytes = std::size_t{1} << 20;      // a batch is about this large; at least 16
  std::size_t max_line_bytes = std::size_t{64} << 20;  // without the line end
  TimeUs arrival = 0;  // of every line; 0: the time at which its batch was read
};

// Used by one thread. Reads ahead by less than one batch; memory is bounded by the larger of the two options
// for the batch and once more for what is carried over to the next one.
class LineReader {
 public:
  explicit LineReader(std::unique_ptr<ByteSource> source, const LineReaderOptions& options = {});

  // Fills `batch` with the next lines: true, and at least one, or false at the end. From a pipe it hands on
  // the complete lines that are there before it waits for more. A UTF-8 byte order mark at the start is
  // dropped (but counted in offsets); the last line may lack its line end; a line longer than max_line_bytes
  // is skipped and counted. Errors are the source's, after every line before them including a last one cut
  // short, and InvalidArgument for UTF-16. An error stays.
  absl::StatusOr<bool> Next(LineBatch& batch);

  std::uint64_t oversized_lines() const { return oversized_lines_; }
  // For progress.
  const ByteSource& source() const { return *source_; }

 private:
  void Prepare(LineBatch& batch);
  void ReadStart(LineBatch& batch);
  // Reads until the buffer holds as many lines as it should; returns where the last of them ends.
  std::size_t Fill(LineBatch& batch);
  void ReadSome(LineBatch& batch);
  // Makes the buffer longer for a long line; false if the line is longer than any may be.
  bool Grow(LineBatch& batch);
  // Drops the line that fills the buffer, up to its line end.
  void DiscardLine(LineBatch& batch);
  void Split(LineBatch& batch, std::size_t complete);

  const std::unique_ptr<ByteSource> source_;
  const LineReaderOptions options_;
  const std::size_t largest_buffer_;
  std::vector<char> carry_;   // read, not yet in a batch
  std::size_t used_ = 0;      // bytes in the buffer of the batch being filled
  std::uint64_t offset_ = 0;  // of the buffer's first byte, or of the carry's
  std::uint64_t line_number_ = 1;
  std::uint64_t oversized_lines_ = 0;
  ZeekHeader zeek_;
  bool started_ = false;
  bool ended_ = false;
  absl::Status error_;  // to be told once the lines before it are delivered
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_FILES_LINE_READER_H_
