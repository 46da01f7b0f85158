#include "engine/expression/expression_cache.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "engine/expression/expression_set.h"

namespace polder {
namespace {

class MemoryCache : public ExpressionCache {
 public:
  std::optional<std::string> Load(std::string_view digest) override {
    const auto at = entries.find(std::string(digest));
    return at == entries.end() ? std::nullopt : std::optional(at->second);
  }
  void Store(std::string_view digest, std::string_view bytes) override {
    EXPECT_EQ(digest.size(), 64U);
    EXPECT_EQ(digest.find_first_not_of("0123456789abcdef"), std::string_view::npos);
    entries[std::string(digest)] = std::string(bytes);
  }
  std::map<std::string, std::string> entries;
};

std::vector<Expression> ManyExpressions(int count) {
  std::vector<Expression> expressions;
  for (int i = 0; i < count; ++i) expressions.push_back({"evil" + std::to_string(i) + "[0-9]+x", i % 2 == 0});
  expressions.push_back({R"((evil)\1)"});
  expressions.push_back({R"(a\\b\\c)"});
  return expressions;
}

struct Compiled {
  std::shared_ptr<const ExpressionSet> set;
  std::size_t cached = 0;
  std::size_t compiled = 0;
};

Compiled CompileWith(MemoryCache* cache, const std::vector<Expression>& expressions) {
  CompileReport report;
  auto set = ExpressionSet::Compile(expressions, cache, &report);
  EXPECT_TRUE(set.ok());
  Compiled result;
  if (set.ok()) result.set = *set;
  for (const CompileReport::Chunk& chunk : report.chunks)
    ++(chunk.from_cache ? result.cached : result.compiled);
  return result;
}

bool FindsAll(const ExpressionSet& set) {
  ExpressionSet::Scratch scratch;
  std::size_t found = 0;
  for (const std::string_view value : {"evil3 evil312x", "EVIL298x", "evilevil", R"(xa\b\cx)"}) {
    set.Find(value, scratch, [&](std::uint32_t) { ++found; });
  }
  return found >= 4;
}

TEST(ExpressionCache, ASecondCompilationTakesAllFromIt) {
  MemoryCache cache;
  const auto expressions = ManyExpressions(300);
  const Compiled first = CompileWith(&cache, expressions);
  EXPECT_EQ(first.cached, 0U);
  EXPECT_EQ(cache.entries.size(), first.compiled);
  const Compiled second = CompileWith(&cache, expressions);
  EXPECT_EQ(second.compiled, 0U);
  EXPECT_EQ(second.cached, first.compiled);
  EXPECT_TRUE(FindsAll(*first.set));
  EXPECT_TRUE(FindsAll(*second.set));
}

TEST(ExpressionCache, OneExpressionMoreCompilesOneDatabaseAndTheSieve) {
  MemoryCache cache;
  auto expressions = ManyExpressions(1500);
  const Compiled first = CompileWith(&cache, expressions);
  ASSERT_GT(first.compiled, 3U);
  expressions.insert(expressions.begin(), {"another[0-9]"});
  const Compiled second = CompileWith(&cache, expressions);
  EXPECT_EQ(second.compiled, 2U);
}

TEST(ExpressionCache, ABrokenEntryIsCompiledAnewAndReplaced) {
  const auto expressions = ManyExpressions(300);
  for (int damage = 0; damage < 5; ++damage) {
    MemoryCache cache;
    const Compiled first = CompileWith(&cache, expressions);
    const auto whole = cache.entries;
    for (auto& [digest, bytes] : cache.entries) {
      if (damage == 0) bytes.clear();
      if (damage == 1) bytes.resize(bytes.size() / 2);
      if (damage == 2) bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
      if (damage == 3) bytes = "something else altogether, long enough to hold a checksum of its own";
      if (damage == 4) bytes = SealCacheEntry("whole, and no database");
    }
    const Compiled second = CompileWith(&cache, expressions);
    EXPECT_EQ(second.cached, 0U) << damage;
    EXPECT_EQ(second.compiled, first.compiled);
    EXPECT_TRUE(FindsAll(*second.set));
    EXPECT_EQ(cache.entries.size(), whole.size());
    EXPECT_EQ(CompileWith(&cache, expressions).compiled, 0U);
  }
}

TEST(ExpressionCache, AnEntryIsItsPayloadWithAChecksum) {
  for (const std::string& payload : {std::string(), std::string("x"), std::string(1000, '\0')}) {
    const std::string entry = SealCacheEntry(payload);
    ASSERT_TRUE(OpenCacheEntry(entry).has_value());
    EXPECT_EQ(*OpenCacheEntry(entry), payload);
    for (std::size_t i = 0; i < entry.size(); i += 7) {
      std::string broken = entry;
      broken[i] = static_cast<char>(broken[i] ^ 4);
      EXPECT_FALSE(OpenCacheEntry(broken).has_value()) << i;
    }
  }
}

}  // namespace
}  // namespace polder
