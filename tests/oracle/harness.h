// Runs the matcher the way a worker does, and brings its answer into the oracle's form.
#ifndef POLDER_TESTS_ORACLE_HARNESS_H_
#define POLDER_TESTS_ORACLE_HARNESS_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/event/record.h"
#include "engine/indicator/indicator.h"
#include "engine/match/matcher.h"
#include "engine/snapshot/snapshot.h"
#include "tests/oracle/oracle.h"

namespace polder::oracle {

// Records with the padding they are promised, and not a byte more, so that AddressSanitizer sees a read
// beyond. The padding is made of name characters: what wrongly takes it for part of the record finds
// something.
class Records {
 public:
  void Add(std::string_view bytes, TimeUs arrival = 0);
  const std::vector<Record>& all() const { return records_; }

 private:
  std::vector<std::unique_ptr<char[]>> buffers_;
  std::vector<Record> records_;
};

// An indicator of `source` with a derived id. `value` must be one of `kind`.
Indicator MakeIndicator(Kind kind, std::string_view value, std::string_view source = "feed");

std::shared_ptr<const Snapshot> BuildSnapshot(const std::vector<Indicator>& indicators);

struct Outcome {
  std::set<OracleHit> hits;
  std::set<std::size_t> unparsable;
  bool repeated = false;  // a hit was reported twice
  bool dropped = false;   // an event had more than kMaxHitsPerEvent
};

// In batches of `batch` records.
Outcome RunMatcher(const std::vector<Record>& records, Format format, const Snapshot& snapshot,
                   Matcher::Depth depth, std::size_t batch = 100);
Outcome RunOracle(const std::vector<Record>& records, Format format, const Oracle& oracle);

// Bytes as a C string literal would show them, for messages.
std::string Printable(std::string_view bytes);

// POLDER_SEED, or `fallback`.
std::uint64_t Seed(std::uint64_t fallback);

}  // namespace polder::oracle

#endif  // POLDER_TESTS_ORACLE_HARNESS_H_
