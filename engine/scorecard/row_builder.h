// Adds up values to one row of a scorecard. Internal to it.
#ifndef POLDER_ENGINE_SCORECARD_ROW_BUILDER_H_
#define POLDER_ENGINE_SCORECARD_ROW_BUILDER_H_

#include <array>
#include <map>
#include <vector>

#include "engine/scorecard/shares.h"

namespace polder {

// What all rows are measured against.
struct Frame {
  const Evidence& evidence;
  TimeUs start = 0;
  TimeUs end = 0;
  double whole_weight = 0;
  double whole_credit = 0;
};

class RowBuilder {
 public:
  // `share` is that of the row's source, or `value.all` for rows over all sources.
  void Add(const ValueShares& value, const Share& share, const Frame& frame);
  // With reach if `reaches`.
  ScorecardRow Finish(const Frame& frame, bool reaches);

 private:
  void AddVolume(const ValueShares& value, const Share& share, const Frame& frame);
  void AddSight(const ValueShares& value, const Share& share, const Frame& frame);
  std::vector<Reach> ReachOf(const Evidence& evidence) const;

  ScorecardRow row_;
  std::size_t new_ = 0;
  std::size_t first_ = 0;  // of shared values
  double lost_weight_ = 0;
  std::vector<double> delays_h_;
  std::vector<double> ages_days_;
  std::array<bool, kAllKinds.size()> observable_kinds_{};
  std::map<GroupId, std::size_t> reached_;  // how many of the indicators
  std::map<GroupId, double> below_k_;
  std::map<GroupId, double> false_positive_any_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_SCORECARD_ROW_BUILDER_H_
