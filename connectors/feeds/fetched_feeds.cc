#include "connectors/feeds/fetched_feeds.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "connectors/feeds/community_feed.h"
#include "connectors/http/url_file.h"
#include "connectors/kafka/topic_follower.h"
#include "connectors/misp/misp_feed_client.h"
#include "connectors/taxii/taxii_client.h"

namespace polder {
namespace {

using std::chrono::milliseconds;

// After a failure, or while there is more: not before, and not later.
constexpr milliseconds kSoon{10'000};
constexpr int kTopicWaitMs = 100;
// What one poll of a topic may hold: its bytes are in memory at once.
constexpr std::size_t kTopicRecords = 100'000;
constexpr std::size_t kTopicBytes = std::size_t{64} << 20;

HttpOptions With(HttpOptions http, const std::atomic<bool>* cancelled) {
  http.cancelled = cancelled;
  return http;
}

class TaxiiFeed : public RemoteFeed {
 public:
  TaxiiFeed(std::unique_ptr<TaxiiClient> client, std::string url, milliseconds interval)
      : client_(std::move(client)), url_(std::move(url)), interval_(interval) {}

  FeedPoll Poll() override {
    FeedPoll result;
    const auto poll = client_->Poll(added_after_, [&](std::string page) {
      const std::string name = fmt::format("{} page {}", url_, result.documents.size() + 1);
      result.documents.push_back({FeedDocument::Mode::kObjects, name, "", std::move(page)});
      return absl::OkStatus();
    });
    if (!poll.ok()) {
      result.problem = poll.status();
      result.complete = false;
    } else {
      next_ = poll->added_after;
      result.problem = poll->problem;
      result.warnings = poll->warnings;
      result.complete = poll->complete;
    }
    cut_short_ = result.complete ? 0 : cut_short_ + 1;
    result.wait = TaxiiPollDelay(interval_, cut_short_);
    return result;
  }
  void Settle(bool taken) override {
    if (taken) added_after_ = next_;
  }
  bool guarded() const override { return true; }

 private:
  std::unique_ptr<TaxiiClient> client_;
  std::string url_;
  milliseconds interval_;
  std::string added_after_;  // of what was taken
  std::string next_;
  int cut_short_ = 0;  // polls in a row
};

class MispFeed : public RemoteFeed {
 public:
  MispFeed(std::string url, std::unique_ptr<MispFeedClient> client, milliseconds interval)
      : url_(std::move(url)), client_(std::move(client)), interval_(interval) {}

  FeedPoll Poll() override {
    FeedPoll result{.wait = interval_};
    auto delta = client_->Poll();
    if (!delta.ok()) {
      result.problem = delta.status();
      result.complete = false;
      result.wait = std::min(interval_, kSoon);
      return result;
    }
    for (MispFeedEvent& event : delta->changed) {
      result.documents.push_back({FeedDocument::Mode::kWhole, PathOf(event.uuid), "", std::move(event.json)});
    }
    for (const std::string& uuid : delta->removed) {
      result.documents.push_back({FeedDocument::Mode::kGone, PathOf(uuid)});
    }
    result.warnings = std::move(delta->failures);
    result.complete = !delta->more;
    if (delta->more) result.wait = milliseconds(0);
    if (!result.warnings.empty()) result.wait = std::min(interval_, kSoon);
    return result;
  }
  void Settle(bool taken) override {
    // A new client would know nothing of the events that are to be withdrawn.
    if (!taken) client_->TakeBack();
  }
  bool guarded() const override { return true; }

 private:
  std::string PathOf(const std::string& uuid) const { return fmt::format("{}#{}", url_, uuid); }

  std::string url_;
  std::unique_ptr<MispFeedClient> client_;
  milliseconds interval_;
};

class UrlFeed : public RemoteFeed {
 public:
  UrlFeed(UrlOrigin origin, std::unique_ptr<UrlFile> file)
      : origin_(std::move(origin)), file_(std::move(file)) {}

  FeedPoll Poll() override {
    FeedPoll result{.wait = origin_.interval};
    auto poll = file_->Poll();
    if (!poll.ok()) {
      result.problem = poll.status();
      result.complete = false;
      result.wait = std::min(origin_.interval, kSoon);
    } else if (!poll->not_modified) {
      result.documents.push_back({FeedDocument::Mode::kWhole, origin_.url, "", std::move(poll->text)});
    }
    return result;
  }
  void Settle(bool taken) override {
    if (taken) return;
    if (auto file = UrlFile::Open(origin_.url, origin_.http); file.ok()) file_ = *std::move(file);
  }
  bool guarded() const override { return true; }

 private:
  UrlOrigin origin_;
  std::unique_ptr<UrlFile> file_;
};

class TopicFeed : public RemoteFeed {
 public:
  TopicFeed(TopicOrigin origin, const std::atomic<bool>* cancelled)
      : origin_(std::move(origin)), cancelled_(cancelled) {}

  FeedPoll Poll() override {
    FeedPoll result;
    if (follower_ == nullptr) {
      auto follower = TopicFollower::Open(origin_.brokers, origin_.topic, origin_.properties, cancelled_);
      if (!follower.ok()) {
        result.problem = follower.status();
        result.complete = false;
        result.wait = kSoon;
        return result;
      }
      follower_ = *std::move(follower);
    }
    std::size_t bytes = 0;
    const auto take = [&](const KafkaRecord& record) {
      // Later records of a key win: they come in order, and one after the other into the store.
      result.documents.push_back(
          {FeedDocument::Mode::kRecord,
           fmt::format("topic {} partition {} offset {}", origin_.topic, record.partition, record.offset),
           std::string(record.key), std::string(record.value)});
      bytes += record.value.size();
    };
    int wait_ms = kTopicWaitMs;
    while (result.documents.size() < kTopicRecords && bytes < kTopicBytes && !cancelled_->load()) {
      if (!follower_->Poll(wait_ms, take)) break;
      // What is there already is taken along.
      if (follower_->caught_up()) wait_ms = 0;
    }
    result.complete = follower_->caught_up();
    return result;
  }
  void Settle(bool /*taken*/) override {}
  bool guarded() const override { return false; }

 private:
  TopicOrigin origin_;
  const std::atomic<bool>* cancelled_;
  std::unique_ptr<TopicFollower> follower_;
};

}  // namespace

std::string NameOf(const RemoteOrigin& origin) {
  if (const auto* topic = std::get_if<TopicOrigin>(&origin)) return fmt::format("topic {}", topic->topic);
  if (const auto* taxii = std::get_if<TaxiiOrigin>(&origin)) {
    return taxii->collection.empty() ? taxii->url : fmt::format("{} {}", taxii->url, taxii->collection);
  }
  if (const auto* misp = std::get_if<MispOrigin>(&origin)) return misp->url;
  return std::get<UrlOrigin>(origin).url;
}

absl::StatusOr<std::unique_ptr<RemoteFeed>> OpenRemoteFeed(const RemoteOrigin& origin,
                                                           const std::atomic<bool>* cancelled) {
  if (const auto* taxii = std::get_if<TaxiiOrigin>(&origin)) {
    TaxiiConfig config;
    config.url = taxii->url;
    config.collection = taxii->collection;
    config.http = With(taxii->http, cancelled);
    auto client = TaxiiClient::Open(std::move(config));
    if (!client.ok()) return client.status();
    return std::make_unique<TaxiiFeed>(*std::move(client), taxii->url, taxii->interval);
  }
  if (const auto* misp = std::get_if<MispOrigin>(&origin)) {
    MispFeedConfig config;
    config.url = misp->url;
    config.http = With(misp->http, cancelled);
    auto client = MispFeedClient::Open(std::move(config));
    if (!client.ok()) return client.status();
    return std::make_unique<MispFeed>(misp->url, *std::move(client), misp->interval);
  }
  if (const auto* url = std::get_if<UrlOrigin>(&origin)) {
    UrlOrigin own = *url;
    own.http = With(own.http, cancelled);
    auto file = UrlFile::Open(own.url, own.http);
    if (!file.ok()) return file.status();
    return std::make_unique<UrlFeed>(std::move(own), *std::move(file));
  }
  const auto& topic = std::get<TopicOrigin>(origin);
  if (!topic.operator_keys) return std::make_unique<TopicFeed>(topic, cancelled);
  const auto open = [topic, cancelled] {
    return TopicFollower::Open(topic.brokers, topic.topic, topic.properties, cancelled);
  };
  return std::make_unique<CommunityFeed>(NameOf(origin), *topic.operator_keys, topic.memory, open, cancelled);
}

}  // namespace polder
