#include "engine/match/matcher.h"

namespace polder {

MatchCounters& MatchCounters::operator+=(const MatchCounters& other) {
  events += other.events;
  bytes += other.bytes;
  empty += other.empty;
  candidates += other.candidates;
  unparsable += other.unparsable;
  events_with_hits += other.events_with_hits;
  hits += other.hits;
  hits_dropped += other.hits_dropped;
  shadow_hits += other.shadow_hits;
  return *this;
}

void Matcher::Match(std::span<const Record> records, Format format, const Snapshot& snapshot, Sink sink) {
  if (depth_ == Depth::kEverything) {
    candidates_.assign(records.size(), 1);
  } else {
    first_.Sieve(records, format, snapshot, candidates_);
  }
  counters_.events += records.size();
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Record& record = records[i];
    counters_.bytes += record.bytes.size();
    if (record.bytes.empty()) {
      ++counters_.empty;
      continue;
    }
    if (candidates_[i] == 0) continue;
    ++counters_.candidates;
    const EventMatch& match = second_.Look(record, format, snapshot);
    counters_.unparsable += match.unparsable ? 1 : 0;
    counters_.hits += match.hits.size();
    counters_.hits_dropped += match.hits_dropped;
    counters_.shadow_hits += match.shadow_hits.size();
    counters_.events_with_hits += match.hits.empty() ? 0 : 1;
    if (!match.hits.empty() || !match.shadow_hits.empty() || match.unparsable) sink(i, match);
  }
}

}  // namespace polder
