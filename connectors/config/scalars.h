// Single values of a YAML text. Internal to those who read a configuration.
#ifndef POLDER_CONNECTORS_CONFIG_SCALARS_H_
#define POLDER_CONNECTORS_CONFIG_SCALARS_H_

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/config/secrets.h"
#include "rules/yaml/problems.h"

namespace polder {

// What reading needs at every step; must outlive all that is read with it.
struct ReadingContext {
  Problems& problems;
  const SecretReader& secrets;
};

// A node together with where to point when it is wrong, and what to call it ("input.topics").
struct Value {
  YAML::Node node;
  TextPlace place;
  std::string path;
};

// `mark` as people count, `fallback` when it says nothing.
TextPlace PlaceOf(const YAML::Mark& mark, TextPlace fallback);

// What was seen, for a message: "a list", "nothing", "'abc'", or the reference itself where the value came
// from the environment and may be secret.
std::string Describe(const YAML::Node& node);

// Each of these adds a problem and returns nothing when the value is none of what is asked for.

// Text that is not empty, `${NAME}` replaced. `expected` is for the message.
std::optional<std::string> ReadText(const ReadingContext& context, const Value& value,
                                    std::string_view expected = "text");
// The value of a librdkafka property, or a secret: any scalar, `file:` too.
std::optional<std::string> ReadProperty(
    const ReadingContext& context, const Value& value,
    std::string_view expected = "text or a number, as librdkafka takes it");
std::optional<std::int64_t> ReadNumber(const ReadingContext& context, const Value& value, std::int64_t least,
                                       std::int64_t most);
// on, off, true, false, yes, no.
std::optional<bool> ReadFlag(const ReadingContext& context, const Value& value);

// Adds "'PATH' is EXPECTED, found ...".
void AddUnexpected(const ReadingContext& context, const Value& value, std::string_view expected);

}  // namespace polder

#endif  // POLDER_CONNECTORS_CONFIG_SCALARS_H_
