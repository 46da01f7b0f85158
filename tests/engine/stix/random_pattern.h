// Random patterns and data for them, small and full of coincidences.
#ifndef POLDER_TESTS_ENGINE_STIX_RANDOM_PATTERN_H_
#define POLDER_TESTS_ENGINE_STIX_RANDOM_PATTERN_H_

#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "engine/stix/sequence.h"

namespace polder {

class RandomPattern {
 public:
  explicit RandomPattern(unsigned seed) : random_(seed) {}

  // `[...]` over the objects below.
  std::string Leaf();
  // The objects of one observation.
  nlohmann::json Objects();

  // AND, OR, FOLLOWEDBY and qualifiers around leaves that say nothing but which they are.
  std::string Sequence(int depth);
  // Observations that match some of so many leaves; as events, each at one point of time and once.
  std::vector<ObservedTimes> Observations(std::size_t count, std::size_t leaves, bool as_events);

  int Below(int bound) { return std::uniform_int_distribution<int>(0, bound - 1)(random_); }

 private:
  std::string Comparison();
  std::string Comparisons(int depth);
  std::string Path();
  std::string Text();
  nlohmann::json Value();

  template <typename T>
  T Any(std::initializer_list<T> list) {
    return *(list.begin() + Below(static_cast<int>(list.size())));
  }

  std::mt19937 random_;
};

}  // namespace polder

#endif  // POLDER_TESTS_ENGINE_STIX_RANDOM_PATTERN_H_
