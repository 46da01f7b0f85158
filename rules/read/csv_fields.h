// Splits text into records and fields (RFC 4180), with any delimiter.
#ifndef POLDER_RULES_READ_CSV_FIELDS_H_
#define POLDER_RULES_READ_CSV_FIELDS_H_

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "rules/read/text_decoding.h"

namespace polder {

// A field in double quotes may hold delimiters, line ends and doubled quotes. A quote that is not closed
// within a few thousand bytes is no quote: the line then stands for itself, so that one stray quote costs one
// line and not the rest of the file.
class CsvRecords {
 public:
  // `text` must outlive it.
  CsvRecords(std::string_view text, char delimiter) : lines_(text), delimiter_(delimiter) {}

  // False when there is no more. The fields come without their quotes and the white space around them, and
  // last until the next call.
  bool Next(std::vector<std::string_view>* fields);
  std::size_t line() const { return line_; }           // on which the last record begins, from 1
  std::string_view record() const { return record_; }  // as it stands, without its line end

 private:
  void SplitPlain(std::string_view line, std::vector<std::string_view>* fields) const;
  bool SplitQuoted(std::string_view text, std::vector<std::string_view>* fields);

  TextLines lines_;
  char delimiter_;
  std::size_t line_ = 0;
  std::string_view record_;
  std::deque<std::string> unquoted_;  // fields that had doubled quotes
};

}  // namespace polder

#endif  // POLDER_RULES_READ_CSV_FIELDS_H_
