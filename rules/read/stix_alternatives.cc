#include "rules/read/stix_alternatives.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <utility>

#include "rules/read/stix_operand.h"
#include "rules/read/value_kind.h"

namespace polder {
namespace {

constexpr std::size_t kMaxCombinations = 64;
constexpr std::size_t kMaxBesideOthers = 1024;
constexpr std::size_t kMaxJoined = 32;

// The most selective first; of two hashes the longer.
constexpr auto kBySelectivity =
    std::to_array<Kind>({Kind::kSha512,      Kind::kSha256,       Kind::kSha1,
                         Kind::kMd5,         Kind::kUrl,          Kind::kEmail,
                         Kind::kDomain,      Kind::kIp,           Kind::kTlsFingerprint,
                         Kind::kMutex,       Kind::kNamedPipe,    Kind::kCertificateSerial,
                         Kind::kRegistryKey, Kind::kFilePath,     Kind::kCommandLine,
                         Kind::kServiceName, Kind::kUserAgent,    Kind::kMacAddress,
                         Kind::kFileName,    Kind::kEmailSubject, Kind::kText,
                         Kind::kNetwork,     Kind::kAsNumber,     Kind::kPort});

std::size_t RankOf(Kind kind) {
  return static_cast<std::size_t>(
      std::distance(kBySelectivity.begin(), std::find(kBySelectivity.begin(), kBySelectivity.end(), kind)));
}

bool IsNumberKind(Kind kind) { return kind == Kind::kPort || kind == Kind::kAsNumber; }

bool IsV4(const PatternTerm& term) { return term.value.find(':') == std::string::npos; }

// Whether a value can be of the STIX type that the pattern says it has; unknown types may be anything.
bool FitsType(const PatternTerm& term, std::string_view type) {
  const bool address = term.kind == Kind::kIp || term.kind == Kind::kNetwork;
  if (type == "ipv4-addr") return address && IsV4(term);
  if (type == "ipv6-addr") return address && !IsV4(term);
  if (type == "domain-name") return term.kind == Kind::kDomain;
  if (type == "mac-addr") return term.kind == Kind::kMacAddress;
  if (type == "url") return term.kind == Kind::kUrl;
  if (type == "email-addr") return term.kind == Kind::kEmail;
  return true;
}

// Nothing if every type that the terms name is that of a value beside it.
std::optional<PatternRefusal> WrongType(const std::vector<PatternTerm>& terms) {
  for (const PatternTerm& type : terms) {
    if (!type.is_type) continue;
    bool spoken_of = false, fits = false;
    for (const PatternTerm& term : terms) {
      if (term.is_type || term.referred != type.referred) continue;
      spoken_of = true;
      fits = fits || FitsType(term, type.value);
    }
    if (!spoken_of) {
      return PatternRefusal{
          fmt::format("{}.type = '{}': a type without a value matches everything", type.referred, type.value),
          "not matchable"};
    }
    if (!fits) {
      return PatternRefusal{
          fmt::format("{}.type = '{}': no value beside it is of that type", type.referred, type.value),
          "invalid value"};
    }
  }
  return std::nullopt;
}

void Resolve(std::vector<PatternTerm>& terms, PatternAtoms& atoms) {
  if (auto wrong = WrongType(terms)) return atoms.refused.push_back(*std::move(wrong));
  std::erase_if(terms, [](const PatternTerm& term) { return term.is_type; });
  if (terms.empty()) return;
  const auto rank = [](const PatternTerm& term) {
    return std::make_pair(term.only_beside ? 1 : 0, RankOf(term.kind));
  };
  std::sort(terms.begin(), terms.end(), [&](const PatternTerm& a, const PatternTerm& b) {
    return std::make_pair(rank(a), std::string_view(a.value)) <
           std::make_pair(rank(b), std::string_view(b.value));
  });
  PatternTerm& value = terms.front();
  if (value.only_beside) {
    return atoms.refused.push_back(
        {fmt::format("the {} '{}' alone is too common to be looked for", KindName(value.kind), value.value),
         "not matchable"});
  }
  PatternAtom atom{value.kind, std::move(value.value), {}};
  for (std::size_t i = 1; i < terms.size(); ++i) {
    if (terms[i].kind == atom.kind && terms[i].value == atom.value) continue;
    atom.conditions.push_back({terms[i].kind, std::move(terms[i].value)});
  }
  std::sort(atom.conditions.begin(), atom.conditions.end());
  atom.conditions.erase(std::unique(atom.conditions.begin(), atom.conditions.end()), atom.conditions.end());
  atoms.values.push_back(std::move(atom));
}

std::size_t LongestOf(const std::vector<std::vector<PatternTerm>>& any_of) {
  std::size_t longest = 0;
  for (const auto& terms : any_of) longest = std::max(longest, terms.size());
  return longest;
}

Alternatives Refused(std::string reason, std::string category) {
  Alternatives alternatives;
  alternatives.refused.push_back({std::move(reason), std::move(category)});
  return alternatives;
}

}  // namespace

PatternRefusal NeedsPatternEngine(std::string_view what) {
  return {fmt::format("not yet supported: {} needs the STIX pattern engine", what), "not yet supported"};
}

Alternatives CompareWith(std::string_view path, std::string_view text, bool quoted, bool subset) {
  const auto meaning = MeaningOfPath(path);
  if (!meaning)
    return Refused(fmt::format("not yet supported: the object path {}", path), "not yet supported");
  if (meaning->use == PathUse::kNotMatchable) {
    return Refused(fmt::format("{}: {}", path, meaning->reason), "not matchable");
  }
  if (!quoted && !IsNumberKind(meaning->kind)) {
    return Refused(fmt::format("{} = {}: expected a text in single quotes", path, text), "invalid value");
  }
  Alternatives alternatives;
  if (meaning->use == PathUse::kType) {
    alternatives.any_of.push_back({{Kind::kText, std::string(text), ReferredObject(path), true, false}});
    return alternatives;
  }
  const auto typed = TypeStixOperand(*meaning, text);
  const std::string_view operation = subset ? "ISSUBSET" : "=";
  if (!typed.ok()) {
    return Refused(
        fmt::format("{} {} '{}': {}", path, operation, text, std::string(typed.status().message())),
        RefusalCategory(typed.status()));
  }
  for (const TypedValue& value : *typed) {
    if (subset && value.kind != Kind::kIp && value.kind != Kind::kNetwork) {
      return Refused(fmt::format("{} ISSUBSET '{}': only addresses have subsets", path, text),
                     "invalid value");
    }
    alternatives.any_of.push_back(
        {{value.kind, value.value, ReferredObject(path), false, meaning->only_beside}});
  }
  return alternatives;
}

void AddEither(Alternatives& alternatives, Alternatives&& more) {
  if (alternatives.any_of.empty()) {
    alternatives.any_of = std::move(more.any_of);
  } else {
    std::move(more.any_of.begin(), more.any_of.end(), std::back_inserter(alternatives.any_of));
  }
  for (PatternRefusal& refusal : more.refused) {
    // A set of values of one path that is not known has one reason.
    if (!alternatives.refused.empty() && alternatives.refused.back().reason == refusal.reason) continue;
    alternatives.refused.push_back(std::move(refusal));
  }
}

void AddBoth(Alternatives& alternatives, Alternatives&& more, std::size_t& budget) {
  std::move(more.refused.begin(), more.refused.end(), std::back_inserter(alternatives.refused));
  auto& left = alternatives.any_of;
  auto& right = more.any_of;
  const std::size_t few = std::min(left.size(), right.size());
  const std::size_t many = std::max(left.size(), right.size());
  if (few == 0) return left.clear();
  std::string beyond;
  const std::size_t joined = LongestOf(left) + LongestOf(right);
  if (many > (few == 1 ? kMaxBesideOthers : kMaxCombinations / few)) {
    beyond = fmt::format("an AND of {} and {} alternatives", left.size(), right.size());
  } else if (joined > kMaxJoined) {
    beyond = fmt::format("an AND of more than {} comparisons", kMaxJoined);
  } else if (many > 1 && budget < few * many * joined) {
    beyond = fmt::format("an AND of ORs that makes more than {} comparisons", kMaxExpandedTerms);
  }
  if (!beyond.empty()) {
    left.clear();
    alternatives.refused.push_back(NeedsPatternEngine(beyond));
    return;
  }
  if (many > 1) budget -= few * many * joined;
  if (right.size() == 1) {
    for (auto& terms : left) terms.insert(terms.end(), right[0].begin(), right[0].end());
    return;
  }
  std::vector<std::vector<PatternTerm>> both;
  both.reserve(few * many);
  for (const auto& one : left) {
    for (const auto& other : right) {
      both.push_back(one);
      both.back().insert(both.back().end(), other.begin(), other.end());
    }
  }
  left = std::move(both);
}

PatternAtoms ResolveAlternatives(Alternatives&& alternatives) {
  PatternAtoms atoms;
  atoms.refused = std::move(alternatives.refused);
  atoms.values.reserve(alternatives.any_of.size());
  for (auto& terms : alternatives.any_of) Resolve(terms, atoms);
  return atoms;
}

}  // namespace polder
