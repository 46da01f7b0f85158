// Permissible Actions Protocol: what the receiver may do with an indicator (the MISP taxonomy PAP).
#ifndef POLDER_ENGINE_INDICATOR_PAP_H_
#define POLDER_ENGINE_INDICATOR_PAP_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace polder {

// From the most open to the strictest.
enum class Pap : std::uint8_t { kUnmarked, kClear, kGreen, kAmber, kRed };

// "CLEAR", "GREEN", "AMBER", "RED"; empty when unmarked.
std::string_view PapName(Pap pap);
// In any case, with or without "PAP:"; WHITE reads as CLEAR.
std::optional<Pap> PapFromName(std::string_view name);
Pap Stricter(Pap a, Pap b);

}  // namespace polder

#endif  // POLDER_ENGINE_INDICATOR_PAP_H_
