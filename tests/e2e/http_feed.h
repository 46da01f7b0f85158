#ifndef POLDER_TESTS_E2E_HTTP_FEED_H_
#define POLDER_TESTS_E2E_HTTP_FEED_H_

#include <fmt/format.h>

#include <map>
#include <string>

#include "tests/connectors/http/python_server.h"
#include "tests/e2e/feed_fixture.h"

namespace polder {

// Tests of feeds that a local web server has in a folder.
class HttpFeedFixture : public FeedTest {
 protected:
  HttpFeedFixture() : server_(POLDER_HTTP_SERVER, {"--folder", web_.path().string()}) {}

  std::string Url(const std::string& file) const { return server_.Url("/files/" + file); }
  void Serve(const std::string& file, const std::string& text) { WriteFile(web_.path() / file, text); }
  void Remove(const std::string& file) { std::filesystem::remove(web_.path() / file); }

  // A MISP feed with an event for each domain, all changed at `timestamp`.
  void ServeMisp(const std::map<int, std::string>& domains, int64_t timestamp) {
    std::string manifest;
    for (const auto& [number, domain] : domains) {
      const std::string uuid = fmt::format("5f3a1c5e-0d10-4f3b-8a53-{:012}", number);
      Serve(uuid + ".json",
            fmt::format(
                R"({{"Event":{{"uuid":"{}","info":"x","date":"2026-01-01","timestamp":"{}","Attribute":[)"
                R"({{"uuid":"6f3a1c5e-0d10-4f3b-8a53-{:012}","type":"domain","to_ids":true,)"
                R"("category":"Network activity","value":"{}","timestamp":"{}"}}]}}}})",
                uuid, timestamp, number, domain, timestamp));
      if (!manifest.empty()) manifest += ',';
      manifest += fmt::format(R"("{}":{{"info":"x","timestamp":"{}"}})", uuid, timestamp);
    }
    Serve("manifest.json", fmt::format("{{{}}}", manifest));
  }

  TempFolder web_;
  PythonServer server_;
};

}  // namespace polder

#endif  // POLDER_TESTS_E2E_HTTP_FEED_H_
