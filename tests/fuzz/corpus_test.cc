// The fuzz targets on their seeds and on mutations of these; libFuzzer runs them for longer (`./dev fuzz`).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "tests/fuzz/mutator.h"
#include "tests/fuzz/targets.h"

namespace polder {
namespace {

constexpr int kMutations = 2000;
constexpr std::chrono::milliseconds kPatience{400};  // for the mutations of one target

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// By name, as the order in a folder is anyone's guess.
std::map<std::string, std::string> SeedsOf(const FuzzTarget& target) {
  std::map<std::string, std::string> seeds;
  const auto folder = std::filesystem::path(POLDER_FUZZ_FOLDER) / "corpus" / target.name;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    seeds[entry.path().filename().string()] = ReadFile(entry.path());
  }
  return seeds;
}

// An input as a C string literal, to be taken over into a test.
std::string Literal(std::string_view text) {
  std::string literal;
  for (const char c : text) {
    if (c >= 0x20 && c < 0x7F && c != '"' && c != '\\')
      literal += c;
    else
      literal += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
  }
  return literal;
}

// What is wrong with it, or nothing.
std::string WrongWith(const FuzzTarget& target, std::string_view input) {
  try {
    target.run(input);
  } catch (const std::exception& error) {
    return fmt::format("{}\nof the input \"{}\"", error.what(), Literal(input.substr(0, 4000)));
  }
  return {};
}

class FuzzCorpus : public ::testing::TestWithParam<FuzzTarget> {};

TEST_P(FuzzCorpus, HoldsForEverySeed) {
  const auto seeds = SeedsOf(GetParam());
  EXPECT_FALSE(seeds.empty());
  for (const auto& [name, seed] : seeds) EXPECT_EQ(WrongWith(GetParam(), seed), "") << name;
  EXPECT_EQ(WrongWith(GetParam(), ""), "");
}

TEST_P(FuzzCorpus, HoldsForMutationsOfTheSeeds) {
  std::vector<std::string> inputs;
  for (const auto& [name, seed] : SeedsOf(GetParam())) inputs.push_back(seed);
  ASSERT_FALSE(inputs.empty());
  const auto dictionary =
      std::filesystem::path(POLDER_FUZZ_FOLDER) / "dictionaries" / fmt::format("{}.dict", GetParam().name);
  auto words = ReadDictionary(ReadFile(dictionary));
  EXPECT_FALSE(words.empty()) << dictionary;
  Mutator mutator(20240506, std::move(inputs), std::move(words));
  const auto end = std::chrono::steady_clock::now() + kPatience;
  int done = 0;
  for (; done < kMutations && std::chrono::steady_clock::now() < end; ++done) {
    ASSERT_EQ(WrongWith(GetParam(), mutator.Next()), "") << "mutation " << done;
  }
  RecordProperty("mutations", done);
}

INSTANTIATE_TEST_SUITE_P(Readers, FuzzCorpus, ::testing::ValuesIn(kFuzzTargets),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(Mutator, IsRepeatable) {
  Mutator one(7, {"a.example\n", "192.0.2.1"}, {"hxxp", ","});
  Mutator other(7, {"a.example\n", "192.0.2.1"}, {"hxxp", ","});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(one.Next(), other.Next());
}

TEST(Mutator, ReadsADictionary) {
  EXPECT_EQ(ReadDictionary("# words\n\"a\\x0a\"\n\n\"\\\\ \\\"\"\n"),
            (std::vector<std::string>{"a\n", "\\ \""}));
}

}  // namespace
}  // namespace polder
