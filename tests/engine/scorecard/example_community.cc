#include "tests/engine/scorecard/example_community.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <random>

namespace polder {
namespace {

constexpr TimeUs kStart = 1'777'593'600 * kSecondUs;  // 2026-05-01
constexpr int kEpochs = 30;

struct Member {
  const char* name;
  const char* group;
  const char* sector;
  Role role;
};
constexpr Member kMembers[] = {{"harbour", "harbour", "transport", Role::kMember},
                               {"rail", "rail", "transport", Role::kMember},
                               {"ferry", "ferry", "transport", Role::kMember},
                               {"airport", "airport", "transport", Role::kMember},
                               {"grid", "grid", "energy", Role::kMember},
                               {"wind", "wind", "energy", Role::kMember},
                               {"gas", "gas", "energy", Role::kMember},
                               {"heat", "grid", "energy", Role::kMember},
                               {"waterboard", "waterboard", "water", Role::kMember},
                               {"pumps", "pumps", "water", Role::kMember},
                               {"hospital", "hospital", "health", Role::kMember},
                               {"csirt", "csirt", "", Role::kCsirt}};

// What a source is like, in parts of a hundred.
struct Habits {
  const char* name;
  int values;
  int copied;      // from the sources before it, a day or more later
  int active;      // that members meet
  int benign;      // on a warninglist
  int too_late;    // published after the first sight
  int from_start;  // had before the first epoch
};
constexpr Habits kHabits[] = {
    {"National CSIRT", 320, 0, 40, 0, 6, 30},    {"Harbour SOC", 140, 10, 55, 0, 12, 10},
    {"Commercial feed", 900, 8, 7, 1, 10, 55},   {"Phishing desk", 420, 5, 17, 1, 22, 5},
    {"Open collective", 1700, 22, 4, 3, 30, 60}, {"Old blocklist", 1250, 40, 1, 9, 60, 95}};

class Maker {
 public:
  explicit Maker(std::uint64_t seed) : random_(seed) {}

  ScorecardInput Make() {
    input_.community = "Delta Infrastructure ISAC";
    for (const Habits& habits : kHabits) AddSource(habits);
    std::vector<std::vector<MemberReport>> reports(kEpochs);
    for (auto& epoch : reports) epoch = EmptyReports();
    for (const auto& [ioc_id, since] : active_) Meet(ioc_id, since, reports);
    for (int i = 0; i < kEpochs; ++i) {
      const Epoch epoch{kStart + i * kDayUs};
      const ReleasePlan plan = PlanWithoutRoster(reports[static_cast<std::size_t>(i)], epoch);
      Release release = MakeRelease(reports[static_cast<std::size_t>(i)], input_.catalogue, plan);
      input_.periods.push_back({std::move(release), std::move(reports[static_cast<std::size_t>(i)])});
    }
    return std::move(input_);
  }

 private:
  // The same on every machine, unlike the distributions of the library.
  int Below(int bound) { return static_cast<int>(random_() % static_cast<std::uint64_t>(bound)); }
  bool Chance(int percent) { return Below(100) < percent; }

  Kind AnyKind() {
    constexpr Kind kKinds[] = {Kind::kDomain, Kind::kDomain, Kind::kDomain, Kind::kIp,    Kind::kIp,
                               Kind::kUrl,    Kind::kUrl,    Kind::kSha256, Kind::kEmail, Kind::kMutex};
    return kKinds[Below(10)];
  }

  void AddSource(const Habits& habits) {
    for (int i = 0; i < habits.values; ++i) {
      if (!known_.empty() && Chance(habits.copied)) {
        const IocId ioc_id = known_[static_cast<std::size_t>(Below(static_cast<int>(known_.size())))];
        CataloguedIndicator& indicator = input_.catalogue[ioc_id];
        if (indicator.shared_by.back().source == habits.name) continue;
        SharedBy copy = indicator.shared_by.front();
        copy.source = habits.name;
        copy.published += (1 + Below(9)) * kDayUs / 2;
        indicator.shared_by.push_back(copy);
        continue;
      }
      AddValue(habits);
    }
  }

  void AddValue(const Habits& habits) {
    CataloguedIndicator indicator;
    indicator.kind = AnyKind();
    indicator.value = fmt::format("value-{}.example", input_.catalogue.size());
    SharedBy shared;
    shared.source = habits.name;
    shared.tlp = Chance(4) ? Tlp::kRed : Chance(30) ? Tlp::kAmber : Tlp::kGreen;
    shared.published = Chance(habits.from_start)
                           ? kStart - (1 + Below(90)) * kDayUs
                           : kStart + Below(kEpochs - 1) * kDayUs + Below(86'400) * kSecondUs;
    if (Chance(habits.benign)) shared.known_as = "Top sites";
    const IocId ioc_id = MakeIocId(indicator.kind, indicator.value);
    if (Chance(habits.active)) {
      active_[ioc_id] = shared.published;
      too_late_[ioc_id] = Chance(habits.too_late);
    }
    indicator.shared_by.push_back(std::move(shared));
    input_.catalogue[ioc_id] = std::move(indicator);
    known_.push_back(ioc_id);
  }

  static std::vector<MemberReport> EmptyReports() {
    std::vector<MemberReport> reports;
    for (const Member& member : kMembers) {
      MemberReport& report = reports.emplace_back();
      report.member = member.name;
      report.group = member.group;
      report.sector = member.sector;
      report.role = member.role;
      for (const Kind kind : {Kind::kIp, Kind::kDomain, Kind::kUrl}) report.watched.Add(kind);
      const std::size_t number = reports.size();
      if (number % 2 == 0) report.watched.Add(Kind::kSha256);
      if (number <= 2) report.watched.Add(Kind::kEmail);
      report.watched.events = EventsBucket::kUpTo100M;
    }
    return reports;
  }

  // An active indicator is met by the same members for some epochs: by many if it is of a broad campaign, by
  // a few else.
  void Meet(const IocId& ioc_id, TimeUs since, std::vector<std::vector<MemberReport>>& reports) {
    const int first = std::max(0, static_cast<int>((since - kStart) / kDayUs)) + Below(4);
    const int last = std::min(kEpochs, first + 1 + Below(6));
    const int reach = Chance(55) ? 4 + Below(8) : 1 + Below(3);
    std::vector<std::size_t> who(std::size(kMembers));
    for (std::size_t i = 0; i < who.size(); ++i) who[i] = i;
    for (std::size_t i = who.size(); i > 1; --i) std::swap(who[i - 1], who[random_() % i]);
    Feedback feedback;
    feedback.ioc_id = ioc_id;
    feedback.verdict = Chance(5)    ? Verdict::kFalsePositive
                       : Chance(25) ? Verdict::kConfirmed
                                    : Verdict::kSeen;
    feedback.latency = too_late_[ioc_id] ? LatencyBucket::kRetro
                       : Chance(50)      ? LatencyBucket::kDay
                       : Chance(60)      ? LatencyBucket::kWeek
                                         : LatencyBucket::kLater;
    for (int epoch = first; epoch < last; ++epoch) {
      for (int i = 0; i < reach; ++i) {
        MemberReport& report = reports[static_cast<std::size_t>(epoch)][who[static_cast<std::size_t>(i)]];
        if (report.watched.Has(input_.catalogue[ioc_id].kind)) report.feedback.push_back(feedback);
      }
    }
  }

  std::mt19937_64 random_;
  ScorecardInput input_;
  std::vector<IocId> known_;
  std::map<IocId, TimeUs> active_;
  std::map<IocId, bool> too_late_;
};

}  // namespace

ScorecardInput ExampleCommunity(std::uint64_t seed) { return Maker(seed).Make(); }

void RenameToHostile(ScorecardInput& input) {
  const std::string names[] = {
      "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">",
      "</script><script>document.title='taken'</script><!--<script>",
      "\"'><svg onload=document.title='taken'>{{script}}",
      "=HYPERLINK(\"https://evil.example\",\"click\")",
      "abc\xE2\x80\xAE"
      "cba\xE2\x81\xA7\xE2\x80\x8B\xFF\xC3(\x01\n",
      std::string(10'000, 'W'),
  };
  for (auto& [ioc_id, indicator] : input.catalogue) {
    for (SharedBy& shared : indicator.shared_by) {
      for (std::size_t i = 0; i < std::size(kHabits); ++i) {
        if (shared.source == kHabits[i].name) {
          shared.source = names[i];
          break;
        }
      }
    }
  }
  input.community = "<b>ISAC</b> & \"friends\"</title>\xE2\x80\xAE";
}

}  // namespace polder
