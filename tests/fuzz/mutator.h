// A simple, repeatable mutator: what libFuzzer does for hours, for a second and with any compiler.
#ifndef POLDER_TESTS_FUZZ_MUTATOR_H_
#define POLDER_TESTS_FUZZ_MUTATOR_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace polder {

// The words of a dictionary in libFuzzer's format: `"word"` in each line, `\xNN`, `\\` and `\"` in it.
std::vector<std::string> ReadDictionary(std::string_view text);

class Mutator {
 public:
  // The same seed, inputs and words give the same mutations, everywhere.
  Mutator(std::uint64_t seed, std::vector<std::string> inputs, std::vector<std::string> words)
      : state_(seed), inputs_(std::move(inputs)), words_(std::move(words)) {}

  // One of the inputs with some changes; at most 32 KiB.
  std::string Next();

 private:
  std::size_t Below(std::size_t limit);  // 0 if `limit` is 0
  std::string_view AnyPart(std::string_view text, std::size_t longest);
  void Change(std::string& text);

  std::uint64_t state_;
  std::vector<std::string> inputs_;
  std::vector<std::string> words_;
};

}  // namespace polder

#endif  // POLDER_TESTS_FUZZ_MUTATOR_H_
