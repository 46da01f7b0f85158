#include "engine/event/access_log_reader.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "engine/observable/characters.h"
#include "engine/observable/ip.h"

namespace polder {
namespace {

constexpr std::size_t kFurthestTime = 1024;  // names in front of it are short
constexpr std::size_t kLongestTime = 64;

struct Request {
  std::string_view method, uri, protocol;
};

// The parts as they stand, without quotes and brackets; empty if the line does not have them.
struct Line {
  std::string_view vhost, vhost_port;
  std::string_view before;  // what stands in front of the address and is no virtual host
  std::string_view address, ident;
  std::string_view request_id;  // or whatever else stands in front of an unset user
  std::string_view user;
  std::string_view time;
  std::string_view request;
  std::string_view status, bytes;
  std::string_view referer, agent;
  std::string_view rest;
};

// `dd/Mmm/yyyy:hh:mm:ss`, or with a month of digits, and whatever up to `]`. `at` is behind the bracket.
bool IsTimeAt(std::string_view text, std::size_t at) {
  constexpr std::string_view kShape = "00/AAA/0000:00:00:00";
  const auto has_shape = [text](std::size_t from, std::string_view shape) {
    if (text.size() < from + shape.size()) return false;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const char c = text[from + i];
      if (shape[i] == '0' ? !IsDigit(c) : shape[i] == 'A' ? !IsLetter(c) : c != shape[i]) return false;
    }
    return true;
  };
  return has_shape(at, kShape) || has_shape(at, "00/00/0000:00:00:00");
}

// Where `[TIME] "` begins; npos if nowhere.
std::size_t FindTime(std::string_view text) {
  const std::string_view head = text.substr(0, kFurthestTime);
  for (std::size_t at = head.find(" ["); at != std::string_view::npos; at = head.find(" [", at + 1)) {
    if (!IsTimeAt(text, at + 2)) continue;
    const std::size_t end = text.substr(at, kLongestTime).find(']');
    if (end != std::string_view::npos && text.substr(at + end + 1).starts_with(" \"")) return at + 1;
  }
  return std::string_view::npos;
}

std::string_view TakeWord(std::string_view& text) {
  text = TrimBlanks(text);
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  text = TrimBlanks(text);
  return word;
}

// The length of the quoted string at the beginning of `text`, with its quotes: up to a quote that no
// backslash escapes and behind which a blank or the end stands. 0 if there is none.
std::size_t QuotedLength(std::string_view text, std::size_t from = 1) {
  if (!text.starts_with('"')) return 0;
  for (std::size_t i = from; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"' && (i + 1 == text.size() || IsBlank(text[i + 1])))
      return i + 1;
  }
  return 0;
}

bool IsNumberOrUnset(std::string_view word) {
  return word == "-" || (!word.empty() && std::all_of(word.begin(), word.end(), IsDigit));
}

bool IsHostWord(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) {
    return IsTokenChar(c) || IsNonAscii(c) || c == ':' || c == '[' || c == ']';
  });
}

// `HOST:PORT`, `[v6]:PORT`, or without the port.
void ReadVirtualHost(std::string_view word, Line& line) {
  line.vhost = word;
  const std::size_t colon = word.rfind(':');
  const bool bare_v6 = std::count(word.begin(), word.end(), ':') > 1 && !word.starts_with('[');
  if (colon == std::string_view::npos || bare_v6) return;
  const std::string_view port = word.substr(colon + 1);
  if (port.empty() || !std::all_of(port.begin(), port.end(), IsDigit)) return;
  line.vhost = word.substr(0, colon);
  line.vhost_port = port;
}

// Where the client begins in `text`, which is `[VHOST] ADDR IDENT USER`: at the first word that is an
// address; if there is none, names were looked up, and a hyphen for the name that nobody has tells them
// apart.
std::size_t FindClient(std::string_view text) {
  constexpr int kWordsBefore = 8;
  std::string_view rest = text;
  std::size_t second = 0;
  for (int i = 0; i < kWordsBefore && !rest.empty(); ++i) {
    const std::size_t at = text.size() - rest.size();
    if (i == 1) second = at;
    if (ParseIp(TakeWord(rest))) return at;
  }
  rest = text.substr(second);
  const bool hyphen_second = TakeWord(rest) == "-";
  return !hyphen_second && TakeWord(rest) == "-" && !rest.empty() ? second : 0;
}

bool ReadNames(std::string_view text, Line& line) {
  text = TrimBlanks(text);
  const std::size_t client = FindClient(text);
  std::string_view before = TrimBlanks(text.substr(0, client));
  text.remove_prefix(client);
  line.address = TakeWord(text);
  line.ident = TakeWord(text);
  line.user = text;
  if (before.find(' ') == std::string_view::npos && IsHostWord(before)) {
    ReadVirtualHost(before, line);
  } else {
    line.before = before;
  }
  return !line.ident.empty();
}

// `"REQUEST" STATUS BYTES` off the front. A request that was written without escapes may hold quotes, so
// what follows decides which of them closes it.
bool TakeRequest(std::string_view& text, Line& line) {
  for (std::size_t length = QuotedLength(text); length != 0; length = QuotedLength(text, length)) {
    std::string_view rest = text.substr(length);
    const std::string_view status = TakeWord(rest);
    const std::string_view bytes = TakeWord(rest);
    if ((status.size() != 3 && status != "-") || !IsNumberOrUnset(status) || !IsNumberOrUnset(bytes))
      continue;
    line.request = text.substr(1, length - 2);
    line.status = status;
    line.bytes = bytes;
    text = rest;
    return true;
  }
  return false;
}

bool Split(std::string_view text, Line& line) {
  const std::size_t bracket = FindTime(text);
  if (bracket == std::string_view::npos || !ReadNames(text.substr(0, bracket), line)) return false;
  const std::size_t end = text.find(']', bracket);
  line.time = text.substr(bracket + 1, end - bracket - 1);
  std::string_view rest = text.substr(end + 2);
  if (!TakeRequest(rest, line)) return false;
  if (line.user.ends_with(" -")) {
    line.request_id = line.user.substr(0, line.user.size() - 2);
    line.user = {};
  }
  for (std::string_view* part : {&line.referer, &line.agent}) {
    const std::size_t length = QuotedLength(rest);
    if (length == 0) break;
    *part = rest.substr(1, length - 2);
    rest = TrimBlanks(rest.substr(length));
  }
  line.rest = rest;
  return true;
}

// `METHOD URI PROTOCOL`, or without the protocol, as HTTP 0.9 has it.
std::optional<Request> SplitRequest(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == 0 || space == std::string_view::npos) return std::nullopt;
  Request request{.method = text.substr(0, space), .uri = text.substr(space + 1), .protocol = {}};
  if (!std::all_of(request.method.begin(), request.method.end(),
                   [](char c) { return IsLetter(c) || c == '_' || c == '-'; })) {
    return std::nullopt;
  }
  const std::size_t last = request.uri.rfind(' ');
  if (last != std::string_view::npos && request.uri.substr(last + 1).starts_with("HTTP/")) {
    request.protocol = request.uri.substr(last + 1);
    request.uri.remove_suffix(request.uri.size() - last);
  } else if (!request.uri.starts_with('/') || last != std::string_view::npos) {
    return std::nullopt;
  }
  return request;
}

// `\xNN`, `\"`, `\\` and the letters of C, as Apache and nginx write what a client sent. Any other backslash
// stays.
std::string_view Unescape(std::string_view raw, std::string& scratch) {
  std::size_t at = raw.find('\\');
  if (at == std::string_view::npos) return raw;
  scratch.assign(raw.substr(0, at));
  while (at < raw.size()) {
    constexpr std::string_view kLetters = "bnrtvf";
    constexpr std::string_view kStandFor = "\b\n\r\t\v\f";
    const char next = raw[at] == '\\' && at + 1 < raw.size() ? raw[at + 1] : '\0';
    const bool hex = next == 'x' && at + 3 < raw.size() && IsHexDigit(raw[at + 2]) && IsHexDigit(raw[at + 3]);
    if (hex) {
      scratch += static_cast<char>(HexValue(raw[at + 2]) << 4 | HexValue(raw[at + 3]));
      at += 4;
    } else if (next == '"' || next == '\\') {
      scratch += next;
      at += 2;
    } else if (const auto letter = kLetters.find(next); letter != std::string_view::npos) {
      scratch += kStandFor[letter];
      at += 2;
    } else {
      scratch += raw[at++];
    }
  }
  return scratch;
}

void HandOverRest(std::string_view rest, std::string& scratch, FieldSink on_string) {
  while (!rest.empty()) {
    const std::size_t length = QuotedLength(rest);
    if (length != 0) {
      const std::string_view value = rest.substr(1, length - 2);
      if (value != "-") HandOverMessage(Unescape(value, scratch), on_string);
      rest = TrimBlanks(rest.substr(length));
      continue;
    }
    const std::size_t quote = rest.starts_with('"') ? std::string_view::npos : rest.find(" \"");
    const std::string_view words = rest.substr(0, quote);
    if (words != "-") HandOverMessage(words, on_string);
    rest = TrimBlanks(rest.substr(words.size()));
  }
}

}  // namespace

bool LooksLikeAccessLog(std::string_view text) { return FindTime(text) != std::string_view::npos; }

bool ReadAccessLog(std::string_view text, std::string& scratch, FieldSink on_string, NumberFieldSink) {
  Line line;
  if (!Split(TrimBlanks(text), line)) return false;
  const auto hand_over = [&](std::string_view name, std::string_view raw) {
    if (!raw.empty() && raw != "-") on_string(name, Unescape(raw, scratch));
  };
  hand_over("message", line.before);
  if (line.vhost != "_") hand_over("host", line.vhost);
  hand_over("server_port", line.vhost_port);
  hand_over("remote_addr", line.address);
  hand_over("message", line.ident);
  hand_over("message", line.request_id);
  hand_over("remote_user", line.user);
  hand_over("time_local", line.time);
  if (const auto request = SplitRequest(line.request)) {
    hand_over("request_method", request->method);
    hand_over("request_uri", request->uri);
    hand_over("server_protocol", request->protocol);
  } else {
    hand_over("request", line.request);
  }
  hand_over("status", line.status);
  hand_over("body_bytes_sent", line.bytes);
  hand_over("http_referer", line.referer);
  hand_over("http_user_agent", line.agent);
  HandOverRest(line.rest, scratch, on_string);
  return true;
}

}  // namespace polder
