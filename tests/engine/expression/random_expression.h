// Random regular expressions, with texts that they are likely to match.
#ifndef POLDER_TESTS_ENGINE_EXPRESSION_RANDOM_EXPRESSION_H_
#define POLDER_TESTS_ENGINE_EXPRESSION_RANDOM_EXPRESSION_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

#include "engine/expression/expression.h"
#include "engine/regex/regex.h"

namespace polder {

inline absl::StatusOr<Regex> AsRegex(const Expression& expression) {
  return Regex::Compile(
      expression.regex,
      {.caseless = expression.caseless, .dot_all = expression.dot_all, .multiline = expression.multiline});
}

class RandomExpressions {
 public:
  // `exotic`: also what Hyperscan can only prefilter.
  RandomExpressions(unsigned seed, bool exotic) : random_(seed), exotic_(exotic) {}

  struct Sample {
    Expression expression;
    std::string text;
  };
  Sample Next() {
    Sample sample;
    sample.expression.caseless = OneIn(3);
    sample.expression.dot_all = OneIn(4);
    sample.expression.multiline = OneIn(4);
    groups_ = 0;
    const Part part = Sequence(3);
    sample.expression.regex = part.regex;
    sample.text = Around(part.text);
    if (sample.expression.caseless) {
      for (char& c : sample.text) {
        if (OneIn(3) && c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
      }
    }
    return sample;
  }

  // With a few characters changed, which may make it no expression.
  std::string Mutated(std::string text) {
    static constexpr std::string_view kPieces = "()|?*+{}[]\\^$.#xQE:,012ab-<>='\n ";
    for (std::size_t i = 0; i < 1 + Below(3) && !text.empty(); ++i) {
      const std::size_t at = Below(text.size());
      if (OneIn(3)) {
        text.erase(at, 1 + Below(3));
      } else if (OneIn(2)) {
        text.insert(at, 1, kPieces[Below(kPieces.size())]);
      } else {
        static constexpr std::array<std::string_view, 14> kWhole = {
            "(?#c)", "(?x)", "\\Q", "\\E", "(?:", ")", "{2}", "{,2}", "[^", "\\1", "(?=", "(?i)", "|", "\\c"};
        text.insert(at, kWhole[Below(kWhole.size())]);
      }
    }
    return text;
  }

  std::size_t Below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
  }
  bool OneIn(std::size_t n) { return Below(n) == 0; }

 private:
  struct Part {
    std::string regex;
    std::string text;
  };

  std::string Around(const std::string& text) {
    static constexpr std::array<std::string_view, 6> kAround = {"", "x", " ", "ab", "\n", "foo.bar/"};
    return std::string(kAround[Below(kAround.size())]) + text + std::string(kAround[Below(kAround.size())]);
  }

  Part Sequence(unsigned depth) {
    Part all;
    for (std::size_t i = 0; i < 1 + Below(4); ++i) {
      Part next = Quantified(depth);
      all.regex += next.regex;
      all.text += next.text;
    }
    return all;
  }

  Part Quantified(unsigned depth) {
    const Part atom = Atom(depth);
    if (!OneIn(3)) return atom;
    static constexpr std::array<std::string_view, 10> kQuantifiers = {"?",   "*",    "+",     "{2}", "{1,3}",
                                                                      "{0}", "{2,}", "{0,2}", "*?",  "+?"};
    static constexpr std::array<std::size_t, 10> kLeast = {0, 0, 1, 2, 1, 0, 2, 0, 0, 1};
    static constexpr std::array<std::size_t, 10> kMost = {1, 4, 4, 2, 3, 0, 4, 2, 3, 3};
    const std::size_t which = Below(kQuantifiers.size());
    Part part{"(?:" + atom.regex + ")" + std::string(kQuantifiers[which]), ""};
    if (exotic_ && OneIn(8) && which < 3) part.regex += '+';
    const std::size_t copies = kLeast[which] + Below(kMost[which] - kLeast[which] + 1);
    for (std::size_t i = 0; i < copies; ++i) part.text += atom.text;
    return part;
  }

  Part Word() {
    static constexpr std::string_view kLetters = "abcdeXYZ019_-@ ~%";
    Part word;
    for (std::size_t i = 0; i < 1 + Below(6); ++i) word.regex += kLetters[Below(kLetters.size())];
    word.text = word.regex;
    return word;
  }

  Part Escaped() {
    static constexpr std::array<std::array<std::string_view, 2>, 16> kEscapes = {{{"\\.", "."},
                                                                                  {"\\\\", "\\"},
                                                                                  {"\\/", "/"},
                                                                                  {"\\x41", "A"},
                                                                                  {"\\x{62}", "b"},
                                                                                  {"\\n", "\n"},
                                                                                  {"\\t", "\t"},
                                                                                  {"\\d", "7"},
                                                                                  {"\\w", "q"},
                                                                                  {"\\s", " "},
                                                                                  {"[ab]", "b"},
                                                                                  {"[^a]", "z"},
                                                                                  {"[a-f0]", "c"},
                                                                                  {"[[:digit:]]", "5"},
                                                                                  {"\\Qa.b\\E", "a.b"},
                                                                                  {".", "k"}}};
    const auto& [regex, text] = kEscapes[Below(kEscapes.size())];
    return {std::string(regex), std::string(text)};
  }

  Part Assertion() {
    static constexpr std::array<std::string_view, 6> kPlain = {"\\b", "^", "$", "(?i)", "\\B", "(?:)"};
    static constexpr std::array<std::string_view, 6> kExotic = {"(?=a)",  "(?!q)",  "(?<=b)",
                                                                "(?<!z)", "(?=.*)", "(?!abc)"};
    const auto& which = exotic_ && OneIn(2) ? kExotic : kPlain;
    return {std::string(which[Below(which.size())]), ""};
  }

  Part Atom(unsigned depth) {
    const std::size_t which = Below(depth > 0 ? 12 : 7);
    if (which < 4) return Word();
    if (which < 6) return Escaped();
    if (which == 6) return Assertion();
    if (which < 9) return Alternatives(depth - 1);
    if (which == 9 && exotic_) {
      const Part inside = Sequence(depth - 1);
      if (OneIn(2)) return {"(?>" + inside.regex + ")", inside.text};
      const Part word = Word();
      const std::string name = "g" + std::to_string(++groups_);
      return {"(?<" + name + ">" + word.regex + ")-\\k<" + name + ">", word.text + "-" + word.text};
    }
    const Part inside = Sequence(depth - 1);
    return {"(?:" + inside.regex + ")", inside.text};
  }

  Part Alternatives(unsigned depth) {
    Part all{"(?:", ""};
    const std::size_t count = 2 + Below(3);
    const std::size_t chosen = Below(count);
    for (std::size_t i = 0; i < count; ++i) {
      const Part one = Sequence(depth);
      all.regex += (i == 0 ? "" : "|") + one.regex;
      if (i == chosen) all.text = one.text;
    }
    all.regex += ")";
    return all;
  }

  std::mt19937 random_;
  bool exotic_;
  unsigned groups_ = 0;
};

}  // namespace polder

#endif  // POLDER_TESTS_ENGINE_EXPRESSION_RANDOM_EXPRESSION_H_
