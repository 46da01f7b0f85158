#include "rules/read/json_reader.h"

#include "rules/read/json_document.h"
#include "rules/read/stix_reader.h"

namespace polder {

ReadResult ReadJson(std::string_view text, const ReadContext& context) {
  Refusal refusal;
  const auto document = ParseJsonDocument(text, context, &refusal);
  if (!document) {
    ReadResult result;
    result.unreadable = true;
    result.format = "unknown";
    result.refusals.push_back(std::move(refusal));
    return result;
  }
  const nlohmann::json& root = document->root;
  const nlohmann::json& first = root.is_array() && !root.empty() ? root.front() : root;
  if (first.is_object() && (first.contains("Event") || first.contains("response"))) {
    return Unreadable(context, 0, "this is a MISP event, which is not yet supported; export it as STIX 2.1");
  }
  return ReadStix(*document, context);
}

}  // namespace polder
