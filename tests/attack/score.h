// How well an attacker guesses, and what is thought of it.
#ifndef POLDER_TESTS_ATTACK_SCORE_H_
#define POLDER_TESTS_ATTACK_SCORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace polder::attack {

using Random = std::mt19937_64;

inline bool Chance(Random& random, double p) { return static_cast<double>(random() >> 11) * 0x1p-53 < p; }

inline constexpr std::size_t kTrials = 2'000;

// P(he says yes | it is so) - P(he says yes | it is not so): 0 for who guesses blindly, 1 for who knows.
struct Advantage {
  double value = 0;
  double low = 0;  // of the 95 per cent interval (Newcombe's, of two Wilson intervals)
  double high = 0;
  double recognised = 1;  // the share of what he sees of which he had met the like before
};
Advantage AdvantageOf(std::size_t yes_when_so, std::size_t so, std::size_t yes_when_not, std::size_t not_so);

// All that the attacker gets to see, in parts, what tells most first.
using Observation = std::vector<std::string>;
// Plays a world in which it is so or not. Two threads play at the same time.
using Play = std::function<Observation(bool is_so, Random& random)>;
// The attacker knows the rules and learns from kTrials plays in which he is told the truth; then he guesses
// in kTrials others whatever was the more frequent truth behind what he sees. Where he has hardly ever met
// the same of all parts, since the days are busy, he leaves off the last ones until he has.
Advantage Attack(std::uint64_t seed, const Play& play);

enum class Claim : std::uint8_t {
  kHeld,     // even the upper end of the interval is at most the bar, and he was not blind
  kControl,  // the protection is off, and the attack has to be found: the lower end is more than the bar
  kNotHeld,  // stage 1 does not protect from it, and says so: the same
};
// Who recognises less of what he sees is blind, and that he gains nothing shows nothing.
inline constexpr double kLeastRecognised = 0.5;
// Prints a row of the table and tells whether the claim stands.
bool Judge(const std::string& game, const std::string& community, const Advantage& advantage, double bar,
           Claim claim);

// --- Bars ------------------------------------------------------------------------------------------

// What 2,000 plays cannot tell from nothing: where there is no advantage the interval is +-0.045 wide and
// lies about as far off by chance.
inline constexpr double kNothing = 0.10;
// Totals, reach and scorecard rows are coarse, not silent. This is what they may tell beside the threshold.
inline constexpr double kCoarse = 0.10;
// The same where so much is hidden that one report more decides whether a total is told at all.
inline constexpr double kCoarseAtTheEdge = 0.25;
// More than this is a broken protection: he is right in three of four guesses.
inline constexpr double kBroken = 0.50;
// What any threshold tells, with no noise added: the chance that of `others`, of whom each sees the indicator
// with probability p, exactly k - 1 do, so that the victim decides. 0.375 at worst, with 5 members.
double ThresholdTells(std::size_t others, std::size_t k, double p);

}  // namespace polder::attack

#endif  // POLDER_TESTS_ATTACK_SCORE_H_
