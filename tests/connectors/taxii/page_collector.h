#ifndef POLDER_TESTS_CONNECTORS_TAXII_PAGE_COLLECTOR_H_
#define POLDER_TESTS_CONNECTORS_TAXII_PAGE_COLLECTOR_H_

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "connectors/taxii/taxii_client.h"

namespace polder {

// Keeps what the pages of polls said, as a rule set would: the last statement of each object.
class PageCollector {
 public:
  TaxiiClient::PageSink Sink() {
    return [this](const std::string& text) {
      const nlohmann::json envelope = nlohmann::json::parse(text);
      for (const nlohmann::json& object : envelope["objects"]) {
        const auto id = object["id"].get<std::string>();
        if (id.starts_with("indicator--")) ++indicators_seen;
        objects[id] = object;
      }
      ++pages;
      return absl::OkStatus();
    };
  }

  std::size_t Count(const std::string& type) const {
    std::size_t count = 0;
    for (const auto& [id, object] : objects) count += id.starts_with(type + "--") ? 1 : 0;
    return count;
  }

  std::map<std::string, nlohmann::json> objects;
  std::size_t indicators_seen = 0;  // repeated ones too
  std::size_t pages = 0;
};

}  // namespace polder

#endif  // POLDER_TESTS_CONNECTORS_TAXII_PAGE_COLLECTOR_H_
