#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "engine/indicator/indicator.h"
#include "rules/read/value_kind.h"
#include "rules/warninglist/warninglists.h"
#include "tests/fuzz/properties.h"
#include "tests/fuzz/targets.h"

namespace polder {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostAsked = 64;

// An entry of a list for every kind finds itself, by the rules of its type.
bool MustBeFound(std::string_view type, Kind kind) {
  if (type == "string") return kind == Kind::kIp || kind == Kind::kDomain || IsDigest(kind);
  if (type == "hostname") return kind == Kind::kDomain;
  return type == "cidr" && (kind == Kind::kIp || kind == Kind::kNetwork);
}

void CheckEntry(const Warninglists& lists, const Json& list, bool for_all) {
  const std::string type = list["type"];
  for (const Json& entry : list["list"]) {
    if (!entry.is_string()) continue;
    const auto typed = TypeValue(entry.get_ref<const std::string&>());
    if (!typed.ok()) continue;
    for (const TypedValue& value : *typed) {
      const auto verdict = lists.Find(value.kind, value.value);
      const std::string found = verdict.benign_on + verdict.known_on;
      Require(found.empty() || found == list["name"], "what is found is found on the list", found);
      if (!for_all || !value.conditions.empty() || !MustBeFound(type, value.kind)) continue;
      Require(!found.empty(), "an entry is found on its list", value.value);
      if (type != "hostname" || value.value.size() > 200) continue;
      const auto below = lists.Find(Kind::kDomain, "below." + value.value);
      Require(!(below.benign_on + below.known_on).empty(), "a name under a listed host is found",
              value.value);
    }
  }
}

}  // namespace

void FuzzWarninglist(std::string_view input) {
  Warninglists lists;
  const absl::Status status = lists.Add(input, "fuzz.json");
  for (const Kind kind : kAllKinds) {
    lists.Find(kind, "a.example");
    lists.Find(kind, "http://www.a.example:8080/index.html");
  }
  if (!status.ok()) {
    const std::string message(status.message());
    Require(IsPrintableLine(message), "an error is one printable line", message);
    Require(message.starts_with("fuzz.json: "), "an error names the path", message);
    Require(lists.lists() == 0 && lists.values() == 0, "of a list that is refused nothing is added");
    return;
  }
  Json list = Json::parse(input, nullptr, false);
  Require(lists.lists() == 1, "a list is one list");
  Require(lists.values() <= list["list"].size(), "a list has no more values than it states");
  Require(lists.problems().size() <= std::min<std::size_t>(1000, list["list"].size()),
          "a value has one problem at most");
  for (const std::string& problem : lists.problems()) {
    Require(IsPrintableLine(problem), "a problem is one printable line", problem);
  }
  const auto attributes = list.find("matching_attributes");
  const bool for_all = attributes == list.end() || !attributes->is_array() || attributes->empty();
  if (list["list"].size() <= kMostAsked) CheckEntry(lists, list, for_all);
  Require(lists.Add(input, "again.json").ok() && lists.lists() == 2, "a list can be added twice");
}

}  // namespace polder
