#include "engine/expression/expression_set.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "engine/expression/literals.h"
#include "engine/expression/set_parts.h"

namespace polder {
namespace {

using hyperscan::Database;

// Up to so many judges, trying all costs less than asking the sieve which.
constexpr std::size_t kFewJudges = 2;

std::uint64_t NextNumber() {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

bool StopAtFirst(std::uint32_t /*literal*/) { return true; }

// Whether any literal is there. A scan that could not be done keeps nothing out.
template <typename Sieves>
bool AnyLiteral(const Sieves& sieves, std::string_view text, hs_scratch* space,
                std::uint64_t* failed) noexcept {
  for (const auto& sieve : sieves) {
    const Database::Outcome outcome = sieve.database.Scan(text, space, StopAtFirst);
    if (outcome == Database::Outcome::kDone) continue;
    if (outcome == Database::Outcome::kFailed) ++*failed;
    return true;
  }
  return false;
}

// Adds the judges of all literals that are there, and all judges if that could not be found out.
template <typename Sieves>
void AddJudges(const Sieves& sieves, std::string_view text, hs_scratch* space, std::uint64_t* judges) {
  for (const auto& sieve : sieves) {
    const auto outcome = sieve.database.Scan(text, space, [&](std::uint32_t literal) {
      *judges |= sieve.judges[literal];
      return false;
    });
    if (outcome == Database::Outcome::kFailed) *judges = ~std::uint64_t{0};
  }
}

template <typename T>
std::size_t BytesOf(const std::vector<T>& vector) {
  return vector.capacity() * sizeof(T);
}

}  // namespace

ExpressionSet::Scratch::~Scratch() { hyperscan::FreeScratch(space_); }

ExpressionSet::ExpressionSet(std::unique_ptr<const Parts> parts)
    : number_(NextNumber()), parts_(std::move(parts)) {}

ExpressionSet::~ExpressionSet() = default;

// The scratch only ever grows, so what it was once large enough for stays good.
bool ExpressionSet::Prepare(Scratch& scratch) const noexcept {
  if (std::find(scratch.known_.begin(), scratch.known_.end(), number_) != scratch.known_.end()) return true;
  bool grown = true;
  const auto grow = [&](const auto& part) { grown = grown && part.database.Grow(&scratch.space_); };
  std::for_each(parts_->plain_sieves.begin(), parts_->plain_sieves.end(), grow);
  std::for_each(parts_->escapable_sieves.begin(), parts_->escapable_sieves.end(), grow);
  std::for_each(parts_->judges.begin(), parts_->judges.end(), grow);
  if (!grown) {
    scratch.known_.fill(0);
    ++scratch.failed_;
    return false;
  }
  scratch.found_.reserve(parts_->distinct.size());
  scratch.known_[scratch.next_known_++ % scratch.known_.size()] = number_;
  return true;
}

bool ExpressionSet::MayMatch(std::string_view raw, Scratch& scratch) const noexcept {
  if (parts_->always != 0 || !Prepare(scratch)) return true;
  return AnyLiteral(parts_->plain_sieves, raw, scratch.space_, &scratch.failed_);
}

bool ExpressionSet::MayMatchDecoded(std::string_view decoded, Scratch& scratch) const noexcept {
  return MayMatch(decoded, scratch) ||
         AnyLiteral(parts_->escapable_sieves, decoded, scratch.space_, &scratch.failed_);
}

bool ExpressionSet::has_escapable() const { return !parts_->escapable_sieves.empty(); }

void ExpressionSet::Find(std::string_view value, Scratch& scratch,
                         absl::FunctionRef<void(std::uint32_t index)> found) const {
  if ((value.size() < kShortestLiteral && parts_->always == 0) || !Prepare(scratch)) return;
  std::uint64_t wanted = ~std::uint64_t{0};
  if (parts_->judges.size() > kFewJudges) {
    wanted = parts_->always;
    AddJudges(parts_->plain_sieves, value, scratch.space_, &wanted);
    AddJudges(parts_->escapable_sieves, value, scratch.space_, &wanted);
  }
  // The callbacks below come from inside the library: what is found is kept until they are done.
  scratch.found_.clear();
  for (std::size_t i = 0; i < parts_->judges.size(); ++i) {
    if ((wanted & Parts::BitOf(i)) == 0) continue;
    const Parts::Judge& judge = parts_->judges[i];
    const std::size_t before = scratch.found_.size();
    const auto outcome = judge.database.Scan(value, scratch.space_, [&](std::uint32_t id) {
      scratch.found_.push_back(id);
      return false;
    });
    if (outcome == Database::Outcome::kFailed) ++scratch.failed_;
    std::size_t kept = before;
    for (std::size_t j = before; j < scratch.found_.size(); ++j) {
      const std::uint32_t id = scratch.found_[j];
      if (!judge.confirmations.empty()) {
        const Regex::Verdict verdict = judge.confirmations[id].Search(value);
        if (verdict == Regex::Verdict::kGaveUp) ++scratch.gave_up_;
        if (verdict != Regex::Verdict::kMatch) continue;
      }
      scratch.found_[kept++] = judge.expressions[id];
    }
    scratch.found_.resize(kept);
  }
  for (const std::uint32_t distinct : scratch.found_) {
    for (std::uint32_t i = parts_->first_index[distinct]; i < parts_->first_index[distinct + 1]; ++i) {
      found(parts_->indices[i]);
    }
  }
}

std::size_t ExpressionSet::size() const { return parts_->distinct_of.size(); }

const Expression& ExpressionSet::expression(std::size_t index) const {
  return parts_->distinct[parts_->distinct_of[index]];
}

std::size_t ExpressionSet::memory_bytes() const {
  std::size_t bytes = sizeof(*this) + sizeof(Parts) + BytesOf(parts_->distinct) +
                      BytesOf(parts_->distinct_of) + BytesOf(parts_->indices) + BytesOf(parts_->first_index);
  for (const Expression& expression : parts_->distinct) bytes += expression.regex.capacity();
  for (const auto* sieves : {&parts_->plain_sieves, &parts_->escapable_sieves}) {
    for (const Parts::Sieve& sieve : *sieves) bytes += sieve.database.bytes() + BytesOf(sieve.judges);
  }
  for (const Parts::Judge& judge : parts_->judges) {
    bytes += judge.database.bytes() + BytesOf(judge.expressions) + BytesOf(judge.confirmations);
  }
  return bytes;
}

}  // namespace polder
