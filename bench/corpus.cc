#include "bench/corpus.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "engine/base/crypto.h"

namespace polder {
namespace {

constexpr std::array<std::string_view, 12> kTopLabels = {"com", "net", "org", "info", "ru", "cn",
                                                         "io",  "top", "xyz", "de",   "nl", "site"};

// SplitMix64: small, seedable, the same everywhere (the distributions of <random> are not).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t Next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
  }
  std::size_t Below(std::size_t bound) { return static_cast<std::size_t>(Next() % bound); }

 private:
  std::uint64_t state_;
};

std::string Word(Random& random, std::size_t least, std::size_t most) {
  std::string word;
  const std::size_t length = least + random.Below(most - least + 1);
  while (word.size() < length) word += static_cast<char>('a' + random.Below(26));
  return word;
}

// Indicator names hold a digit, benign ones do not: so a benign one is never an indicator by chance.
std::string EvilName(Random& random) {
  return fmt::format("{}{}.{}", Word(random, 4, 12), random.Below(10),
                     kTopLabels[random.Below(kTopLabels.size())]);
}
std::string BenignName(Random& random) {
  return fmt::format("{}.{}.{}", Word(random, 2, 6), Word(random, 4, 12),
                     kTopLabels[random.Below(kTopLabels.size())]);
}

// Likewise: indicator addresses end in an odd number, benign ones in an even one.
std::string Address(Random& random, bool evil) {
  return fmt::format("{}.{}.{}.{}", 11 + random.Below(80), random.Below(256), random.Below(256),
                     random.Below(126) * 2 + (evil ? 1 : 2));
}

std::string Digest(Random& random) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes += fmt::format("{:016x}", random.Next());
  return bytes;
}

// What a record is filled with.
struct Fill {
  std::string name;
  std::string address;
  std::string sha256;
  std::string path;
};

std::string Eve(Random& random, const Fill& fill) {
  return fmt::format(
      R"({{"timestamp":"2024-05-06T07:{:02}:{:02}.{:06}+0000","flow_id":{},"in_iface":"eth1","event_type":"http",)"
      R"("src_ip":"10.20.{}.{}","src_port":{},"dest_ip":"{}","dest_port":80,"proto":"TCP","http":{{"hostname":"{}",)"
      R"("url":"{}","http_user_agent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36",)"
      R"("http_content_type":"text/html","http_method":"GET","protocol":"HTTP/1.1","status":200,"length":{}}},)"
      R"("app_proto":"http","flow":{{"pkts_toserver":{},"pkts_toclient":{},"bytes_toserver":1233,"start":)"
      R"("2024-05-06T07:00:00.000000+0000"}}}})",
      random.Below(60), random.Below(60), random.Below(1000000), random.Next() >> 12, random.Below(256),
      random.Below(256), random.Below(65536), fill.address, fill.name, fill.path, random.Below(100000),
      random.Below(100), random.Below(100));
}

std::string Zeek(Random& random, const Fill& fill) {
  return fmt::format(
      R"({{"_path":"dns","ts":17149800{:02}.{:06},"uid":"C{}","id.orig_h":"10.47.{}.{}","id.orig_p":{},)"
      R"("id.resp_h":"10.0.0.100","id.resp_p":53,"proto":"udp","trans_id":{},"rtt":0.00{},"query":"{}","qclass":1,)"
      R"("qclass_name":"C_INTERNET","qtype":1,"qtype_name":"A","rcode":0,"rcode_name":"NOERROR","AA":false,)"
      R"("TC":false,"RD":true,"RA":true,"Z":0,"answers":["{}"],"TTLs":[300.0],"rejected":false}})",
      random.Below(100), random.Below(1000000), Word(random, 16, 16), random.Below(256), random.Below(256),
      random.Below(65536), random.Below(65536), random.Below(100000), fill.name, fill.address);
}

std::string Ecs(Random& random, const Fill& fill) {
  return fmt::format(
      R"({{"@timestamp":"2024-05-06T07:{:02}:{:02}.{:03}Z","ecs":{{"version":"8.11.0"}},"event":{{"kind":"event",)"
      R"("category":["network","web"],"dataset":"proxy.access","duration":{}}},"source":{{"ip":"10.40.{}.{}",)"
      R"("port":{}}},"destination":{{"ip":"{}","port":443,"domain":"{}"}},"url":{{"scheme":"https","domain":"{}",)"
      R"("path":"{}","full":"https://{}{}"}},"http":{{"request":{{"method":"GET","bytes":{}}},"response":)"
      R"({{"status_code":200,"body":{{"bytes":{}}}}}}},"user_agent":{{"original":"curl/8.4.0"}},"host":{{"name":"px2"}}}})",
      random.Below(60), random.Below(60), random.Below(1000), random.Below(1000000), random.Below(256),
      random.Below(256), random.Below(65536), fill.address, fill.name, fill.name, fill.path, fill.name,
      fill.path, random.Below(5000), random.Below(500000));
}

std::string Sysmon(Random& random, const Fill& fill) {
  return fmt::format(
      R"({{"@timestamp":"2024-05-06T07:{:02}:{:02}.{:03}Z","EventID":3,"Channel":"Microsoft-Windows-Sysmon/Operational",)"
      R"("Hostname":"WS-{:04}.corp.local","UtcTime":"2024-05-06 07:00:00.000","ProcessGuid":"{{{:08x}-1234-5f80-0408-00000000{:04x}}}",)"
      R"("Image":"C:\\Program Files\\{}\\{}.exe","User":"CORP\\{}","Protocol":"tcp","SourceIp":"10.1.{}.{}",)"
      R"("DestinationIp":"{}","DestinationHostname":"{}","DestinationPort":"443","Hashes":"SHA256={}",)"
      R"("Message":"Network connection detected:\r\nRuleName: -\r\nUtcTime: 2024-05-06 07:00:00.000\r\nImage: )"
      R"(C:\\Program Files\\App\\app.exe\r\nUser: CORP\\svc\r\nProtocol: tcp\r\nDestinationIp: {}\r\n"}})",
      random.Below(60), random.Below(60), random.Below(1000), random.Below(10000), random.Next() & 0xFFFFFFFF,
      random.Next() & 0xFFFF, Word(random, 4, 9), Word(random, 4, 9), Word(random, 5, 8), random.Below(256),
      random.Below(256), fill.address, fill.name, fill.sha256, fill.address);
}

void Plant(const Indicator& indicator, Fill& fill) {
  switch (indicator.kind) {
    case Kind::kDomain:
      fill.name = fmt::format("www.{}", indicator.value);
      break;
    case Kind::kIp:
      fill.address = indicator.value;
      break;
    case Kind::kSha256:
      fill.sha256 = indicator.value;
      break;
    default: {  // a url: http://name/path
      const std::size_t host = indicator.value.find("://") + 3;
      const std::size_t path = indicator.value.find('/', host);
      fill.name = indicator.value.substr(host, path - host);
      fill.path = indicator.value.substr(path);
    }
  }
}

// Not every format has room for every kind: the one that is to hold `kind`.
std::size_t FormatFor(Kind kind, std::size_t preferred) {
  if (kind == Kind::kSha256) return 3;
  if (kind == Kind::kUrl) return 0;
  return preferred;
}

}  // namespace

std::vector<Indicator> MakeBenchIndicators(std::size_t count) {
  std::vector<Indicator> indicators(count);
  for (std::size_t i = 0; i < count; ++i) {
    Random random(0xD1CE0000 + i);
    Indicator& indicator = indicators[i];
    const std::size_t which = i % 20;
    if (which < 12) {
      indicator.kind = Kind::kDomain;
      indicator.value = EvilName(random);
    } else if (which < 17) {
      indicator.kind = Kind::kIp;
      indicator.value = Address(random, /*evil=*/true);
    } else if (which < 19) {
      indicator.kind = Kind::kSha256;
      indicator.value = Digest(random);
    } else {
      indicator.kind = Kind::kUrl;
      indicator.value = fmt::format("http://{}/{}", EvilName(random), Word(random, 3, 12));
    }
    indicator.source = "bench";
    indicator.id = fmt::format("indicator--00000000-0000-4000-8000-{:012x}", i);
  }
  return indicators;
}

Corpus MakeCorpus(std::size_t bytes, std::size_t one_in) {
  const std::vector<Indicator> plantable = MakeBenchIndicators(kPlantable);
  Corpus corpus;
  corpus.buffer = std::make_unique<std::string>();
  std::vector<std::pair<std::size_t, std::size_t>> places;
  Random random(20240506);
  for (std::size_t i = 0; corpus.buffer->size() < bytes; ++i) {
    Fill fill{BenignName(random), Address(random, /*evil=*/false), Digest(random),
              fmt::format("/{}", Word(random, 3, 20))};
    std::size_t format = i % 4;
    if (one_in > 0 && random.Below(one_in) == 0) {
      const Indicator& indicator = plantable[random.Below(plantable.size())];
      Plant(indicator, fill);
      format = FormatFor(indicator.kind, format);
      corpus.planted.push_back(i);
    }
    const std::string line = format == 0   ? Eve(random, fill)
                             : format == 1 ? Zeek(random, fill)
                             : format == 2 ? Ecs(random, fill)
                                           : Sysmon(random, fill);
    places.emplace_back(corpus.buffer->size(), line.size());
    *corpus.buffer += line;
    *corpus.buffer += '\n';
  }
  corpus.buffer->append(kRecordPadding, '\0');
  for (const auto& [at, size] : places) {
    corpus.records.push_back({std::string_view(*corpus.buffer).substr(at, size), 0});
    corpus.bytes += size;
  }
  return corpus;
}

}  // namespace polder
