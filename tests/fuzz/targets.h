// One function for each reader of what others wrote. It reads the input and throws PropertyBroken
// (properties.h) where the reader does not keep what its header promises. libFuzzer calls one of them
// (libfuzzer_main.cc), corpus_test.cc all of them.
#ifndef POLDER_TESTS_FUZZ_TARGETS_H_
#define POLDER_TESTS_FUZZ_TARGETS_H_

#include <array>
#include <ostream>
#include <string_view>

namespace polder {

void FuzzList(std::string_view input);
void FuzzCsv(std::string_view input);
void FuzzStix(std::string_view input);
void FuzzMisp(std::string_view input);
void FuzzPattern(std::string_view input);
void FuzzValue(std::string_view input);
void FuzzWarninglist(std::string_view input);
void FuzzText(std::string_view input);
void FuzzTaxii(std::string_view input);
void FuzzConfig(std::string_view input);
void FuzzLine(std::string_view input);
void FuzzEvent(std::string_view input);

struct FuzzTarget {
  // Also of the folder of its seeds, of its dictionary and of its executable.
  std::string_view name;
  void (*run)(std::string_view input);

  // In the names of tests; found by GoogleTest.
  friend void PrintTo(const FuzzTarget& target, std::ostream* out) { *out << target.name; }
};

inline constexpr std::array<FuzzTarget, 12> kFuzzTargets = {{{"list", FuzzList},
                                                             {"csv", FuzzCsv},
                                                             {"stix", FuzzStix},
                                                             {"misp", FuzzMisp},
                                                             {"pattern", FuzzPattern},
                                                             {"value", FuzzValue},
                                                             {"warninglist", FuzzWarninglist},
                                                             {"text", FuzzText},
                                                             {"taxii", FuzzTaxii},
                                                             {"config", FuzzConfig},
                                                             {"line", FuzzLine},
                                                             {"event", FuzzEvent}}};

}  // namespace polder

#endif  // POLDER_TESTS_FUZZ_TARGETS_H_
