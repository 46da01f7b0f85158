#include "connectors/feeds/community_feed.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "connectors/community/published.h"
#include "connectors/files/clock.h"
#include "connectors/files/read_file.h"
#include "connectors/files/write_file.h"

namespace polder {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSoon{10'000};
constexpr int kWaitMs = 100;
// What one poll may hold: its bytes are in memory at once.
constexpr std::size_t kMostDocuments = 100'000;
constexpr std::size_t kMostBytes = std::size_t{64} << 20;
constexpr std::size_t kShownRefusals = 10;

}  // namespace

CommunityFeed::CommunityFeed(std::string topic, const PartyKeys& operator_keys, std::string memory, Open open,
                             const std::atomic<bool>* cancelled)
    : topic_(std::move(topic)),
      open_(std::move(open)),
      cancelled_(cancelled),
      community_(operator_keys, CheckClaims) {
  if (!memory.empty()) ReadMemory(memory, operator_keys);
}

void CommunityFeed::ReadMemory(const std::string& folder, const PartyKeys& operator_keys) {
  const std::string name = FingerprintOf(operator_keys);
  memory_ = (std::filesystem::path(folder) / fmt::format("roster-{}.json", name)).string();
  const auto document = ReadWholeFile(memory_, kLargestDocument);
  if (absl::IsNotFound(document.status())) return;
  absl::Status status = document.status();
  if (status.ok()) status = community_.Resume(*document);
  if (status.ok()) return;
  warning_ =
      fmt::format("{}: {}; the roster of before the restart is not known: an older one would be believed",
                  memory_, std::string(status.message()));
}

void CommunityFeed::Remember(FeedPoll& poll) const {
  if (memory_.empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(memory_).parent_path(), ignored);
  const absl::Status written = WriteFileAtomically(memory_, community_.roster_document(), 0600);
  if (!written.ok()) {
    poll.warnings.push_back(
        fmt::format("{}; after a restart an older roster would be believed", std::string(written.message())));
  }
}

void CommunityFeed::WarnOfOldRoster(FeedPoll& poll) {
  const bool old = community_.roster_version_shown() < community_.roster_version();
  if (old && !old_told_) {
    poll.warnings.push_back(fmt::format(
        "version {} is the latest roster on it, and version {} was there before: somebody keeps the "
        "newer ones back; what they say stays in force here",
        community_.roster_version_shown(), community_.roster_version()));
  }
  old_told_ = old;
}

FeedPoll CommunityFeed::Poll() {
  FeedPoll poll;
  if (!warning_.empty()) poll.warnings.push_back(std::exchange(warning_, {}));
  if (read_again_) follower_ = nullptr;
  if (follower_ == nullptr) {
    auto follower = open_();
    if (!follower.ok()) {
      poll.problem = follower.status();
      poll.complete = false;
      poll.wait = kSoon;
      return poll;
    }
    follower_ = *std::move(follower);
    read_again_ = refused_for_roster_ = false;
  }
  refusals_ = bytes_ = 0;
  int wait_ms = kWaitMs;
  while (poll.documents.size() < kMostDocuments && bytes_ < kMostBytes && !read_again_ &&
         !cancelled_->load()) {
    if (!follower_->Poll(wait_ms, [&](const KafkaRecord& record) { Take(record, poll); })) break;
    if (follower_->caught_up()) wait_ms = 0;
  }
  if (refusals_ > kShownRefusals) {
    poll.warnings.push_back(fmt::format("... and {} more refused", refusals_ - kShownRefusals));
  }
  poll.complete = follower_->caught_up() && !read_again_;
  if (poll.complete) WarnOfOldRoster(poll);
  if (poll.complete && !community_.roster()) {
    poll.problem = absl::FailedPreconditionError(
        "holds no roster that is signed with this operator_key; is it the topic of the community, and the "
        "key "
        "of its operator?");
    poll.complete = false;
  }
  return poll;
}

void CommunityFeed::Refuse(const std::string& where, std::string_view why, FeedPoll& poll) {
  if (refusals_++ < kShownRefusals) poll.warnings.push_back(fmt::format("{}: refused: {}", where, why));
}

void CommunityFeed::Take(const KafkaRecord& record, FeedPoll& poll) {
  const std::string where = fmt::format("partition {} offset {}", record.partition, record.offset);
  if (record.value.empty()) {
    // Nobody has signed it.
    Refuse(where, "a record without a value withdraws nothing here; a withdrawal is signed", poll);
    return;
  }
  bytes_ += record.value.size();
  const auto news = community_.Take(record.value, Now());
  if (!news.ok()) {
    const bool for_roster = absl::IsUnavailable(news.status()) || absl::IsUnauthenticated(news.status());
    refused_for_roster_ = refused_for_roster_ || for_roster;
    // Before the first roster nothing can be judged; it is read again.
    if (!absl::IsUnavailable(news.status())) Refuse(where, std::string(news.status().message()), poll);
    return;
  }
  TakeNews(*news, where, poll);
}

void CommunityFeed::TakeNews(const Community::News& news, const std::string& where, FeedPoll& poll) {
  const auto put = [&](const std::string& signer, const std::string& id, std::string object) {
    poll.documents.push_back({.mode = FeedDocument::Mode::kRecord,
                              .path = fmt::format("{} {}", topic_, where),
                              .key = id,
                              .bytes = std::move(object),
                              .source = signer});
  };
  switch (news.what) {
    case Community::News::What::kRoster:
      Remember(poll);
      for (const std::string& name : news.gone) {
        for (const std::string& id : in_force_[name]) put(name, id, "");
        if (!in_force_[name].empty()) {
          poll.warnings.push_back(
              fmt::format("'{}' no longer belongs to the community: its {} indicators are withdrawn", name,
                          in_force_[name].size()));
        }
        in_force_.erase(name);
      }
      read_again_ = news.more_may_count && refused_for_roster_;
      break;
    case Community::News::What::kWithdrawal:
      if (in_force_[news.signer].erase(news.envelope.id) > 0) put(news.signer, news.envelope.id, "");
      break;
    case Community::News::What::kIndicator:
      in_force_[news.signer].insert(news.envelope.id);
      put(news.signer, news.envelope.id, news.envelope.object);
      break;
    case Community::News::What::kManifest:
    case Community::News::What::kNothing:
      break;
  }
}

}  // namespace polder
