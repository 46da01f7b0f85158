// Seeded log lines and indicators for benchmarks, with the right answers beside them.
#ifndef POLDER_BENCH_CORPUS_H_
#define POLDER_BENCH_CORPUS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/event/record.h"
#include "engine/indicator/indicator.h"

namespace polder {

// `count` indicators: 60 in 100 domains, 25 addresses, 10 SHA-256, 5 URLs. A larger set begins with the
// smaller one. The same on every machine.
std::vector<Indicator> MakeBenchIndicators(std::size_t count);

// How many of those indicators may be planted in a corpus: every set in use is at least as large.
inline constexpr std::size_t kPlantable = 1000;

struct Corpus {
  std::unique_ptr<std::string> buffer;  // all records, with padding behind the last
  std::vector<Record> records;
  std::size_t bytes = 0;
  std::vector<std::size_t> planted;  // the records that hold an indicator, in order; no other does
};

// At least `bytes` of JSON records in equal parts as Suricata EVE, Zeek, ECS and Sysmon write them. One
// record in `one_in` (none if 0) holds one of the first kPlantable indicators. The names and addresses of the
// others come from the same top-level domains and the whole address space, so that nothing is decided by
// those alone.
Corpus MakeCorpus(std::size_t bytes, std::size_t one_in);

}  // namespace polder

#endif  // POLDER_BENCH_CORPUS_H_
