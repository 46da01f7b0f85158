// The compilation of an ExpressionSet. Internal to this folder.
#ifndef POLDER_ENGINE_EXPRESSION_SET_BUILDER_H_
#define POLDER_ENGINE_EXPRESSION_SET_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/expression/set_parts.h"

namespace polder {

// In this order: Distinguish, CompileJudges, CompileSieves.
class SetBuilder {
 public:
  using Parts = ExpressionSet::Parts;
  using Mode = hyperscan::Database::Mode;

  SetBuilder(ExpressionCache* cache, CompileReport* report);
  void Distinguish(std::span<const Expression> expressions);
  absl::Status CompileJudges();
  absl::Status CompileSieves();
  std::unique_ptr<Parts> Finish() { return std::move(parts_); }

 private:
  using Numbers = std::vector<std::uint32_t>;  // of distinct expressions
  // Those of one database: the flags are never mixed in one.
  struct Group {
    Mode mode;
    std::string flags;
    auto operator<=>(const Group&) const = default;
  };

  Group GroupOf(const Expression& expression) const;
  std::vector<Numbers> Divide(const Numbers& group) const;
  absl::Status CompileChunk(const Group& group, Numbers chunk, Numbers* candidates);
  absl::Status AddJudge(const Group& group, hyperscan::Database database, Numbers chunk);
  absl::Status CompileSieve(std::string_view what, const std::map<std::string, std::uint64_t>& literals,
                            std::vector<Parts::Sieve>* sieves);
  std::optional<hyperscan::Database> FromCache(const std::string& digest);
  void ToCache(const std::string& digest, const hyperscan::Database& database);

  std::unique_ptr<Parts> parts_;
  ExpressionCache* cache_;
  CompileReport* report_;
  CompileReport unread_;  // where no report is wanted
  std::string platform_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_EXPRESSION_SET_BUILDER_H_
