// Walks over the bits that ClassifyBytes sets, one for each byte of a record, 64 a block.
#ifndef POLDER_ENGINE_MATCH_MASK_WALK_H_
#define POLDER_ENGINE_MATCH_MASK_WALK_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/match/classify.h"

namespace polder {

// The start of the run of set bits that holds bit `at`.
template <auto kMask, typename Masks>
std::size_t RunStart(const std::vector<Masks>& masks, std::size_t at) {
  std::size_t block = at / 64;
  // Zeros up to and including `at`, counted from above.
  std::uint64_t gaps = ~(masks[block].*kMask) & (~std::uint64_t{0} >> (63 - at % 64));
  while (gaps == 0) {
    if (block == 0) return 0;
    gaps = ~(masks[--block].*kMask);
  }
  return block * 64 + 64 - static_cast<std::size_t>(std::countl_zero(gaps));
}

// Where the run of set bits that holds bit `at` ends.
template <auto kMask, typename Masks>
std::size_t RunEnd(const std::vector<Masks>& masks, std::size_t blocks, std::size_t at) {
  std::size_t block = at / 64;
  std::uint64_t gaps = ~(masks[block].*kMask) & (~std::uint64_t{0} << at % 64);
  while (gaps == 0) {
    if (++block == blocks) return blocks * 64;
    gaps = ~(masks[block].*kMask);
  }
  return block * 64 + static_cast<std::size_t>(std::countr_zero(gaps));
}

// The first set bit at or after `start`; npos if there is none.
template <auto kMask, typename Masks>
std::size_t FirstFrom(const std::vector<Masks>& masks, std::size_t blocks, std::size_t start) {
  std::size_t block = start / 64;
  if (block >= blocks) return std::string_view::npos;
  std::uint64_t bits = masks[block].*kMask & ~std::uint64_t{0} << start % 64;
  while (bits == 0) {
    if (++block == blocks) return std::string_view::npos;
    bits = masks[block].*kMask;
  }
  return block * 64 + static_cast<std::size_t>(std::countr_zero(bits));
}

// The last set bit before `end`, or npos if there is none at or after `start`.
template <auto kMask, typename Masks>
std::size_t LastBefore(const std::vector<Masks>& masks, std::size_t start, std::size_t end) {
  if (end <= start) return std::string_view::npos;
  std::size_t block = (end - 1) / 64;
  std::uint64_t bits = (masks[block].*kMask) & (~std::uint64_t{0} >> (63 - (end - 1) % 64));
  while (bits == 0) {
    if (block * 64 <= start) return std::string_view::npos;
    bits = masks[--block].*kMask;
  }
  const std::size_t found = block * 64 + 63 - static_cast<std::size_t>(std::countl_zero(bits));
  return found >= start ? found : std::string_view::npos;
}

template <auto kMask, typename Masks>
bool AnyBetween(const std::vector<Masks>& masks, std::size_t start, std::size_t end) {
  return LastBefore<kMask>(masks, start, end) != std::string_view::npos;
}

// The 64 bits from bit `at` on.
template <auto kMask, typename Masks>
std::uint64_t Window(const std::vector<Masks>& masks, std::size_t at) {
  const std::size_t block = at / 64;
  const std::size_t shift = at % 64;
  const std::uint64_t low = masks[block].*kMask >> shift;
  // The second shift is 64 less `shift` in two steps: a shift by 64 would be undefined.
  return low | (masks[block + 1].*kMask << 1 << (63 - shift));
}

// Whether `count` bits from `at` on are all set.
template <auto kMask, typename Masks>
bool AllSet(const std::vector<Masks>& masks, std::size_t at, std::size_t count) {
  for (; count > 64; at += 64, count -= 64) {
    if (~Window<kMask>(masks, at) != 0) return false;
  }
  return ~Window<kMask>(masks, at) << (64 - count) == 0;
}

}  // namespace polder

#endif  // POLDER_ENGINE_MATCH_MASK_WALK_H_
