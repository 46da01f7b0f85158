// Zeek's logs of tab-separated values: the header lines that say what the columns are, and the lines between.
#ifndef POLDER_ENGINE_EVENT_ZEEK_READER_H_
#define POLDER_ENGINE_EVENT_ZEEK_READER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"

namespace polder {

// What the header says; immutable once ZeekHeader has given it out. All but the names and types is decoded.
struct ZeekColumns {
  enum class Type : std::uint8_t { kText, kNumber, kBool };
  struct Column {
    std::string name;
    Type type = Type::kText;  // of the elements, where the column holds several values
    bool several = false;     // a set, a table or a vector
  };

  std::string separator;
  std::string set_separator = ",";
  std::string empty_field = "(empty)";
  std::string unset_field = "-";
  std::string path;  // which log it is: "conn"; empty if the header does not say
  std::vector<Column> columns;
};

// Follows the lines of one stream in their order; not shared between threads. A header begins with
// `#separator`, counts from `#fields` on, and is over at `#close` or at the next one.
class ZeekHeader {
 public:
  static constexpr std::size_t kMaxColumns = 4096;  // a header with more is none

  // Whether lines may be header lines, told without a call. Zeek escapes the `#` of a line of values.
  static bool MayBeHeader(std::string_view line) { return !line.empty() && line.front() == '#'; }

  // True if it was a line of the header. Such a line has no columns itself.
  bool See(std::string_view line);

  // For the lines that follow; null without a header. Shared by all of them.
  const std::shared_ptr<const ZeekColumns>& columns() const { return columns_; }

  // For whoever fills a batch with the lines of the stream: sees the line, and returns what its
  // Record::columns is. `kept` keeps alive what the batch points to, and is emptied with it.
  using Kept = std::vector<std::shared_ptr<const ZeekColumns>>;
  const ZeekColumns* Follow(std::string_view line, Kept& kept) {
    if (columns_ == nullptr && !MayBeHeader(line)) return nullptr;
    return FollowColumns(line, kept);
  }

 private:
  const ZeekColumns* FollowColumns(std::string_view line, Kept& kept);
  void SeeFields(std::string_view rest);
  void SeeTypes(std::string_view rest);

  bool open_ = false;    // between `#separator` and `#close`
  ZeekColumns pending_;  // what was seen so far
  std::shared_ptr<const ZeekColumns> columns_;
};

// Buffers that ReadZeek uses again.
struct ZeekScratch {
  std::string path;
  std::string value;
};

// Calls the sinks for the values of one line as Zeek's own JSON has them: under the column's name, the
// elements of sets and vectors as `answers.0`, `answers.1`, with the log's name as `_path`. Numbers (count,
// int, double, time as seconds since 1970, interval as seconds, port) are numbers; truth values, unset and
// empty fields are left out, as JSON has no string or number for them. A value that is not of its column's
// type is a string. `\xNN` and `\\` are decoded, whatever byte that gives; Zeek's JSON has control characters
// and bytes that are not UTF-8 as the text `\xNN`, which would hide a name that it stands before.
//
// Returns false, before any call, if the line has another number of columns. The views last for the call; a
// value without escapes is a view into `line`.
bool ReadZeek(std::string_view line, const ZeekColumns& columns, ZeekScratch& scratch,
              absl::FunctionRef<void(std::string_view path, std::string_view value)> on_string,
              absl::FunctionRef<void(std::string_view path, double value)> on_number);

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_ZEEK_READER_H_
