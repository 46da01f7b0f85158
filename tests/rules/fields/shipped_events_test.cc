// Events in the shape of each product, and what the shipped maps make of them. All values are made up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/event/zeek_reader.h"
#include "rules/fields/shipped_field_maps.h"
#include "tests/rules/fields/read_event.h"

namespace polder {
namespace {

using ::testing::ElementsAreArray;

constexpr TimeUs kTime = 1'715'000'400 * kSecondUs;  // 2024-05-06T13:00:00Z

struct Meaning {
  std::string_view path;
  std::string_view stix;  // one of its paths
  std::string_view ecs;
};

struct Case {
  std::string_view event;
  std::string_view format;
  std::string_view source;
  std::vector<std::string> urls = {};
  std::vector<Meaning> meanings = {};
};

constexpr std::string_view kUserAgentPath =
    "network-traffic:extensions.http-request-ext.request_header.user-agent";

void ExpectSeen(const Case& c, const SeenEvent& seen) {
  EXPECT_EQ(seen.format, c.format) << c.event;
  EXPECT_EQ(seen.source, c.source) << c.event;
  EXPECT_EQ(seen.time, kTime) << c.event;
  EXPECT_THAT(seen.urls, ElementsAreArray(c.urls)) << c.event;
  for (const Meaning& meaning : c.meanings) {
    EXPECT_TRUE(seen.paths.contains(std::string(meaning.path))) << meaning.path << " in " << c.event;
    const FieldMeaning* const found = seen.map == nullptr ? nullptr : seen.map->Find(meaning.path);
    ASSERT_NE(found, nullptr) << meaning.path << " of " << c.format;
    const auto& stix = found->stix;
    EXPECT_TRUE(meaning.stix.empty() || std::find(stix.begin(), stix.end(), meaning.stix) != stix.end())
        << meaning.path << " of " << c.format;
    EXPECT_EQ(found->ecs, meaning.ecs) << meaning.path << " of " << c.format;
  }
}

void Expect(const std::vector<Case>& cases) {
  EventLooker looker(ShippedFieldMaps());
  for (const Case& c : cases) ExpectSeen(c, looker.Look(c.event, nullptr, kTime));
}

TEST(ShippedFieldMaps, KnowSuricata) {
  Expect({
      {R"({"timestamp":"2024-05-06T15:00:00.000000+0200","flow_id":1,"event_type":"http","src_ip":"192.0.2.1",)"
       R"("src_port":1,"dest_ip":"198.51.100.2","dest_port":80,"http":{"hostname":"a.example","url":"/x?y",)"
       R"("http_port":8080,"http_user_agent":"curl/8","http_refer":"http://b.example/"}})",
       "suricata",
       "suricata/network/http",
       {"http://a.example:8080/x?y"},
       {{"src_ip", "network-traffic:src_ref.value", "source.ip"},
        {"dest_ip", "network-traffic:dst_ref.value", "destination.ip"},
        {"http.hostname", "domain-name:value", "url.domain"},
        {"http.http_user_agent", kUserAgentPath, "user_agent.original"}}},
      {R"({"timestamp":"2024-05-06T13:00:00.000000+0000","flow_id":1,"event_type":"dns","src_ip":"192.0.2.1",)"
       R"("dns":{"type":"answer","rrname":"a.example","answers":[{"rrname":"a.example","rdata":"192.0.2.9"}],)"
       R"("grouped":{"A":["192.0.2.9"]}}})",
       "suricata",
       "suricata/network/dns",
       {},
       {{"dns.rrname", "domain-name:value", "dns.question.name"},
        {"dns.answers.*.rdata", "domain-name:resolves_to_refs[*].value", "dns.answers.data"},
        {"dns.grouped.A", "domain-name:resolves_to_refs[*].value", "dns.resolved_ip"}}},
      {R"({"timestamp":"2024-05-06T13:00:00.000000+0000","flow_id":1,"event_type":"fileinfo","src_ip":"192.0.2.1",)"
       R"("fileinfo":{"filename":"/a/b.exe","sha256":"00","md5":"00","size":3}})",
       "suricata",
       "suricata/network/fileinfo",
       {},
       {{"fileinfo.sha256", "file:hashes.sha-256", "file.hash.sha256"},
        {"fileinfo.filename", "file:name", "file.path"}}},
      {R"({"timestamp":"2024-05-06T13:00:00.000000+0000","event_type":"stats","stats":{"uptime":5}})",
       "suricata", "suricata/network/stats"},
  });
}

TEST(ShippedFieldMaps, KnowZeekAsJson) {
  Expect({
      {R"({"_path":"conn","ts":1715000400.0,"uid":"C1","id.orig_h":"192.0.2.1","id.orig_p":1,)"
       R"("id.resp_h":"198.51.100.2","id.resp_p":443,"proto":"tcp"})",
       "zeek",
       "zeek/network/conn",
       {},
       {{"id.orig_h", "network-traffic:src_ref.value", "source.ip"},
        {"id.resp_p", "network-traffic:dst_port", "destination.port"}}},
      {R"({"ts":"2024-05-06T13:00:00.000000Z","uid":"C1","id_orig_h":"192.0.2.1","id_resp_h":"198.51.100.2",)"
       R"("host":"a.example","uri":"/x","user_agent":"curl/8","resp_mime_types":["text/html"]})",
       "zeek",
       "zeek/network/",
       {"http://a.example/x"},
       {{"id_orig_h", "network-traffic:src_ref.value", "source.ip"},
        {"user_agent", kUserAgentPath, "user_agent.original"},
        {"resp_mime_types", "file:mime_type", "file.mime_type"}}},
      {R"({"_path":"dns","ts":1715000400,"uid":"C1","query":"a.example","answers":["192.0.2.9"]})",
       "zeek",
       "zeek/network/dns",
       {},
       {{"query", "domain-name:value", "dns.question.name"},
        {"answers", "domain-name:resolves_to_refs[*].value", "dns.answers.data"}}},
      {R"({"_path":"files","ts":1715000400,"fuid":"F1","filename":"b.exe","sha1":"00"})",
       "zeek",
       "zeek/network/files",
       {},
       {{"filename", "file:name", "file.name"}, {"sha1", "file:hashes.sha-1", "file.hash.sha1"}}},
      {R"({"_path":"x509","ts":1715000400,"fingerprint":"00","certificate.serial":"0A","san.dns":["a.example"]})",
       "zeek",
       "zeek/network/x509",
       {},
       {{"certificate.serial", "x509-certificate:serial_number", "file.x509.serial_number"},
        {"san.dns", "domain-name:value", "file.x509.alternative_names"}}},
      {R"({"_path":"smtp","ts":1715000400,"uid":"C1","mailfrom":"a@b.example","rcptto":["c@d.example"],)"
       R"("subject":"invoice"})",
       "zeek",
       "zeek/network/smtp",
       {},
       {{"mailfrom", "email-message:sender_ref.value", "email.sender.address"},
        {"rcptto", "email-message:to_refs[*].value", "email.to.address"},
        {"subject", "email-message:subject", "file.x509.subject.distinguished_name"}}},
  });
}

TEST(ShippedFieldMaps, KnowZeekAsColumns) {
  ZeekHeader header;
  for (const char* line :
       {"#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", "#path\thttp",
        "#fields\tts\tuid\tid.orig_h\thost\turi\tresp_fuids",
        "#types\ttime\tstring\taddr\tstring\tstring\tvector[string]"}) {
    header.See(line);
  }
  const Case c{"1715000400.000000\tC1\t192.0.2.1\ta.example\t/x\tF1,F2",
               "zeek",
               "zeek/network/http",
               {"http://a.example/x"},
               {{"id.orig_h", "network-traffic:src_ref.value", "source.ip"}}};
  EventLooker looker(ShippedFieldMaps());
  ExpectSeen(c, looker.Look(c.event, header.columns().get()));
}

TEST(ShippedFieldMaps, KnowWindowsInEveryEnvelope) {
  const std::vector<Meaning> flat = {
      {"Image", "process:image_ref.name", "process.executable"},
      {"CommandLine", "process:command_line", "process.command_line"},
      {"Hashes", "file:hashes", "file.hash"},
  };
  std::vector<Meaning> beats, raw;
  std::vector<std::string> kept;
  kept.reserve(2 * flat.size());
  for (const Meaning& meaning : flat) {
    kept.push_back("winlog.event_data." + std::string(meaning.path));
    beats.push_back({kept.back(), meaning.stix, meaning.ecs});
    kept.push_back("Event.EventData." + std::string(meaning.path));
    raw.push_back({kept.back(), meaning.stix, meaning.ecs});
  }
  Expect({
      // Flat, with two times, of which Sysmon's own counts
      {R"({"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","@timestamp":"2024-05-06T13:00:09Z",)"
       R"("UtcTime":"2024-05-06 13:00:00.000","Image":"C:\\a\\b.exe","CommandLine":"b.exe /x","Hashes":"MD5=00"})",
       "windows",
       "windows/host/Microsoft-Windows-Sysmon/Operational",
       {},
       flat},
      // NXLog: EventTime is local
      {R"({"EventTime":"2024-05-06 15:00:00","@timestamp":"2024-05-06T13:00:00.000Z","Hostname":"h","EventID":4688,)"
       R"("SourceName":"Microsoft-Windows-Security-Auditing","SourceModuleType":"im_msvistalog",)"
       R"("Channel":"Security","NewProcessName":"C:\\a\\b.exe","SubjectUserName":"u"})",
       "windows",
       "windows/host/Security",
       {},
       {{"NewProcessName", "process:image_ref.name", "process.executable"},
        {"SubjectUserName", "user-account:account_login", "user.name"}}},
      // Winlogbeat and the Elastic agent, with ECS beside
      {R"({"@timestamp":"2024-05-06T13:00:00.000Z","ecs":{"version":"8.0.0"},"event":{"kind":"event","code":"1"},)"
       R"("winlog":{"channel":"Microsoft-Windows-Sysmon/Operational","event_id":"1","event_data":{)"
       R"("Image":"C:\\a\\b.exe","CommandLine":"b.exe","Hashes":"SHA256=00"}},)"
       R"("process":{"hash":{"sha256":"00"}},"source":{"ip":"192.0.2.1"}})",
       "windows",
       "windows/host/Microsoft-Windows-Sysmon/Operational",
       {},
       [&] {
         std::vector<Meaning> all = beats;
         all.push_back({"process.hash.sha256", "process:image_ref.hashes.sha-256", "process.hash.sha256"});
         all.push_back({"source.ip", "network-traffic:src_ref.value", "source.ip"});
         return all;
       }()},
      // The XML as JSON
      {R"({"Event":{"#attributes":{"xmlns":"x"},"System":{"Provider":{"#attributes":{"Name":"Sysmon"}},)"
       R"("EventID":1,"TimeCreated":{"#attributes":{"SystemTime":"2024-05-06T13:00:00Z"}},"Channel":"Sysmon"},)"
       R"("EventData":{"Image":"C:\\a\\b.exe","CommandLine":"b.exe","Hashes":"SHA1=00"}}})",
       "windows",
       "windows/host/Sysmon",
       {},
       raw},
      // Sentinel's SecurityEvent
      {R"({"TimeGenerated":"2024-05-06T13:00:00Z","TenantId":"t","Type":"SecurityEvent","EventID":4624,)"
       R"("Channel":"Security","Computer":"h","IpAddress":"192.0.2.1"})",
       "windows",
       "windows/host/Security",
       {},
       {{"IpAddress", "network-traffic:src_ref.value", "source.ip"}}},
  });
}

TEST(ShippedFieldMaps, KnowWhatEachEventOfSysmonHolds) {
  const FieldMap& windows = *ShippedFieldMaps().Named("windows");
  // One field of each event id, in the order of the ids.
  for (const char* field :
       {"ParentCommandLine", "TargetFilename", "DestinationIp", "User",         "Image",
        "ImageLoaded",       "Hashes",         "TargetImage",   "Device",       "SourceImage",
        "TargetFilename",    "TargetObject",   "Details",       "NewName",      "Hash",
        "PipeName",          "Destination",    "QueryName",     "QueryResults", "ClientInfo"}) {
    for (const char* prefix : {"", "winlog.event_data.", "event_data.", "Event.EventData."}) {
      const FieldMeaning* const meaning = windows.Find(prefix + std::string(field));
      ASSERT_NE(meaning, nullptr) << prefix << field;
      EXPECT_FALSE(meaning->stix.empty()) << prefix << field;
    }
  }
  EXPECT_EQ(windows.Find("Hashes")->packing, FieldMeaning::Packing::kPairs);
  EXPECT_TRUE(windows.Names(Kind::kServiceName));
  EXPECT_FALSE(windows.Names(Kind::kMutex));
}

TEST(ShippedFieldMaps, KnowEcs) {
  Expect({
      {R"({"@timestamp":"2024-05-06T13:00:00.000Z","ecs":{"version":"8.11.0"},"event":{"kind":"event",)"
       R"("category":["web"],"dataset":"proxy.access","module":"proxy"},"source":{"ip":["192.0.2.1"]},)"
       R"("url":{"scheme":"https","domain":"a.example","path":"/x","query":"q=1","port":8443},)"
       R"("user_agent":{"original":"curl/8"},"email":{"from":{"address":["a@b.example"]},)"
       R"("attachments":[{"file":{"name":"c.doc","hash":{"md5":"00"}}}]}})",
       "ecs",
       "proxy/web/proxy.access",
       {"https://a.example:8443/x?q=1"},
       {{"source.ip", "network-traffic:src_ref.value", "source.ip"},
        {"user_agent.original", kUserAgentPath, "user_agent.original"},
        {"email.from.address", "email-message:from_ref.value", "email.from.address"},
        {"email.attachments.*.file.hash.md5", "file:hashes.md5", "email.attachments.file.hash.md5"}}},
      {R"({"@timestamp":"2024-05-06T13:00:00.000Z","ecs.version":"8.11.0","event.kind":"event"})", "ecs",
       "ecs//"},
  });
}

TEST(ShippedFieldMaps, KnowOcsf) {
  Expect({
      {R"({"class_uid":4002,"class_name":"HTTP Activity","category_uid":4,"category_name":"Network Activity",)"
       R"("time":1715000400000,"metadata":{"version":"1.1.0","product":{"name":"Proxy"}},)"
       R"("src_endpoint":{"ip":"192.0.2.1"},"http_request":{"user_agent":"curl/8","url":{"scheme":"https",)"
       R"("hostname":"a.example","path":"/x","query_string":"q","port":443}},"file":{"hashes":[{"value":"00"}]}})",
       "ocsf",
       "Proxy/Network Activity/HTTP Activity",
       {"https://a.example:443/x?q"},
       {{"src_endpoint.ip", "network-traffic:src_ref.value", "source.ip"},
        {"http_request.user_agent", kUserAgentPath, "user_agent.original"},
        {"file.hashes.*.value", "file:hashes.sha-256", ""}}},
  });
}

TEST(ShippedFieldMaps, KnowTheCloudsAudit) {
  const std::string record =
      R"({"eventVersion":"1.08","eventTime":"2024-05-06T13:00:00Z","eventSource":"iam.amazonaws.com",)"
      R"("eventName":"CreateUser","sourceIPAddress":"192.0.2.1","userAgent":"aws-cli/2",)"
      R"("userIdentity":{"type":"IAMUser","userName":"u"}})";
  const std::string records = R"({"Records":[)" + record + "]}";
  const std::string bridge = R"({"version":"0","time":"2024-05-06T13:00:09Z","detail":)" + record + "}";
  const std::string audit =
      R"({"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"i","stage":"ResponseComplete","verb":"get",)"
      R"("requestReceivedTimestamp":"2024-05-06T13:00:00.000000Z","sourceIPs":["192.0.2.1"],"userAgent":"kubectl",)"
      R"("user":{"username":"system:anonymous"},"requestURI":"/api"})";
  std::string quoted;
  for (const char c : audit) quoted += c == '"' ? std::string("\\\"") : std::string(1, c);
  const std::string aks = R"({"operationName":"Microsoft.ContainerService","category":"kube-audit","time":)"
                          R"("2024-05-06T13:00:09Z","resourceId":"r","properties":{"log":")" +
                          quoted + "\"}}";
  Expect({
      {record,
       "cloudtrail",
       "aws/cloud/iam.amazonaws.com",
       {},
       {{"sourceIPAddress", "network-traffic:src_ref.value", "source.address"},
        {"userAgent", kUserAgentPath, "user_agent.original"}}},
      {records,
       "cloudtrail",
       "aws/cloud/iam.amazonaws.com",
       {},
       {{"Records.*.sourceIPAddress", "network-traffic:src_ref.value", "source.address"}}},
      {bridge,
       "cloudtrail",
       "aws/cloud/iam.amazonaws.com",
       {},
       {{"detail.userAgent", kUserAgentPath, "user_agent.original"}}},
      {audit,
       "kubernetes_audit",
       "kubernetes/cloud/audit",
       {},
       {{"sourceIPs", "network-traffic:src_ref.value", "source.ip"},
        {"user.username", "user-account:account_login", "user.name"}}},
      {aks,
       "kubernetes_audit",
       "kubernetes/cloud/audit",
       {},
       {{"properties.log.sourceIPs", "network-traffic:src_ref.value", "source.ip"}}},
  });
}

TEST(ShippedFieldMaps, KnowMicrosoft) {
  Expect({
      {R"({"CreationTime":"2024-05-06T13:00:00","Id":"i","Operation":"FileDownloaded","OrganizationId":"o",)"
       R"("RecordType":6,"UserId":"a@b.example","Workload":"SharePoint","ClientIP":"192.0.2.1",)"
       R"("ObjectId":"https://b.example/c.doc","SourceFileName":"c.doc"})",
       "m365_audit",
       "m365/cloud/SharePoint",
       {},
       {{"ClientIP", "network-traffic:src_ref.value", "source.ip"},
        {"ObjectId", "url:value", "url.original"},
        {"SourceFileName", "file:name", "file.name"}}},
      {R"({"CreationDate":"2024-05-06T13:00:09Z","AuditData":"{\"CreationTime\":\"2024-05-06T13:00:00\",)"
       R"(\"Operation\":\"New-InboxRule\",\"Workload\":\"Exchange\",\"ClientIPAddress\":\"192.0.2.1\"}"})",
       "m365_audit",
       "m365/cloud/Exchange",
       {},
       {{"AuditData.ClientIPAddress", "network-traffic:src_ref.value", "source.ip"}}},
      {R"({"time":"2024-05-06T13:00:09Z","resourceId":"/tenants/t/providers/Microsoft.aadiam","operationName":)"
       R"("Sign-in activity","category":"SignInLogs","callerIpAddress":"192.0.2.1","properties":{)"
       R"("createdDateTime":"2024-05-06T13:00:00Z","userPrincipalName":"a@b.example","ipAddress":"192.0.2.1"}})",
       "entra",
       "entra/cloud/SignInLogs",
       {},
       {{"properties.ipAddress", "network-traffic:src_ref.value", "source.ip"},
        {"properties.userPrincipalName", "email-addr:value", "user.name"}}},
      {R"({"createdDateTime":"2024-05-06T13:00:00Z","userPrincipalName":"a@b.example","ipAddress":"192.0.2.1",)"
       R"("appDisplayName":"Mail"})",
       "entra",
       "entra/cloud/signin",
       {},
       {{"ipAddress", "network-traffic:src_ref.value", "source.ip"}}},
      {R"({"time":"2024-05-06T13:00:00Z","resourceId":"/subscriptions/s","operationName":"GetBlob",)"
       R"("category":"StorageRead","callerIpAddress":"192.0.2.1:4000"})",
       "azure_activity",
       "azure/cloud/StorageRead",
       {},
       {{"callerIpAddress", "network-traffic:src_ref.value", "source.ip"}}},
      {R"({"TimeGenerated":"2024-05-06T13:00:00Z","TenantId":"t","Type":"DeviceNetworkEvents","DeviceName":"h",)"
       R"("ActionType":"ConnectionSuccess","RemoteIP":"192.0.2.1","InitiatingProcessSHA256":"00"})",
       "defender",
       "microsoft//DeviceNetworkEvents",
       {},
       {{"RemoteIP", "network-traffic:dst_ref.value", "destination.ip"},
        {"InitiatingProcessSHA256", "process:parent_ref.image_ref.hashes.sha-256",
         "process.parent.hash.sha256"}}},
      {R"({"time":"2024-05-06T13:00:09Z","tenantId":"t","operationName":"Publish","category":)"
       R"("AdvancedHunting-DeviceProcessEvents","properties":{"Timestamp":"2024-05-06T13:00:00Z","DeviceId":"d",)"
       R"("FileName":"b.exe","ProcessCommandLine":"b.exe /x"}})",
       "defender",
       "microsoft/AdvancedHunting-DeviceProcessEvents/AdvancedHunting-DeviceProcessEvents",
       {},
       {{"properties.ProcessCommandLine", "process:command_line", "process.command_line"}}},
      {R"({"TimeGenerated":"2024-05-06T13:00:00Z","TenantId":"t","Type":"W3CIISLog","csHost":"a.example",)"
       R"("csUriStem":"/x","csUriQuery":"q=1","sPort":"8080","cIP":"192.0.2.1"})",
       "defender",
       "microsoft//W3CIISLog",
       {"http://a.example:8080/x?q=1"},
       {{"cIP", "network-traffic:src_ref.value", "source.ip"}}},
  });
}

TEST(ShippedFieldMaps, KnowTheFormatsOfLines) {
  Expect({
      {"CEF:0|Vendor|Proxy|1|100|Web request|5|rt=1715000400000 src=192.0.2.1 dhost=a.example request=/x "
       "dpt=8080 "
       "fileHash=00 requestClientApplication=curl/8",
       "cef",
       "Proxy//100",
       {"http://a.example:8080/x"},
       {{"src", "network-traffic:src_ref.value", "source.ip"},
        {"requestClientApplication", kUserAgentPath, "user_agent.original"},
        {"fileHash", "file:hashes.sha-256", ""}}},
      {"<13>May  6 13:00:00 fw1 CEF:0|Vendor|Firewall|1|200|Drop|5|src=192.0.2.1 dst=198.51.100.2",
       "cef",
       "Firewall//200",
       {},
       {{"dst", "network-traffic:dst_ref.value", "destination.ip"}}},
      {"LEEF:1.0|Vendor|Proxy|1|300|devTime=May 06 2024 "
       "13:00:00\tsrc=192.0.2.1\tcat=web\tdstHostName=a.example"
       "\turl=/x",
       "leef",
       "Proxy/web/300",
       {"http://a.example/x"},
       {{"src", "network-traffic:src_ref.value", "source.ip"}}},
      {"192.0.2.1 - - [06/May/2024:15:00:00 +0200] \"GET /x HTTP/1.1\" 200 5 \"http://b.example/\" "
       "\"curl/8\"",
       "access_log",
       "webserver/web/access",
       {},
       {{"remote_addr", "network-traffic:src_ref.value", "source.address"},
        {"http_user_agent", kUserAgentPath, "user_agent.original"}}},
      {"a.example:8080 192.0.2.1 - - [06/May/2024:15:00:00 +0200] \"GET /x HTTP/1.1\" 200 5 \"-\" \"curl/8\"",
       "access_log",
       "webserver/web/access",
       {"http://a.example:8080/x"}},
      {"date=2024-05-06 time=15:00:00 tz=\"+0200\" devname=\"fw\" devid=\"F1\" logid=\"0000000013\" "
       "type=\"utm\" "
       "subtype=\"webfilter\" vd=\"root\" srcip=192.0.2.1 dstip=198.51.100.2 dstport=80 service=\"HTTP\" "
       "hostname=\"a.example\" url=\"/x\"",
       "fortinet",
       "fortinet/utm/webfilter",
       {"HTTP://a.example:80/x"},
       {{"srcip", "network-traffic:src_ref.value", "source.ip"}}},
      {"time=2024-05-06T13:00:00Z level=info src_ip=192.0.2.1 host=a.example uri=/x method=GET",
       "keyvalue",
       "//",
       {"http://a.example/x"},
       {{"src_ip", "network-traffic:src_ref.value", "source.ip"}}},
      {"<34>1 2024-05-06T13:00:00Z host1 sshd 812 - - Failed password for root from 192.0.2.1",
       "syslog",
       "syslog/host/sshd",
       {},
       {{"syslog.hostname", "", "host.name"}}},
  });
}

TEST(ShippedFieldMaps, LeaveOtherEventsAlone) {
  EventLooker looker(ShippedFieldMaps());
  for (const char* event :
       {R"({"a":1})", R"({"timestamp":"2024-05-06T13:00:00Z","message":"x"})",
        R"({"event_type":"login","user":"u"})", R"({"@timestamp":"2024-05-06T13:00:00Z","message":"x"})",
        R"({"kind":"Event","metadata":{"name":"pod"}})", R"({"operationName":"op"})",
        R"({"ts":1715000400,"host":"a.example"})", R"([{"EventID":1}])"}) {
    EXPECT_EQ(looker.Look(event).format, "json") << event;
  }
  EXPECT_EQ(looker.Look("plain text").format, "text");
}

TEST(ShippedFieldMaps, ComposeUrlsOfEventsThatNoMapKnows) {
  EventLooker looker(ShippedFieldMaps());
  EXPECT_THAT(looker.Look(R"({"http":{"hostname":"a.example","url":"/x"}})").urls,
              ElementsAreArray({"http://a.example/x"}));
  EXPECT_THAT(looker.Look(R"({"url":{"domain":"a.example","path":"/x"}})").urls,
              ElementsAreArray({"http://a.example/x"}));
  // And of those whose own map composes none.
  EXPECT_THAT(looker.Look(R"({"EventID":1,"host":"a.example","uri":"/x"})").urls,
              ElementsAreArray({"http://a.example/x"}));
}

TEST(ShippedFieldMaps, NameTheFieldsThatTheFirstLookHasToAskFor) {
  for (const FieldMap& map : ShippedFieldMaps().maps()) {
    for (const UrlComposition& url : map.urls) {
      std::string lower = url.path;
      std::transform(lower.begin(), lower.end(), lower.begin(),
                     [](unsigned char c) { return std::tolower(c); });
      const auto& tells = ShippedFieldMaps().url_tells();
      EXPECT_TRUE(std::any_of(tells.begin(), tells.end(),
                              [&](const std::string& tell) { return lower.find(tell) != std::string::npos; }))
          << map.name << ' ' << url.path;
    }
  }
  EXPECT_THAT(ShippedFieldMaps().url_tells(), ElementsAreArray({"request", "uri", "url"}));
}

FieldMap UserMap(std::string name, std::string mark) {
  FieldMap map;
  map.name = std::move(name);
  map.recognition.all.push_back({std::move(mark), {}});
  return map;
}

TEST(WithUserMaps, AsksTheUsersFirstAndReplacesThoseOfTheSameName) {
  const FieldMaps maps =
      WithUserMaps({UserMap("door", "event_type"), UserMap("zeek", "badge"), UserMap("door", "x")});
  EXPECT_EQ(maps.maps().size(), ShippedFieldMaps().maps().size() + 1);
  EventLooker looker(maps);
  const SeenEvent seen = looker.Look(R"({"event_type":"dns","src_ip":"192.0.2.1"})");
  EXPECT_EQ(seen.format, "door");
  EXPECT_THAT(seen.recognised, ElementsAreArray({"door", "suricata"}));
  EXPECT_EQ(looker.Look(R"({"badge":"1"})").format, "zeek");
  EXPECT_EQ(looker.Look(R"({"_path":"dns","ts":1})").format, "json");
}

}  // namespace
}  // namespace polder
