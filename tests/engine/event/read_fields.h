// What the tests of the line formats' readers share.
#ifndef POLDER_TESTS_ENGINE_EVENT_READ_FIELDS_H_
#define POLDER_TESTS_ENGINE_EVENT_READ_FIELDS_H_

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/event/line_values.h"

namespace polder {

using Fields = std::vector<std::pair<std::string, std::string>>;

// What a reader hands over; nothing if it refuses, which it must do before it hands over anything. It must
// also do as if the buffer for unescaping held the rubbish of the record before.
template <typename Reader>
std::optional<Fields> ReadFields(Reader reader, std::string_view text) {
  Fields fields;
  std::string scratch = "rubbish";
  const bool read = reader(
      text, scratch, [&](std::string_view path, std::string_view value) { fields.emplace_back(path, value); },
      [](std::string_view path, double) { ADD_FAILURE() << path << " is a number"; });
  if (read) return fields;
  EXPECT_TRUE(fields.empty()) << text << ": refused after " << fields.front().first << " was handed over";
  return std::nullopt;
}

// The values that are no view into `text`.
template <typename Reader>
std::vector<std::string> CopiedValues(Reader reader, std::string_view text) {
  std::vector<std::string> copied;
  std::string scratch;
  reader(
      text, scratch,
      [&](std::string_view, std::string_view value) {
        const bool inside =
            value.data() >= text.data() && value.data() + value.size() <= text.data() + text.size();
        if (!inside) copied.emplace_back(value);
      },
      [](std::string_view, double) {});
  return copied;
}

// Line by line, so that a failure shows where two readings part.
inline std::string Shown(const std::optional<Fields>& fields) {
  if (!fields) return "refused";
  std::string shown;
  for (const auto& [path, value] : *fields) {
    shown += path;
    shown += " = ";
    shown += value;
    shown += '\n';
  }
  return shown;
}

}  // namespace polder

#endif  // POLDER_TESTS_ENGINE_EVENT_READ_FIELDS_H_
