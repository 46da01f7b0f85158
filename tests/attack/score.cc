#include "tests/attack/score.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
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

Advantage Attack(std::uint64_t seed, const Play& play) {
  Random random(seed);
  std::unordered_map<std::string, int> learnt;  // how much more often it was so
  for (std::size_t i = 0; i < kTrials; ++i) {
    const bool is_so = i % 2 == 0;
    learnt[play(is_so, random)] += is_so ? 1 : -1;
  }
  std::size_t yes[2] = {0, 0};
  for (std::size_t i = 0; i < kTrials; ++i) {
    const bool is_so = i % 2 == 0;
    const auto seen = learnt.find(play(is_so, random));
    if (seen != learnt.end() && seen->second > 0) ++yes[is_so ? 1 : 0];
  }
  return AdvantageOf(yes[1], kTrials / 2, yes[0], kTrials / 2);
}

bool Judge(const std::string& game, const std::string& community, const Advantage& advantage, double bar,
           Claim claim) {
  static bool is_first = true;
  if (is_first) {
    fmt::print("| {:<64} | {:>9} | {:>9} | {:>15} | {:>5} | verdict\n", "game", "community", "advantage",
               "95 % interval", "bar");
    fmt::print("|{:-<66}|{:-<11}|{:-<11}|{:-<17}|{:-<7}|{:-<22}\n", "", "", "", "", "", "");
    is_first = false;
  }
  const bool stands = claim == Claim::kHeld ? advantage.low <= bar : advantage.low > bar;
  const char* verdict = claim == Claim::kHeld ? (stands ? "held" : "BROKEN")
                        : claim == Claim::kControl
                            ? (stands ? "control: found" : "CONTROL NOT FOUND")
                            : (stands ? "not held by stage 1" : "HELD AGAINST ITS CLAIM");
  fmt::print("| {:<64} | {:>9} | {:>9.3f} | {:>6.3f} - {:>6.3f} | {:>5.2f} | {}\n", game, community,
             advantage.value, advantage.low, advantage.high, bar, verdict);
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
