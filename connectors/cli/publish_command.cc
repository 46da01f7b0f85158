// polder publish: signs indicators and puts them on the community's board.
#include <fmt/format.h>

#include <map>
#include <set>

#include "connectors/cli/command.h"
#include "connectors/community/key_file.h"
#include "connectors/community/load_community.h"
#include "connectors/community/published.h"
#include "connectors/files/clock.h"
#include "connectors/files/read_file.h"

namespace polder {
namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 30;
constexpr std::size_t kShownRefusals = 20;
constexpr std::size_t kFewWithdrawn = 10;

struct PublishOptions {
  std::vector<std::string> indicators;
  std::vector<std::string> withdraw;
  bool withdraw_others = false;
  bool withdraw_most = false;
  std::string board;
  std::string brokers;
  std::string name;
  std::string key;
  std::string operator_key;
  std::string tlp;
  std::string published;
};

// The board as this party finds it, and what it is about to put there.
class Publisher {
 public:
  Publisher(const PublishOptions& options, PartySecrets secrets, Community community, TimeUs now)
      : options_(options),
        secrets_(std::move(secrets)),
        community_(std::move(community)),
        now_(now),
        first_published_(ParseIsoTime(options.published).value_or(now)) {}

  absl::Status CheckMembership() const {
    const RosterEntry* entry = community_.roster()->Find(options_.name);
    if (entry == nullptr || !entry->BelongsAt(now_)) {
      return absl::FailedPreconditionError(
          fmt::format("'{}' is not on the roster of '{}', or no longer; nobody would take what it signs",
                      options_.name, community_.roster()->terms.name));
    }
    const PartyKeys* keys = entry->KeysAt(now_);
    if (keys == nullptr || keys->signing != secrets_.signing.public_key) {
      return absl::FailedPreconditionError(fmt::format(
          "{}: these are not the keys that the roster has for '{}'", options_.key, options_.name));
    }
    return absl::OkStatus();
  }

  // What the party has published, and when first.
  void Know(const Community::News& news) {
    if (news.signer != options_.name) return;
    if (news.what == Community::News::What::kIndicator) known_[news.envelope.id] = news.envelope;
    if (news.what == Community::News::What::kWithdrawal) known_.erase(news.envelope.id);
  }

  TimeUs Since(const std::string& id) const {
    const auto known = known_.find(id);
    return known == known_.end() ? first_published_ : known->second.published;
  }
  void Add(Publishable one) {
    const auto known = known_.find(one.id);
    kept_.insert(one.id);
    unmarked_ += one.marked ? 0 : 1;
    if (known != known_.end() && known->second.object == one.object) {
      ++unchanged_;
      return;
    }
    Envelope envelope;
    envelope.id = one.id;
    envelope.updated = now_;
    envelope.published = Since(one.id);
    envelope.ioc_ids = std::move(one.ioc_ids);
    envelope.object = std::move(one.object);
    Post(std::move(envelope));
    ++published_;
  }
  absl::Status Withdraw(const std::string& id) {
    const auto known = known_.find(id);
    if (known == known_.end()) {
      return absl::NotFoundError(
          fmt::format("'{}' is not on the board as an indicator of '{}'", id, options_.name));
    }
    Envelope envelope = known->second;
    envelope.updated = now_;
    envelope.withdrawn = true;
    Post(std::move(envelope));
    ++withdrawn_;
    return absl::OkStatus();
  }
  absl::Status WithdrawOthers() {
    std::vector<std::string> ids;
    for (const auto& [id, envelope] : known_) {
      if (!kept_.contains(id)) ids.push_back(id);
    }
    // An export that was cut off must not take back what everybody relies on.
    if (!options_.withdraw_most && ids.size() >= kFewWithdrawn && 2 * ids.size() > known_.size()) {
      return absl::FailedPreconditionError(fmt::format(
          "nothing is published or withdrawn: the files lack {} of the {} indicators that '{}' has on the "
          "board; are they whole? --withdraw-most does it nevertheless",
          ids.size(), known_.size(), options_.name));
    }
    for (const std::string& id : ids) {
      if (absl::Status status = Withdraw(id); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  const std::vector<KeyedDocument>& documents() const { return documents_; }
  std::size_t unmarked() const { return unmarked_; }
  bool one_organisation() const { return community_.roster()->terms.one_organisation; }
  std::string Summary() const {
    return fmt::format("{} published, {} unchanged, {} withdrawn", published_, unchanged_, withdrawn_);
  }

 private:
  void Post(Envelope envelope) {
    SignedDocument document;
    document.type = std::string(kIndicatorType);
    document.community = community_.roster()->terms.name;
    document.signer = options_.name;
    document.signed_at = now_;
    document.body = RenderEnvelope(envelope);
    documents_.push_back({IndicatorKey(options_.name, envelope.id),
                          RenderSignedDocument(SignDocument(std::move(document), secrets_.signing))});
  }

  const PublishOptions& options_;
  PartySecrets secrets_;
  Community community_;
  TimeUs now_;
  TimeUs first_published_;
  std::map<std::string, Envelope> known_;
  std::set<std::string> kept_;
  std::vector<KeyedDocument> documents_;
  std::size_t published_ = 0;
  std::size_t unchanged_ = 0;
  std::size_t withdrawn_ = 0;
  std::size_t unmarked_ = 0;
};

absl::StatusOr<Publisher> OpenPublisher(const PublishOptions& options, const Place& board) {
  auto secrets = ReadKeyFile(options.key);
  if (!secrets.ok()) return secrets.status();
  const auto operator_keys = ParsePartyKeys(options.operator_key);
  if (!operator_keys) {
    return absl::InvalidArgumentError(
        "--operator-key: expected the line that polder isac init printed: polder-key: and 128 digits");
  }
  // Whole seconds, as documents are signed.
  TimeUs now = Now();
  now -= now % kSecondUs;
  std::vector<Community::News> all;
  auto community = LoadCommunity(
      board, *operator_keys, "", now, [](const std::string&, const absl::Status&) {},
      [&](const Community::News& news) {
        if (news.signer == options.name) all.push_back(news);
      });
  if (!community.ok()) return community.status();
  Publisher publisher(options, *std::move(secrets), *std::move(community), now);
  if (absl::Status status = publisher.CheckMembership(); !status.ok()) return status;
  for (const Community::News& news : all) publisher.Know(news);
  return publisher;
}

absl::Status AddFiles(const PublishOptions& options, Publisher& publisher) {
  std::size_t refusals = 0;
  const auto refused = [&](const Refusal& refusal) {
    if (refusals++ < kShownRefusals) fmt::print(stderr, "{}\n", refusal.Message());
  };
  const auto since = [&](const std::string& id) { return publisher.Since(id); };
  for (const std::string& path : options.indicators) {
    const auto bytes = ReadWholeFile(path, kLargestFile);
    if (!bytes.ok()) return bytes.status();
    ReadContext context;
    context.path = path;
    context.source = options.name;
    if (!options.tlp.empty()) context.tlp = *TlpFromName(options.tlp);
    for (Publishable& one : ReadPublishables(*bytes, context, since, refused)) publisher.Add(std::move(one));
  }
  if (refusals > kShownRefusals) fmt::print(stderr, "... and {} more\n", refusals - kShownRefusals);
  if (refusals > 0) fmt::print(stderr, "{} not published\n", refusals);
  return absl::OkStatus();
}

absl::Status PublishAll(const PublishOptions& options) {
  Place board;
  board.name = options.board;
  board.brokers = options.brokers;
  auto publisher = OpenPublisher(options, board);
  if (!publisher.ok()) return publisher.status();
  if (absl::Status status = AddFiles(options, *publisher); !status.ok()) return status;
  for (const std::string& id : options.withdraw) {
    if (absl::Status status = publisher->Withdraw(id); !status.ok()) return status;
  }
  if (options.withdraw_others || options.withdraw_most) {
    if (absl::Status status = publisher->WithdrawOthers(); !status.ok()) return status;
  }
  if (absl::Status status = PostDocuments(board, publisher->documents()); !status.ok()) return status;
  if (publisher->unmarked() > 0 && !publisher->one_organisation()) {
    fmt::print(stderr,
               "{} carry no marking, and of these no feedback comes back: give one to the file, or --tlp\n",
               publisher->unmarked());
  }
  fmt::print("{}\n", publisher->Summary());
  return absl::OkStatus();
}

int Publish(const PublishOptions& options) {
  if (options.indicators.empty() && options.withdraw.empty()) {
    PrintError("nothing to do: name files with -i, or identifiers with --withdraw");
    return kExitError;
  }
  if (!options.tlp.empty() && !TlpFromName(options.tlp)) {
    PrintError(fmt::format("--tlp '{}': expected clear, green, amber, amber+strict or red", options.tlp));
    return kExitError;
  }
  if (!options.published.empty()) {
    const auto published = ParseIsoTime(options.published);
    if (!published || *published > Now()) {
      PrintError(fmt::format("--published '{}': expected a time that is over, such as 2024-05-06",
                             options.published));
      return kExitError;
    }
  }
  const absl::Status status = PublishAll(options);
  if (!status.ok()) PrintError(std::string(status.message()));
  return status.ok() ? kExitHit : kExitError;
}

}  // namespace

void AddPublishCommand(CLI::App& app, Action& action) {
  auto options = std::make_shared<PublishOptions>();
  CLI::App* command = app.add_subcommand(
      "publish", "sign indicators and put them on the community's board, as one of its parties");
  command->add_option("-i,--indicators", options->indicators, "files: STIX, MISP, lists");
  command->add_option("--withdraw", options->withdraw, "identifiers of indicators to withdraw");
  command->add_flag("--withdraw-others", options->withdraw_others,
                    "also withdraw what this party published and is not in the files");
  command->add_flag("--withdraw-most", options->withdraw_most,
                    "the same, also when it is more than half of them");
  command->add_option("--board", options->board, "kafka:TOPIC (compacted) or a folder")->required();
  command->add_option("--brokers", options->brokers, "HOST:PORT, for a topic");
  command->add_option("--name", options->name, "of the party, as on the roster")->required();
  command->add_option("--key", options->key, "the party's secret key file (polder key new)")->required();
  command->add_option("--operator-key", options->operator_key, "the operator's public key, polder-key:...")
      ->required();
  command->add_option("--tlp", options->tlp, "marking of indicators that have none");
  command->add_option("--published", options->published,
                      "when the community got them, if it was by other ways before this (default: now)");
  command->callback([options, &action] { action = [options] { return Publish(*options); }; });
}

}  // namespace polder
