#include "engine/event/syslog_header.h"

#include <gtest/gtest.h>

#include <random>

#include "engine/event/event_time.h"
#include "tests/engine/event/read_fields.h"

namespace polder {
namespace {

// `host|app|pid|msgid|message` of a line, with `<PRI>` and the sequence in front where it has them.
std::string Read(std::string_view line) {
  const auto header = ReadSyslogHeader(line);
  if (!header) return "none";
  std::string shown;
  if (header->priority) shown += '<' + std::to_string(*header->priority) + '>';
  if (!header->sequence.empty()) shown += '#' + std::string(header->sequence) + ' ';
  shown += header->timestamp;
  for (const std::string_view part :
       {header->hostname, header->app_name, header->proc_id, header->msg_id, line.substr(header->message)}) {
    shown += '|';
    shown += part;
  }
  EXPECT_TRUE(header->timestamp.empty() || ParseEventTime(header->timestamp, 0)) << header->timestamp;
  return shown;
}

struct Case {
  std::string_view line, read;
};

TEST(SyslogHeader, ReadsRfc5424) {
  constexpr Case kCases[] = {
      {"<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \xEF\xBB\xBF'su root' failed",
       "<34>2003-10-11T22:14:15.003Z|mymachine.example.com|su||ID47|'su root' failed"},
      {"<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time",
       "<165>2003-08-24T05:14:15.000003-07:00|192.0.2.1|myproc|8710||%% It's time"},
      {"<165>1 2003-10-11T22:14:15.003Z host evntslog - ID47 [exampleSDID@32473 iut=\"3\" a=\"\\]\\\"\"] An "
       "event",
       "<165>2003-10-11T22:14:15.003Z|host|evntslog||ID47|An event"},
      {"<165>1 2003-10-11T22:14:15.003Z host evntslog - ID47 [a@1 x=\"3\"][b@2 y=\"high\"]",
       "<165>2003-10-11T22:14:15.003Z|host|evntslog||ID47|"},
      {"<0>1 - - - - - -", "<0>|||||"},
      {"<13>1 - - - - - - message", "<13>|||||message"},
      {"1 2024-05-06T07:08:09Z host app 1 - - no priority", "2024-05-06T07:08:09Z|host|app|1||no priority"},
      // Structured data that is none belongs to the message.
      {"<14>1 2024-05-06T07:08:09Z host app 1 - [info text",
       "<14>2024-05-06T07:08:09Z|host|app|1||[info text"},
      {"<14>1 2024-05-06T07:08:09Z host app 1 - [warn] [x", "<14>2024-05-06T07:08:09Z|host|app|1||[x"},
      {"<14>1 2024-05-06T07:08:09Z host app 1 - [a b=\"c]", "<14>2024-05-06T07:08:09Z|host|app|1||[a b=\"c]"},
      // Headers that stop after time and host.
      {"<13>1 2019-01-18T11:07:53.520Z 192.168.1.1 LEEF:2.0|a|b|c|d|^|x=1",
       "<13>2019-01-18T11:07:53.520Z|192.168.1.1||||LEEF:2.0|a|b|c|d|^|x=1"},
      {"<134>1 1374543213.342705328 MX84 urls src=192.0.2.1:63735 dst=192.0.2.2:80",
       "<134>1374543213.342705328|MX84||||urls src=192.0.2.1:63735 dst=192.0.2.2:80"},
  };
  for (const auto& [line, read] : kCases) EXPECT_EQ(Read(line), read) << line;
}

TEST(SyslogHeader, ReadsRfc3164AsDevicesWriteIt) {
  constexpr Case kCases[] = {
      {"<34>Oct 11 22:14:15 mymachine su: 'su root' failed",
       "<34>Oct 11 22:14:15|mymachine|su|||'su root' failed"},
      {"<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!", "<13>Feb  5 17:32:18|10.0.0.99||||Use the BFG!"},
      {"<86>May  6 07:08:09 fw sshd[123]: Accepted", "<86>May  6 07:08:09|fw|sshd|123||Accepted"},
      {"<86>May  6 2024 07:08:09 fw sshd[123]: x", "<86>May  6 2024 07:08:09|fw|sshd|123||x"},
      {"<86>May  6 07:08:09 2024 fw sshd[123]: x", "<86>May  6 07:08:09 2024|fw|sshd|123||x"},
      {"<86>May  6 07:08:09.123 fw sshd: x", "<86>May  6 07:08:09.123|fw|sshd|||x"},
      {"<86>May  6 07:08:09 UTC fw sshd: x", "<86>May  6 07:08:09 UTC|fw|sshd|||x"},
      {"<86>May  6 07:08:09 sshd[123]: no host", "<86>May  6 07:08:09||sshd|123||no host"},
      {"<86>May  6 07:08:09 fw", "<86>May  6 07:08:09|||||fw"},
      {"<86>sshd[123]: no time", "<86>||sshd|123||no time"},
      {"<13>just text", "<13>|||||just text"},
      {"<13>", "<13>|||||"},
      {"<13>10:22:17 up", "<13>|||||10:22:17 up"},
      {"<13>2001:db8::1 up", "<13>|||||2001:db8::1 up"},
      {"<189>date=2024-05-06 time=07:08:09 devname=\"x\"",
       "<189>|||||date=2024-05-06 time=07:08:09 devname=\"x\""},
      {"<134>May  6 07:08:09 date=2024-05-06 x=1", "<134>May  6 07:08:09|||||date=2024-05-06 x=1"},
      {"<134>May  6 07:08:09 gw CEF:0|a|b|c|d|e|5|", "<134>May  6 07:08:09|gw||||CEF:0|a|b|c|d|e|5|"},
      {"<134>May  6 07:08:09 gw CEF: 0|a|b|c|d|e|5|", "<134>May  6 07:08:09|gw||||CEF: 0|a|b|c|d|e|5|"},
      {"<134>May  6 07:08:09 CEF:0|a|b|c|d|e|5|", "<134>May  6 07:08:09|||||CEF:0|a|b|c|d|e|5|"},
      {"<134>May  6 07:08:09 gw agent[7]: {\"a\":1}", "<134>May  6 07:08:09|gw|agent|7||{\"a\":1}"},
      {"<166>2024-05-06T07:08:09.123Z esx01.example Hostd: info",
       "<166>2024-05-06T07:08:09.123Z|esx01.example|Hostd|||info"},
      {"<30>2024-05-06 07:08:09 nas app: x", "<30>2024-05-06 07:08:09|nas|app|||x"},
      // Cisco's
      {"<189>123: *Mar  1 18:46:11.123: %SYS-5-CONFIG_I: Configured",
       "<189>#123 Mar  1 18:46:11.123||||%SYS-5-CONFIG_I|Configured"},
      {"<189>45: router1: .Mar  1 18:46:11.123 CEST: %SYS-5-CONFIG_I: x",
       "<189>#45 Mar  1 18:46:11.123 CEST|router1|||%SYS-5-CONFIG_I|x"},
      {"<189>: 2024 May  6 07:08:09 UTC: %ETHPORT-5-IF_UP: x",
       "<189>2024 May  6 07:08:09 UTC||||%ETHPORT-5-IF_UP|x"},
      {"<166>May 06 2024 07:08:09: %ASA-6-302013: Built", "<166>May 06 2024 07:08:09||||%ASA-6-302013|Built"},
      {"<166>May 06 2024 07:08:09 fw01 : %ASA-6-302013: Built",
       "<166>May 06 2024 07:08:09|fw01|||%ASA-6-302013|Built"},
      {"<166>May 06 2024 07:08:09 fw01: %ASA-6-302013: Built",
       "<166>May 06 2024 07:08:09|fw01|||%ASA-6-302013|Built"},
      {"<166>%ASA-6-302013: Built", "<166>||||%ASA-6-302013|Built"},
      {"<189>May  6 2024 07:08:09+02:00 HUAWEI %%01SHELL/5/CMD(l)[12]:x",
       "<189>May  6 2024 07:08:09+02:00|HUAWEI|%%01SHELL/5/CMD(l)|12||x"},
  };
  for (const auto& [line, read] : kCases) EXPECT_EQ(Read(line), read) << line;
}

TEST(SyslogHeader, ReadsLinesOfFilesWithoutAPriority) {
  constexpr Case kCases[] = {
      {"May  6 07:08:09 fw sshd[123]: Accepted", "May  6 07:08:09|fw|sshd|123||Accepted"},
      {"May 06 07:08:09 fw postfix/smtps/smtpd[1]: x", "May 06 07:08:09|fw|postfix/smtps/smtpd|1||x"},
      {"May  6 07:08:09 fw kernel: [12.3] x", "May  6 07:08:09|fw|kernel|||[12.3] x"},
      {"May  6 07:08:09 sshd[123]: no host", "May  6 07:08:09||sshd|123||no host"},
      {"May  6 07:08:09 gw [WAN] DESCR=\"x\"", "May  6 07:08:09|gw||||[WAN] DESCR=\"x\""},
      {"May  6 07:08:09 gw gw [WAN] x", "May  6 07:08:09|gw||||gw [WAN] x"},
      {"May  6 07:08:09 192.0.2.1 free text", "May  6 07:08:09|192.0.2.1||||free text"},
      {"May  6 07:08:09 router 123: *Mar  1 18:46:11: %SYS-5-X: y",
       "May  6 07:08:09|router||||123: *Mar  1 18:46:11: %SYS-5-X: y"},
      {"2024-05-06T07:08:09+02:00 fw sshd[123]: x", "2024-05-06T07:08:09+02:00|fw|sshd|123||x"},
      {"2024-05-06T07:08:09.123456+02:00 gw firewall,info in: x",
       "2024-05-06T07:08:09.123456+02:00|gw||||firewall,info in: x"},
      {"2024-05-06T07:08:09Z pa.example 1,2024/05/06,THREAT",
       "2024-05-06T07:08:09Z|pa.example||||1,2024/05/06,THREAT"},
      {"2024-05-06 07:08:09,399 mantis proftpd[498819] mantis (x)",
       "2024-05-06 07:08:09,399|mantis|proftpd|498819||mantis (x)"},
      {"2024-05-06 07:08:09 gw CEF:0|a|b|c|d|e|5|", "2024-05-06 07:08:09|gw||||CEF:0|a|b|c|d|e|5|"},
  };
  for (const auto& [line, read] : kCases) EXPECT_EQ(Read(line), read) << line;
}

TEST(SyslogHeader, TakesNoLineThatMerelyBeginsWithATime) {
  for (const std::string_view line : {"",
                                      " ",
                                      "<",
                                      "<>",
                                      "<13",
                                      "<x>y",
                                      "<192>May  6 07:08:09 fw sshd: x",
                                      "<1234>x",
                                      "<-1>x",
                                      "<Event xmlns='x'>",
                                      "May  6 07:08:09",
                                      "May  6 07:08:09 ",
                                      "May  6 07:08:09 something happened",
                                      "May  6 07:08:09 error: text",
                                      "May  6 07:08:09 INFO main: started",
                                      "2024-05-06T07:08:09Z [AUTH] WARN: x",
                                      "2024-05-06T07:08:09Z INFO main: x",
                                      "2024-05-06T07:08:09.1Z stdout F 192.0.2.1 - -",
                                      "2024-05-06T07:08:09Z 344 [Note] Access denied",
                                      "2024-05-06T07:08:09Z Port 22",
                                      "2024-05-06 07:08:09 admin 192.0.2.1 failed to login",
                                      "2024-05-06 07:08:09.17 Logon       Error: 18456",
                                      "2024-05-06 07:08:09,644 1 INFO odoo: x",
                                      "2024-05-06T07:08:09+01:00: authentication failure; rhost=192.0.2.1",
                                      "1714979289 host app: x",
                                      "Mon May  6 07:08:09 2024 [pid 1] x",
                                      "May 32 07:08:09 fw sshd[1]: x",
                                      "[May  6 07:08:09] fw sshd[1]: x"}) {
    EXPECT_EQ(Read(line), "none") << line;
  }
}

Fields HandedOver(std::string_view line) {
  Fields fields;
  const auto header = ReadSyslogHeader(line);
  if (!header) return fields;
  std::string scratch = "rubbish";
  header->HandOver(
      scratch, [&](std::string_view path, std::string_view value) { fields.emplace_back(path, value); },
      [&](std::string_view path, double value) {
        fields.emplace_back(path, std::to_string(static_cast<int>(value)));
      });
  return fields;
}

TEST(SyslogHeader, HandsOverItsFields) {
  EXPECT_EQ(
      Shown(HandedOver(
          "<165>1 2024-05-06T07:08:09Z host app 12 ID47 [id@1 a=\"x\\]\\\"\\\\\\n\" b=\"\"][flag] text")),
      "syslog.priority = 165\nsyslog.timestamp = 2024-05-06T07:08:09Z\nsyslog.hostname = host\n"
      "syslog.appname = app\nsyslog.procid = 12\nsyslog.msgid = ID47\n"
      "syslog.structured_data.id@1.a = x]\"\\\\n\nsyslog.structured_data.id@1.b = \n"
      "syslog.structured_data = flag\n");
  EXPECT_EQ(Shown(HandedOver("<189>123456: Mar  1 18:46:11: %SYS-5-CONFIG_I: x")),
            "syslog.priority = 189\nmessage = 123456\nsyslog.timestamp = Mar  1 18:46:11\n"
            "syslog.msgid = %SYS-5-CONFIG_I\n");
  EXPECT_EQ(Shown(HandedOver("<13>1 - - - - - - x")), "syslog.priority = 13\n");
}

TEST(SyslogHeader, GivesBackAnyStructuredDataThatWasWrittenAsTheRfcSays) {
  std::mt19937_64 random(4);
  for (int round = 0; round < 5000; ++round) {
    Fields fields = {
        {"syslog.priority", "13"}, {"syslog.timestamp", "2024-05-06T07:08:09Z"}, {"syslog.hostname", "h"}};
    std::string line = "<13>1 2024-05-06T07:08:09Z h - - - ";
    for (std::size_t elements = 1 + random() % 3; elements > 0; --elements) {
      const std::string id = "id" + std::to_string(random() % 9) + "@1";
      line += '[' + id;
      for (std::size_t n = 1 + random() % 3; n > 0; --n) {
        std::string value;
        std::string written;
        constexpr std::string_view kAlphabet = "ab]\"\\[ =\xC3\xA9";
        for (std::size_t size = random() % 12; size > 0; --size) {
          const char c = kAlphabet[random() % kAlphabet.size()];
          value += c;
          if (c == ']' || c == '"' || c == '\\') written += '\\';
          written += c;
        }
        line += " n=\"" + written + '"';
        fields.emplace_back("syslog.structured_data." + id + ".n", value);
      }
      line += ']';
    }
    const std::string with_message = line + " the message";
    ASSERT_EQ(Shown(HandedOver(with_message)), Shown(fields)) << line;
    ASSERT_EQ(with_message.substr(ReadSyslogHeader(with_message)->message), "the message");
  }
}

}  // namespace
}  // namespace polder
