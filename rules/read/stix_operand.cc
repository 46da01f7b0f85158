#include "rules/read/stix_operand.h"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/observable/characters.h"
#include "engine/observable/digest.h"
#include "engine/observable/ip.h"
#include "rules/read/misp_types.h"
#include "rules/read/refang.h"

namespace polder {
namespace {

using Values = absl::StatusOr<std::vector<TypedValue>>;

bool IsText(Kind kind) { return kind >= Kind::kFileName && kind <= Kind::kText; }

bool StartsDefanged(std::string_view word) {
  constexpr std::string_view kScheme = "hxxp";
  return word.size() > kScheme.size() &&
         std::equal(kScheme.begin(), kScheme.end(), word.begin(),
                    [](char wanted, char seen) { return wanted == ToLowerAscii(seen); });
}

// A text may hold brackets that belong to it: only words that are clearly a defanged URL get their teeth
// back.
std::string RefangText(std::string_view text) {
  constexpr std::string_view kBetweenWords = " \t\r\n\"'`()<>,;=";
  std::string refanged;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t word_end = std::min(text.find_first_of(" \t\r\n\"'`<>", at), text.size());
    if (StartsDefanged(text.substr(at))) {
      refanged += Refang(text.substr(at, word_end - at));
      at = word_end;
    } else {
      const std::size_t separator = std::min(text.find_first_of(kBetweenWords, at), text.size());
      const std::size_t next = std::min(separator + 1, text.size());
      refanged += text.substr(at, next - at);
      at = next;
    }
  }
  return refanged;
}

// With every spelling that the MISP reader gives, so that one value from both formats is one entry.
Values AsMisp(std::string_view type, std::string_view text) {
  return ReadMispValue(*FindMispType(type), text);
}

Values TypeEndpoint(std::string_view text) {
  const bool six_pairs = text.size() == 17 && (text[2] == ':' || text[2] == '-') && text[5] == text[2];
  if (six_pairs && text.find('.') == std::string_view::npos) return AsMisp("mac-address", text);
  const bool address = ParseIp(text) || ParseNetwork(text) || text.find_first_of(":/") != text.npos;
  return TypeValueAs(address ? Kind::kIp : Kind::kDomain, text);
}

// Some producers write an address where a name belongs.
Values TypeDomain(std::string_view text) {
  return TypeValueAs(ParseIp(text) ? Kind::kIp : Kind::kDomain, text);
}

// Without the white space that values bring along from where they were copied.
std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

Values TypeDigest(std::string_view text) {
  const auto digest = CanonicaliseDigest(text);
  if (!digest) return absl::InvalidArgumentError("not 32, 40, 64 or 128 hexadecimal digits");
  return std::vector<TypedValue>{{digest->kind, digest->hex}};
}

bool IsNamedPipe(std::string_view path) {
  std::string start(path.substr(0, std::string_view(R"(\\.\pipe\)").size()));
  std::transform(start.begin(), start.end(), start.begin(), ToLowerAscii);
  return start == R"(\\.\pipe\)" || start == R"(\\*\pipe\)";
}

// Some logs write it with colons and some without.
Values TypeSerial(std::string_view text) {
  auto values = TypeValueAs(Kind::kCertificateSerial, text);
  if (!values.ok()) return values;
  const std::string& written = values->front().value;
  std::string digits = written;
  std::erase(digits, ':');
  if (digits.size() % 2 != 0 || !std::all_of(digits.begin(), digits.end(), IsHexDigit)) return values;
  std::string pairs;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    if (i > 0) pairs += ':';
    pairs += digits.substr(i, 2);
  }
  std::string& other = written == digits ? pairs : digits;
  if (other != written) values->push_back({Kind::kCertificateSerial, std::move(other)});
  return values;
}

Values TypeTextOperand(Kind kind, std::string_view text) {
  const bool with_folder = text.find_first_of("/\\") != std::string_view::npos;
  if (kind == Kind::kRegistryKey) return AsMisp("regkey", text);
  if (kind == Kind::kCertificateSerial) return TypeSerial(Trimmed(text));
  if (kind == Kind::kMacAddress) return AsMisp("mac-address", Trimmed(text));
  if (kind == Kind::kAsNumber) return AsMisp("AS", Trimmed(text));
  if (kind != Kind::kFileName || !with_folder) return TypeValueAs(kind, RefangText(text));
  return IsNamedPipe(text) ? AsMisp("named pipe", text) : TypeValueAs(Kind::kFilePath, text);
}

}  // namespace

absl::StatusOr<std::vector<TypedValue>> TypeStixOperand(const PathMeaning& meaning, std::string_view text) {
  if (meaning.use == PathUse::kEndpoint) return TypeEndpoint(Refang(Trimmed(text)));
  if (meaning.use == PathUse::kDigest) return TypeDigest(Trimmed(text));
  if (IsText(meaning.kind)) return TypeTextOperand(meaning.kind, text);
  const std::string value = meaning.kind == Kind::kPort ? std::string(text) : Refang(Trimmed(text));
  return meaning.kind == Kind::kDomain ? TypeDomain(value) : TypeValueAs(meaning.kind, value);
}

}  // namespace polder
