#include "engine/event/access_log_reader.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/engine/event/read_fields.h"

namespace polder {
namespace {

std::string Read(std::string_view text) { return Shown(ReadFields(ReadAccessLog, text)); }

constexpr std::string_view kTime = "[06/May/2024:07:08:09 +0200]";

// What stands in front of the time, as it reads.
std::string Names(std::string_view names) {
  std::string text(names);
  text += " [06/May/2024:07:08:09 +0200] \"-\" 200 0";
  const std::string read = Read(text);
  const std::size_t end = read.find("time_local");
  return end == std::string::npos ? read : read.substr(0, end);
}

// What stands behind the time, as it reads.
std::string Rest(std::string_view rest) {
  std::string text = "192.0.2.1 - - [06/May/2024:07:08:09 +0200] ";
  text += rest;
  const std::string read = Read(text);
  const std::string head = "remote_addr = 192.0.2.1\ntime_local = 06/May/2024:07:08:09 +0200\n";
  return read.starts_with(head) ? read.substr(head.size()) : read;
}

TEST(AccessLog, ReadsTheNames) {
  struct Case {
    std::string_view names, read;
  };
  constexpr Case kCases[] = {
      {"192.0.2.1 - -", "remote_addr = 192.0.2.1\n"},
      {"2001:db8::1 - eve", "remote_addr = 2001:db8::1\nremote_user = eve\n"},
      {"192.0.2.1 - the user", "remote_addr = 192.0.2.1\nremote_user = the user\n"},
      {"192.0.2.1 ident eve", "remote_addr = 192.0.2.1\nmessage = ident\nremote_user = eve\n"},
      {"192.0.2.1 -", "remote_addr = 192.0.2.1\n"},
      {"client.example - eve", "remote_addr = client.example\nremote_user = eve\n"},
      {"client.example - the user", "remote_addr = client.example\nremote_user = the user\n"},
      {"www.example 192.0.2.1 - -", "host = www.example\nremote_addr = 192.0.2.1\n"},
      {"www.example:443 192.0.2.1 - -", "host = www.example\nserver_port = 443\nremote_addr = 192.0.2.1\n"},
      {"[2001:db8::1]:443 2001:db8::2 - -",
       "host = [2001:db8::1]\nserver_port = 443\nremote_addr = 2001:db8::2\n"},
      {"www.example client.example - -", "host = www.example\nremote_addr = client.example\n"},
      {"_ 192.0.2.1 - -", "remote_addr = 192.0.2.1\n"},
      {"www.example 192.0.2.1 - req17 -", "host = www.example\nremote_addr = 192.0.2.1\nmessage = req17\n"},
      {"192.0.2.9, 192.0.2.1 - -", "message = 192.0.2.9,\nremote_addr = 192.0.2.1\n"},
      {"2024-05-06T07:08:09.1Z stdout F 192.0.2.1 - -",
       "message = 2024-05-06T07:08:09.1Z stdout F\nremote_addr = 192.0.2.1\n"},
  };
  for (const auto& [names, read] : kCases) EXPECT_EQ(Names(names), read) << names;
}

TEST(AccessLog, ReadsRequestAndAnswer) {
  struct Case {
    std::string_view rest, read;
  };
  constexpr Case kCases[] = {
      {"\"GET /a?b=c HTTP/1.1\" 200 123",
       "request_method = GET\nrequest_uri = /a?b=c\nserver_protocol = HTTP/1.1\nstatus = "
       "200\nbody_bytes_sent = 123\n"},
      {"\"GET /a HTTP/2.0\" 304 - \"https://evil.example/\" \"curl/8.5.0 (x)\"",
       "request_method = GET\nrequest_uri = /a\nserver_protocol = HTTP/2.0\nstatus = 304\n"
       "http_referer = https://evil.example/\nhttp_user_agent = curl/8.5.0 (x)\n"},
      {"\"CONNECT evil.example:25 HTTP/1.1\" 400 166 \"-\" \"-\" \"192.0.2.7, 192.0.2.8\"",
       "request_method = CONNECT\nrequest_uri = evil.example:25\nserver_protocol = HTTP/1.1\nstatus = 400\n"
       "body_bytes_sent = 166\nmessage = 192.0.2.7, 192.0.2.8\n"},
      {"\"GET /old\" 200 1", "request_method = GET\nrequest_uri = /old\nstatus = 200\nbody_bytes_sent = 1\n"},
      {"\"GET /with blank HTTP/1.1\" 200 1",
       "request_method = GET\nrequest_uri = /with blank\nserver_protocol = HTTP/1.1\nstatus = "
       "200\nbody_bytes_sent = 1\n"},
      {"\"\" 400 0", "status = 400\nbody_bytes_sent = 0\n"},
      {"\"-\" 408 - \"\" \"\"", "status = 408\n"},
      {"\"MGLNDD_192.0.2.1_443\\n\" 400 0",
       "request = MGLNDD_192.0.2.1_443\n\nstatus = 400\nbody_bytes_sent = 0\n"},
      {"\"lv|'|'|[endof]\" 400 157", "request = lv|'|'|[endof]\nstatus = 400\nbody_bytes_sent = 157\n"},
      {"\"say \"hi\" to it\" 400 1", "request = say \"hi\" to it\nstatus = 400\nbody_bytes_sent = 1\n"},
      {"\"GET /?q=\\\"x\\\" HTTP/1.1\" 200 1 \"a\\\\b\\x22\\x7F\\xC3\\xA9\" \"\\x4Dozilla\\q\\x4\"",
       "request_method = GET\nrequest_uri = /?q=\"x\"\nserver_protocol = HTTP/1.1\nstatus = "
       "200\nbody_bytes_sent = 1\n"
       "http_referer = a\\b\"\x7F\xC3\xA9\nhttp_user_agent = Mozilla\\q\\x4\n"},
      {"\"GET / HTTP/1.1\" - - \"-\" \"a\" 500 \"web@docker\" \"http://192.0.2.3:80\" 0ms",
       "request_method = GET\nrequest_uri = /\nserver_protocol = HTTP/1.1\nhttp_user_agent = a\nmessage = "
       "500\n"
       "message = web@docker\nmessage = http://192.0.2.3:80\nmessage = 0ms\n"},
      {"\"GET / HTTP/1.1\" 200 1 \"-\" \"cut off in the mid",
       "request_method = GET\nrequest_uri = /\nserver_protocol = HTTP/1.1\nstatus = 200\nbody_bytes_sent = "
       "1\n"
       "message = \"cut off in the mid\n"},
      {"\"GET / HTTP/1.1\" 200 1 0.003 [] 192.0.2.9:80",
       "request_method = GET\nrequest_uri = /\nserver_protocol = HTTP/1.1\nstatus = 200\nbody_bytes_sent = "
       "1\n"
       "message = 0.003 [] 192.0.2.9:80\n"},
  };
  for (const auto& [rest, read] : kCases) EXPECT_EQ(Rest(rest), read) << rest;
}

TEST(AccessLog, ReadsTheTimesThatServersWrite) {
  for (const std::string_view time :
       {"06/May/2024:07:08:09 +0200", "06/05/2024:07:08:09 -0000", "06/May/2024:07:08:09.123 +0200"}) {
    const std::string text = "192.0.2.1 - - [" + std::string(time) + "] \"-\" 200 1";
    EXPECT_TRUE(LooksLikeAccessLog(text)) << time;
    EXPECT_EQ(Read(text), "remote_addr = 192.0.2.1\ntime_local = " + std::string(time) +
                              "\nstatus = 200\nbody_bytes_sent = 1\n");
  }
}

TEST(AccessLog, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"", "192.0.2.1 - - [06/May/2024:07:08:09 +0200]",
        "192.0.2.1 - - [06/May/2024:07:08:09 +0200] \"GET / HTTP/1.1",
        "192.0.2.1 - - [06/May/2024:07:08:09 +0200] \"GET / HTTP/1.1\"",
        "192.0.2.1 - - [06/May/2024:07:08:09 +0200] \"GET / HTTP/1.1\" 200",
        "192.0.2.1 - - [06/May/2024:07:08:09 +0200] \"GET / HTTP/1.1\" 2000 1",
        "192.0.2.1 - - [06/May/2024:07:08:09 +0200] \"GET / HTTP/1.1\" OK 1",
        "192.0.2.1 - - [06/May/2024:07:08:09 +0200] \"GET / HTTP/1.1\" 200 many",
        "192.0.2.1 [06/May/2024:07:08:09 +0200] \"GET / HTTP/1.1\" 200 1",
        "[06/May/2024:07:08:09 +0200] \"GET / HTTP/1.1\" 200 1",
        "192.0.2.1 - - [today] \"GET / HTTP/1.1\" 200 1",
        "192.0.2.1:14853 [14/Jan/2015:12:48:57.127] https-in~ x/y 170/0/0/3/173 200 739 - - --NN 0/0/0/0/0 "
        "0/0 \"GET / HTTP/1.1\"",
        "[Thu Oct 13 12:24:49.880562 2022] [auth_basic:error] [pid 10] [client 192.0.2.1:50229] AH01618"}) {
    EXPECT_EQ(Read(text), "refused") << text;
  }
}

TEST(AccessLog, CopiesOnlyWhatItUnescapes) {
  const std::string text = "www.example:80 192.0.2.1 - eve " + std::string(kTime) +
                           " \"GET /a HTTP/1.1\" 200 1 \"r\" \"a\\\"b\" \"x\" y \"\\x41\"";
  EXPECT_EQ(CopiedValues(ReadAccessLog, text), (std::vector<std::string>{"a\"b", "A"}));
}

// As Apache writes what a client sent.
std::string Escaped(std::string_view value) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string escaped;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      escaped += '\\';
      escaped += c;
    } else if (c == '\n') {
      escaped += "\\n";
    } else if (byte < 0x20 || byte > 0x7E) {
      escaped += "\\x";
      escaped += kHex[byte >> 4];
      escaped += kHex[byte & 15];
    } else {
      escaped += c;
    }
  }
  return escaped;
}

TEST(AccessLog, GivesBackAnyFieldsThatWereWrittenAsServersDo) {
  std::mt19937_64 random(4);
  const auto any = [&random](std::string_view alphabet) {
    std::string value = "x";
    for (std::size_t size = random() % 12; size > 0; --size) value += alphabet[random() % alphabet.size()];
    return value;
  };
  for (int round = 0; round < 5000; ++round) {
    const Fields fields = {{"host", any("ab.-")},
                           {"server_port", "80"},
                           {"remote_addr", "192.0.2.1"},
                           {"remote_user", any("ab@-.")},
                           {"time_local", "06/May/2024:07:08:09 +0200"},
                           {"request_method", "POST"},
                           {"request_uri", "/" + any("ab?&=%/\"\\\n\x01\xC3\xA9 '")},
                           {"server_protocol", "HTTP/1.1"},
                           {"status", "200"},
                           {"body_bytes_sent", "1"},
                           {"http_referer", any("ab:/?\"\\\n\xC3 ']")},
                           {"http_user_agent", any("ab:/?\"\\\x7F\xC3 '[")},
                           {"message", any("ab:/?\"\\,\xC3") + "y"}};
    const auto value = [&fields](std::size_t i) { return Escaped(fields[i].second); };
    const std::string text = value(0) + ":80 192.0.2.1 - " + value(3) + " [" + value(4) + "] \"POST " +
                             value(6) + " HTTP/1.1\" 200 1 \"" + value(10) + "\" \"" + value(11) + "\" \"" +
                             value(12) + "\"";
    ASSERT_EQ(Read(text), Shown(fields)) << text;
  }
}

}  // namespace
}  // namespace polder
