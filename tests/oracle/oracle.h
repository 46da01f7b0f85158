// The oracle: what hits what, by the plainest reading of DESIGN section 3. Every observable of an event is
// compared with every indicator in a loop. Slow, and the judge of every matcher.
#ifndef POLDER_TESTS_ORACLE_ORACLE_H_
#define POLDER_TESTS_ORACLE_ORACLE_H_

#include <compare>
#include <cstddef>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/event/record.h"
#include "engine/indicator/indicator.h"
#include "engine/regex/regex.h"
#include "tests/oracle/naive_values.h"

namespace polder::oracle {

struct OracleHit {
  std::size_t event = 0;
  std::string field;
  std::string canonical;  // of the observable
  std::string indicator_id;
  std::string type;  // "exact", "subdomain", "network", "url"

  friend auto operator<=>(const OracleHit&, const OracleHit&) = default;
  friend std::ostream& operator<<(std::ostream& out, const OracleHit& hit) {
    return out << '#' << hit.event << ' ' << hit.field << ": " << hit.canonical << " -> " << hit.indicator_id
               << " (" << hit.type << ')';
  }
};

// What an event turned out to be.
struct Reading;

class Oracle {
 public:
  // kLoop compares with every indicator; kMap looks values up in a sorted map, for sets too large for a loop.
  // Both give the same answer; tests hold them against each other.
  enum class Lookup { kLoop, kMap };

  // `indicators` are canonical and outlive the oracle.
  explicit Oracle(const std::vector<Indicator>& indicators, Lookup lookup = Lookup::kLoop);

  // Adds the hits of the event to `hits`. True if it claims to be JSON and is not.
  bool Match(std::size_t event, std::string_view bytes, Format format, TimeUs arrival,
             std::set<OracleHit>& hits) const;

 private:
  // One value that is looked for, of an indicator or of a condition.
  struct Target {
    Kind kind;
    std::string value;
    Address address{};         // of ips and networks
    unsigned prefix_bits = 0;  // of networks, counted in the 128-bit space
    bool holds_v4 = false;
  };

  static Target MakeTarget(Kind kind, const std::string& value);
  // The type of the match, empty if there is none.
  static std::string Compare(const Value& value, const Target& target);
  static bool Holds(const Reading& reading, const Target& condition);
  std::vector<std::pair<std::size_t, std::string>> MatchesOf(const Value& value) const;

  const std::vector<Indicator>& indicators_;
  std::vector<Target> targets_;                    // beside indicators_
  std::vector<std::vector<Target>> conditions_;    // likewise
  std::vector<std::optional<Regex>> expressions_;  // likewise, of patterns
  Lookup lookup_;
  std::map<std::pair<Kind, std::string>, std::vector<std::size_t>> by_value_;
  std::vector<std::size_t> networks_;
};

// Every value that an event holds, with its field: what Match searches. For choosing indicators out of logs.
std::vector<std::pair<std::string, Value>> ValuesOf(std::string_view bytes, Format format);

}  // namespace polder::oracle

#endif  // POLDER_TESTS_ORACLE_ORACLE_H_
