#include "tests/fuzz/mutator.h"

#include <algorithm>

#include "engine/observable/characters.h"

namespace polder {
namespace {

constexpr std::size_t kLongest = std::size_t{1} << 15;
constexpr std::size_t kMostChanges = 6;
constexpr std::size_t kMostRepeats = 2000;

}  // namespace

std::vector<std::string> ReadDictionary(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.size() < 2 || line.front() != '"' || line.back() != '"') continue;
    const std::string_view quoted = line.substr(1, line.size() - 2);
    std::string word;
    for (std::size_t i = 0; i < quoted.size(); ++i) {
      if (quoted[i] != '\\' || i + 1 == quoted.size()) {
        word += quoted[i];
      } else if (quoted[i + 1] == 'x' && i + 3 < quoted.size()) {
        word += static_cast<char>(HexValue(quoted[i + 2]) * 16 + HexValue(quoted[i + 3]));
        i += 3;
      } else {
        word += quoted[++i];
      }
    }
    words.push_back(std::move(word));
  }
  return words;
}

// SplitMix64: the engines of the standard library are repeatable, but not its distributions.
std::size_t Mutator::Below(std::size_t limit) {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return limit == 0 ? 0 : static_cast<std::size_t>((z ^ (z >> 31)) % limit);
}

std::string_view Mutator::AnyPart(std::string_view text, std::size_t longest) {
  const std::string_view rest = text.substr(Below(text.size() + 1));
  return rest.substr(0, Below(std::min(rest.size(), longest) + 1));
}

void Mutator::Change(std::string& text) {
  const std::size_t at = Below(text.size() + 1);
  switch (Below(8)) {
    case 0:  // one bit
      if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << Below(8)));
      break;
    case 1:  // any byte
      text.insert(at, 1, static_cast<char>(Below(256)));
      break;
    case 2:
      text.erase(at, 1 + Below(16));
      break;
    case 3:  // cut off
      if (Below(4) == 0) text.resize(at);
      break;
    case 4:
    case 5:
      if (words_.empty()) break;
      text.replace(at, Below(2) * Below(8), words_[Below(words_.size())]);
      break;
    case 6:  // from another input, or itself
      text.insert(at, std::string(AnyPart(inputs_[Below(inputs_.size())], 200)));
      break;
    default: {  // a few bytes many times: depth, and length
      const std::string part(AnyPart(text, 8));
      std::string many;
      for (std::size_t i = Below(kMostRepeats); i > 0; --i) many += part;
      text.insert(at, many);
    }
  }
}

std::string Mutator::Next() {
  std::string text = inputs_[Below(inputs_.size())];
  for (std::size_t changes = 1 + Below(kMostChanges); changes > 0; --changes) Change(text);
  text.resize(std::min(text.size(), kLongest));
  return text;
}

}  // namespace polder
