// Warninglists: values that are known to be benign, or known for what they are, in MISP's JSON format. They
// keep a careless feed from raising an alarm about half of the internet.
#ifndef POLDER_RULES_WARNINGLIST_WARNINGLISTS_H_
#define POLDER_RULES_WARNINGLIST_WARNINGLISTS_H_

#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "engine/base/content_hash.h"
#include "engine/observable/kind.h"
#include "rules/warninglist/attribute_kinds.h"
#include "rules/warninglist/network_index.h"
#include "rules/warninglist/php_pattern.h"
#include "rules/warninglist/substring_index.h"

namespace polder {

// Filled list by list, then asked; the asking may be done by several threads at once. About 40 bytes a value.
class Warninglists {
 public:
  // Which lists have a value: their names, separated by ", "; empty where none has.
  struct Verdict {
    std::string benign_on;  // of the category false_positive: such a value is no indicator
    std::string known_on;   // of the category known: worth a word beside a hit
  };

  // Adds the list in `json`: {"name", "type", "list", and mostly "category", "matching_attributes"}. Without
  // a category it is one of false positives. The error, with `path` in front, says why the list as a whole
  // cannot be used; nothing of it is added then. Single values that cannot be are in problems().
  absl::Status Add(std::string_view json, std::string_view path);

  // Whether lists have the canonical value. A list says how it compares:
  //   string     the same value, both in canonical form
  //   hostname   a domain that is listed or lies under a listed one, or the host of a url or an email
  //   cidr       an ip in a listed network; a network that holds, is or lies in a listed one
  //   substring  a value that contains a listed text, in any case
  //   regex      a value in which a listed expression is found
  // and, with its matching_attributes, for which kinds; without them, for all.
  Verdict Find(Kind kind, std::string_view canonical) const;

  std::size_t lists() const { return lists_.size(); }
  std::size_t values() const { return values_; }  // that can be found
  // `path: what is wrong with a value, the value`; not more than a thousand are kept.
  const std::vector<std::string>& problems() const { return problems_; }

 private:
  struct List {
    std::string name;
    bool benign = true;
    KindSet kinds = kEveryKind;
  };
  struct Pattern {
    PhpPattern pattern;
    std::uint32_t list;
  };
  class Adding;
  class Finding;

  // The number of a set of lists with one more in it.
  std::uint32_t SetWith(std::uint32_t set, std::uint32_t list);
  void AddExact(const ContentHash& key, std::uint32_t list);
  void Problem(std::string_view path, std::string_view value, std::string_view reason);

  std::vector<List> lists_;
  std::vector<std::vector<std::uint32_t>> sets_ = {{}};  // of lists, in the order added
  absl::flat_hash_map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> set_with_;
  // By kind and value, and by host name; the value is a number of sets_.
  absl::flat_hash_map<ContentHash, std::uint32_t> exact_;
  NetworkIndex networks_;
  SubstringIndex substrings_;
  KindSet substring_kinds_ = 0;
  std::vector<Pattern> patterns_;
  KindSet pattern_kinds_ = 0;
  std::size_t values_ = 0;
  std::vector<std::string> problems_;
};

// Whether a JSON document is a warninglist, and so no list of indicators.
bool LooksLikeWarninglist(const nlohmann::json& document);

}  // namespace polder

#endif  // POLDER_RULES_WARNINGLIST_WARNINGLISTS_H_
