#include "engine/event/key_value_reader.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/engine/event/read_fields.h"

namespace polder {
namespace {

std::string Read(std::string_view text) { return Shown(ReadFields(ReadKeyValue, text)); }

TEST(KeyValue, ReadsEveryKindOfLine) {
  struct Case {
    std::string_view text, read;
  };
  constexpr Case kCases[] = {
      // logfmt
      {"time=\"2024-05-06T07:08:09Z\" level=warning msg=\"say \\\"hi\\\"\" path=/a?b=c debug dur=7ms",
       "time = 2024-05-06T07:08:09Z\nlevel = warning\nmsg = say \"hi\"\npath = /a?b=c\nmessage = debug\ndur "
       "= 7ms\n"},
      {"a=\"x\\u0026y\" b=\"\\u00e9\" c=\"a\\nb\\tc\" d=\"back\\\\slash\"",
       "a = x&y\nb = \xC3\xA9\nc = a\nb\tc\nd = back\\slash\n"},
      // Fortinet's
      {"date=2024-10-14 time=13:46:40 tz=\"-0700\" srcip=192.0.2.7 url=\"http://evil.example/a,b;c\" "
       "msg=\"\"",
       "date = 2024-10-14\ntime = 13:46:40\ntz = -0700\nsrcip = 192.0.2.7\nurl = "
       "http://evil.example/a,b;c\nmsg = \n"},
      // iptables'
      {"[UFW] IN=lo OUT= SRC=192.0.2.1 LEN=40 DF PROTO=TCP SYN URGP=0",
       "message = [UFW]\nIN = lo\nOUT = \nSRC = 192.0.2.1\nLEN = 40\nmessage = DF\nPROTO = TCP\nmessage = "
       "SYN\nURGP = 0\n"},
      // auditd's, with what it adds behind a group separator, or behind nothing
      {"type=SYSCALL msg=audit(1684329817.579:2995): exe=\"/usr/bin/id\" key=\"k\"\x1D"
       "ARCH=x86_64 UID=\"eve\"",
       "type = SYSCALL\nmsg = audit(1684329817.579:2995):\nexe = /usr/bin/id\nkey = k\nARCH = x86_64\nUID = "
       "eve\n"},
      {"a=\"x\"b=\"y\"c='z'", "a = x\nb = y\nc = z\n"},
      // commas and semicolons, with and without blanks
      {"a=\"x\",b=\"y, z=1\",c=2", "a = x\nb = y, z=1\nc = 2\n"},
      {"type=LOGIN, user=the user, ip=192.0.2.1, x=",
       "type = LOGIN\nuser = the user\nip = 192.0.2.1\nx = \n"},
      {"a=1;b=two words;c=3;", "a = 1\nb = two words\nc = 3\n"},
      {"a=1; b=x,y; c=3", "a = 1\nb = x,y\nc = 3\n"},
      {"a=one two\tb=three\tc=4", "a = one two\nb = three\nc = 4\n"},
      {"text first a=1, b=2, c=3", "message = text first\na = 1\nb = 2\nc = 3\n"},
      // most pairs have blanks between them: then commas are part of values
      {"url=http://evil.example/a;jsessionid=1,x=2 b=3 c=4",
       "url = http://evil.example/a;jsessionid=1,x=2\nb = 3\nc = 4\n"},
      {"a=1 b=2, c=3 d=4; e=5", "a = 1\nb = 2\nc = 3\nd = 4\ne = 5\n"},
      // single quotes, and apostrophes that are none
      {"a='it\\'s \"x\"' b=O'Brien c='open", "a = it's \"x\"\nb = O'Brien\nc = 'open\n"},
      {"a=\"open b=1 c=2", "a = \"open\nb = 1\nc = 2\n"},
      {"a=\"x\"y\" b=1 c=2", "a = x\"y\nb = 1\nc = 2\n"},
      // backslashes that stand for themselves
      {"a=\"C:\\new\\run.exe\" b=\"\\\\server\\new\" c=\"ACME\\eve\" d=C:\\new",
       "a = C:\\new\\run.exe\nb = \\\\server\\new\nc = ACME\\eve\nd = C:\\new\n"},
      {"a=\"C:\\\\new\\\\run.exe\" b=\"say \\\"C:\\x\\\"\" c=1",
       "a = C:\\new\\run.exe\nb = say \"C:\\x\"\nc = 1\n"},
      // what is no key
      {"a=1 192.0.2.1=x b=2", "a = 1\nmessage = 192.0.2.1=x\nb = 2\n"},
      {"a=1 x==y b=2", "a = 1\nmessage = x==y\nb = 2\n"},
      {"a=1 d41d8cd98f00b204e9800998ecf8427e=x b=2",
       "a = 1\nmessage = d41d8cd98f00b204e9800998ecf8427e=x\nb = 2\n"},
      {"a=1 http://evil.example/?b=2 c=3", "a = 1\nmessage = http://evil.example/?b=2\nc = 3\n"},
      {"@t=1 _x=2 a.b[0]=3", "@t = 1\n_x = 2\na.b[0] = 3\n"},
      {"a=1 a=2", "a = 1\na = 2\n"},
      {"a=", "a = \n"},
  };
  for (const auto& [text, read] : kCases) EXPECT_EQ(Read(text), read) << text;
}

TEST(KeyValue, RefusesALineWithoutAPair) {
  for (const std::string_view text :
       {"", " ", "=", "a", "a = b", "1=2", "==", "GET /?a=b HTTP/1.1", "a==b", "\"a=b\""}) {
    EXPECT_EQ(Read(text), "refused") << text;
    EXPECT_FALSE(LooksLikeKeyValue(text)) << text;
  }
}

TEST(KeyValue, TakesALineOnlyIfNearlyAllOfItIsPairs) {
  for (const std::string_view text :
       {"a=1 b=2 c=3", "a=1,b=2,c=3", "level=info msg=\"a long message of many words, all quoted\" x=1",
        "proxy  | time=2024-01-12T22:54:36.307Z level=WARN client_ip=192.0.2.1"}) {
    EXPECT_TRUE(LooksLikeKeyValue(text)) << text;
  }
  for (const std::string_view text :
       {"a=1 b=2",
        "authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.1 and a long text",
        "GET http://x.example/?a=1&b=2&c=3 HTTP/1.1", "the query a=1 b=2 c=3 was answered after some time",
        "<Event xmlns='x'><Provider Name='y' Guid='z'/><EventID>1</EventID></Event>"}) {
    EXPECT_FALSE(LooksLikeKeyValue(text)) << text;
  }
}

TEST(KeyValue, CopiesOnlyWhatItUnescapes) {
  EXPECT_EQ(CopiedValues(ReadKeyValue, "text a=1 b=\"two words\" c=\"x\\ny\" d=\"C:\\x\" e='f'"),
            (std::vector<std::string>{"x\ny"}));
}

TEST(KeyValue, GivesBackAnyFieldsThatWereWritten) {
  std::mt19937_64 random(4);
  constexpr std::string_view kDelimiters[] = {" ", "\t", ",", ", ", ";", "; "};
  for (int round = 0; round < 5000; ++round) {
    const std::string_view delimiter = kDelimiters[random() % std::size(kDelimiters)];
    Fields fields;
    std::string text;
    for (std::size_t n = 3 + random() % 5; n > 0; --n) {
      const bool quoted = random() % 2 == 0;
      const std::string_view alphabet = quoted ? "ab=,;/.\\\"' \t\n\xC3\xA9" : "ab=:/.\\\"'\xC3\xA9";
      std::string value = "x";
      std::string written = "x";
      for (std::size_t size = random() % 12; size > 0; --size) {
        const char c = alphabet[random() % alphabet.size()];
        value += c;
        if (quoted && (c == '"' || c == '\\')) written += '\\';
        written += quoted && c == '\n' ? std::string("\\n") : std::string(1, c);
      }
      const std::string key = "key" + std::to_string(random() % 9);
      text += text.empty() ? "" : delimiter;
      text += key;
      text += quoted ? "=\"" + written + "\"" : "=" + written;
      fields.emplace_back(key, value);
    }
    ASSERT_EQ(Read(text), Shown(fields)) << text;
  }
}

}  // namespace
}  // namespace polder
