#include "engine/base/stix_time.h"

namespace polder {

std::string FormatStixTime(TimeUs time) {
  std::string text = FormatIsoTime(time);
  if (text.find('.') == std::string::npos) text.insert(text.size() - 1, ".000");
  return text;
}

}  // namespace polder
