// What a stream of events lets its owner see: of which log sources it is, and which kinds of values stand in
// it. Without that, an indicator that nobody could have seen looks like one that was not there.
#ifndef POLDER_ENGINE_WATCH_WATCH_SAMPLER_H_
#define POLDER_ENGINE_WATCH_WATCH_SAMPLER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/event/event_reader.h"
#include "engine/event/fields.h"
#include "engine/feedback/batch.h"

namespace polder {

// Reads single events whole, which costs what parsing costs: meant for one of many. Belongs to one thread.
class WatchSampler {
 public:
  // `maps` outlive it.
  explicit WatchSampler(const FieldMaps& maps) : fields_(maps) {}

  // Adds the event's log source and the kinds of values in it that feedback is about.
  void Look(const Record& record, Format format, Watched& watched);

 private:
  EventReader reader_;
  EventFields fields_;
};

// What one engine tells of itself from time to time, on a topic of its own; the member's sender adds them up.
struct WatchReport {
  std::string instance;        // random, so that reports of several engines are told apart
  std::uint64_t sequence = 0;  // and repeated ones left out
  TimeUs period_start = 0;     // the hour in which it was watched
  std::uint64_t events = 0;    // since the report before
  Watched watched;             // its number of events is not used
};
// One JSON object: {"polder":"watch/1","instance":...,"sequence":...,"epoch_start":...,"events":...,
// "kinds":[...],"log_sources":[...]}.
std::string RenderWatchReport(const WatchReport& report);

}  // namespace polder

#endif  // POLDER_ENGINE_WATCH_WATCH_SAMPLER_H_
