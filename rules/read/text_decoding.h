// Lists come in whatever encoding their author's editor wrote; everything behind this reads UTF-8.
#ifndef POLDER_RULES_READ_TEXT_DECODING_H_
#define POLDER_RULES_READ_TEXT_DECODING_H_

#include <optional>
#include <string>
#include <string_view>

namespace polder {

// The bytes of a file as UTF-8 without a byte order mark. UTF-16 of either byte order is decoded, with a mark
// or where every other byte of the beginning is clearly zero; what is no character in it becomes `?`. Other
// encodings cannot be told from one another, so their bytes stay as they are: see ToUtf8.
class DecodedText {
 public:
  // `bytes` must outlive it.
  explicit DecodedText(std::string_view bytes);
  DecodedText(const DecodedText&) = delete;
  DecodedText& operator=(const DecodedText&) = delete;

  std::string_view text() const { return owned_ ? std::string_view(*owned_) : text_; }

 private:
  std::string_view text_;
  std::optional<std::string> owned_;
};

// The name of the format if `bytes` are no text at all: "gzip", "PDF", "binary", ...; empty for text.
std::string_view BinaryFormat(std::string_view bytes);

bool IsUtf8(std::string_view text);

// `text` if it is UTF-8, else read as Windows-1252, of which Latin-1 is a part: for words that only people
// read. Never for values.
std::string ToUtf8(std::string_view text);

// Without the white space, NUL bytes and invisible characters (no-break and zero-width spaces, byte order
// marks) at both ends that editors and spreadsheets leave.
std::string_view TrimInvisible(std::string_view text);

// Hands out lines that end in LF, CR LF or a CR alone.
class TextLines {
 public:
  explicit TextLines(std::string_view text);
  // False when there is no more. `line` comes without its end.
  bool Next(std::string_view* line);
  std::size_t number() const { return number_; }  // of the last line, counted from 1
  // Where the next line begins.
  std::string_view rest() const { return rest_; }
  // Goes on behind the first `bytes` of rest(), which hold so many line ends.
  void Skip(std::size_t bytes, std::size_t lines);

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
  bool carriage_returns_;
};

}  // namespace polder

#endif  // POLDER_RULES_READ_TEXT_DECODING_H_
