#include "tests/e2e/event_corpus.h"

#include <fmt/format.h>

#include <cctype>

namespace polder {
namespace {

constexpr uint32_t kIndicatorsPerKind = 10;
constexpr uint32_t kOneIn = 50;

enum Slot : uint32_t { kIp, kDomain, kUrl, kSha256, kEmail, kSlots };

// splitmix64's finisher: unlike the standard distributions it gives the same
// numbers with every standard library.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u) {}

  uint32_t Below(uint32_t limit) {
    state_ += 0x9E3779B97F4A7C15u;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return static_cast<uint32_t>((z ^ (z >> 31)) % limit);
  }

  std::string Hex(size_t digits) {
    std::string hex;
    while (hex.size() < digits) hex.push_back("0123456789abcdef"[Below(16)]);
    return hex;
  }

 private:
  uint64_t state_;
};

std::string Upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// What an event says: one slot, in the spelling of the log.
struct Content {
  Slot slot = kIp;
  std::string ip, domain, url_host, url_path, sha256, email;
};

std::string Indicator(Slot slot, uint32_t n) {
  switch (slot) {
    case kIp:
      return n % 2 == 0 ? fmt::format("203.0.113.{}", n + 1) : fmt::format("2001:db8::bad:{:x}", n + 1);
    case kDomain:
      return fmt::format("bad-{}.example", n);
    case kUrl:
      return fmt::format("http://files-{0}.example/drop/{0}.bin", n);
    case kSha256:
      return Dice(1000000 + n).Hex(64);
    default:
      return fmt::format("payer-{}@mail.example", n);
  }
}

void FillHarmless(Dice& dice, Content* content) {
  content->ip = fmt::format("198.51.100.{}", dice.Below(256));
  content->domain = fmt::format("host-{}.shop.example", dice.Below(5000));
  content->url_host = fmt::format("cdn-{}.example", dice.Below(500));
  content->url_path = fmt::format("/static/{}.js?v={}", dice.Hex(6), dice.Below(100));
  content->sha256 = dice.Hex(64);
  content->email = fmt::format("user-{}@shop.example", dice.Below(1000));
}

// The indicator as a log may spell it: another case, a name under it, an
// address written out.
void PlantIndicator(uint32_t n, bool respell, Content* content) {
  const std::string value = Indicator(content->slot, n);
  content->ip = n % 2 == 1 && respell ? fmt::format("2001:0db8:0:0:0:0:0bad:{:04x}", n + 1) : value;
  content->domain = respell ? fmt::format("WWW.Bad-{}.example", n) : value;
  content->url_host = fmt::format("{}iles-{}.example", respell ? 'F' : 'f', n);
  content->url_path = fmt::format("/drop/{}.bin", n);
  content->sha256 = respell ? Upper(value) : value;
  content->email = respell ? fmt::format("Payer-{}@Mail.example", n) : value;
}

void PlantNearMiss(uint32_t n, Content* content) {
  content->ip = fmt::format("198.51.100.{}", n + 1);
  content->domain =
      n % 2 == 0 ? fmt::format("notbad-{}.example", n) : fmt::format("203.0.113.{}.shop.example", n);
  content->url_host = fmt::format("files-{}.example", n);
  content->url_path = fmt::format("/drop/{}.bin2", n);
  content->sha256 = Indicator(kSha256, n);
  content->sha256.back() = content->sha256.back() == '0' ? '1' : '0';
  content->email = fmt::format("prepayer-{}@mail.example", n);
}

std::string Url(const Content& c) { return fmt::format("http://{}{}", c.url_host, c.url_path); }

std::string Clock(uint32_t index) {
  return fmt::format("{:02}:{:02}:{:02}", index / 3600 % 24, index / 60 % 60, index % 60);
}

std::string Eve(const Content& c, uint32_t index, Dice& dice) {
  const std::string ip = c.slot == kIp ? c.ip : "198.51.100.9";
  const std::string head = fmt::format(
      R"({{"timestamp":"2026-03-02T{}.{:06}+0000","flow_id":{},"in_iface":"eth0","src_ip":"10.4.{}.{}",)"
      R"("src_port":{},"dest_ip":"{}","dest_port":443,"proto":"TCP",)",
      Clock(index), dice.Below(1000000), dice.Below(1u << 31), dice.Below(256), dice.Below(256),
      1024 + dice.Below(60000), ip);
  switch (c.slot) {
    case kDomain:
      return head + fmt::format(
                        R"("event_type":"dns","dns":{{"type":"query","id":{},"rrname":"{}","rrtype":"A"}}}})",
                        dice.Below(65536), c.domain);
    case kUrl:  // split over two fields, as EVE does
      return head +
             fmt::format(R"("event_type":"http","http":{{"hostname":"{}","url":"{}","http_user_agent":)"
                         R"("curl\/8.5.0","http_method":"GET","protocol":"HTTP\/1.1","status":200}}}})",
                         c.url_host, c.url_path);
    case kSha256:
      return head +
             fmt::format(
                 R"("event_type":"fileinfo","fileinfo":{{"filename":"\/a\/b","sha256":"{}","size":{}}}}})",
                 c.sha256, dice.Below(100000));
    case kEmail:
      return head +
             fmt::format(R"("event_type":"smtp","smtp":{{"helo":"mx","mail_from":"<{}>"}}}})", c.email);
    default:
      return head + fmt::format(R"("event_type":"flow","flow":{{"pkts_toserver":{},"state":"closed"}}}})",
                                dice.Below(1000));
  }
}

std::string Zeek(const Content& c, uint32_t index, Dice& dice) {
  const std::string head =
      fmt::format(R"({{"ts":{}.{:06},"uid":"C{}","id.orig_h":"10.8.{}.{}","id.orig_p":{},"id.resp_h":"{}",)",
                  1772409600 + index % 86400, dice.Below(1000000), dice.Hex(12), dice.Below(256),
                  dice.Below(256), 1024 + dice.Below(60000), c.slot == kIp ? c.ip : "198.51.100.10");
  switch (c.slot) {
    case kDomain:
      return head + fmt::format(R"("id.resp_p":53,"proto":"udp","query":"{}","qtype_name":"A"}})", c.domain);
    case kUrl:
      return head + fmt::format(R"("id.resp_p":80,"method":"GET","host":"{}","uri":"{}","status_code":200}})",
                                c.url_host, c.url_path);
    case kSha256:
      return head + fmt::format(R"("fuid":"F{}","source":"HTTP","sha256":"{}"}})", dice.Hex(12), c.sha256);
    case kEmail:
      return head + fmt::format(R"("id.resp_p":25,"helo":"mx","mailfrom":"{}"}})", c.email);
    default:
      return head + fmt::format(R"("id.resp_p":443,"proto":"tcp","conn_state":"SF","orig_bytes":{}}})",
                                dice.Below(100000));
  }
}

std::string Ecs(const Content& c, uint32_t index, Dice& dice) {
  const std::string head = fmt::format(
      R"({{"@timestamp":"2026-03-02T{}.{:03}Z","ecs":{{"version":"8.11.0"}},"host":{{"name":"srv-{}"}},)"
      R"("source":{{"ip":"10.16.0.{}"}},)",
      Clock(index), dice.Below(1000), dice.Below(100), dice.Below(256));
  switch (c.slot) {
    case kDomain:
      return head + fmt::format(R"("dns":{{"question":{{"name":"{}","type":"AAAA"}}}}}})", c.domain);
    case kUrl:
      return head + fmt::format(R"("url":{{"full":"{}"}},"http":{{"request":{{"method":"GET"}}}}}})", Url(c));
    case kSha256:
      return head + fmt::format(R"("file":{{"path":"/srv/up/{}","hash":{{"sha256":"{}"}}}}}})", dice.Hex(8),
                                c.sha256);
    case kEmail:
      return head + fmt::format(R"("email":{{"from":{{"address":["{}"]}}}}}})", c.email);
    default:
      return head + fmt::format(R"("destination":{{"ip":"{}","port":443}}}})", c.ip);
  }
}

std::string Sysmon(const Content& c, uint32_t index, Dice& dice) {
  constexpr uint32_t kEventIds[kSlots] = {3, 22, 1, 1, 1};
  const std::string head = fmt::format(
      R"({{"@timestamp":"2026-03-02T{}.{:03}Z","Event":{{"System":{{"EventID":{},"Channel":)"
      R"("Microsoft-Windows-Sysmon/Operational","Computer":"ws-{}"}},"EventData":{{"ProcessId":{},)"
      R"("Image":"C:\\Windows\\System32\\svchost.exe",)",
      Clock(index), dice.Below(1000), kEventIds[c.slot], dice.Below(500), dice.Below(30000));
  switch (c.slot) {
    case kDomain:
      return head + fmt::format(R"("QueryName":"{}","QueryStatus":"0"}}}}}})", c.domain);
    case kUrl:
      return head + fmt::format(R"("CommandLine":"curl.exe -o C:\\Temp\\a {}"}}}}}})", Url(c));
    case kSha256:
      return head + fmt::format(R"("Hashes":"MD5={},SHA256={}"}}}}}})", dice.Hex(32), c.sha256);
    case kEmail:
      return head + fmt::format(R"("CommandLine":"send.exe --to {} --quiet"}}}}}})", c.email);
    default:
      return head + fmt::format(R"("DestinationIp":"{}","DestinationPort":"443"}}}}}})", c.ip);
  }
}

std::string Syslog(const Content& c, uint32_t index, Dice& dice) {
  const std::string head = fmt::format("<134>Mar  2 {} gw{:02} ", Clock(index), dice.Below(20));
  const uint32_t pid = dice.Below(30000);
  switch (c.slot) {
    case kDomain:
      return head + fmt::format("named[{}]: client 10.2.0.{}#53: query: {} IN A", pid, pid % 256, c.domain);
    case kUrl:
      return head + fmt::format("squid[{}]: 10.2.0.{} TCP_MISS/200 GET {} - DIRECT", pid, pid % 256, Url(c));
    case kSha256:
      return head + fmt::format("scand[{}]: /srv/up/{}: sha256={} clean", pid, pid % 100, c.sha256);
    case kEmail:
      return head + fmt::format("smtpd[{}]: from=<{}>, size={}", pid, c.email, dice.Below(90000));
    default:
      return head + fmt::format("sshd[{}]: Failed password for root from {} port {} ssh2", pid, c.ip,
                                1024 + dice.Below(60000));
  }
}

}  // namespace

TestEvent MakeEvent(uint32_t index) {
  Dice dice(index);
  Content content;
  content.slot = static_cast<Slot>(dice.Below(kSlots));
  FillHarmless(dice, &content);
  TestEvent event;
  const uint32_t lot = dice.Below(kOneIn);
  const uint32_t n = dice.Below(kIndicatorsPerKind);
  if (lot == 0) {
    PlantIndicator(n, dice.Below(2) == 0, &content);
    event.indicator = Indicator(content.slot, n);
  } else if (lot == 1) {
    PlantNearMiss(n, &content);
  }
  switch (dice.Below(5)) {
    case 0:
      event.value = Eve(content, index, dice);
      break;
    case 1:
      event.value = Zeek(content, index, dice);
      break;
    case 2:
      event.value = Ecs(content, index, dice);
      break;
    case 3:
      event.value = Sysmon(content, index, dice);
      break;
    default:
      event.value = Syslog(content, index, dice);
      break;
  }
  return event;
}

std::vector<std::string> CorpusIndicators() {
  std::vector<std::string> all;
  for (uint32_t slot = 0; slot < kSlots; ++slot) {
    for (uint32_t n = 0; n < kIndicatorsPerKind; ++n) all.push_back(Indicator(static_cast<Slot>(slot), n));
  }
  return all;
}

std::string CorpusIndicatorList() {
  std::string list = "# what the events of event_corpus.cc hold\n";
  for (const std::string& value : CorpusIndicators()) list.append(value).append("\n");
  return list;
}

std::vector<KafkaMessage> Events(uint32_t first, uint32_t last) {
  std::vector<KafkaMessage> messages;
  messages.reserve(last - first);
  for (uint32_t index = first; index < last; ++index) {
    messages.push_back({fmt::format("{}", index), MakeEvent(index).value});
  }
  return messages;
}

KafkaMessage ProbeEvent(const std::string& key, const std::string& domain) {
  return {
      key,
      fmt::format(R"({{"timestamp":"2026-03-02T12:00:00.000000+0000","event_type":"dns","src_ip":"10.4.0.1",)"
                  R"("dns":{{"type":"query","rrname":"{}","rrtype":"A"}}}})",
                  domain)};
}

}  // namespace polder
