// Traffic Light Protocol markings (FIRST, TLP 2.0, August 2022).
#ifndef POLDER_ENGINE_INDICATOR_TLP_H_
#define POLDER_ENGINE_INDICATOR_TLP_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace polder {

// From the most open to the strictest. An unmarked indicator is as strict as AMBER+STRICT when it comes to
// what may leave (DESIGN section 7), but it is not marked so.
enum class Tlp : std::uint8_t { kUnmarked, kClear, kGreen, kAmber, kAmberStrict, kRed };

// "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"; empty when unmarked. TLP 2.0's spelling without "TLP:".
std::string_view TlpName(Tlp tlp);
// Either version's name, in any case, with or without "TLP:"; WHITE reads as CLEAR, and a space or hyphen is
// as good as the plus of AMBER+STRICT.
std::optional<Tlp> TlpFromName(std::string_view name);
// By the identifier of the STIX marking-definition: STIX 2.1 section 7.2.1.4 for TLP 1, the OASIS TLP 2.0
// extension definition for TLP 2.
std::optional<Tlp> TlpFromStixMarking(std::string_view marking_id);
// The marking-definition of TLP 2.0 for `tlp`; empty when unmarked.
std::string_view StixMarkingId(Tlp tlp);
Tlp Stricter(Tlp a, Tlp b);

}  // namespace polder

#endif  // POLDER_ENGINE_INDICATOR_TLP_H_
