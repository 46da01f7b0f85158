#include "engine/indicator/tlp.h"

#include <gtest/gtest.h>

namespace polder {
namespace {

TEST(Tlp, IsReadFromTheNamesOfBothVersions) {
  const struct {
    const char* name;
    std::optional<Tlp> tlp;
  } cases[] = {{"CLEAR", Tlp::kClear},
               {"white", Tlp::kClear},
               {"TLP:WHITE", Tlp::kClear},
               {"tlp:green", Tlp::kGreen},
               {"AMBER", Tlp::kAmber},
               {"TLP:AMBER+STRICT", Tlp::kAmberStrict},
               {"amber+strict", Tlp::kAmberStrict},
               {"TLP:AMBER-STRICT", Tlp::kAmberStrict},
               {"tlp:amber strict", Tlp::kAmberStrict},
               {"Red", Tlp::kRed},
               {"blue", std::nullopt},
               {"TLP:", std::nullopt},
               {"", std::nullopt}};
  for (const auto& c : cases) EXPECT_EQ(TlpFromName(c.name), c.tlp) << c.name;
}

TEST(Tlp, IsReadFromTheStixMarkingsOfBothVersions) {
  EXPECT_EQ(TlpFromStixMarking("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"), Tlp::kClear);
  EXPECT_EQ(TlpFromStixMarking("marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"), Tlp::kRed);
  EXPECT_EQ(TlpFromStixMarking("marking-definition--00000000-0000-0000-0000-000000000000"), std::nullopt);
  for (const Tlp tlp : {Tlp::kClear, Tlp::kGreen, Tlp::kAmber, Tlp::kAmberStrict, Tlp::kRed}) {
    EXPECT_EQ(TlpFromStixMarking(StixMarkingId(tlp)), tlp);
    EXPECT_EQ(TlpFromName(TlpName(tlp)), tlp);
  }
}

TEST(Tlp, StricterIsTheOneFurtherFromClear) {
  EXPECT_EQ(Stricter(Tlp::kGreen, Tlp::kRed), Tlp::kRed);
  EXPECT_EQ(Stricter(Tlp::kAmberStrict, Tlp::kAmber), Tlp::kAmberStrict);
  EXPECT_EQ(Stricter(Tlp::kClear, Tlp::kClear), Tlp::kClear);
}

}  // namespace
}  // namespace polder
