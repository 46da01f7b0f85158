#include "engine/snapshot/gates.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "engine/snapshot/texts.h"

namespace polder {
namespace {

std::vector<int> LengthsOf(const PrefixLengths& lengths) {
  std::vector<int> found;
  for (const std::uint8_t length : lengths) found.push_back(length);
  return found;
}

TEST(PrefixLengths, AreGivenFromTheLongest) {
  PrefixLengths lengths;
  EXPECT_EQ(LengthsOf(lengths), std::vector<int>());
  for (const std::size_t length : {0U, 128U, 63U, 64U, 127U, 96U}) lengths.Set(length);
  EXPECT_EQ(LengthsOf(lengths), (std::vector<int>{128, 127, 96, 64, 63, 0}));
}

TEST(GateFilter, HoldsWhatWasAddedAndLittleElse) {
  constexpr std::size_t kCount = 100'000;
  std::mt19937_64 random(1);
  GateFilter filter(kCount);
  std::vector<std::uint64_t> added(kCount);
  for (auto& hash : added) filter.Add(hash = random());
  for (const auto hash : added) ASSERT_TRUE(filter.MayHold(hash));
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < kCount; ++i) wrong += filter.MayHold(random()) ? 1 : 0;
  EXPECT_LT(wrong, kCount / 100);
}

TEST(GateHasher, GivesANameTheHashOfItsLabelsWhateverTheirCase) {
  const GateHasher hasher(42);
  const std::string lower = std::string("mail.evil.example") + std::string(8, '\0');
  const std::string upper = std::string("MAIL.Evil.EXAMPLE") + std::string(8, 'x');
  const auto hash = [&](const std::string& text) {
    return hasher.Name(GateHasher::Role::kName, std::string_view(text).substr(0, 17));
  };
  EXPECT_EQ(hash(lower), hash(upper));
  std::uint64_t state = hasher.StartName();
  for (const std::string label : {"example", "evil", "mail"}) {
    const std::string padded = label + std::string(8, 'z');
    state = hasher.AddLabel(state, std::string_view(padded).substr(0, label.size()));
  }
  EXPECT_EQ(hasher.Finish(GateHasher::Role::kName, state), hash(lower));
  EXPECT_NE(hasher.Finish(GateHasher::Role::kUrlHost, state), hash(lower));
}

TEST(Gates, OpenForTheirIndicators) {
  Gates gates(GateHasher(7), /*expected=*/10);
  gates.Open(Kind::kNetwork, "198.51.96.0/19");
  gates.Open(Kind::kIp, "2001:db8::1");
  EXPECT_TRUE(gates.MayHoldV4(ParseIp("198.51.100.1")->V4()));
  EXPECT_FALSE(gates.MayHoldV4(ParseIp("198.52.0.1")->V4()));
  EXPECT_EQ(LengthsOf(gates.v4_lengths()), std::vector<int>{96 + 19});
  EXPECT_FALSE(gates.has_urls() || gates.has_emails() || gates.has_digests());
  gates.Open(Kind::kUrl, "http://evil.example/");
  gates.Open(Kind::kEmail, "bob@evil.example");
  gates.Open(Kind::kMd5, "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_TRUE(gates.has_urls() && gates.has_emails() && gates.has_digests());
}

TEST(Gates, OpenEverySixteenOfAWideNetwork) {
  Gates gates(GateHasher(7), 1);
  gates.Open(Kind::kNetwork, "10.0.0.0/7");
  EXPECT_TRUE(gates.MayHoldV4(ParseIp("10.0.0.1")->V4()));
  EXPECT_TRUE(gates.MayHoldV4(ParseIp("11.255.255.255")->V4()));
  EXPECT_FALSE(gates.MayHoldV4(ParseIp("12.0.0.0")->V4()));
}

TEST(Texts, AreReadBackOneAfterAnother) {
  std::string buffer;
  const std::vector<std::string> texts = {"", "a", std::string(254, 'b'), std::string(255, 'c'),
                                          std::string(70'000, 'd')};
  for (const std::string& text : texts) AppendText(text, buffer);
  TextReader reader(buffer, 0);
  for (const std::string& text : texts) EXPECT_EQ(reader.Next(), text);
}

}  // namespace
}  // namespace polder
