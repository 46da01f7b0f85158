// The part of the first look that is about texts and file names: which strings of a record, and which ends of
// paths in it, may be indicators? Nothing of it runs while there are no such indicators.
#ifndef POLDER_ENGINE_MATCH_TEXT_LOOK_H_
#define POLDER_ENGINE_MATCH_TEXT_LOOK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "engine/match/classify.h"
#include "engine/snapshot/gate_hasher.h"
#include "engine/snapshot/text_gates.h"

namespace polder {

// Holds buffers: one per worker, as part of its FirstLook.
class TextLook {
 public:
  // What the filter is to be asked.
  using Ask = absl::FunctionRef<void(std::uint64_t hash)>;

  // Asks for every text and file name that the second look may find in `text`, read as JSON (`json`) or as a
  // line. True if it has to be looked at as a line once more, with its escapes decoded: `text` may be broken
  // JSON, which the second look searches in that form as well. For a record in which `\u` stands the caller
  // knows that already, and it is relied upon. `masks` are those of `text`, and an empty one behind them;
  // `text` is followed by kRecordPadding readable bytes.
  bool Look(std::string_view text, bool json, const std::vector<BlockMasks>& masks, const TextGates& gates,
            const GateHasher& hasher, Ask ask);

 private:
  // One record being looked at, and who is asked.
  struct Pass;

  // How a text is read: as JSON, as JSON in which there are backslashes, or as a line.
  enum class Form : std::uint8_t { kPlainJson, kJson, kLine };
  // What one block needs to know of those before it.
  struct Walk;

  template <Form kForm>
  void LookAtBlocks(Pass& pass);
  template <Form kForm>
  [[gnu::always_inline]] inline void LookAtStrings(Pass& pass, Walk& walk, std::size_t block);
  template <Form kForm>
  [[gnu::always_inline]] inline void LookAtNames(const Pass& pass, Walk& walk, std::size_t block);
  void LookAtEscaped(const Pass& pass, std::size_t start, std::size_t end, bool whole);
  void LookAtDecoded(const Pass& pass, std::string_view raw);
  void LookAtLongNames(const Pass& pass);
  bool MayHitDecoded(const Pass& pass) const;
  bool MayBeginDecoded(const Pass& pass) const;
  std::size_t EscapesBetween(std::size_t start, std::size_t end) const;

  std::vector<TextMasks> masks_;
  // Of a record of JSON: the backslashes that begin an escape, and what ends a component of a path if not
  // what stands in it does: the end of its string, and the next separator.
  struct JsonMasks {
    std::uint64_t escape;
    std::uint64_t component_end;
  };
  std::vector<JsonMasks> json_masks_;
  struct LongName {
    std::size_t start;
    std::size_t from;  // its end is not before
  };
  std::vector<LongName> long_names_;
  std::string decoded_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_MATCH_TEXT_LOOK_H_
