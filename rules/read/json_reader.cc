#include "rules/read/json_reader.h"

#include "rules/read/json_document.h"
#include "rules/read/misp_reader.h"
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
  if (IsMisp(*document)) return ReadMisp(*document, context);
  return ReadStix(*document, context);
}

}  // namespace polder
