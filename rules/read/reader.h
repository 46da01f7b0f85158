// Reads indicators from the bytes of one file or message, in whatever format it is. Pure: no files, no clock.
#ifndef POLDER_RULES_READ_READER_H_
#define POLDER_RULES_READ_READER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/indicator/indicator.h"

namespace polder {

// Where the bytes come from, and what holds for indicators that do not say it themselves.
struct ReadContext {
  std::string path;    // for messages
  std::string source;  // Indicator::source
  Tlp tlp = Tlp::kUnmarked;
  int confidence = -1;
  bool shadow = false;
  std::optional<Kind> kind = {};  // of bare values in lists; nothing: each is judged by its shape
  std::string column = {};        // of a CSV list: the name of the column with the value; empty: it is found
};

// An indicator with what holds for all of the context.
Indicator NewIndicator(const ReadContext& context);

// One thing that was not taken, or not wholly.
struct Refusal {
  std::string path;
  std::size_t line = 0;  // 1-based; 0 when the whole file is meant
  std::string value;     // as it was seen; the identifier where there is one
  std::string reason;
  std::string category;  // short, for counting: "invalid value", "not yet supported", "guarded", ...

  // `path:line: reason, the value seen`.
  std::string Message() const;
};

struct ReadResult {
  std::vector<Indicator> indicators;  // revoked ones included, marked so
  std::vector<Refusal> refusals;
  std::size_t read = 0;     // statements seen: lines with a value, indicator objects
  bool unreadable = false;  // nothing could be made of the whole: one refusal says why
  std::string format;       // "STIX 2.1 bundle", "plain list", ...
};

// The category of the refusal of a whole input.
inline constexpr std::string_view kUnreadable = "unreadable file";

// Detects the format and reads: STIX 2.0 and 2.1 (a bundle, an array of objects, or one object), MISP events,
// attributes and messages (misp_reader.h), lists of expressions (expression_list.h), and lists of many sorts
// (list_reader.h). Others are refused by name.
ReadResult ReadIndicators(std::string_view bytes, const ReadContext& context);

struct ListSink;
struct ReadSummary {
  std::size_t read = 0;
  bool unreadable = false;
  std::string format;
};
// As above, into `sink` (list_sink.h), one value at a time: lists as they are read, so that a bulk list costs
// no more memory than the sink makes of it. Of an unreadable input no value comes.
ReadSummary ReadIndicators(std::string_view bytes, const ReadContext& context, const ListSink& sink);

}  // namespace polder

#endif  // POLDER_RULES_READ_READER_H_
