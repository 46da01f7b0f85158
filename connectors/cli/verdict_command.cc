// polder verdict: the analyst's word about an indicator that was seen.
#include <fmt/format.h>

#include "connectors/cli/command.h"
#include "connectors/cli/feedback_actions.h"
#include "connectors/files/clock.h"
#include "connectors/member/intake.h"
#include "rules/read/shown.h"

namespace polder {
namespace {

struct VerdictOptions {
  std::string config = "policy.yaml";
  std::string value;
  std::string verdict;
  std::string kind;
};

int GiveVerdict(const VerdictOptions& options) {
  auto verdicts = MakeVerdict(options.value, options.kind, options.verdict, Now());
  if (!verdicts.ok()) return Failed(verdicts.status());
  const auto config = LoadFeedbackConfig(options.config);
  if (!config) return kExitError;
  auto store = MemberStore::Open(config->state);
  if (!store.ok()) return Failed(store.status());
  const auto length = EpochLength(*config, **store, Now());
  if (!length.ok()) return Failed(length.status());
  // The sighting may have come a moment ago.
  if (absl::Status status = TakeInNow(*config, **store); !status.ok()) {
    fmt::print(stderr, "warning: {}; going by what was read before\n", std::string(status.message()));
  }
  IntakeChunk chunk;
  const std::size_t count = verdicts->size();
  chunk.verdicts = *std::move(verdicts);
  const auto unknown = (*store)->Take(chunk, *length);
  if (!unknown.ok()) return Failed(unknown.status());
  if (*unknown == count) {
    return Failed(absl::NotFoundError(fmt::format(
        "'{}' was never seen here, so a verdict on it says nothing: give the value of the indicator as the "
        "sighting names it (threat.enrichments.indicator.name)",
        Shown(options.value, 200))));
  }
  fmt::print(stderr, "{}: {}; it goes with the next batch\n", Shown(options.value, 200), options.verdict);
  return kExitHit;
}

}  // namespace

void AddVerdictCommand(CLI::App& app, Action& action) {
  auto options = std::make_shared<VerdictOptions>();
  CLI::App* command = app.add_subcommand("verdict", "say of an indicator that was seen what it was");
  command->add_option("value", options->value, "the indicator's value, defanged or not")->required();
  command->add_option("verdict", options->verdict, "confirmed or false_positive")->required();
  command->add_option("-c,--config", options->config, "the member's policy, a YAML file")
      ->capture_default_str();
  command->add_option("--kind", options->kind, "of the value, where its shape does not tell");
  command->callback([options, &action] { action = [options] { return GiveVerdict(*options); }; });
}

}  // namespace polder
