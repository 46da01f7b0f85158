#include "tests/attack/score.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <thread>
#include <unordered_map>

namespace polder::attack {
namespace {

struct Share {
  double p, low, high;
};

Share Wilson(std::size_t yes, std::size_t all) {
  constexpr double kZ = 1.959964;
  const auto n = static_cast<double>(std::max<std::size_t>(all, 1));
  const double p = static_cast<double>(yes) / n;
  const double centre = p + kZ * kZ / (2 * n);
  const double width = kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  const double scale = 1 + kZ * kZ / n;
  return {p, (centre - width) / scale, (centre + width) / scale};
}

}  // namespace

Advantage AdvantageOf(std::size_t yes_when_so, std::size_t so, std::size_t yes_when_not, std::size_t not_so) {
  const Share a = Wilson(yes_when_so, so);
  const Share b = Wilson(yes_when_not, not_so);
  const double value = a.p - b.p;
  return {value, value - std::hypot(a.p - a.low, b.high - b.p),
          value + std::hypot(a.high - a.p, b.p - b.low)};
}

namespace {

// How often an observation was met, and how much more often it was so.
struct Met {
  int times = 0;
  int so = 0;
};

class Learner {
 public:
  void Learn(const Observation& seen, bool is_so) {
    std::string parts;
    for (const std::string& part : seen) {
      Met& met = met_[parts += part + '\n'];
      ++met.times;
      met.so += is_so ? 1 : -1;
    }
  }
  struct Guess {
    bool is_so = false;
    std::size_t parts = 0;  // that he recognised
  };
  Guess GuessFrom(const Observation& seen) const {
    Guess guess;
    std::string parts;
    for (const std::string& part : seen) {
      const auto met = met_.find(parts += part + '\n');
      if (met == met_.end() || met->second.times < kEnough) break;
      guess = {met->second.so > 0, guess.parts + 1};
    }
    return guess;
  }

 private:
  static constexpr int kEnough = 8;
  std::unordered_map<std::string, Met> met_;
};

}  // namespace

Advantage Attack(std::uint64_t seed, const Play& play) {
  Learner learner;
  std::thread learning([&] {
    Random random(seed);
    for (std::size_t i = 0; i < kTrials; ++i) learner.Learn(play(i % 2 == 0, random), i % 2 == 0);
  });
  std::vector<Observation> others;
  Random random(seed + 1'000'003);
  for (std::size_t i = 0; i < kTrials; ++i) others.push_back(play(i % 2 == 0, random));
  learning.join();
  std::size_t yes[2] = {0, 0};
  double recognised = 0;
  for (std::size_t i = 0; i < kTrials; ++i) {
    const Learner::Guess guess = learner.GuessFrom(others[i]);
    recognised += static_cast<double>(guess.parts) / static_cast<double>(others[i].size());
    if (guess.is_so) ++yes[i % 2 == 0 ? 1 : 0];
  }
  Advantage advantage = AdvantageOf(yes[1], kTrials / 2, yes[0], kTrials / 2);
  advantage.recognised = recognised / static_cast<double>(kTrials);
  return advantage;
}

bool Judge(const std::string& game, const std::string& community, const Advantage& advantage, double bar,
           Claim claim) {
  static bool is_first = true;
  if (is_first) {
    fmt::print("| {:<64} | {:>9} | {:>9} | {:>15} | {:>5} | {:>10} | verdict\n", "game", "community",
               "advantage", "95 % interval", "bar", "recognised");
    fmt::print("|{:-<66}|{:-<11}|{:-<11}|{:-<17}|{:-<7}|{:-<12}|{:-<22}\n", "", "", "", "", "", "", "");
    is_first = false;
  }
  const bool blind = advantage.recognised < kLeastRecognised;
  const bool stands = claim == Claim::kHeld ? advantage.high <= bar && !blind : advantage.low > bar;
  const char* verdict = claim == Claim::kHeld ? (stands  ? "held"
                                                 : blind ? "BLIND"
                                                         : "BROKEN")
                        : claim == Claim::kControl
                            ? (stands ? "control: found" : "CONTROL NOT FOUND")
                            : (stands ? "not held by stage 1" : "HELD AGAINST ITS CLAIM");
  fmt::print("| {:<64} | {:>9} | {:>9.3f} | {:>6.3f} - {:>6.3f} | {:>5.2f} | {:>10.2f} | {}\n", game,
             community, advantage.value, advantage.low, advantage.high, bar, advantage.recognised, verdict);
  std::fflush(stdout);
  return stands;
}

double ThresholdTells(std::size_t others, std::size_t k, double p) {
  double chance = std::pow(1 - p, static_cast<double>(others - (k - 1)));
  for (std::size_t i = 0; i < k - 1; ++i) {
    chance *= p * static_cast<double>(others - i) / static_cast<double>(i + 1);
  }
  return chance;
}

}  // namespace polder::attack
