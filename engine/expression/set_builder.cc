// Expressions are dealt out to databases by their hash, so that one more or less changes one database: the
// others are in the cache.
#include "engine/expression/set_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "engine/base/content_hash.h"
#include "engine/base/crypto.h"
#include "engine/expression/literals.h"

namespace polder {
namespace {

using hyperscan::Database;

std::string FlagsOf(const Expression& expression) {
  std::string text = FormatExpression(expression);
  return text.substr(text.rfind('/'));
}

// Says what a database is made of: its name in the cache.
class DatabaseName {
 public:
  DatabaseName(std::string_view platform, std::string_view what) {
    Add(platform);
    Add(what);
  }
  void Add(std::string_view text) {
    said_ += fmt::format("{}:", text.size());
    said_ += text;
  }
  std::string Digest() const { return ToHex(Blake2b256(said_)); }

 private:
  std::string said_;
};

// Whether Hyperscan may be unable to find it exactly: worth asking. Others are taken at their word, and an
// error tells.
bool MayNeedPrefilter(std::string_view regex) {
  if (regex.find("(?") != std::string_view::npos) return true;
  for (const std::string_view possessive : {"++", "*+", "?+", "}+"}) {
    if (regex.find(possessive) != std::string_view::npos) return true;
  }
  for (std::size_t at = regex.find('\\'); at < regex.size(); at = regex.find('\\', at + 2)) {
    if (at + 1 < regex.size() &&
        std::string_view("123456789gkpPX").find(regex[at + 1]) != std::string_view::npos)
      return true;
  }
  return false;
}

absl::Status AboutExpression(const Expression& expression, const absl::Status& status) {
  return absl::InvalidArgumentError(
      fmt::format("expression {}: {}", FormatExpression(expression), std::string(status.message())));
}

}  // namespace

SetBuilder::SetBuilder(ExpressionCache* cache, CompileReport* report)
    : parts_(std::make_unique<Parts>()),
      cache_(cache),
      report_(report == nullptr ? &unread_ : report),
      platform_(hyperscan::PlatformId()) {
  *report_ = {};
}

void SetBuilder::Distinguish(std::span<const Expression> expressions) {
  absl::flat_hash_map<std::string, std::uint32_t> numbers;
  parts_->distinct_of.reserve(expressions.size());
  for (const Expression& expression : expressions) {
    const auto next = static_cast<std::uint32_t>(parts_->distinct.size());
    const auto [at, added] = numbers.try_emplace(FormatExpression(expression), next);
    if (added) parts_->distinct.push_back(expression);
    parts_->distinct_of.push_back(at->second);
  }
  parts_->first_index.assign(parts_->distinct.size() + 1, 0);
  for (const std::uint32_t distinct : parts_->distinct_of) ++parts_->first_index[distinct + 1];
  for (std::size_t i = 1; i < parts_->first_index.size(); ++i) {
    parts_->first_index[i] += parts_->first_index[i - 1];
  }
  parts_->indices.resize(expressions.size());
  std::vector<std::uint32_t> next = parts_->first_index;
  for (std::uint32_t i = 0; i < parts_->distinct_of.size(); ++i) {
    parts_->indices[next[parts_->distinct_of[i]]++] = i;
  }
  report_->distinct = parts_->distinct.size();
}

SetBuilder::Group SetBuilder::GroupOf(const Expression& expression) const {
  const bool exact =
      !MayNeedPrefilter(expression.regex) || hyperscan::LeastMatch(expression, Mode::kExact).ok();
  return {exact ? Mode::kExact : Mode::kPrefilter, FlagsOf(expression)};
}

std::vector<SetBuilder::Numbers> SetBuilder::Divide(const Numbers& group) const {
  constexpr std::size_t kMost = ExpressionSet::kExpressionsPerDatabase;
  std::vector<Numbers> chunks(std::bit_ceil((group.size() + kMost - 1) / kMost));
  for (const std::uint32_t number : group) {
    const ContentHash hash = HashContent(parts_->distinct[number].regex);
    chunks[hash.low & (chunks.size() - 1)].push_back(number);
  }
  std::erase_if(chunks, [](const Numbers& chunk) { return chunk.empty(); });
  for (Numbers& chunk : chunks) {
    std::sort(chunk.begin(), chunk.end(), [this](std::uint32_t a, std::uint32_t b) {
      return parts_->distinct[a].regex < parts_->distinct[b].regex;
    });
  }
  return chunks;
}

absl::Status SetBuilder::CompileJudges() {
  std::map<Group, Numbers> groups;
  for (std::uint32_t i = 0; i < parts_->distinct.size(); ++i)
    groups[GroupOf(parts_->distinct[i])].push_back(i);
  // What turns out not to compile exactly joins the prefilters, which come after.
  for (auto& [group, numbers] : groups) {
    Numbers candidates;
    for (Numbers& chunk : Divide(numbers)) {
      if (auto status = CompileChunk(group, std::move(chunk), &candidates); !status.ok()) return status;
    }
    if (candidates.empty()) continue;
    Numbers& prefilters = groups[{Mode::kPrefilter, group.flags}];
    prefilters.insert(prefilters.end(), candidates.begin(), candidates.end());
  }
  return absl::OkStatus();
}

absl::Status SetBuilder::CompileChunk(const Group& group, Numbers chunk, Numbers* candidates) {
  const bool exact = group.mode == Mode::kExact;
  while (!chunk.empty()) {
    DatabaseName name(platform_, fmt::format("{} {}", exact ? "expressions" : "prefilters", group.flags));
    std::vector<const Expression*> expressions;
    for (const std::uint32_t number : chunk) {
      expressions.push_back(&parts_->distinct[number]);
      name.Add(expressions.back()->regex);
    }
    const std::string digest = name.Digest();
    if (auto cached = FromCache(digest)) return AddJudge(group, *std::move(cached), std::move(chunk));
    int culprit = -1;
    auto database = Database::CompileExpressions(expressions, group.mode, &culprit);
    if (database.ok()) {
      ToCache(digest, *database);
      return AddJudge(group, *std::move(database), std::move(chunk));
    }
    if (culprit < 0 && chunk.size() > 1) {
      const auto middle = chunk.begin() + static_cast<std::ptrdiff_t>(chunk.size() / 2);
      auto status = CompileChunk(group, Numbers(middle, chunk.end()), candidates);
      if (!status.ok()) return status;
      chunk.erase(middle, chunk.end());
      continue;
    }
    const auto at = std::min(static_cast<std::size_t>(std::max(culprit, 0)), chunk.size() - 1);
    if (!exact) return AboutExpression(*expressions[at], database.status());
    candidates->push_back(chunk[at]);
    chunk.erase(chunk.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return absl::OkStatus();
}

absl::Status SetBuilder::AddJudge(const Group& group, Database database, Numbers chunk) {
  Parts::Judge judge{std::move(database), std::move(chunk), {}};
  if (group.mode == Mode::kPrefilter) {
    for (const std::uint32_t number : judge.expressions) {
      const Expression& expression = parts_->distinct[number];
      auto regex = Regex::Compile(expression.regex, {.caseless = expression.caseless,
                                                     .dot_all = expression.dot_all,
                                                     .multiline = expression.multiline});
      if (!regex.ok()) return AboutExpression(expression, regex.status());
      judge.confirmations.push_back(*std::move(regex));
    }
    report_->prefiltered += judge.expressions.size();
  }
  report_->chunks.back().what =
      fmt::format("{} {}", group.mode == Mode::kExact ? "expressions" : "prefilters", group.flags);
  report_->chunks.back().expressions = judge.expressions.size();
  parts_->judges.push_back(std::move(judge));
  return absl::OkStatus();
}

absl::Status SetBuilder::CompileSieves() {
  std::map<std::string, std::uint64_t> plain;
  std::map<std::string, std::uint64_t> escapable;
  for (std::size_t i = 0; i < parts_->judges.size(); ++i) {
    for (const std::uint32_t number : parts_->judges[i].expressions) {
      std::vector<std::string> literals = RequiredLiterals(parts_->distinct[number]);
      if (literals.empty()) {
        parts_->always |= Parts::BitOf(i);
        ++report_->unsieved;
      }
      for (std::string& literal : literals) {
        auto& sieve = HasEscapable(literal) ? escapable : plain;
        sieve[std::move(literal)] |= Parts::BitOf(i);
      }
    }
  }
  report_->literals = plain.size() + escapable.size();
  if (auto status = CompileSieve("sieve", plain, &parts_->plain_sieves); !status.ok()) return status;
  return CompileSieve("sieve of decoded text", escapable, &parts_->escapable_sieves);
}

absl::Status SetBuilder::CompileSieve(std::string_view what,
                                      const std::map<std::string, std::uint64_t>& literals,
                                      std::vector<Parts::Sieve>* sieves) {
  for (auto next = literals.begin(); next != literals.end();) {
    DatabaseName name(platform_, "literals");
    std::vector<std::string_view> chunk;
    std::vector<std::uint64_t> judges;
    for (; next != literals.end() && chunk.size() < ExpressionSet::kLiteralsPerDatabase; ++next) {
      chunk.push_back(next->first);
      judges.push_back(next->second);
      name.Add(next->first);
    }
    const std::string digest = name.Digest();
    auto database = FromCache(digest);
    if (!database) {
      auto compiled = Database::CompileLiterals(chunk);
      if (!compiled.ok()) return compiled.status();
      database = *std::move(compiled);
      ToCache(digest, *database);
    }
    report_->chunks.back().what = what;
    report_->chunks.back().expressions = chunk.size();
    sieves->push_back({*std::move(database), std::move(judges)});
  }
  return absl::OkStatus();
}

// Each of these two begins the report of a chunk.
std::optional<Database> SetBuilder::FromCache(const std::string& digest) {
  if (cache_ == nullptr) return std::nullopt;
  const auto entry = cache_->Load(digest);
  if (!entry) return std::nullopt;
  const auto payload = OpenCacheEntry(*entry);
  if (!payload) return std::nullopt;
  auto database = Database::Deserialize(*payload);
  if (database) report_->chunks.push_back({"", 0, database->bytes(), true});
  return database;
}

void SetBuilder::ToCache(const std::string& digest, const Database& database) {
  report_->chunks.push_back({"", 0, database.bytes(), false});
  if (cache_ == nullptr) return;
  const std::string bytes = database.Serialize();
  if (!bytes.empty()) cache_->Store(digest, SealCacheEntry(bytes));
}

absl::StatusOr<std::shared_ptr<const ExpressionSet>> ExpressionSet::Compile(
    std::span<const Expression> expressions, ExpressionCache* cache, CompileReport* report) {
  if (auto status = hyperscan::CheckPlatform(); !status.ok()) return status;
  SetBuilder builder(cache, report);
  builder.Distinguish(expressions);
  if (auto status = builder.CompileJudges(); !status.ok()) return status;
  if (auto status = builder.CompileSieves(); !status.ok()) return status;
  return std::shared_ptr<const ExpressionSet>(new ExpressionSet(builder.Finish()));
}

}  // namespace polder
