// The SIMD classifier against a loop over bytes.
#include "engine/match/classify.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <vector>

#include "engine/observable/characters.h"
#include "engine/observable/text.h"
#include "tests/oracle/harness.h"

namespace polder {
namespace {

BlockMasks SlowMasks(const char* bytes, std::size_t size, std::size_t block) {
  BlockMasks masks{};
  for (std::size_t i = block * 64; i < size && i < block * 64 + 64; ++i) {
    const char c = bytes[i];
    const std::uint64_t bit = std::uint64_t{1} << i % 64;
    if (IsTokenChar(c) || IsNonAscii(c)) masks.token |= bit;
    if (IsAlnum(c)) masks.alnum |= bit;
    if (IsHexDigit(c)) masks.hex |= bit;
    if (c == '.') masks.dot |= bit;
    if (c == ':') masks.colon |= bit;
    if (c == '@') masks.at |= bit;
    if (c == '/' || c == '\\') masks.slash |= bit;
    if (c == '\\') masks.backslash |= bit;
    if (c == 'u') masks.letter_u |= bit;
    if (IsNonAscii(c)) masks.high |= bit;
  }
  return masks;
}

TextMasks SlowTextMasks(const char* bytes, std::size_t size, std::size_t block) {
  TextMasks masks{};
  for (std::size_t i = block * 64; i < size && i < block * 64 + 64; ++i) {
    const std::uint64_t bit = std::uint64_t{1} << i % 64;
    if (bytes[i] == '"') masks.quote |= bit;
    if (EndsPath(bytes[i]) || IsPathSeparator(bytes[i])) masks.name_end |= bit;
  }
  return masks;
}

void Compare(const std::vector<char>& bytes) {
  // Exactly as many readable bytes as promised: up to the end of the last block.
  const std::size_t blocks = (bytes.size() + 63) / 64;
  const auto buffer = std::make_unique<char[]>(blocks * 64);
  std::copy(bytes.begin(), bytes.end(), buffer.get());
  std::fill(buffer.get() + bytes.size(), buffer.get() + blocks * 64, 'u');
  std::vector<BlockMasks> masks(blocks);
  ClassifyBytes(buffer.get(), bytes.size(), masks.data());
  std::vector<TextMasks> text_masks(blocks);
  ClassifyTexts(buffer.get(), bytes.size(), text_masks.data());
  for (std::size_t block = 0; block < blocks; ++block) {
    const BlockMasks expected = SlowMasks(buffer.get(), bytes.size(), block);
    const BlockMasks& got = masks[block];
    EXPECT_EQ(got.token, expected.token);
    EXPECT_EQ(got.alnum, expected.alnum);
    EXPECT_EQ(got.hex, expected.hex);
    EXPECT_EQ(got.dot, expected.dot);
    EXPECT_EQ(got.colon, expected.colon);
    EXPECT_EQ(got.at, expected.at);
    EXPECT_EQ(got.slash, expected.slash);
    EXPECT_EQ(got.backslash, expected.backslash);
    EXPECT_EQ(got.letter_u, expected.letter_u);
    EXPECT_EQ(got.high, expected.high);
    const TextMasks expected_text = SlowTextMasks(buffer.get(), bytes.size(), block);
    EXPECT_EQ(text_masks[block].quote, expected_text.quote);
    EXPECT_EQ(text_masks[block].name_end, expected_text.name_end);
  }
}

TEST(ClassifyBytes, AgreesWithALoopOnEveryByteInEveryPlace) {
  for (std::size_t shift = 0; shift < 64; ++shift) {
    std::vector<char> bytes(shift, ' ');
    for (int value = 0; value < 256; ++value) bytes.push_back(static_cast<char>(value));
    Compare(bytes);
    if (HasFailure()) FAIL() << "shifted by " << shift;
  }
}

TEST(ClassifyBytes, AgreesWithALoopOnRandomBytesOfEveryLength) {
  const std::uint64_t seed = oracle::Seed(1);
  std::mt19937_64 random(seed);
  for (std::size_t round = 0; round < 20'000; ++round) {
    std::vector<char> bytes(round % 400);
    const bool dense = random() % 2 == 0;
    for (char& c : bytes) c = dense ? ".:@/\\u9Az_-"[random() % 11] : static_cast<char>(random());
    Compare(bytes);
    if (HasFailure()) FAIL() << "POLDER_SEED=" << seed << " round " << round;
  }
}

TEST(ClassifyBytes, NamesTheInstructionSetInUse) { EXPECT_STRNE(ClassifyTarget(), ""); }

}  // namespace
}  // namespace polder
