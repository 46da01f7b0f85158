// Walks the values of one JSON record.
#ifndef POLDER_ENGINE_EVENT_JSON_READER_H_
#define POLDER_ENGINE_EVENT_JSON_READER_H_

#include <cstddef>
#include <memory>
#include <string_view>

#include "absl/functional/function_ref.h"

namespace polder {

// simdjson reads; what it refuses is tried with a second, slower parser that has no limit on depth and on the
// size of numbers, so that a record counts as broken only if it is not JSON (RFC 8259) or not UTF-8.
//
// A string value that is itself a JSON object or array of at least one member is not handed over: its values
// are, under its path. That goes kMaxNesting strings deep, and for strings of up to kMaxNestedBytes; beyond,
// a string is a string. Each level reads what the level above handed over, so the work is linear in the
// record's size.
//
// Holds buffers that grow to the largest record seen: keep one per worker, not shared between threads.
class JsonReader {
 public:
  static constexpr int kMaxNesting = 4;
  static constexpr std::size_t kMaxNestedBytes = std::size_t{4} << 20;
  using StringSink = absl::FunctionRef<void(std::string_view path, std::string_view value)>;
  using NumberSink = absl::FunctionRef<void(std::string_view path, double value)>;

  JsonReader();
  ~JsonReader();
  JsonReader(JsonReader&&) noexcept;

  // Calls the sinks for every string value, unescaped, and every number, in document order, both values of a
  // duplicate key included. `path` is dotted, with the positions of array elements: `dns.answers.0.rdata`;
  // empty for a lone value. The views last for the call. Returns false, before any call, if the record is not
  // JSON. `bytes` are followed by kRecordPadding readable bytes.
  bool Read(std::string_view bytes, StringSink on_string, NumberSink on_number);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_JSON_READER_H_
