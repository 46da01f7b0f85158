// Sorts the bytes of a record into character classes, 64 at a time, with the widest SIMD the processor has
// (Highway chooses at run time; nothing is compiled for one processor alone).
#ifndef POLDER_ENGINE_MATCH_CLASSIFY_H_
#define POLDER_ENGINE_MATCH_CLASSIFY_H_

#include <cstddef>
#include <cstdint>

namespace polder {

// Bit i tells of byte i of the block. Bytes past the end of the record are in no class.
struct BlockMasks {
  std::uint64_t token;      // [A-Za-z0-9._-] and every byte >= 0x80
  std::uint64_t alnum;      // [A-Za-z0-9]
  std::uint64_t hex;        // [0-9A-Fa-f]
  std::uint64_t dot;        // .
  std::uint64_t colon;      // :
  std::uint64_t at;         // @
  std::uint64_t slash;      // / and backslash
  std::uint64_t backslash;  // backslash
  std::uint64_t letter_u;   // u, as in the escape \u
  std::uint64_t high;       // every byte >= 0x80
};

// What only texts and file names need: see engine/match/text_look.h.
struct TextMasks {
  std::uint64_t quote;  // "
  std::uint64_t
      name_end;  // what no file name in running text goes beyond: EndsPath (text.h), / and backslash
};

// Fills (size + 63) / 64 masks. Reads up to the end of the last block: at most 63 bytes past `size`.
void ClassifyBytes(const char* bytes, std::size_t size, BlockMasks* masks);
void ClassifyTexts(const char* bytes, std::size_t size, TextMasks* masks);

// The instruction set in use, for reports: "AVX2", "SSE4", ...
const char* ClassifyTarget();

}  // namespace polder

#endif  // POLDER_ENGINE_MATCH_CLASSIFY_H_
