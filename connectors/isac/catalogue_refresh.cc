#include "connectors/isac/catalogue_refresh.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "connectors/community/load_community.h"
#include "connectors/community/published.h"
#include "connectors/feeds/warninglist_files.h"
#include "connectors/files/list_files.h"
#include "connectors/files/read_file.h"
#include "rules/read/reader.h"

namespace polder {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 30;

std::optional<std::int64_t> Bound(TimeUs time) {
  return time == kBeginningOfTime || time == kEndOfTime ? std::nullopt : std::optional(time);
}

SharedValue SharedValueOf(const Indicator& indicator, TimeUs published) {
  SharedValue value;
  value.kind = indicator.kind;
  value.value = indicator.value;
  value.shared.indicator_id = indicator.id.empty()
                                  ? DerivedIndicatorId(indicator.source, indicator.kind, indicator.value)
                                  : indicator.id;
  value.shared.published = published;
  value.shared.valid_from = Bound(indicator.valid_from);
  value.shared.valid_until = Bound(indicator.valid_until);
  value.shared.tlp = indicator.tlp;
  value.shared.pap = indicator.pap;
  return value;
}

// What an envelope states: its ioc_ids were examined before it came here.
std::vector<SharedValue> ValuesOf(const Community::News& news, LimitedMessages& messages) {
  const Envelope& envelope = news.envelope;
  const std::string where = fmt::format("indicator '{}' of {}", envelope.id, news.signer);
  const ReadResult read = ReadIndicators(envelope.object, {.path = where, .source = news.signer});
  for (const Refusal& refusal : read.refusals) messages.Say(where, refusal.reason, "indicator not taken");
  std::vector<SharedValue> values;
  for (const Indicator& indicator : read.indicators) {
    if (MakesFeedback(indicator)) values.push_back(SharedValueOf(indicator, envelope.published));
  }
  return values;
}

// What the board says of one statement, without the text that said it: a board may be large.
struct BoardChange {
  SharedStatement statement;
  std::vector<SharedValue> values;
  TimeUs updated = 0;
  bool withdrawn = false;
};

std::optional<BoardChange> ChangeOf(const Community::News& news, LimitedMessages& messages) {
  BoardChange change{.statement = {.source = news.signer, .name = news.envelope.id, .is_signed = true},
                     .values = {},
                     .updated = news.envelope.updated};
  switch (news.what) {
    case Community::News::What::kIndicator:
      change.values = ValuesOf(news, messages);
      return change;
    case Community::News::What::kWithdrawal:
      change.withdrawn = true;
      return change;
    default:
      return std::nullopt;
  }
}

// All or nothing of it.
absl::Status Write(const std::vector<BoardChange>& changes, CatalogueStore& catalogue) {
  auto transaction = catalogue.Begin();
  if (!transaction.ok()) return transaction.status();
  for (const BoardChange& one : changes) {
    absl::Status written = one.withdrawn ? catalogue.Withdraw(one.statement, one.updated)
                                         : catalogue.Share(one.statement, one.values, one.updated);
    if (!written.ok()) return written;
  }
  return transaction->Commit();
}

absl::Status CheckBoardRoster(const OperatorFolder& folder, const Community& community) {
  const std::uint64_t here = folder.roster().version;
  const std::uint64_t there = std::max(community.roster_version_shown(), community.roster_version());
  const bool shown = community.roster_version_shown() >= here;
  if (shown && there == here && !community.equivocated()) return absl::OkStatus();
  if (!shown) {
    return absl::FailedPreconditionError(
        fmt::format("{}: has version {} of the roster, and here is version {}; run polder isac roster post",
                    folder.config().board, community.roster_version_shown(), here));
  }
  return absl::FailedPreconditionError(
      fmt::format("{}: has version {} of the roster signed by this operator, which is not what is here "
                  "(version {}): there is "
                  "another copy of {}, or this is an old one; go on with the latest copy alone",
                  folder.config().board, there, here, folder.path()));
}

struct Stated {
  std::vector<std::string> names;
  std::size_t values = 0;
};

absl::Status ShareFile(const std::string& path, const std::string& source, CatalogueStore& catalogue,
                       TimeUs now, LimitedMessages& messages, Stated& stated) {
  const auto text = ReadWholeFile(path, kLargestFile);
  if (!text.ok()) return text.status();
  const ReadResult read = ReadIndicators(*text, {.path = path, .source = source});
  for (const Refusal& refusal : read.refusals) messages.Say(path, refusal.Message(), "indicator not taken");
  if (read.unreadable) return absl::InvalidArgumentError(fmt::format("{}: holds no indicators", path));
  for (const Indicator& indicator : read.indicators) {
    if (!MakesFeedback(indicator)) continue;
    // An indicator may stand for several values: each is a statement of its own.
    const SharedValue value = SharedValueOf(indicator, now);
    stated.names.push_back(
        fmt::format("{}/{}", value.shared.indicator_id, ToHex(MakeIocId(value.kind, value.value))));
    const SharedStatement statement{.source = source, .name = stated.names.back(), .is_signed = false};
    if (absl::Status shared = catalogue.Share(statement, {&value, 1}, now); !shared.ok()) return shared;
    ++stated.values;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Community> RefreshFromBoard(const OperatorFolder& folder, CatalogueStore& catalogue,
                                           TimeUs now, LimitedMessages& messages) {
  const auto board = folder.Board();
  if (!board) {
    return absl::FailedPreconditionError(fmt::format(
        "{}: no board is set, where the community's signed indicators lie; add board: to settings.yaml",
        folder.path()));
  }
  // The database is not held while the board is read, which may take long.
  std::vector<BoardChange> changes;
  // From the first keys on: the board has how they changed.
  const PartyKeys& first_keys = folder.roster().Operator()->keys.front().keys;
  auto community = LoadCommunity(
      *board, first_keys, folder.roster_document(), now,
      [&](const std::string& where, const absl::Status& why) {
        messages.Say(where, std::string_view(why.message().data(), why.message().size()), "document refused");
      },
      [&](const Community::News& news) {
        if (auto change = ChangeOf(news, messages)) changes.push_back(*std::move(change));
      });
  messages.Finish();
  if (!community.ok()) return community;
  if (absl::Status same = CheckBoardRoster(folder, *community); !same.ok()) return same;
  if (absl::Status written = Write(changes, catalogue); !written.ok()) return written;
  return community;
}

absl::StatusOr<std::size_t> RefreshFromFiles(const std::vector<std::string>& paths, const std::string& source,
                                             const Roster& roster, CatalogueStore& catalogue, TimeUs now,
                                             LimitedMessages& messages) {
  if (source.empty() || roster.Find(source) != nullptr) {
    return absl::InvalidArgumentError(
        fmt::format("--source '{}': expected the name of a feed that is nobody's on the roster; indicators "
                    "of a party come "
                    "from the board, signed",
                    source));
  }
  auto transaction = catalogue.Begin();
  if (!transaction.ok()) return transaction.status();
  Stated stated;
  for (const std::string& path : paths) {
    const auto files = ListFiles(path);
    if (!files.ok()) return files.status();
    for (const std::string& file : *files) {
      absl::Status shared = ShareFile(file, source, catalogue, now, messages, stated);
      if (!shared.ok()) return shared;
    }
  }
  messages.Finish();
  if (absl::Status others = catalogue.WithdrawOthers(source, stated.names, now); !others.ok()) return others;
  if (absl::Status committed = transaction->Commit(); !committed.ok()) return committed;
  return stated.values;
}

absl::Status MarkKnownValues(const OperatorFolder& folder, CatalogueStore& catalogue) {
  if (folder.config().warninglists.empty()) return absl::OkStatus();
  const auto lists = LoadWarninglists(folder.config().warninglists);
  if (!lists.ok()) return lists.status();
  auto transaction = catalogue.Begin();
  if (!transaction.ok()) return transaction.status();
  if (absl::Status marked = catalogue.MarkKnown(**lists); !marked.ok()) return marked;
  return transaction->Commit();
}

}  // namespace polder
