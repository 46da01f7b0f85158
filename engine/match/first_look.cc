// The record is classified 64 bytes at a time into bit masks; only places that can belong to an observable
// are visited: a dot between token characters (name or IPv4), 16 alphanumeric bytes in an aligned row
// (digest), a colon before a slash (URL) or beside another (IPv6), an @. What is found there is hashed and
// asked of the filter a little later, when the prefetched cache line has come.
//
// JSON escapes. A raw record differs from its decoded values only at backslashes. A short escape (\n, \t, \/
// ...) stands for a character that is in no name, number or digest, but its letter sticks to what follows:
// `\nevil.example` reads `nevil.example`. So a run behind a backslash is asked for with and without its first
// byte. Where more than that depends on an escape (\uXXXX anywhere, a backslash in or before a URL, an
// address or an IPv6), the whole record is decoded into a buffer and looked at once more. Texts and file
// names are found by other rules: see text_look.cc.
//
// Records of other formats are looked at as they stand, whichever format it is: what parts their values is in
// no name, number or digest. Only where a URL ends depends on the format, so its host alone is asked for.
// What is written with escapes, and JSON in a string of JSON, does not stand there as it is: such records are
// read, and their values looked at.
#include "engine/match/first_look.h"

#include <algorithm>
#include <bit>

#include "engine/event/unescape.h"
#include "engine/event/zeek_reader.h"
#include "engine/match/mask_walk.h"
#include "engine/observable/characters.h"
#include "engine/observable/domain.h"
#include "engine/observable/email.h"
#include "engine/observable/extract.h"
#include "engine/observable/url.h"

namespace polder {
namespace {

using Role = GateHasher::Role;

bool HasThreeBitsOrMore(std::uint64_t bits) {
  bits &= bits - 1;  // clears the lowest
  bits &= bits - 1;
  return bits != 0;
}

bool HasThreeBits(std::uint64_t bits) {
  bits &= bits - 1;
  bits &= bits - 1;
  return bits != 0 && (bits & (bits - 1)) == 0;
}

// Whether a string of the record begins as JSON with a member does (EventReader): `"[`, or `"{` with white
// space or a quote behind it, which is escaped. The brackets may be written `\u005b` and `\u007b`. Windows
// has GUIDs in braces everywhere.
bool MayHoldNestedJson(std::string_view record, bool unicode) {
  if (unicode && record.find("\"\\u00") != std::string_view::npos) return true;
  for (const char bracket : {'{', '['}) {
    for (std::size_t at = record.find(bracket, 1); at != std::string_view::npos;
         at = record.find(bracket, at + 1)) {
      if (record[at - 1] != '"' || at + 1 == record.size()) continue;
      if (bracket == '[' || record[at + 1] == '\\' || record[at + 1] == ' ') return true;
    }
  }
  return false;
}

}  // namespace

struct FirstLook::Pass {
  std::string_view text;
  Reading reading;
  bool escapes;  // backslashes may be JSON escapes
  std::size_t blocks;
  std::size_t name_end = 0;     // names before this were seen
  std::size_t digest_end = 0;   // alphanumeric runs before this were seen
  std::size_t ipv6_end = 0;     // runs that may be IPv6 before this were seen
  std::size_t stretch_end = 0;  // of the stretch of text that the last URL stands in
  std::size_t stretch_urls = 0;
  bool decode = false;  // the record has to be looked at once more, decoded

  bool AfterBackslash(std::size_t at) const { return escapes && at > 0 && text[at - 1] == '\\'; }
};

void FirstLook::Sieve(std::span<const Record> records, Format format, const Snapshot& snapshot,
                      std::vector<std::uint8_t>& candidates) {
  candidates.assign(records.size(), 0);
  gates_ = &snapshot.gates();
  expressions_ = &snapshot.expressions();
  escapable_expressions_ = std::any_of(expressions_->begin(), expressions_->end(),
                                       [](const auto& set) { return set->has_escapable(); });
  format_ = format;
  records_ = records;
  candidates_ = &candidates;
  for (std::size_t i = 0; i < records.size(); ++i) {
    record_ = static_cast<std::uint32_t>(i);
    if (!records[i].bytes.empty()) LookAt(records[i]);
  }
  AnswerQuestions();
}

void FirstLook::LookAt(const Record& record) {
  const bool json = IsTakenForJson(format_, record.bytes);
  const Seen seen = Look(record.bytes, json ? Reading::kJson : Reading::kLine);
  // Zeek's `_path` stands in the header of the log alone.
  if (record.columns != nullptr && !record.columns->path.empty()) LookAtValue(record.columns->path);
  // A URL that is put together holds them where its parts do not.
  if (escapable_expressions_ && MayHoldComposedUrl(record.bytes)) (*candidates_)[record_] = 1;
  if (json ? seen.backslash && MayHoldNestedJson(record.bytes, seen.unicode)
           : seen.backslash || gates_->texts().any()) {
    LookAtFields(record);
  }
}

// `value` need not be followed by readable bytes.
void FirstLook::LookAtValue(std::string_view value) {
  value_.assign(value);
  value_.append(kRecordPadding, '\0');
  Look(std::string_view(value_).substr(0, value.size()), Reading::kDecoded);
}

void FirstLook::LookAtFields(const Record& record) {
  const bool texts = gates_->texts().any();
  const char* const begin = record.bytes.data();
  const char* const end = begin + record.bytes.size();
  reader_.Read(
      record, format_,
      [&](std::string_view, std::string_view value) {
        // What stands in the record as it is was looked at, but for where it begins and ends as a text.
        const bool stands = value.data() >= begin && value.data() < end;
        if (value.empty() || (stands && !texts)) return;
        LookAtValue(value);
      },
      [](std::string_view, double) {});
}

// `decoded` if no escapes stand in it.
bool FirstLook::MayMatchExpression(std::string_view text, bool decoded) {
  return std::any_of(expressions_->begin(), expressions_->end(), [&](const auto& set) {
    return decoded ? set->MayMatchDecoded(text, scratch_space_) : set->MayMatch(text, scratch_space_);
  });
}

FirstLook::Seen FirstLook::Look(std::string_view text, Reading reading) {
  const bool escapes = reading == Reading::kJson;
  Pass pass{.text = text, .reading = reading, .escapes = escapes, .blocks = (text.size() + 63) / 64};
  if (masks_.size() < pass.blocks + 1) masks_.resize(pass.blocks + 1);
  ClassifyBytes(text.data(), text.size(), masks_.data());
  masks_[pass.blocks] = {};  // a Window may begin in the last block

  const bool digests = gates_->has_digests();
  const bool emails = gates_->has_emails();
  std::uint64_t previous_token = 0;
  std::uint64_t previous_alnum = 0;
  std::uint64_t previous_backslash = 0;
  std::uint64_t backslashes = 0;
  bool unicode = false;
  for (std::size_t block = 0; block < pass.blocks; ++block) {
    const BlockMasks& m = masks_[block];
    const BlockMasks* next = block + 1 < pass.blocks ? &m + 1 : nullptr;
    const auto following = [next](std::uint64_t here, std::uint64_t BlockMasks::*mask) {
      return here >> 1 | (next != nullptr ? next->*mask << 63 : 0);
    };
    const std::size_t base = block * 64;

    std::uint64_t inner_dots =
        m.dot & (m.token << 1 | previous_token >> 63) & following(m.token, &BlockMasks::token);
    for (; inner_dots != 0; inner_dots &= inner_dots - 1) {
      const std::size_t at = base + static_cast<std::size_t>(std::countr_zero(inner_dots));
      if (at >= pass.name_end) LookAtName(pass, at);
    }

    if (digests) {
      // 0xFFFF in one of the four 16-bit lanes.
      std::uint64_t full = m.alnum & m.alnum >> 1;
      full &= full >> 2;
      full &= full >> 4;
      full &= full >> 8;
      if ((full & 0x0001000100010001ULL) != 0) LookAtDigests(pass, block);
    }

    if (m.colon != 0) {
      const std::uint64_t before_slash = m.colon & following(m.slash, &BlockMasks::slash);
      const std::uint64_t twin = m.colon & following(m.colon, &BlockMasks::colon);
      const std::uint64_t inner =
          m.colon & (m.alnum << 1 | previous_alnum >> 63) & following(m.alnum, &BlockMasks::alnum);
      // Eight groups have six colons or more between hexadecimal digits, in two blocks at the most.
      const std::uint64_t v6 = twin | (HasThreeBitsOrMore(inner) ? inner : 0);
      if ((before_slash | v6) != 0) {
        for (std::uint64_t bits = v6; bits != 0; bits &= bits - 1) {
          LookAtIpv6(pass, base + static_cast<std::size_t>(std::countr_zero(bits)));
        }
        for (std::uint64_t bits = before_slash; bits != 0; bits &= bits - 1) {
          LookAtUrl(pass, base + static_cast<std::size_t>(std::countr_zero(bits)));
        }
      }
    }

    if (emails) {
      for (std::uint64_t bits = m.at; bits != 0; bits &= bits - 1) {
        LookAtEmail(pass, base + static_cast<std::size_t>(std::countr_zero(bits)));
      }
    }

    if (escapes && (m.letter_u & (m.backslash << 1 | previous_backslash >> 63)) != 0) unicode = true;
    previous_token = m.token;
    previous_alnum = m.alnum;
    previous_backslash = m.backslash;
    backslashes |= m.backslash;
  }

  if (unicode) pass.decode = true;
  if (gates_->texts().any()) {
    const auto ask = [this](std::uint64_t hash) { Ask(hash, /*only_if_composed=*/false); };
    if (texts_.Look(text, escapes, masks_, gates_->texts(), gates_->hasher(), ask)) pass.decode = true;
  }

  if (!expressions_->empty()) {
    // What is taken for JSON may turn out to be a line, in which nothing is an escape.
    const bool escaped = escapes && backslashes != 0;
    if (MayMatchExpression(text, /*decoded=*/!escaped || escapable_expressions_)) (*candidates_)[record_] = 1;
    if (escaped && escapable_expressions_) pass.decode = true;
  }

  if (pass.decode && (*candidates_)[record_] == 0) {
    UnescapeLeniently(text, decoded_);
    const std::size_t size = decoded_.size();
    decoded_.append(kRecordPadding, '\0');
    Look(std::string_view(decoded_).substr(0, size), Reading::kDecoded);
  }
  return {backslashes != 0, unicode};
}

// --- Names and IPv4 addresses --------------------------------------------------------------------

void FirstLook::LookAtName(Pass& pass, std::size_t dot) {
  const std::size_t start = RunStart<&BlockMasks::token>(masks_, dot);
  const std::uint64_t token = Window<&BlockMasks::token>(masks_, start);
  if (token == ~std::uint64_t{0}) {
    LookAtLongName(pass, start);
    return;
  }
  const auto length = static_cast<std::size_t>(std::countr_one(token));
  const std::uint64_t within = (std::uint64_t{1} << length) - 1;
  pass.name_end = start + length;
  if ((Window<&BlockMasks::high>(masks_, start) & within) != 0) {
    LookAtNonAsciiName(pass, pass.text.substr(start, length));
    return;
  }
  LookAtShortName(pass, start, length, Window<&BlockMasks::dot>(masks_, start) & within);
}

// A run of at most 63 token characters: its dots are bits in a register. Nearly all are.
void FirstLook::LookAtShortName(Pass& pass, std::size_t start, std::size_t length, std::uint64_t dots) {
  const char* const run = pass.text.data() + start;
  const bool escaped = pass.AfterBackslash(start);
  // In a URL with its scheme the host is looked at with the rest of it.
  const bool composable = start == 0 || run[-1] != '/';
  while (length > 0 && run[length - 1] == '.') dots &= ~(std::uint64_t{1} << --length);
  if (dots == 0) return;
  if (IsDigit(run[length - 1]) && HasThreeBits(dots)) {
    const std::size_t skip = escaped && !IsDigit(run[0]) ? 1 : 0;
    const std::string_view quad(run + skip, length - skip);
    if (gates_->MayHoldV4Starting(quad)) {
      if (const auto ip = ParseIpv4(quad)) AskForIp(*ip, composable);
    }
  }
  std::size_t first = 0;
  while (first < length && run[first] == '.') dots &= ~(std::uint64_t{1} << first++);
  if (dots == 0) return;

  const auto last_dot = [](std::uint64_t bits) {
    return 63 - static_cast<std::size_t>(std::countl_zero(bits));
  };
  const GateHasher& hasher = gates_->hasher();
  std::size_t dot = last_dot(dots);
  const std::string_view top(run + dot + 1, length - dot - 1);
  if (!gates_->KnownTopLabel(top)) return;
  std::uint64_t state = hasher.AddLabel(hasher.StartName(), top);
  for (dots &= ~(std::uint64_t{1} << dot); dots != 0; dots &= ~(std::uint64_t{1} << dot)) {
    const std::size_t end = dot;
    dot = last_dot(dots);
    state = hasher.AddLabel(state, {run + dot + 1, end - dot - 1});
    Ask(hasher.Finish(Role::kName, state), /*only_if_composed=*/false);
  }
  AskForWholeName(state, {run + first, dot - first}, escaped, composable);
}

void FirstLook::AskForWholeName(std::uint64_t above, std::string_view first_label, bool escaped,
                                bool composable) {
  const GateHasher& hasher = gates_->hasher();
  const bool ask_host = composable && gates_->has_urls();
  for (int reading = escaped && first_label.size() > 1 ? 2 : 1; reading > 0;
       --reading, first_label.remove_prefix(1)) {
    const std::uint64_t state = hasher.AddLabel(above, first_label);
    Ask(hasher.Finish(Role::kName, state), /*only_if_composed=*/false);
    if (ask_host) Ask(hasher.Finish(Role::kUrlHost, state), /*only_if_composed=*/true);
  }
}

// The same for a run of any length.
void FirstLook::LookAtLongName(Pass& pass, std::size_t start) {
  std::size_t end = RunEnd<&BlockMasks::token>(masks_, pass.blocks, start);
  pass.name_end = end;
  const std::string_view text = pass.text;
  if (AnyBetween<&BlockMasks::high>(masks_, start, end)) {
    LookAtNonAsciiName(pass, text.substr(start, end - start));
    return;
  }
  const bool escaped = pass.AfterBackslash(start);
  const bool composable = start == 0 || text[start - 1] != '/';
  while (end > start && text[end - 1] == '.') --end;
  // An address that is followed by ever so many dots.
  const std::size_t skip = escaped && !IsDigit(text[start]) ? 1 : 0;
  if (const auto ip = ParseIpv4(text.substr(start + skip, end - start - skip))) AskForIp(*ip, composable);
  while (start < end && text[start] == '.') ++start;

  std::size_t dot = LastBefore<&BlockMasks::dot>(masks_, start, end);
  if (dot == std::string_view::npos) return;
  const GateHasher& hasher = gates_->hasher();
  const std::string_view top = text.substr(dot + 1, end - dot - 1);
  if (!gates_->KnownTopLabel(top)) return;
  std::uint64_t state = hasher.AddLabel(hasher.StartName(), top);
  // One more than a name can have: the first byte may be an escape's.
  const std::size_t first = end - start > kMaxDomain + 1 ? end - kMaxDomain - 1 : start;
  while (true) {
    const std::size_t label_end = dot;
    dot = LastBefore<&BlockMasks::dot>(masks_, start, label_end);
    const std::size_t label = dot == std::string_view::npos ? start : dot + 1;
    if (label < first) return;
    if (dot == std::string_view::npos) {
      AskForWholeName(state, text.substr(label, label_end - label), escaped, composable);
      return;
    }
    state = hasher.AddLabel(state, text.substr(label, label_end - label));
    Ask(hasher.Finish(Role::kName, state), /*only_if_composed=*/false);
  }
}

void FirstLook::AskForName(std::string_view name, bool composable) {
  const GateHasher& hasher = gates_->hasher();
  if (composable && gates_->has_urls()) Ask(hasher.Name(Role::kUrlHost, name), /*only_if_composed=*/true);
  for (; !name.empty(); name = ParentDomain(name)) {
    if (name.size() <= kMaxDomain) Ask(hasher.Name(Role::kName, name), /*only_if_composed=*/false);
  }
}

// `run` is of token characters and bytes outside ASCII, of which some may be no letters. Rare: plainly
// scalar.
void FirstLook::LookAtNonAsciiName(Pass& pass, std::string_view run) {
  if (pass.AfterBackslash(static_cast<std::size_t>(run.data() - pass.text.data()))) pass.decode = true;
  for (std::size_t i = 0; i < run.size();) {
    const std::string_view name = NameRunAround(run, i);
    if (name.empty()) {
      ++i;
      continue;
    }
    i += name.size();
    const auto canonical = CanonicalDomain(name, /*drop_bad_labels=*/true);
    if (!canonical) continue;
    scratch_.assign(*canonical);
    scratch_.append(kRecordPadding, '\0');
    AskForName(std::string_view(scratch_).substr(0, canonical->size()), /*composable=*/true);
  }
  // An address may stand beside a letter outside ASCII.
  for (std::size_t i = 0; i < run.size(); ++i) {
    const std::size_t start = i;
    while (i < run.size() && IsTokenChar(run[i])) ++i;
    std::string_view token = run.substr(start, i - start);
    while (token.ends_with('.')) token.remove_suffix(1);
    if (const auto ip = ParseIpv4(token)) AskForIp(*ip, /*composable=*/true);
  }
}

// --- Digests -------------------------------------------------------------------------------------

void FirstLook::LookAtDigests(Pass& pass, std::size_t block) {
  for (unsigned lane = 0; lane < 4; ++lane) {
    const std::size_t at = block * 64 + lane * 16;
    if ((masks_[block].alnum >> (lane * 16) & 0xFFFF) != 0xFFFF || at < pass.digest_end) continue;
    const std::size_t start = RunStart<&BlockMasks::alnum>(masks_, at);
    const std::size_t end = RunEnd<&BlockMasks::alnum>(masks_, pass.blocks, at);
    pass.digest_end = end;
    std::size_t first = start;
    for (int reading = pass.AfterBackslash(start) ? 2 : 1; reading > 0; --reading, ++first) {
      const std::size_t length = end - first;
      if (DigestKind(length) && AllSet<&BlockMasks::hex>(masks_, first, length)) {
        Ask(gates_->hasher().Text(Role::kDigest, pass.text.substr(first, length)),
            /*only_if_composed=*/false);
      }
    }
  }
}

// --- IPv6 addresses ------------------------------------------------------------------------------

void FirstLook::LookAtIpv6(Pass& pass, std::size_t colon) {
  if (colon < pass.ipv6_end) return;
  const Ipv6Run run = Ipv6Around(pass.text, colon);
  pass.ipv6_end = run.end;
  if (run.ip) AskForIp(*run.ip, /*composable=*/true);
  // `\b2001:...` is an address with a hexadecimal digit too many, `\n2001:...` one with a letter before it.
  if (pass.AfterBackslash(run.start) || (run.start > 1 && pass.AfterBackslash(run.start - 1)))
    pass.decode = true;
}

// --- URLs ----------------------------------------------------------------------------------------

void FirstLook::LookAtUrl(Pass& pass, std::size_t colon) {
  const std::string_view text = pass.text;
  const std::string_view behind = text.substr(colon + 1, 2);
  if (pass.escapes && (behind == "\\/" || behind == "/\\")) {
    pass.decode = true;
    return;
  }
  if (behind != "//" || !HostMayBeOfInterest(pass, colon + 3)) return;
  if (pass.reading == Reading::kLine) {
    (*candidates_)[record_] = 1;
    return;
  }

  // A hostile line may hold a URL in a URL in a URL: as far as the second look goes, and no further.
  if (colon >= pass.stretch_end) {
    pass.stretch_end = UrlStretchEnd(text, colon);
    pass.stretch_urls = 0;
    if (pass.escapes && AnyBetween<&BlockMasks::backslash>(masks_, colon, pass.stretch_end))
      pass.decode = true;
  }
  if (++pass.stretch_urls > kMaxNestedUrls) return;
  const std::string_view url = UrlAround(text, colon);
  if (url.empty()) return;
  if (pass.AfterBackslash(static_cast<std::size_t>(url.data() - text.data()))) pass.decode = true;
  auto canonical = CanonicaliseUrl(url);
  if (!canonical) return;
  const std::size_t size = canonical->text.size();
  canonical->text.append(kRecordPadding, '\0');
  Ask(gates_->hasher().Text(Role::kUrl, std::string_view(canonical->text).substr(0, size)),
      /*only_if_composed=*/false);
  if (!HostIsEncoded(url)) return;
  const std::size_t host_size = canonical->host.size();
  canonical->host.append(kRecordPadding, '\0');
  const std::string_view host = std::string_view(canonical->host).substr(0, host_size);
  if (const auto ip = ParseIp(host)) {
    AskForIp(*ip, /*composable=*/false);
  } else {
    AskForName(host, /*composable=*/false);
  }
}

// Most hosts are of no interest, and most are plain: a run of token characters and perhaps a port. Those are
// asked for at once, so that their URLs need not be taken apart. Escapes do not change them: a backslash ends
// the run, in one reading as in the other.
bool FirstLook::HostMayBeOfInterest(const Pass& pass, std::size_t start) const {
  const std::string_view text = pass.text;
  if (start >= text.size()) return false;
  if ((masks_[start / 64].token >> start % 64 & 1) == 0) return true;  // [v6], user information, encoded ...
  const std::size_t host_end = RunEnd<&BlockMasks::token>(masks_, pass.blocks, start);
  std::size_t end = host_end;
  if (end < text.size() && text[end] == ':') {
    for (++end; end < text.size() && IsDigit(text[end]);) ++end;
  }
  const bool plain = end == text.size() || EndsUrl(text[end]) || text[end] == '/' || text[end] == '?' ||
                     text[end] == '#' || text[end] == '\\';
  if (!plain || AnyBetween<&BlockMasks::high>(masks_, start, host_end)) return true;
  if (!gates_->has_urls()) return false;
  std::string_view host = text.substr(start, host_end - start);
  while (host.ends_with('.')) host.remove_suffix(1);
  const GateHasher& hasher = gates_->hasher();
  const auto ip = ParseIpv4(host);
  return gates_->filter().MayHold(ip ? hasher.Ip(Role::kUrlHostIp, *ip, 128)
                                     : hasher.Name(Role::kUrlHost, host));
}

// --- Email addresses -----------------------------------------------------------------------------

void FirstLook::LookAtEmail(Pass& pass, std::size_t at) {
  const std::string_view text = pass.text;
  if (at + 1 >= text.size() || (masks_[(at + 1) / 64].token >> (at + 1) % 64 & 1) == 0) return;
  const std::size_t end = RunEnd<&BlockMasks::token>(masks_, pass.blocks, at + 1);
  if (!AnyBetween<&BlockMasks::high>(masks_, at + 1, end)) {
    std::string_view host = text.substr(at + 1, end - at - 1);
    while (host.ends_with('.')) host.remove_suffix(1);
    if (!gates_->filter().MayHold(gates_->hasher().Name(Role::kEmailHost, host))) return;
  }
  std::size_t start = at;
  while (start > 0 && at - start < kMaxLocalPart && IsLocalPartChar(text[start - 1])) --start;
  // With an escape's letter before it the longest local part looks too long.
  if (pass.AfterBackslash(start) || (start > 0 && pass.AfterBackslash(start - 1))) pass.decode = true;
  EmailsAround(text, at, [this](std::string_view, std::string_view canonical) {
    scratch_.assign(canonical);
    scratch_.append(kRecordPadding, '\0');
    Ask(gates_->hasher().Text(Role::kEmail, std::string_view(scratch_).substr(0, canonical.size())),
        /*only_if_composed=*/false);
  });
}

// --- Questions -----------------------------------------------------------------------------------

void FirstLook::AskForIp(const IpAddress& ip, bool composable) {
  const bool v4 = ip.IsV4();
  if (v4 && !gates_->MayHoldV4(ip.V4())) return;
  const GateHasher& hasher = gates_->hasher();
  for (const std::uint8_t bits : v4 ? gates_->v4_lengths() : gates_->v6_lengths()) {
    Ask(hasher.Ip(Role::kNetwork, MaskAddress(ip, bits), bits), /*only_if_composed=*/false);
  }
  if (composable && gates_->has_urls()) Ask(hasher.Ip(Role::kUrlHostIp, ip, 128), /*only_if_composed=*/true);
}

void FirstLook::Ask(std::uint64_t hash, bool only_if_composed) {
  gates_->filter().Prefetch(hash);
  questions_[question_count_++] = {hash, record_, only_if_composed};
  if (question_count_ == questions_.size()) AnswerQuestions();
}

// The names of fields stand in JSON alone, and may be written with \u escapes.
bool FirstLook::MayHoldComposedUrl(std::string_view record) const {
  if (!IsTakenForJson(format_, record) || record.find("\\u") != std::string_view::npos) return true;
  const auto same = [](char raw, char small) { return ToLowerAscii(raw) == small; };
  return std::any_of(maps_.url_tells().begin(), maps_.url_tells().end(), [&](const std::string& tell) {
    return std::search(record.begin(), record.end(), tell.begin(), tell.end(), same) != record.end();
  });
}

void FirstLook::AnswerQuestions() {
  for (std::size_t i = 0; i < question_count_; ++i) {
    const Question& question = questions_[i];
    std::uint8_t& candidate = (*candidates_)[question.record];
    if (candidate != 0 || !gates_->filter().MayHold(question.hash)) continue;
    if (question.only_if_composed && !MayHoldComposedUrl(records_[question.record].bytes)) continue;
    candidate = 1;
  }
  question_count_ = 0;
}

}  // namespace polder
