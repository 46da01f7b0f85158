// Indicators and events made up at random, close enough to each other that hits and near misses are common.
#ifndef POLDER_TESTS_ORACLE_GENERATOR_H_
#define POLDER_TESTS_ORACLE_GENERATOR_H_

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/time.h"
#include "engine/indicator/indicator.h"

namespace polder::oracle {

// The same seed gives the same values on every machine.
class Generator {
 public:
  // kTexts: indicators of the text kinds alone, and events about them, so that nothing else leads to a hit.
  enum class Theme : std::uint8_t { kEverything, kTexts };

  explicit Generator(std::uint64_t seed, Theme theme = Theme::kEverything) : random_(seed), theme_(theme) {}

  std::vector<Indicator> Indicators(std::size_t count);
  // JSON (well formed, cut off or with a byte changed), text or random bytes.
  std::string Event();
  TimeUs Time();  // around the bounds of the indicators' windows

  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
  bool OneIn(std::size_t n) { return Below(n) == 0; }

 private:
  std::string Pick(std::initializer_list<const char*> choices);
  std::string Domain();
  std::string Ip();
  std::string Url();
  std::string Email();
  std::string Hash();
  std::string Observable();
  std::string Mutated(std::string value);
  std::string Text();  // a string value with some observables in it
  // text_generator.cc
  std::string FewBytes();
  std::string FileName();
  std::string WholeText();
  std::string Path();
  std::string TextValue();  // a value that text kinds may hit
  std::string ValueOf(Kind kind);
  Condition MakeCondition();
  std::string Spelled(const Condition& part);  // as an event may have it
  std::string Conjunction();                   // an event with some or all of what a conjunction asks for

  // line_generator.cc
  std::string SyslogHeader();
  std::string LineEvent();

  std::string Quoted(std::string_view text);
  std::string Json(std::size_t depth);
  std::string Object(std::size_t depth);
  std::string Member(std::size_t depth);
  std::string Composition();

  Kind AnyKind();
  Kind OneOfAllKinds();
  std::string Pattern();
  std::string TextEvent();

  std::mt19937_64 random_;
  Theme theme_;
  std::vector<std::vector<Condition>> conjunctions_;  // of the indicators, with what they hit first
};

}  // namespace polder::oracle

#endif  // POLDER_TESTS_ORACLE_GENERATOR_H_
