// Many short texts, and which of them a value contains.
#ifndef POLDER_RULES_WARNINGLIST_SUBSTRING_INDEX_H_
#define POLDER_RULES_WARNINGLIST_SUBSTRING_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"

namespace polder {

// Every text is filed under those four bytes of it that the fewest others have; a search looks up each four
// bytes of the value and compares what is filed there. Const calls may run at the same time.
class SubstringIndex {
 public:
  // All of one list at once, in small letters.
  void Add(const std::vector<std::string>& texts, std::uint32_t tag);

  // Calls `found` with the tag of every text that `value`, in small letters, contains; a tag may come several
  // times.
  void Contained(std::string_view value, absl::FunctionRef<void(std::uint32_t)> found) const;

 private:
  struct Text {
    std::string text;
    std::uint32_t gram_at = 0;
    std::uint32_t tag = 0;
  };

  std::vector<Text> texts_;
  absl::flat_hash_map<std::uint32_t, std::vector<std::uint32_t>> by_gram_;  // indexes of texts_
  std::vector<std::uint32_t> short_;                                        // shorter than four bytes
};

}  // namespace polder

#endif  // POLDER_RULES_WARNINGLIST_SUBSTRING_INDEX_H_
