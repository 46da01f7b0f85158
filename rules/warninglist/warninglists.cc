#include "rules/warninglist/warninglists.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/indicator/indicator.h"
#include "engine/observable/characters.h"
#include "engine/observable/digest.h"
#include "engine/observable/domain.h"
#include "engine/observable/ip.h"
#include "engine/observable/url.h"
#include "rules/read/shown.h"

namespace polder {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostLists = 10'000;
constexpr std::size_t kMostValues = 20'000'000;
constexpr std::size_t kMostPatterns = 10'000;
constexpr std::size_t kMostProblems = 1000;
constexpr std::size_t kShownValue = 80;
constexpr std::size_t kShownReason = 300;

// Names under which hostname lists file a value: no kind has this number.
constexpr char kHostKey = '\x7F';

ContentHash KeyOf(char space, std::string_view value) {
  std::string key;
  key.reserve(value.size() + 1);
  key += space;
  key += value;
  return HashContent(key);
}
ContentHash ExactKey(Kind kind, std::string_view value) { return KeyOf(static_cast<char>(kind), value); }

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), ToLowerAscii);
  return lower;
}

std::string TextOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<bool> IsBenign(std::string_view category) {
  const std::string lower = Lower(category);
  if (lower.empty() || lower.starts_with("false")) return true;
  if (lower.starts_with("known")) return false;
  return std::nullopt;
}

std::string_view WithoutWildcard(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  if (name.starts_with('.')) name.remove_prefix(1);
  return name;
}

// The kind of value that an entry of a string list is by its shape.
Kind ShapeOf(std::string_view value) {
  if (value.find("://") != std::string_view::npos) return Kind::kUrl;
  if (const auto digest = CanonicaliseDigest(value)) return digest->kind;
  if (ParseIp(value)) return Kind::kIp;
  // An indicator `192.0.2.1/32` is the address, too.
  if (const auto network = ParseNetwork(value)) {
    return network->prefix_bits == 128 ? Kind::kIp : Kind::kNetwork;
  }
  if (value.find('/') != std::string_view::npos) return Kind::kUrl;
  return value.find('@') != std::string_view::npos ? Kind::kEmail : Kind::kDomain;
}

// The host of a canonical value, where it has one.
std::string_view HostOf(Kind kind, std::string_view value) {
  if (kind == Kind::kDomain) return value;
  if (kind == Kind::kEmail) return value.substr(value.rfind('@') + 1);
  if (kind != Kind::kUrl) return {};
  const std::size_t start = value.find("://") + 3;
  std::string_view host = value.substr(start, value.find('/', start) - start);
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

}  // namespace

// One list on its way in. Everything that can fail comes before the first change.
class Warninglists::Adding {
 public:
  Adding(Warninglists& lists, std::string_view path) : lists_(lists), path_(path) {}

  absl::Status Run(const Json& root) {
    if (!LooksLikeWarninglist(root)) return Wrong("not a warninglist: it needs name, type and list");
    const Json& values = root["list"];
    const std::string type = TextOf(root, "type");
    List list{TextOf(root, "name"), true, kEveryKind};
    const auto benign = IsBenign(TextOf(root, "category"));
    if (!benign) {
      return Wrong(
          fmt::format("the category '{}'; expected false_positive or known", TextOf(root, "category")));
    }
    list.benign = *benign;
    list.kinds = KindsOf(root);
    if (lists_.lists_.size() >= kMostLists) return Wrong("too many warninglists");
    if (lists_.values_ + values.size() > kMostValues) return Wrong("too many values in warninglists");
    number_ = static_cast<std::uint32_t>(lists_.lists_.size());
    kinds_ = list.kinds;

    void (Adding::*add)(const std::string&) = nullptr;
    if (type == "string") add = &Adding::AddString;
    if (type == "hostname") add = &Adding::AddHostname;
    if (type == "cidr") add = &Adding::AddNetwork;
    if (type == "substring") add = &Adding::AddSubstring;
    if (type == "regex") add = &Adding::AddPattern;
    if (add == nullptr) {
      return Wrong(fmt::format("the type '{}'; expected string, hostname, cidr, substring or regex", type));
    }
    lists_.lists_.push_back(std::move(list));
    for (const Json& value : values) {
      if (value.is_string())
        (this->*add)(value.get_ref<const std::string&>());
      else if (value.is_number())
        (this->*add)(value.dump());
      else
        lists_.Problem(path_, value.type_name(), "not a text");
    }
    lists_.networks_.Add(networks_, number_);
    lists_.substrings_.Add(substrings_, number_);
    return absl::OkStatus();
  }

 private:
  absl::Status Wrong(const std::string& reason) const {
    return absl::InvalidArgumentError(fmt::format("{}: {}", path_, Shown(reason, kShownReason)));
  }

  static KindSet KindsOf(const Json& root) {
    const auto attributes = root.find("matching_attributes");
    if (attributes == root.end() || !attributes->is_array() || attributes->empty()) return kEveryKind;
    KindSet kinds = 0;
    for (const Json& attribute : *attributes) {
      if (attribute.is_string()) kinds |= KindsOfMispType(attribute.get_ref<const std::string&>());
    }
    return kinds;
  }

  void AddString(const std::string& text) {
    bool any = false;
    const Kind shape = ShapeOf(text);
    if (Has(kinds_, shape) || (shape == Kind::kNetwork && Has(kinds_, Kind::kIp))) {
      const std::string_view value = shape == Kind::kDomain ? WithoutWildcard(text) : std::string_view(text);
      any |= AddOf(shape, value);
      if (shape == Kind::kUrl && text.find("://") == std::string::npos)
        any |= AddOf(shape, "https://" + text);
    }
    for (const Kind kind : kAllKinds) {
      const bool is_text = kind == Kind::kFileName || IsWholeText(kind);
      if (is_text && Has(kinds_, kind) && kinds_ != kEveryKind) any |= AddOf(kind, text);
    }
    if (any) ++lists_.values_;
  }

  bool AddOf(Kind kind, std::string_view text) {
    const auto canonical = CanonicaliseValue(kind, text);
    if (canonical.ok()) lists_.AddExact(ExactKey(kind, *canonical), number_);
    return canonical.ok();
  }

  void AddHostname(const std::string& text) {
    auto name = CanonicaliseValue(Kind::kDomain, WithoutWildcard(text));
    if (!name.ok()) name = CanonicaliseValue(Kind::kIp, text);
    if (!name.ok()) return lists_.Problem(path_, text, "neither a host name of two labels nor an address");
    lists_.AddExact(KeyOf(kHostKey, *name), number_);
    ++lists_.values_;
  }

  void AddNetwork(const std::string& text) {
    auto network = ParseNetwork(text);
    if (const auto ip = ParseIp(text)) network = Network{*ip, 128};
    if (!network) return lists_.Problem(path_, text, "not a network in CIDR notation");
    networks_.push_back(*network);
    ++lists_.values_;
  }

  void AddSubstring(const std::string& text) {
    if (text.empty()) return lists_.Problem(path_, text, "an empty text, which everything contains");
    substrings_.push_back(Lower(text));
    lists_.substring_kinds_ |= kinds_;
    ++lists_.values_;
  }

  void AddPattern(const std::string& text) {
    if (lists_.patterns_.size() >= kMostPatterns) return lists_.Problem(path_, text, "too many expressions");
    auto pattern = PhpPattern::Compile(text);
    if (!pattern.ok()) return lists_.Problem(path_, text, std::string(pattern.status().message()));
    lists_.patterns_.push_back({*std::move(pattern), number_});
    lists_.pattern_kinds_ |= kinds_;
    ++lists_.values_;
  }

  Warninglists& lists_;
  std::string_view path_;
  std::uint32_t number_ = 0;
  KindSet kinds_ = 0;
  std::vector<Network> networks_;
  std::vector<std::string> substrings_;
};

// Collects the lists that have one value.
class Warninglists::Finding {
 public:
  Finding(const Warninglists& lists, Kind kind) : lists_(lists), kind_(kind) {}

  void Exact(const ContentHash& key) {
    const auto found = lists_.exact_.find(key);
    if (found == lists_.exact_.end()) return;
    for (const std::uint32_t list : lists_.sets_[found->second]) Take(list);
  }

  void Host(std::string_view host) {
    if (host.empty()) return;
    Exact(KeyOf(kHostKey, host));
    if (ParseIp(host)) return;
    for (host = ParentDomain(host); !host.empty(); host = ParentDomain(host)) Exact(KeyOf(kHostKey, host));
  }

  void Take(std::uint32_t list) {
    if (!Has(lists_.lists_[list].kinds, kind_)) return;
    if (std::find(found_.begin(), found_.end(), list) == found_.end()) found_.push_back(list);
  }

  Verdict Result() {
    Verdict verdict;
    std::sort(found_.begin(), found_.end());
    for (const std::uint32_t number : found_) {
      const List& list = lists_.lists_[number];
      std::string& names = list.benign ? verdict.benign_on : verdict.known_on;
      if (!names.empty()) names += ", ";
      names += list.name;
    }
    return verdict;
  }

 private:
  const Warninglists& lists_;
  Kind kind_;
  std::vector<std::uint32_t> found_;
};

absl::Status Warninglists::Add(std::string_view json, std::string_view path) {
  try {
    return Adding(*this, path).Run(Json::parse(json.begin(), json.end()));
  } catch (const Json::exception& error) {
    return absl::InvalidArgumentError(
        fmt::format("{}: not valid JSON: {}", path, Shown(error.what(), kShownReason)));
  }
}

Warninglists::Verdict Warninglists::Find(Kind kind, std::string_view canonical) const {
  Finding finding(*this, kind);
  const auto take = [&](std::uint32_t list) { finding.Take(list); };
  finding.Exact(ExactKey(kind, canonical));
  finding.Host(HostOf(kind, canonical));
  if (kind == Kind::kIp) {
    if (const auto ip = ParseIp(canonical)) networks_.Overlapping(Network{*ip, 128}, take);
  } else if (kind == Kind::kNetwork) {
    if (const auto network = ParseNetwork(canonical)) networks_.Overlapping(*network, take);
  }
  if (Has(substring_kinds_, kind))
    substrings_.Contained(kind == Kind::kUrl ? Lower(canonical) : canonical, take);
  if (Has(pattern_kinds_, kind)) {
    for (const Pattern& pattern : patterns_) {
      if (Has(lists_[pattern.list].kinds, kind) && pattern.pattern.Matches(canonical)) take(pattern.list);
    }
  }
  return finding.Result();
}

std::uint32_t Warninglists::SetWith(std::uint32_t set, std::uint32_t list) {
  const auto [found, added] = set_with_.try_emplace({set, list}, 0);
  if (!added) return found->second;
  std::vector<std::uint32_t> more = sets_[set];
  if (std::find(more.begin(), more.end(), list) != more.end()) return found->second = set;
  more.push_back(list);
  found->second = static_cast<std::uint32_t>(sets_.size());
  sets_.push_back(std::move(more));
  return found->second;
}

void Warninglists::AddExact(const ContentHash& key, std::uint32_t list) {
  std::uint32_t& set = exact_[key];
  set = SetWith(set, list);
}

void Warninglists::Problem(std::string_view path, std::string_view value, std::string_view reason) {
  if (problems_.size() >= kMostProblems) return;
  problems_.push_back(
      fmt::format("{}: {}: '{}'", path, Shown(reason, kShownReason), Shown(value, kShownValue)));
}

bool LooksLikeWarninglist(const Json& document) {
  if (!document.is_object()) return false;
  const auto list = document.find("list");
  return list != document.end() && list->is_array() && !TextOf(document, "name").empty() &&
         !TextOf(document, "type").empty();
}

}  // namespace polder
