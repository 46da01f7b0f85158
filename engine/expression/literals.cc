#include "engine/expression/literals.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "engine/expression/regex_tree.h"
#include "engine/observable/characters.h"

namespace polder {
namespace {

using Type = RegexNode::Type;
using Texts = std::vector<std::string>;

void SortUnique(Texts* texts) {
  std::sort(texts->begin(), texts->end());
  texts->erase(std::unique(texts->begin(), texts->end()), texts->end());
}

// Found in everyone's logs: what a literal has of them tells little.
constexpr std::array<std::string_view, 26> kCommon = {
    "http",    "https",   "www.",        ".com",    ".net",    ".org",          ".exe",
    ".dll",    ".php",    ".html",       "windows", "system",  "system32",      "users",
    "appdata", "roaming", "local",       "temp",    "program", "program files", "microsoft",
    "content", "mozilla", "application", "user",    "version"};

std::size_t CommonLength(std::string_view text) {
  std::size_t longest = 0;
  for (const std::string_view word : kCommon) {
    if (word.size() > longest && text.find(word) != std::string_view::npos) longest = word.size();
  }
  return longest;
}

// How much a literal tells: the larger the fewer texts have it.
std::size_t Weight(std::string_view text) {
  constexpr std::size_t kPlain = 12;  // looked for without decoding the event
  constexpr std::size_t kEnough = 16;
  const std::size_t length = std::min(text.size(), kEnough) * 2;
  const std::size_t common = CommonLength(text) * 2;
  return length - std::min(length - 1, common) + (HasEscapable(text) ? 0 : kPlain);
}

// Parts of a URL that is put together from fields: the scheme need not stand in the event, and a port may be
// a number in any spelling.
bool MayBeMadeUp(std::string_view piece) {
  return piece == "http" || piece == "https" || std::all_of(piece.begin(), piece.end(), IsDigit);
}

// The part of a literal to look for: a piece that is not written as an escape, if one is left that is long
// enough.
std::string_view BestPiece(std::string_view text) {
  std::string_view best;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    while (end < text.size() && !IsEscapable(text[end])) ++end;
    const std::string_view piece = text.substr(begin, end - begin);
    if (piece.size() >= kShortestLiteral && !MayBeMadeUp(piece) &&
        (best.empty() || Weight(piece) > Weight(best)))
      best = piece;
    begin = end + 1;
  }
  return best.empty() ? text : best;
}

// Texts of which one is required, and how much that tells; none: weight 0.
struct Required {
  Texts texts;
  std::size_t weight = 0;
};

// Without those that hold another one.
void DropLonger(Texts* texts) {
  const Texts all = *texts;
  std::erase_if(*texts, [&](const std::string& text) {
    return std::any_of(all.begin(), all.end(), [&](const std::string& other) {
      return other.size() < text.size() && text.find(other) != std::string::npos;
    });
  });
}

Required RequiredOf(const Texts& exact) {
  constexpr std::size_t kEachMore = 8;  // so many texts more take as much as a byte less
  Required required;
  if (exact.empty() || exact.size() > kMostLiterals) return required;
  std::size_t least = SIZE_MAX;
  for (const std::string& text : exact) {
    if (text.size() < kShortestLiteral) return {};
    const std::string_view piece = BestPiece(text);
    least = std::min(least, Weight(piece));
    required.texts.emplace_back(piece);
  }
  SortUnique(&required.texts);
  DropLonger(&required.texts);
  const std::size_t loss = 2 * required.texts.size() / kEachMore;
  required.weight = least > loss ? least - loss : 1;
  return required;
}

void Improve(Required* best, Required other) {
  if (other.weight > best->weight) *best = std::move(other);
}

// What is known of the texts that a part of an expression matches.
struct Facts {
  std::optional<Texts> exact;  // all of them, in small letters
  Required required;
};

Facts ExactFacts(Texts texts) {
  SortUnique(&texts);
  return {std::move(texts), {}};
}

Facts FactsOf(const RegexNode& node);

// The texts that stand side by side in a sequence, as far as they can be written out.
class Run {
 public:
  void Add(const Texts& next) {
    if (!Fits(next)) Break();
    Texts product;
    product.reserve(texts_.size() * next.size());
    for (const std::string& left : texts_) {
      for (const std::string& right : next) product.push_back(left + right);
    }
    SortUnique(&product);
    texts_ = std::move(product);
  }

  // What comes next is not known.
  void Break() {
    whole_ = false;
    Improve(&required_, RequiredOf(texts_));
    texts_ = {""};
  }

  void Require(Required required) { Improve(&required_, std::move(required)); }

  Facts Finish() {
    if (whole_) return {std::move(texts_), {}};
    Break();
    return {std::nullopt, std::move(required_)};
  }

 private:
  bool Fits(const Texts& next) const {
    std::size_t longest = 0;
    for (const std::string& text : next) longest = std::max(longest, text.size());
    return texts_.size() * next.size() <= kMostLiterals &&
           std::all_of(texts_.begin(), texts_.end(),
                       [&](const std::string& text) { return text.size() + longest <= kLongestLiteral; });
  }

  Texts texts_ = {""};
  bool whole_ = true;  // nothing was broken off yet
  Required required_;
};

// A part that may be left out says nothing; what comes n times or more comes n times, and then once more
// before what follows.
void AddRepeat(const RegexNode& node, Run* run) {
  Facts once = FactsOf(node.children.front());
  if (node.least == 0) {
    if (node.most == 1 && once.exact && once.exact->size() < kMostLiterals) {
      once.exact->emplace_back();
      return run->Add(*once.exact);
    }
    return run->Break();
  }
  if (!once.exact) {
    run->Break();
    return run->Require(std::move(once.required));
  }
  // More copies than a literal is long say nothing new.
  const auto copies = static_cast<std::uint32_t>(std::min<std::size_t>(node.least, kLongestLiteral));
  for (std::uint32_t i = 0; i < copies; ++i) run->Add(*once.exact);
  if (node.most == node.least && copies == node.least) return;
  run->Break();
  run->Add(*once.exact);
}

Facts FactsOfSequence(const RegexNode& node) {
  Run run;
  for (const RegexNode& child : node.children) {
    if (child.type == Type::kRepeat) {
      AddRepeat(child, &run);
      continue;
    }
    Facts facts = FactsOf(child);
    if (facts.exact) {
      run.Add(*facts.exact);
    } else {
      run.Break();
      run.Require(std::move(facts.required));
    }
  }
  return run.Finish();
}

// One of them has to be there, so each has to tell something.
Facts FactsOfAlternatives(const RegexNode& node) {
  Facts all{Texts(), {}};
  bool required = true;
  for (const RegexNode& child : node.children) {
    Facts facts = FactsOf(child);
    if (facts.exact && all.exact) {
      all.exact->insert(all.exact->end(), facts.exact->begin(), facts.exact->end());
      SortUnique(&*all.exact);
      if (all.exact->size() > kMostLiterals) all.exact.reset();
    } else {
      all.exact.reset();
    }
    const Required one = facts.exact ? RequiredOf(*facts.exact) : std::move(facts.required);
    required = required && one.weight > 0;
    all.required.weight = all.required.texts.empty() ? one.weight : std::min(all.required.weight, one.weight);
    all.required.texts.insert(all.required.texts.end(), one.texts.begin(), one.texts.end());
    SortUnique(&all.required.texts);
    if (all.required.texts.size() > kMostLiterals) required = false;
    if (!required) all.required = {};
  }
  return all;
}

Facts FactsOf(const RegexNode& node) {
  switch (node.type) {
    case Type::kEmpty:
      return ExactFacts({""});
    case Type::kByte: {
      Texts texts;
      for (const char byte : node.bytes) texts.emplace_back(1, byte);
      return ExactFacts(std::move(texts));
    }
    case Type::kSequence:
      return FactsOfSequence(node);
    case Type::kAlternatives:
      return FactsOfAlternatives(node);
    case Type::kRepeat: {
      Run run;
      AddRepeat(node, &run);
      return run.Finish();
    }
    case Type::kClass:
    case Type::kUnknown:
      break;
  }
  return {};
}

}  // namespace

bool IsEscapable(char c) {
  return IsControl(c) || IsNonAscii(c) ||
         std::string_view("\"\\/<>&'`+=|[],:?").find(c) != std::string_view::npos;
}

bool HasEscapable(std::string_view literal) {
  return MayBeMadeUp(literal) || std::any_of(literal.begin(), literal.end(), IsEscapable);
}

std::vector<std::string> RequiredLiterals(const Expression& expression) {
  const auto tree = ParseRegex(expression.regex);
  if (!tree) return {};
  Facts facts = FactsOf(*tree);
  Required required = facts.exact ? RequiredOf(*facts.exact) : std::move(facts.required);
  return std::move(required.texts);
}

}  // namespace polder
