// polder isac scorecard: how useful each source was; and to each member, for him alone, what he gave.
#include <fmt/format.h>

#include <filesystem>

#include "connectors/cli/contribution.h"
#include "connectors/cli/isac.h"
#include "connectors/files/write_file.h"
#include "connectors/scorecard/scorecard_input.h"
#include "engine/community/community.h"
#include "engine/scorecard/contribution.h"
#include "engine/scorecard/page/page.h"
#include "engine/scorecard/render_scorecard.h"

namespace polder {
namespace {

struct ScorecardOptions {
  std::string folder = ".";
  std::string from;
  std::string to;
  std::string html;
  std::string json;
  std::string csv;
  std::vector<std::string> members;
  bool post = false;
};

absl::StatusOr<TimeUs> TimeOf(const char* option, const std::string& text, TimeUs otherwise) {
  if (text.empty()) return otherwise;
  const auto time = ParseIsoTime(text);
  if (time && *time >= 0 && *time < kEndOfTime / 2) return *time;
  return absl::InvalidArgumentError(fmt::format("{} '{}': expected a date such as 2024-05-06", option, text));
}

absl::StatusOr<ScorecardInput> ReadInput(const ScorecardOptions& options, const OperatorDesk& desk) {
  const Roster& roster = desk.folder->roster();
  const auto from = TimeOf("--from", options.from, 0);
  if (!from.ok()) return from.status();
  const auto last = TimeOf("--to", options.to, kEndOfTime / 2);
  if (!last.ok()) return last.status();
  if (*last < *from) {
    return absl::InvalidArgumentError(fmt::format("--to {} is before --from {}", options.to, options.from));
  }
  return ReadScorecardInput(*desk.store, roster, *from, Epoch::Of(*last, roster.terms.epoch_length).end());
}

absl::Status WriteAndTell(const std::string& path, std::string_view text, int mode = 0644) {
  if (path.empty()) return absl::OkStatus();
  absl::Status written = WriteFileAtomically(path, text, mode);
  if (written.ok()) fmt::print("{}\n", path);
  return written;
}

// Beside the page, or here.
std::string SealedPath(const ScorecardOptions& options, const std::string& member) {
  return (std::filesystem::path(options.html).parent_path() / (member + ".sealed")).string();
}

absl::Status WriteContribution(const ScorecardOptions& options, const OperatorDesk& desk,
                               const ScorecardInput& input, const std::string& member) {
  const TimeUs now = WallClock();
  const RosterEntry* entry = desk.folder->roster().Find(member);
  if (entry == nullptr || !SendsFeedback(entry->role)) {
    return absl::NotFoundError(fmt::format(
        "--member '{}': nobody on the roster who sends feedback has this name; `polder isac roster "
        "list` has them all",
        member));
  }
  const PartyKeys* keys = entry->BelongsAt(now) ? entry->KeysAt(now) : nullptr;
  if (keys == nullptr) {
    return absl::FailedPreconditionError(fmt::format(
        "--member '{}': it does not belong to the community any more, and nothing goes to it", member));
  }
  std::string body = RenderContribution(input, member);
  if (body.size() > kLargestDocument / 2) {
    return absl::ResourceExhaustedError(fmt::format(
        "--member '{}': {} bytes are too much for one document; choose a shorter time with --from and --to",
        member, body.size()));
  }
  std::string text = desk.folder->Signed(kContributionType, std::move(body), now);
  // What is sealed still tells its size.
  text.resize((text.size() / kContributionBytes + 1) * kContributionBytes, ' ');
  const auto sealed = Seal(text, keys->sealing);
  if (!sealed)
    return absl::InvalidArgumentError(fmt::format("--member '{}': its sealing key is unusable", member));
  return WriteAndTell(SealedPath(options, member), *sealed, 0600);
}

// All members read it there at the same moment.
absl::Status Post(const OperatorDesk& desk, const Scorecard& card) {
  const auto board = desk.folder->Board();
  if (!board) {
    return absl::FailedPreconditionError(
        "--post: there is no board; name it as 'board' in settings.yaml, or hand out the files");
  }
  std::string json = RenderScorecardJson(card);
  if (json.size() > kLargestDocument / 2) {
    return absl::ResourceExhaustedError(fmt::format(
        "--post: {} bytes are too much for one document; choose a shorter time with --from and --to",
        json.size()));
  }
  return PostDocument(*board, std::string(kScorecardType),
                      desk.folder->Signed(kScorecardType, std::move(json), WallClock()));
}

int MakeAll(const ScorecardOptions& options) {
  const auto desk = OpenDesk(options.folder, OperatorFolder::Access::kRead);
  if (!desk.ok()) return Failed(desk.status());
  const auto input = ReadInput(options, *desk);
  if (!input.ok()) return Failed(input.status());
  const Scorecard card = MakeScorecard(*input);
  absl::Status status;
  if (!options.html.empty()) status.Update(WriteAndTell(options.html, RenderScorecardPage(card)));
  if (!options.json.empty()) status.Update(WriteAndTell(options.json, RenderScorecardJson(card) + "\n"));
  if (!options.csv.empty()) status.Update(WriteAndTell(options.csv, RenderScorecardCsv(card)));
  if (options.post) status.Update(Post(*desk, card));
  for (const std::string& member : options.members) {
    status.Update(WriteContribution(options, *desk, *input, member));
  }
  if (!status.ok()) return Failed(status);
  const bool is_asked_for_files =
      !(options.html + options.json + options.csv).empty() || !options.members.empty() || options.post;
  for (const std::string& sentence : Headline(card)) {
    fmt::print(is_asked_for_files ? stderr : stdout, "{}\n", sentence);
  }
  return kExitHit;
}

}  // namespace

void AddIsacScorecard(CLI::App& isac, Action& action) {
  auto options = std::make_shared<ScorecardOptions>();
  CLI::App* command = isac.add_subcommand(
      "scorecard",
      "how useful each source was, made of the releases, for all members alike; prints the files written, or "
      "without any the three sentences at its top");
  AddFolderOption(*command, options->folder);
  command->add_option("--from", options->from,
                      "the first day, such as 2024-05-01 (default: of the first release)");
  command->add_option("--to", options->to, "the last day (default: of the latest release)");
  command->add_option("-o,--output", options->html, "one page for a browser, which needs no network");
  command->add_option("--json", options->json, "every figure, with its formula");
  command->add_option("--csv", options->csv, "one line for each source and kind, for spreadsheets");
  command->add_flag("--post", options->post,
                    "put the figures (JSON), signed, on the board, for all members at once");
  command
      ->add_option(
          "--member", options->members,
          "also what this member gave, sealed to it alone: NAME.sealed, beside the page; several times for "
          "several; `polder feedback own` opens it")
      ->allow_extra_args(false);
  command->callback([options, &action] { action = [options] { return MakeAll(*options); }; });
}

}  // namespace polder
