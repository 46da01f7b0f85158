#include "rules/read/json_lines.h"

#include <algorithm>

namespace polder {
namespace {

// The byte after the string that begins at `at`.
std::size_t EndOfString(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return std::min(at + 1, json.size());
}

}  // namespace

std::vector<std::size_t> BundleObjectOffsets(std::string_view json) {
  std::vector<std::size_t> offsets;
  std::size_t depth = 0;
  std::size_t array_depth = 0;  // of the array whose elements count, from inside; 0 when outside it
  std::string_view key;         // the last string of the outermost object
  for (std::size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (c == '"') {
      const std::size_t end = EndOfString(json, at);
      if (depth == 1) key = json.substr(at, end - at);
      at = end;
      continue;
    }
    if (c == '[' || c == '{') {
      const bool counts = depth == 0 || (depth == 1 && array_depth == 0 && key == "\"objects\"");
      if (c == '{' && array_depth > 0 && depth == array_depth) offsets.push_back(at);
      ++depth;
      if (c == '[' && counts) {
        offsets.clear();
        array_depth = depth;
      }
    } else if (c == ']' || c == '}') {
      if (depth == array_depth) array_depth = 0;
      if (depth > 0) --depth;
    }
    ++at;
  }
  return offsets;
}

std::size_t LineCounter::LineOf(std::size_t at) {
  const auto begin = text_.begin();
  line_ += static_cast<std::size_t>(
      std::count(begin + static_cast<std::ptrdiff_t>(at_), begin + static_cast<std::ptrdiff_t>(at), '\n'));
  at_ = at;
  return line_;
}

}  // namespace polder
