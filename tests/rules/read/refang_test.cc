#include "rules/read/refang.h"

#include <gtest/gtest.h>

#include <chrono>

namespace polder {
namespace {

struct Case {
  std::string_view defanged;
  std::string_view plain;
};

void ExpectAll(std::initializer_list<Case> cases) {
  for (const Case& c : cases) EXPECT_EQ(Refang(c.defanged), c.plain) << c.defanged;
}

TEST(Refang, UndoesEveryWayToWriteADot) {
  ExpectAll({{"evil[.]example", "evil.example"},
             {"evil(.)example", "evil.example"},
             {"evil{.}example", "evil.example"},
             {"evil[dot]example", "evil.example"},
             {"evil(dot)example", "evil.example"},
             {"evil{dot}example", "evil.example"},
             {"evil[DOT]example", "evil.example"},
             {"evil(Dot)example", "evil.example"},
             {"192[.]0[.]2[.]1", "192.0.2.1"},
             {"[.]example.com", ".example.com"}});
}

TEST(Refang, UndoesEveryWayToWriteAScheme) {
  ExpectAll({{"hxxp://evil.example/", "http://evil.example/"},
             {"hXXp://evil.example/", "http://evil.example/"},
             {"HXXPS://evil.example/", "https://evil.example/"},
             {"fxp://evil.example/", "ftp://evil.example/"},
             {"fxps://evil.example/", "ftps://evil.example/"},
             {"hxxp[:]//evil.example/", "http://evil.example/"},
             {"http[:]//evil.example/", "http://evil.example/"},
             {"hxxps[://]evil.example/", "https://evil.example/"},
             {"hxxps(://)evil.example/", "https://evil.example/"},
             {"hxxp:[/][/]evil.example/", "http://evil.example/"},
             {"hxxp:[//]evil.example/", "http://evil.example/"},
             {"h**p://evil.example/", "http://evil.example/"},
             {"h**ps://evil.example/", "https://evil.example/"},
             {"hxtp://evil.example/", "http://evil.example/"},
             {"htxps://evil.example/", "https://evil.example/"}});
}

TEST(Refang, UndoesEveryWayToWriteAnAt) {
  ExpectAll({{"eve[@]evil.example", "eve@evil.example"},
             {"eve(@)evil.example", "eve@evil.example"},
             {"eve{@}evil.example", "eve@evil.example"},
             {"eve[at]evil[.]example", "eve@evil.example"},
             {"eve(AT)evil(dot)example", "eve@evil.example"}});
}

TEST(Refang, UndoesColonsOfAddressesAndPorts) {
  ExpectAll({{"2001[:]db8[:][:]1", "2001:db8::1"}, {"192.0.2.1[:]8080", "192.0.2.1:8080"}});
}

TEST(Refang, UndoesSeveralWaysInOneValue) {
  ExpectAll({{"hxxp[:]//a[.]evil(dot)example{.}com[/]x", "http://a.evil.example.com/x"},
             {"hxxps[://]192[.]0.2(.)1[:]8443/a[.]exe", "https://192.0.2.1:8443/a.exe"}});
}

TEST(Refang, UndoesWhatIsHalfDefanged) {
  ExpectAll({{"hxxp://evil[.]example.com", "http://evil.example.com"},
             {"evil[.example", "evil.example"},
             {"evil.]example", "evil.example"},
             {"https[:]//evil.]example/x.exe", "https://evil.example/x.exe"},
             {"hxxp://evil[.]example/data/0a.]dat", "http://evil.example/data/0a.dat"}});
}

TEST(Refang, UndoesDotsInWordsAndWithEscapes) {
  ExpectAll({{"evil dot example", "evil.example"},
             {"www dot evil DOT example", "www.evil.example"},
             {"evil [.] example", "evil.example"},
             {"evil (dot) example", "evil.example"},
             {"evil\\.example", "evil.example"},
             {"a\\.evil\\.example", "a.evil.example"}});
}

TEST(Refang, TakesOffBracketsAroundTheWholeValue) {
  ExpectAll({{"[evil.example]", "evil.example"},
             {"(192.0.2.1)", "192.0.2.1"},
             {"[hxxp://evil[.]example/x]", "http://evil.example/x"},
             {"[2001:db8::1]", "2001:db8::1"},
             {"[]", ""}});
}

TEST(Refang, ChangesNothingThatIsNotClear) {
  for (const std::string_view value : {"",
                                       ".",
                                       "[",
                                       "]",
                                       "[.",
                                       ".]",
                                       "evil.example",
                                       "evil [.example",
                                       "[evil].example",
                                       "evil[.)example",
                                       "evil[,]example",
                                       "evil[ .]example",
                                       "evil[..]example",
                                       "evil dot example and more",
                                       "dot example",
                                       "evil dot ",
                                       "evil-dot-example",
                                       "hxxp.example",
                                       "hxxp:evil.example",
                                       "shxxp://evil.example/",
                                       "http://evil.example/hxxp://b.example/",
                                       "http://[2001:db8::1]/",
                                       "http://[2001:db8::1]:8080/x",
                                       "[2001:db8::1]:443",
                                       "http://evil.example/?a[.b]=1",
                                       "http://evil.example/?a[.b=1",
                                       "http://evil.example/a[0]",
                                       "(a)(b)",
                                       "[a](b)",
                                       "(evil|bad)\\.example",
                                       "^evil\\.example$",
                                       "\\\\evil\\.exe",
                                       "caf\xC3\xA9.example",
                                       "\xFF[\xFE"}) {
    EXPECT_EQ(Refang(value), value);
  }
}

TEST(Refang, LeavesWhatItHasRefangedAsItIs) {
  for (const std::string_view value :
       {"hxxp[:]//a[.]evil(dot)example", "[evil.example]", "eve[at]evil[.]example"}) {
    const std::string once = Refang(value);
    EXPECT_EQ(Refang(once), once);
  }
}

TEST(Refang, TakesTimeInProportionToAHostileValue) {
  const std::string brackets(4'000'000, '[');
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(Refang(brackets), brackets);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace polder
