// JSON is not parsed. In a record that is JSON every other quote that no escape stands for opens a string, so
// that strings are found by counting quotes, 64 bytes at a time; keys are left out by the colon behind them.
// In one that is not JSON after all, quotes mean nothing: it is a line of text then, and for that the record
// as a whole and what stands behind its separators are looked at, whichever they are.
//
// A string in which an escape stands is decoded only if an indicator begins like it. With \u in it, it is
// decoded at once.
#include "engine/match/text_look.h"

#include <algorithm>
#include <array>
#include <bit>

#include "engine/event/record.h"
#include "engine/event/unescape.h"
#include "engine/match/mask_walk.h"
#include "engine/observable/text.h"

namespace polder {
namespace {

using Role = GateHasher::Role;

constexpr std::size_t kNowhere = std::string_view::npos;

// Which of these backslashes begin an escape, read from left to right: in a row of them every other one.
// `escaped` tells whether the first byte of the block belongs to an escape, and is set for the next.
std::uint64_t EscapeStarts(std::uint64_t backslash, bool& escaped) {
  std::uint64_t rest = backslash & ~std::uint64_t{escaped};
  std::uint64_t starts = rest & ~(rest << 1);
  if ((rest & rest << 1 & rest << 2) != 0) {
    for (starts = 0; rest != 0;) {
      const std::uint64_t lowest = rest & (~rest + 1);
      starts |= lowest;
      rest &= ~(lowest | lowest << 1);
    }
  }
  escaped = starts >> 63 != 0;
  return starts;
}

// Bit i is set if an odd number of bits up to and including i are.
std::uint64_t OddUpTo(std::uint64_t bits) {
  for (unsigned shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

}  // namespace

struct TextLook::Pass {
  std::string_view text;
  std::size_t blocks;
  const std::vector<BlockMasks>& masks;
  const TextGates& gates;
  const GateHasher& hasher;
  Ask ask;
  bool unicode = false;  // \u stands in the record, up to here

  void CheckWhole(std::string_view value) const {
    const std::uint32_t front = TextGates::Front(hasher, value);
    if (!gates.MayBegin(front)) return;
    const std::uint32_t back = TextGates::Back(hasher, value);
    if (gates.MayBeginName(front) && gates.MayEndName(back)) ask(hasher.Text(Role::kFileName, value));
    if (gates.MayBeginText(front) && gates.MayEndText(back)) ask(hasher.Text(Role::kWholeText, value));
  }
  void CheckName(std::string_view value) const {
    if (!gates.MayBeginName(TextGates::Front(hasher, value))) return;
    if (gates.MayEndName(TextGates::Back(hasher, value))) ask(hasher.Text(Role::kFileName, value));
  }
};

struct TextLook::Walk {
  bool escaped = false;          // the next byte belongs to an escape
  std::uint64_t in_string = 0;   // all ones or none
  std::size_t string_start = 0;  // behind the last quote that opens a string
  bool after_separator = false;  // the last byte was a `/` or backslash
  bool in_name = false;          // a name has begun behind a separator
  std::size_t name_start = 0;    // behind the last `/` or backslash
  bool any_separator = false;
};

bool TextLook::Look(std::string_view text, bool json, const std::vector<BlockMasks>& masks,
                    const TextGates& gates, const GateHasher& hasher, Ask ask) {
  Pass pass{.text = text,
            .blocks = (text.size() + 63) / 64,
            .masks = masks,
            .gates = gates,
            .hasher = hasher,
            .ask = ask};
  if (masks_.size() < pass.blocks + 1) {
    masks_.resize(pass.blocks + 1);
    json_masks_.resize(pass.blocks + 1);
  }
  ClassifyTexts(text.data(), text.size(), masks_.data());
  masks_[pass.blocks] = {};
  pass.CheckWhole(text);
  if (!json) {
    LookAtBlocks<Form::kLine>(pass);
    return false;
  }
  std::uint64_t backslashes = 0;
  for (std::size_t block = 0; block < pass.blocks; ++block) backslashes |= masks[block].backslash;
  if (backslashes == 0) {
    LookAtBlocks<Form::kPlainJson>(pass);
    return false;
  }
  LookAtBlocks<Form::kJson>(pass);
  return !pass.unicode && MayHitDecoded(pass);
}

template <TextLook::Form kForm>
void TextLook::LookAtBlocks(Pass& pass) {
  const bool names = pass.gates.has_names();
  Walk walk;
  long_names_.clear();
  for (std::size_t block = 0; block < pass.blocks; ++block) {
    if constexpr (kForm != Form::kLine) LookAtStrings<kForm>(pass, walk, block);
    if (names) LookAtNames<kForm>(pass, walk, block);
  }
  if (!long_names_.empty()) LookAtLongNames(pass);
  // As part of a line, what stands behind the last separator is a name too.
  if (walk.any_separator) pass.CheckName(pass.text.substr(walk.name_start));
}

// --- Strings of JSON -----------------------------------------------------------------------------

template <TextLook::Form kForm>
void TextLook::LookAtStrings(Pass& pass, Walk& walk, std::size_t block) {
  const BlockMasks& m = pass.masks[block];
  std::uint64_t quotes = masks_[block].quote;
  std::uint64_t escape = 0;
  if constexpr (kForm == Form::kJson) {
    const std::uint64_t first_escaped = walk.escaped ? 1 : 0;
    escape = EscapeStarts(m.backslash, walk.escaped);
    const std::uint64_t escaped = escape << 1 | first_escaped;
    pass.unicode = pass.unicode || (m.letter_u & escaped) != 0;
    quotes &= ~escaped;
  }
  const std::uint64_t inside = OddUpTo(quotes) ^ walk.in_string;
  walk.in_string = std::uint64_t{0} - (inside >> 63);
  const std::uint64_t openers = quotes & inside;
  const std::uint64_t closers = quotes & ~inside;
  json_masks_[block] = {escape, (m.slash & ~escape) | closers};
  const std::uint64_t before_colon = m.colon >> 1 | pass.masks[block + 1].colon << 63;
  const std::size_t base = block * 64;
  for (std::uint64_t ends = closers & ~before_colon; ends != 0; ends &= ends - 1) {
    const auto end = static_cast<std::size_t>(std::countr_zero(ends));
    const std::uint64_t before = openers & ((std::uint64_t{1} << end) - 1);
    const std::size_t start =
        before == 0 ? walk.string_start : base + 64 - static_cast<std::size_t>(std::countl_zero(before));
    if constexpr (kForm == Form::kJson) {
      LookAtEscaped(pass, start, base + end, /*whole=*/true);
    } else {
      pass.CheckWhole(pass.text.substr(start, base + end - start));
    }
  }
  if (openers != 0) walk.string_start = base + 64 - static_cast<std::size_t>(std::countl_zero(openers));
}

// From `start` to `end` there may be escapes.
void TextLook::LookAtEscaped(const Pass& pass, std::size_t start, std::size_t end, bool whole) {
  const std::string_view raw = pass.text.substr(start, end - start);
  if (!AnyBetween<&BlockMasks::backslash>(pass.masks, start, end)) {
    whole ? pass.CheckWhole(raw) : pass.CheckName(raw);
    return;
  }
  if (pass.unicode && raw.find("\\u") != kNowhere) {
    LookAtDecoded(pass, raw);
    return;
  }
  // Every escape but \u is two bytes for one: at the worst half of them are left.
  if (raw.size() > 2 * pass.gates.longest()) return;
  std::array<char, 16> front{};
  std::size_t count = 0;
  for (std::size_t at = 0; count < 8 && at < raw.size(); ++at) {
    front[count++] = raw[at] == '\\' && at + 1 < raw.size() ? SimpleEscape(raw[++at]) : raw[at];
  }
  if (!pass.gates.MayHavePrefix(TextGates::Prefix(pass.hasher, {front.data(), count}))) return;
  const std::size_t size = raw.size() - EscapesBetween(start, end);
  if (pass.gates.MayBegin(TextGates::Front(pass.hasher, {front.data(), size}))) LookAtDecoded(pass, raw);
}

// As a whole, and its last component. The others are found where the record is looked at: as it stands, or
// with \u in it decoded.
void TextLook::LookAtDecoded(const Pass& pass, std::string_view raw) {
  UnescapeLeniently(raw, decoded_);
  const std::size_t size = decoded_.size();
  decoded_.append(kRecordPadding, '\0');
  const std::string_view value = std::string_view(decoded_).substr(0, size);
  pass.CheckWhole(value);
  const std::size_t separator = value.find_last_of("/\\");
  if (separator != kNowhere) pass.CheckName(value.substr(separator + 1));
}

std::size_t TextLook::EscapesBetween(std::size_t start, std::size_t end) const {
  std::size_t count = 0;
  for (std::size_t block = start / 64; block * 64 < end; ++block) {
    std::uint64_t bits = json_masks_[block].escape;
    if (block == start / 64) bits &= ~std::uint64_t{0} << start % 64;
    if (block == (end - 1) / 64) bits &= ~std::uint64_t{0} >> (63 - (end - 1) % 64);
    count += static_cast<std::size_t>(std::popcount(bits));
  }
  return count;
}

// --- Names behind separators ---------------------------------------------------------------------

// A name is what stands between a separator and what ends it, of which no other separator is any use. In JSON
// an escape ends it too, whatever it stands for: for \u see Look. Every backslash is taken for a separator,
// since the record may turn out to be a line.
template <TextLook::Form kForm>
void TextLook::LookAtNames(const Pass& pass, Walk& walk, std::size_t block) {
  const std::uint64_t separators = pass.masks[block].slash;
  if (separators == 0 && !walk.in_name && !walk.after_separator) return;
  const std::uint64_t ends = masks_[block].name_end;
  std::uint64_t useful = ends & ~separators;
  std::uint64_t parted = separators;  // separators when escapes are decoded
  if constexpr (kForm == Form::kJson) {
    const std::uint64_t escape = json_masks_[block].escape;
    useful |= escape & ~(separators >> 1 | pass.masks[block + 1].slash << 63);
    parted &= ~escape;
  }
  // Adding a name's first bit to the bits of all that may stand in one carries to the bit behind its last.
  const std::uint64_t behind = separators << 1 | (walk.after_separator ? 1 : 0);
  const std::uint64_t first = (behind | (walk.in_name ? 1 : 0)) & ~ends;
  const std::uint64_t sum = ~ends + first;
  const std::uint64_t reached = ((sum & ends) | (walk.in_name ? ends & 1 : 0)) & useful;

  const std::size_t base = block * 64;
  const auto start_of = [&](std::size_t end) {
    const std::uint64_t before = separators & ((std::uint64_t{1} << end) - 1);
    return before == 0 ? walk.name_start : base + 64 - static_cast<std::size_t>(std::countl_zero(before));
  };
  for (std::uint64_t bits = reached; bits != 0; bits &= bits - 1) {
    const auto end = static_cast<std::size_t>(std::countr_zero(bits));
    const std::size_t start = start_of(end);
    pass.CheckName(pass.text.substr(start, base + end - start));
  }
  if constexpr (kForm != Form::kLine) {
    // Where nothing but the end of the string ends a name, it goes on, or begins with what would end it.
    const std::uint64_t empty = (parted << 1 | (walk.after_separator ? 1 : 0)) & useful;
    for (std::uint64_t bits = (reached | empty) & ~masks_[block].quote; bits != 0; bits &= bits - 1) {
      const auto from = static_cast<std::size_t>(std::countr_zero(bits));
      long_names_.push_back({start_of(from), base + from});
    }
  }
  walk.in_name = sum < first;
  walk.after_separator = separators >> 63 != 0;
  if (separators != 0) {
    walk.name_start = base + 64 - static_cast<std::size_t>(std::countl_zero(separators));
    walk.any_separator = true;
  }
}

void TextLook::LookAtLongNames(const Pass& pass) {
  for (const auto [start, from] : long_names_) {
    const std::size_t end = FirstFrom<&JsonMasks::component_end>(json_masks_, pass.blocks, from);
    if (end != kNowhere && pass.text[end] == '"') LookAtEscaped(pass, start, end, /*whole=*/false);
  }
}

// --- A record that is no JSON ----------------------------------------------------------------------

// Whether a record with escapes, in case that it is no JSON, could be hit as one text, or at its very end,
// once they are decoded. What stands between was seen.
bool TextLook::MayHitDecoded(const Pass& pass) const {
  if (pass.text.size() <= 2 * pass.gates.longest() && MayBeginDecoded(pass)) return true;
  if (!pass.gates.has_names()) return false;
  // The end of the record, from its last escape on, nearly always has the quote that ends a string.
  const std::size_t separator = LastBefore<&BlockMasks::slash>(pass.masks, 0, pass.text.size());
  const bool escape = (json_masks_[separator / 64].escape >> separator % 64 & 1) != 0;
  if (!escape) return false;  // nor behind it
  return pass.gates.has_quoted_names() ||
         !AnyBetween<&TextMasks::quote>(masks_, separator + 1, pass.text.size());
}

bool TextLook::MayBeginDecoded(const Pass& pass) const {
  std::array<char, 16> front{};
  std::size_t at = 0;
  for (std::size_t i = 0; i < 8; ++i, ++at) {
    if (at >= pass.text.size()) return true;  // too short to tell
    front[i] = pass.text[at];
    if (front[i] != '\\') continue;
    front[i] = ++at < pass.text.size() ? SimpleEscape(pass.text[at]) : '\0';
    if (front[i] == '\0') return true;
  }
  return pass.gates.MayHavePrefix(TextGates::Prefix(pass.hasher, {front.data(), 8}));
}

}  // namespace polder
