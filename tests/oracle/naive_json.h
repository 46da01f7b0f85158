// A JSON reader that is nothing but RFC 8259: one pass, no limits on depth or on numbers. Half of a surrogate
// pair is U+FFFD.
#ifndef POLDER_TESTS_ORACLE_NAIVE_JSON_H_
#define POLDER_TESTS_ORACLE_NAIVE_JSON_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace polder::oracle {

struct Scalar {
  std::string path;  // dotted, array positions included
  std::string text;  // a string unescaped, or a number as it is written
  bool is_number = false;
};

// All strings and numbers in document order, both of a duplicate key; nothing if `bytes` are not JSON in
// UTF-8.
std::optional<std::vector<Scalar>> ReadJson(std::string_view bytes);

// Decodes every JSON escape in `raw`, well-formed JSON or not; what is no escape stays as it is.
std::string Unescape(std::string_view raw);

}  // namespace polder::oracle

#endif  // POLDER_TESTS_ORACLE_NAIVE_JSON_H_
