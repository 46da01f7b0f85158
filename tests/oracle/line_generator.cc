// Events of the line formats, and JSON in strings of JSON, with the escapes of each.
#include "tests/oracle/generator.h"

namespace polder::oracle {
namespace {

std::string Escaped(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out += c == '\n' ? "\\n" : "\\r";
      continue;
    }
    if (c == '\\' || special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::string Generator::SyslogHeader() {
  return Pick({"<13>May  6 07:08:09 gate sshd[12]: ", "<34>1 2024-05-06T07:08:09Z host app 7 ID - ",
               "<34>1 2024-05-06T07:08:09Z host app 7 ID [x@1 a=\"h.evil.example\\\"\"] ",
               "May  6 07:08:09 gate kernel: ", "<13>May  6 07:08:09 gate "});
}

std::string Generator::LineEvent() {
  std::string event = OneIn(2) ? SyslogHeader() : "";
  switch (Below(7)) {
    case 0:
      return SyslogHeader() + Text();
    case 1:
      return SyslogHeader() + (OneIn(4) ? "@cee: " : "") + Object(0);
    case 2:
      event += "CEF:0|" + Escaped(OneIn(4) ? Observable() : "vendor", "|") + "|p|1|7|" +
               Escaped(OneIn(3) ? Text() : "name", "|") + "|5|";
      for (std::size_t i = 1 + Below(4); i > 0; --i) {
        event += Pick({"src", "request", "msg", "fname", "cs1"}) + '=' +
                 Escaped(OneIn(3) ? TextValue() : Text(), "=") + (i > 1 ? " " : "");
      }
      return event;
    case 3:
      event += "LEEF:" + Pick({"1.0|v|p|1|7|", "2.0|v|p|1|7|^|", "2.0|v|p|1|7|x7C|", "2.0|v|p|1|7|a|"});
      for (std::size_t i = 1 + Below(4); i > 0; --i) {
        event += Pick({"src", "url", "msg"}) + '=' + Text() + (i > 1 ? Pick({"\t", "^", "|"}) : "");
      }
      return event;
    case 4:
      return Observable() + " - - [06/May/2024:07:08:09 +0000] \"GET /" + Escaped(Text(), "\"") +
             " HTTP/1.1\" 200 5 \"" + (OneIn(2) ? Url() : "-") + "\" \"" + Escaped(TextValue(), "\"") + '"';
    default:
      for (std::size_t i = 3 + Below(4); i > 0; --i) {
        event += Pick({"a", "b", "srcip", "url", "hostname"}) + '=';
        event += OneIn(2) ? '"' + Escaped(OneIn(2) ? TextValue() : Text(), "\"") + '"' : Observable();
        if (i > 1) event += ' ';
      }
      return event;
  }
}

}  // namespace polder::oracle
