// What a stream of events lets its owner see: of which log sources it is, and which kinds of values stand in
// it. Without that, an indicator that nobody could have seen looks like one that was not there.
#ifndef POLDER_ENGINE_WATCH_WATCH_SAMPLER_H_
#define POLDER_ENGINE_WATCH_WATCH_SAMPLER_H_

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

}  // namespace polder

#endif  // POLDER_ENGINE_WATCH_WATCH_SAMPLER_H_
