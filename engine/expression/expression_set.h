// Many expressions, compiled: what a snapshot holds of its patterns. Immutable, shared by all workers.
//
// A scan has two steps. The sieve looks for the literals that the expressions require, in the whole event at
// once: nearly every event ends there. The judge then tries the expressions on single values.
#ifndef POLDER_ENGINE_EXPRESSION_EXPRESSION_SET_H_
#define POLDER_ENGINE_EXPRESSION_EXPRESSION_SET_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "engine/expression/expression.h"
#include "engine/expression/expression_cache.h"

struct hs_scratch;

namespace polder {

// What a compilation did.
struct CompileReport {
  struct Chunk {
    std::string what;             // "sieve", "sieve of decoded text", "expressions /i", "prefilters /is", ...
    std::size_t expressions = 0;  // or literals
    std::size_t bytes = 0;
    bool from_cache = false;
  };
  std::vector<Chunk> chunks;
  std::size_t distinct = 0;     // expressions
  std::size_t prefiltered = 0;  // of them: PCRE2 confirms what Hyperscan finds
  std::size_t unsieved = 0;     // of them: without required literals, so that every event is judged
  std::size_t literals = 0;     // in the sieve
};

class ExpressionSet {
 public:
  // At most so many expressions are compiled into one database on average, so that time and memory of one
  // compilation step are bounded, and a small change compiles few of them anew.
  static constexpr std::size_t kExpressionsPerDatabase = 512;
  static constexpr std::size_t kLiteralsPerDatabase = 65'536;

  // What a worker scans with. One per thread, for any number of sets; it grows when a set is first used with
  // it that needs more (that allocates), and else no call allocates once warm.
  class Scratch {
   public:
    Scratch() = default;
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch();

    // Candidates on which PCRE2 gave up at its limits: no hits.
    std::uint64_t gave_up() const { return gave_up_; }
    // Scans that could not be done, for want of memory: no hits, and everything passes the sieve.
    std::uint64_t failed() const { return failed_; }

   private:
    friend class ExpressionSet;
    hs_scratch* space_ = nullptr;
    std::array<std::uint64_t, 8> known_ = {};  // the sets that it is large enough for, the last ones used
    std::size_t next_known_ = 0;
    std::vector<std::uint32_t> found_;  // distinct expressions
    std::uint64_t gave_up_ = 0;
    std::uint64_t failed_ = 0;
  };

  // Compiles; may take seconds for thousands, so off the hot path. Every expression must have passed
  // CheckExpression; duplicates are compiled once. With a cache, databases that it has are not compiled.
  // `report` may be null. Fails if the processor lacks what Hyperscan needs, if an expression does not
  // compile (which one is said), or for want of memory.
  static absl::StatusOr<std::shared_ptr<const ExpressionSet>> Compile(std::span<const Expression> expressions,
                                                                      ExpressionCache* cache,
                                                                      CompileReport* report);
  ExpressionSet(const ExpressionSet&) = delete;
  ExpressionSet& operator=(const ExpressionSet&) = delete;
  ~ExpressionSet();

  // The sieve over the bytes of a whole event, as they came or decoded. False: no value in it matches any
  // expression. The answer over raw bytes covers the literals without escapable bytes (literals.h), and holds
  // unless other bytes than those are written as escapes. If has_escapable(), ask for the decoded text as
  // well when the raw bytes did not pass. The answer over decoded text covers all literals: where raw bytes
  // hold no escape at all, they are the decoded text, and MayMatchDecoded alone suffices. Values may stand in
  // decoded text in any order with anything in between. Both stop at the first literal found.
  bool MayMatch(std::string_view raw, Scratch& scratch) const noexcept;
  bool MayMatchDecoded(std::string_view decoded, Scratch& scratch) const noexcept;
  bool has_escapable() const;

  // Calls `found` with the index, in the span given to Compile, of every expression that matches in `value`,
  // duplicates included, each once, in no particular order.
  void Find(std::string_view value, Scratch& scratch,
            absl::FunctionRef<void(std::uint32_t index)> found) const;

  std::size_t size() const;
  const Expression& expression(std::size_t index) const;
  // Of databases, expressions and tables.
  std::size_t memory_bytes() const;

 private:
  struct Parts;  // set_parts.h
  friend class SetBuilder;

  explicit ExpressionSet(std::unique_ptr<const Parts> parts);
  bool Prepare(Scratch& scratch) const noexcept;

  std::uint64_t number_;  // unlike that of any other set of this process
  std::unique_ptr<const Parts> parts_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_EXPRESSION_EXPRESSION_SET_H_
