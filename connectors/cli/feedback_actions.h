// What the subcommands of `polder feedback` do. Internal to connectors/cli.
#ifndef POLDER_CONNECTORS_CLI_FEEDBACK_ACTIONS_H_
#define POLDER_CONNECTORS_CLI_FEEDBACK_ACTIONS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/cli/epoch_option.h"
#include "connectors/member/feedback_config.h"
#include "connectors/member/member_store.h"
#include "engine/feedback/feedback.h"

namespace polder {

struct FeedbackOptions {
  std::string config;  // policy.yaml
  std::string epoch;   // a date or time (EpochOfDate); empty: the one that is due
  bool json = false;

  std::vector<std::string> places;  // preview without a policy: sightings
  std::string brokers;

  bool follow = false;  // send
  bool now = false;

  bool verify = false;  // ledger

  std::string compare;  // manifest: the copy of another member
};

int PreviewQuickly(const FeedbackOptions& options);
int PreviewPolicy(const FeedbackOptions& options);
int SendFeedback(const FeedbackOptions& options);
int ShowLedger(const FeedbackOptions& options);
int ShowManifest(const FeedbackOptions& options);

// --- What they share
// The configuration; nothing, with its problems printed, if it has some.
std::optional<FeedbackConfig> LoadFeedbackConfig(const std::string& path);
// TakeInAll; prints what was refused.
absl::Status TakeInNow(const FeedbackConfig& config, MemberStore& store);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CLI_FEEDBACK_ACTIONS_H_
