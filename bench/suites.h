// The benchmarks. Each Register function checks its answers first and returns what is wrong, empty if nothing
// is; only then are its benchmarks registered.
#ifndef POLDER_BENCH_SUITES_H_
#define POLDER_BENCH_SUITES_H_

#include <string>

#include "bench/corpus.h"

namespace polder {

// Bytes of one corpus. Larger than the caches, so that reading from memory is part of the figure.
inline constexpr std::size_t kCorpusBytes = 32 << 20;

// simdjson on the corpus without hits: the references.
std::string RegisterSimdjson(const Corpus& corpus);
// The matcher with 1k, 100k and 1M indicators at hit rates of 0, 0.1 and 1 per cent.
std::string RegisterMatch();
// 10,000 STIX patterns, and the atoms that stand in them, on a corpus without hits; once more with literals
// among them. `corpus` outlives the run.
std::string RegisterPatterns(const Corpus& corpus);

// Prints how long a list of a million takes to load beside a hash set, what `count` indicators take in
// memory, and what changing them does to those who match. False if an answer is wrong.
bool PrintRuleSetFigures(std::size_t count);

}  // namespace polder

#endif  // POLDER_BENCH_SUITES_H_
