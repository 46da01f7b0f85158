// Finds every observable in a piece of text. This is the second, exact look, and it states the rules of what
// is searched; the first look (engine/match/first_look.h) must never miss what is found here.
//
// `text` is one string value of a structured event after unescaping, or one line of text. It need not be
// UTF-8. The rules, in terms of these classes of characters:
//   token character   [A-Za-z0-9._-]
//   name character    a token character, or a well-formed UTF-8 code point of RFC 5892's LetterDigits class
// A "maximal run" of a class can be extended at neither end.
//
// ip (v4)   a maximal run of token characters that, its trailing dots dropped, is a dotted quad without
//           leading zeros.
// ip (v6)   from a maximal run of [0-9A-Fa-f:.]: drop trailing dots; then drop one colon at its end and one
//           at its start, unless it is part of a `::`. What is left has two colons, is an IPv6 address, and
//           is not next to a token character. (Where dots were dropped, the run must not be followed by one.)
// domain    a maximal run of name characters that CanonicalDomain accepts and that is no ip. Labels which
//           IDNA refuses are left out with everything before them.
// hash      a maximal run of [0-9A-Za-z] that is 32, 40, 64 or 128 hexadecimal digits.
// email     at every `@`: the maximal run of name characters right after it, if it does not begin with a dot,
//           and CanonicalDomain accepts it whole, its trailing dots dropped; before it, with L the maximal
//           run of characters IsLocalPartChar: every ending of L that is 1 to 64 long and starts where L
//           starts or behind a character not IsPlainLocalPartChar. So `to=a@b.example` is searched as
//           `to=a@...` and as `a@...`.
// url       at every `://`: see UrlAround and CanonicaliseUrl in url.h. URLs within URLs are found as well,
//           as far as the first 16 `://` of a stretch without a character that ends a URL, so that a hostile
//           line cannot cost the square of its length. A host that is written percent-encoded is also
//           searched as a domain or ip.
// file name the whole of `text`; and behind every `/` or `\`, what stands up to the end of `text`, and what
//           stands up to the first white space, quote ("'`), control character or one of `<>|*?:;,`. A
//           reading with another `/` or `\` in it is none: a file name is the last component of a path.
//           (text.h)
// text      the whole of `text`, not trimmed: all other text kinds are compared with it.
//
// File names and texts longer than kMaxTextValue are none. They are compared byte by byte, but for the case
// of ASCII letters. White space and control characters are those of ASCII.
//
// A port is no observable. As a condition of an indicator it holds if a number of the event is equal to it,
// or a maximal run of digits in `text` is the port as it is written, has no ASCII letter beside it and is no
// part of a dotted number: 443 stands in `:443` and in `443.`, not in `1.443`, `0443` or `tcp443`.
#ifndef POLDER_ENGINE_OBSERVABLE_EXTRACT_H_
#define POLDER_ENGINE_OBSERVABLE_EXTRACT_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "engine/observable/ip.h"
#include "engine/observable/kind.h"

namespace polder {

// A value found in an event. The views last for the duration of the call that hands it over; `atomic` points
// into the searched text.
struct Observable {
  Kind kind;                   // for a whole text kText, whatever kind its indicators are of
  std::string_view atomic;     // as it stands in the text
  std::string_view canonical;  // as indicators are compared; for ip FormatIp's spelling
  IpAddress ip;                // for Kind::kIp
};

// Calls `sink` for every observable, in no particular order; one value found twice is reported twice.
void ExtractObservables(std::string_view text, absl::FunctionRef<void(const Observable&)> sink);

// The observables of a URL composed from several fields: the url itself only. `atomic` is the composed text.
void ExtractComposedUrl(std::string_view url, absl::FunctionRef<void(const Observable&)> sink);

// The maximal run of name characters that holds text[at]; empty if text[at] is none. With ASCII alone it is
// the run of token characters.
std::string_view NameRunAround(std::string_view text, std::size_t at);

// The maximal run of [0-9A-Fa-f:.] that holds text[at], and the IPv6 address in it, if there is one.
struct Ipv6Run {
  std::size_t start;
  std::size_t end;
  std::optional<IpAddress> ip;
  std::string_view atomic;
};
Ipv6Run Ipv6Around(std::string_view text, std::size_t at);

// Calls `sink(atomic, canonical)` for each reading of the `@` at text[at] as an email address.
void EmailsAround(std::string_view text, std::size_t at,
                  absl::FunctionRef<void(std::string_view, std::string_view)> sink);

}  // namespace polder

#endif  // POLDER_ENGINE_OBSERVABLE_EXTRACT_H_
