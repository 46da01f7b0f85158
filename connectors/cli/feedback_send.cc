// polder feedback send: the batch of each epoch, once or at the end of each.
#include <fmt/format.h>
#include <signal.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "connectors/cli/command.h"
#include "connectors/cli/feedback_actions.h"
#include "connectors/files/clock.h"
#include "connectors/member/sender.h"

namespace polder {
namespace {

using std::chrono::seconds;

constexpr seconds kBeforeAnotherTry{60};
// A board that does not fit its manifest seldom comes right by itself.
constexpr seconds kBeforeAnotherLook{600};

// SIGTERM and SIGINT, taken by a thread of its own: they set `ended`.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&signals_);
    for (const int signal : {SIGTERM, SIGINT}) sigaddset(&signals_, signal);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    thread_ = std::thread([this] {
      const timespec wait = {0, 200'000'000};
      while (!over_.load() && !ended_.load()) {
        if (sigtimedwait(&signals_, nullptr, &wait) > 0) ended_ = true;
      }
    });
  }
  ~EndSignals() {
    over_ = true;
    thread_.join();
  }
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;

  const std::atomic<bool>& ended() const { return ended_; }
  // False if they came meanwhile.
  bool SleepUntil(TimeUs time) const {
    while (!ended_.load()) {
      const TimeUs left = time - Now();
      if (left <= 0) return true;
      std::this_thread::sleep_for(std::chrono::microseconds(std::min<TimeUs>(left, 200'000)));
    }
    return false;
  }

 private:
  sigset_t signals_{};
  std::atomic<bool> ended_{false};
  std::atomic<bool> over_{false};
  std::thread thread_;
};

TimeUs RandomJitter(const FeedbackConfig& config) { return JitterOf(config.jitter, RandomBelow(0xffffffff)); }

void Tell(const FeedbackConfig& config, const std::vector<SendReport>& sent) {
  for (const SendReport& one : sent) {
    fmt::print(
        stderr,
        "sent the batch of the epoch of {} to {}: {} records ({} late), {} bytes; {} did not leave, {} wait "
        "for the next{}; ledger entry {}\n",
        FormatIsoTime(one.epoch.start), config.send_to.name, one.records, one.late, one.bytes, one.stays,
        one.waiting, one.again ? "; made earlier, it had not arrived" : "", one.ledger_entry);
  }
}

bool EndsForGood(const absl::Status& status) {
  return absl::IsPermissionDenied(status) || absl::IsDataLoss(status) || absl::IsInvalidArgument(status);
}

int SendOnce(const FeedbackOptions& options, const FeedbackConfig& config, Sender& sender,
             const EndSignals& signals) {
  std::optional<TimeUs> only;
  if (!options.epoch.empty()) {
    const auto time = TimeOfDate(options.epoch);
    if (!time.ok()) return Failed(time.status());
    only = *time;
  }
  if (const TimeUs jitter = options.now ? 0 : RandomJitter(config); jitter > 0) {
    const TimeUs when = Now() + jitter;
    fmt::print(stderr, "waiting until {}, so that the time tells nothing (--now does not wait)\n",
               FormatIsoTime(when / kSecondUs * kSecondUs));
    if (!signals.SleepUntil(when)) return Failed(absl::CancelledError("ended before anything was sent"));
  }
  std::vector<SendReport> sent;
  const absl::Status status = sender.SendDue(Now(), only, &sent);
  Tell(config, sent);
  if (!status.ok()) return Failed(status);
  if (sent.empty())
    fmt::print(stderr, "no batch is due: every epoch that is over since this member joined was sent\n");
  return kExitHit;
}

int Follow(const FeedbackOptions& options, const FeedbackConfig& config, Sender& sender,
           const EndSignals& signals) {
  std::optional<Epoch> planned;
  TimeUs when = 0;
  while (true) {
    const auto next = sender.NextEpoch(Now());
    if (!next.ok()) {
      if (EndsForGood(next.status())) return Failed(next.status());
      spdlog::warn("{}", std::string(next.status().message()));
      if (!signals.SleepUntil(Now() + kBeforeAnotherTry.count() * kSecondUs)) return kExitHit;
      continue;
    }
    if (planned != *next) {
      planned = *next;
      when = TimeToSend(*next, options.now ? 0 : RandomJitter(config));
      spdlog::info("the batch of the epoch of {} is sent at {}", FormatIsoTime(next->start),
                   FormatIsoTime(when));
    }
    if (!signals.SleepUntil(when)) return kExitHit;
    std::vector<SendReport> sent;
    const absl::Status status = sender.SendDue(Now(), std::nullopt, &sent);
    Tell(config, sent);
    if (signals.ended().load()) return kExitHit;
    if (EndsForGood(status)) return Failed(status);
    if (!status.ok()) spdlog::warn("{}", std::string(status.message()));
    // Also where nothing was due: a member that joins in the running epoch has nothing to send of the last.
    if (!status.ok() || sent.empty()) {
      const seconds wait = absl::IsFailedPrecondition(status) ? kBeforeAnotherLook : kBeforeAnotherTry;
      when = Now() + wait.count() * kSecondUs;
    }
  }
}

}  // namespace

int SendFeedback(const FeedbackOptions& options) {
  const auto config = LoadFeedbackConfig(options.config);
  if (!config) return kExitError;
  const EndSignals signals;
  Sender::Options terms;
  terms.cancelled = &signals.ended();
  terms.tell = [](const std::string& what) { fmt::print(stderr, "{}\n", what); };
  if (options.follow) terms.patience.reset();
  const auto sender = Sender::Open(*config, std::move(terms));
  if (!sender.ok()) return Failed(sender.status());
  return options.follow ? Follow(options, *config, **sender, signals)
                        : SendOnce(options, *config, **sender, signals);
}

}  // namespace polder
