// Two table look-ups, by the low and by the high half of a byte, whose AND has one bit for each group the
// byte is in; a class is one or more groups. Groups (bit: low half x high half):
//   0  digits            0-9   x 3
//   1  letters a-o, A-O  1-F   x 4, 6
//   2  letters p-z, P-Z  0-A   x 5, 7
//   3  . and -           D, E  x 2
//   4  letters a-f, A-F  1-6   x 4, 6
//   5  :                 A     x 3
//   6  @                 0     x 4
//   7  _                 F     x 5
// Slash, backslash and dot are compared for: the tables have no bits left for them. What ends a file name has
// tables of its own, with a group for each high half.
#include "engine/match/classify.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/match/classify.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace polder {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::uint8_t kDigit = 1;
constexpr std::uint8_t kLetterLow = 2;
constexpr std::uint8_t kLetterHigh = 4;
constexpr std::uint8_t kDotDash = 8;
constexpr std::uint8_t kHexLetter = 16;
constexpr std::uint8_t kColon = 32;
constexpr std::uint8_t kAt = 64;
constexpr std::uint8_t kUnderscore = 128;

alignas(16) constexpr std::uint8_t kByLowHalf[16] = {
    kDigit | kLetterHigh | kAt,                      // 0
    kDigit | kLetterLow | kLetterHigh | kHexLetter,  // 1
    kDigit | kLetterLow | kLetterHigh | kHexLetter,  // 2
    kDigit | kLetterLow | kLetterHigh | kHexLetter,  // 3
    kDigit | kLetterLow | kLetterHigh | kHexLetter,  // 4
    kDigit | kLetterLow | kLetterHigh | kHexLetter,  // 5
    kDigit | kLetterLow | kLetterHigh | kHexLetter,  // 6
    kDigit | kLetterLow | kLetterHigh,               // 7
    kDigit | kLetterLow | kLetterHigh,               // 8
    kDigit | kLetterLow | kLetterHigh,               // 9
    kLetterLow | kLetterHigh | kColon,               // A
    kLetterLow,                                      // B
    kLetterLow,                                      // C
    kLetterLow | kDotDash,                           // D
    kLetterLow | kDotDash,                           // E
    kLetterLow | kUnderscore,                        // F
};
alignas(16) constexpr std::uint8_t kByHighHalf[16] = {
    0,
    0,
    kDotDash,
    kDigit | kColon,
    kLetterLow | kHexLetter | kAt,
    kLetterHigh | kUnderscore,
    kLetterLow | kHexLetter,
    kLetterHigh,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
};

constexpr std::uint8_t kControl = 1;
constexpr std::uint8_t kIn2 = 2;   // space " ' * , /
constexpr std::uint8_t kIn3 = 4;   // : ; < > ?
constexpr std::uint8_t kIn5 = 8;   // backslash
constexpr std::uint8_t kIn6 = 16;  // `
constexpr std::uint8_t kIn7 = 32;  // | and DEL

alignas(16) constexpr std::uint8_t kNameEndByLowHalf[16] = {
    kControl | kIn2 | kIn6,                // 0
    kControl,                              // 1
    kControl | kIn2,                       // 2
    kControl,                              // 3
    kControl,                              // 4
    kControl,                              // 5
    kControl,                              // 6
    kControl | kIn2,                       // 7
    kControl,                              // 8
    kControl,                              // 9
    kControl | kIn2 | kIn3,                // A
    kControl | kIn3,                       // B
    kControl | kIn2 | kIn3 | kIn5 | kIn7,  // C
    kControl,                              // D
    kControl | kIn3,                       // E
    kControl | kIn2 | kIn3 | kIn7,         // F
};
alignas(16) constexpr std::uint8_t kNameEndByHighHalf[16] = {
    kControl, kControl, kIn2, kIn3, 0, kIn5, kIn6, kIn7, 0, 0, 0, 0, 0, 0, 0, 0,
};

template <class D, class M>
HWY_INLINE std::uint64_t Bits(D d, M mask) {
  // Room for what StoreMaskBits writes on any target.
  std::uint8_t bytes[16] = {};
  hn::StoreMaskBits(d, mask, bytes);
  std::uint64_t bits;
  __builtin_memcpy(&bits, bytes, 8);
  return bits;
}

template <class D>
HWY_INLINE void ClassifyBlock(D d, const std::uint8_t* HWY_RESTRICT in, BlockMasks& out) {
  const auto by_low = hn::LoadDup128(d, kByLowHalf);
  const auto by_high = hn::LoadDup128(d, kByHighHalf);
  const auto low_half = hn::Set(d, 0x0F);
  const auto zero = hn::Zero(d);
  const auto in_class = [&](auto groups, std::uint8_t bits) {
    return hn::Ne(hn::And(groups, hn::Set(d, bits)), zero);
  };
  out = {};
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i < 64; i += lanes) {
    const auto bytes = hn::LoadU(d, in + i);
    const auto groups = hn::And(hn::TableLookupBytes(by_low, hn::And(bytes, low_half)),
                                hn::TableLookupBytes(by_high, hn::ShiftRight<4>(bytes)));
    const std::uint64_t alnum = Bits(d, in_class(groups, kDigit | kLetterLow | kLetterHigh));
    const std::uint64_t punctuation = Bits(d, in_class(groups, kDotDash | kUnderscore));
    const std::uint64_t high = Bits(d, in_class(bytes, 0x80));
    const std::uint64_t backslash = Bits(d, hn::Eq(bytes, hn::Set(d, '\\')));
    out.alnum |= alnum << i;
    out.hex |= Bits(d, in_class(groups, kDigit | kHexLetter)) << i;
    out.token |= (alnum | punctuation | high) << i;
    out.high |= high << i;
    out.dot |= Bits(d, hn::Eq(bytes, hn::Set(d, '.'))) << i;
    out.colon |= Bits(d, in_class(groups, kColon)) << i;
    out.at |= Bits(d, in_class(groups, kAt)) << i;
    out.backslash |= backslash << i;
    out.letter_u |= Bits(d, hn::Eq(bytes, hn::Set(d, 'u'))) << i;
    out.slash |= (backslash | Bits(d, hn::Eq(bytes, hn::Set(d, '/')))) << i;
  }
}

void ClassifyBytes(const char* bytes, std::size_t size, BlockMasks* masks) {
  const hn::CappedTag<std::uint8_t, 64> d;
  const auto* in = reinterpret_cast<const std::uint8_t*>(bytes);
  for (std::size_t at = 0; at < size; at += 64, ++masks) {
    ClassifyBlock(d, in + at, *masks);
    if (size - at < 64) {
      const std::uint64_t valid = (std::uint64_t{1} << (size - at)) - 1;
      for (std::uint64_t* mask :
           {&masks->token, &masks->alnum, &masks->hex, &masks->dot, &masks->colon, &masks->at, &masks->slash,
            &masks->backslash, &masks->letter_u, &masks->high}) {
        *mask &= valid;
      }
    }
  }
}

void ClassifyTexts(const char* bytes, std::size_t size, TextMasks* masks) {
  const hn::CappedTag<std::uint8_t, 64> d;
  const auto* in = reinterpret_cast<const std::uint8_t*>(bytes);
  const auto by_low = hn::LoadDup128(d, kNameEndByLowHalf);
  const auto by_high = hn::LoadDup128(d, kNameEndByHighHalf);
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t at = 0; at < size; at += 64, ++masks) {
    TextMasks out = {};
    for (std::size_t i = 0; i < 64; i += lanes) {
      const auto block = hn::LoadU(d, in + at + i);
      const auto groups = hn::And(hn::TableLookupBytes(by_low, hn::And(block, hn::Set(d, 0x0F))),
                                  hn::TableLookupBytes(by_high, hn::ShiftRight<4>(block)));
      out.name_end |= Bits(d, hn::Ne(groups, hn::Zero(d))) << i;
      out.quote |= Bits(d, hn::Eq(block, hn::Set(d, '"'))) << i;
    }
    if (size - at < 64) {
      const std::uint64_t valid = (std::uint64_t{1} << (size - at)) - 1;
      out.name_end &= valid;
      out.quote &= valid;
    }
    *masks = out;
  }
}

const char* TargetName() { return hwy::TargetName(HWY_TARGET); }

}  // namespace HWY_NAMESPACE
}  // namespace polder
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace polder {

HWY_EXPORT(ClassifyBytes);
HWY_EXPORT(ClassifyTexts);
HWY_EXPORT(TargetName);

void ClassifyBytes(const char* bytes, std::size_t size, BlockMasks* masks) {
  HWY_DYNAMIC_DISPATCH(ClassifyBytes)(bytes, size, masks);
}

void ClassifyTexts(const char* bytes, std::size_t size, TextMasks* masks) {
  HWY_DYNAMIC_DISPATCH(ClassifyTexts)(bytes, size, masks);
}

const char* ClassifyTarget() { return HWY_DYNAMIC_DISPATCH(TargetName)(); }

}  // namespace polder
#endif  // HWY_ONCE
