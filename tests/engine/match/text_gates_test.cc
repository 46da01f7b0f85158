#include "engine/snapshot/text_gates.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <thread>

namespace polder {
namespace {

bool MayBeName(const TextGates& gates, const GateHasher& hasher, const std::string& text) {
  const std::string padded = text + "xxxxxxxx";
  const std::string_view view = std::string_view(padded).substr(0, text.size());
  const std::uint32_t front = TextGates::Front(hasher, view);
  return gates.MayBegin(front) && gates.MayBeginName(front) &&
         gates.MayEndName(TextGates::Back(hasher, view));
}

std::string Word(std::mt19937_64& random) {
  std::string word;
  for (std::size_t i = 1 + random() % 20; i > 0; --i) word += static_cast<char>('a' + random() % 26);
  return word;
}

TEST(TextGates, AreOpenForWhatWasOpenedInAnyCaseAndForLittleElse) {
  const GateHasher hasher(7);
  TextGates gates;
  EXPECT_FALSE(gates.any());
  std::mt19937_64 random(1);
  std::vector<std::string> names(10'000);
  for (std::string& name : names) gates.Open(hasher, Kind::kFileName, name = Word(random) + ".exe");
  EXPECT_TRUE(gates.has_names());
  EXPECT_FALSE(gates.has_texts());
  std::size_t open = 0;
  for (std::string name : names) {
    for (char& c : name) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    ASSERT_TRUE(MayBeName(gates, hasher, name)) << name;
    open += MayBeName(gates, hasher, Word(random) + ".dll") ? 1 : 0;
  }
  EXPECT_LT(open, names.size() / 20);
}

TEST(TextGates, AreNotConcernedWithOtherKinds) {
  const GateHasher hasher(7);
  TextGates gates;
  for (const Kind kind : {Kind::kIp, Kind::kDomain, Kind::kSha512, Kind::kPort})
    gates.Open(hasher, kind, "x");
  EXPECT_FALSE(gates.any());
  EXPECT_EQ(gates.longest(), 0U);
  gates.Open(hasher, Kind::kText, "some text");
  EXPECT_TRUE(gates.has_texts());
  EXPECT_EQ(gates.longest(), 9U);
  EXPECT_FALSE(gates.has_quoted_names());
  gates.Open(hasher, Kind::kFileName, "a\"b");
  EXPECT_TRUE(gates.has_quoted_names());
}

TEST(TextGates, OpenWhileOthersAsk) {
  const GateHasher hasher(7);
  TextGates gates;
  std::thread asker([&] {
    std::size_t open = 0;
    while (gates.longest() < 21) open += MayBeName(gates, hasher, "evil.exe") ? 1 : 0;
    EXPECT_TRUE(MayBeName(gates, hasher, "first.exe"));
  });
  gates.Open(hasher, Kind::kFileName, "first.exe");
  std::mt19937_64 random(2);
  for (int i = 0; i < 10'000; ++i) gates.Open(hasher, Kind::kFileName, Word(random));
  gates.Open(hasher, Kind::kFileName, std::string(21, 'z'));
  asker.join();
}

}  // namespace
}  // namespace polder
