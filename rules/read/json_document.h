// A JSON text and what is in it, parsed once for whoever recognises it.
#ifndef POLDER_RULES_READ_JSON_DOCUMENT_H_
#define POLDER_RULES_READ_JSON_DOCUMENT_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "rules/read/reader.h"

namespace polder {

struct JsonDocument {
  std::string_view text;  // outlives it
  nlohmann::json root;
};

// Nothing if the text is not JSON: then `refusal` says where and why.
std::optional<JsonDocument> ParseJsonDocument(std::string_view text, const ReadContext& context,
                                              Refusal* refusal);

// The text under `key` of an object; empty if there is none.
std::string JsonText(const nlohmann::json& object, const char* key);

// The result for an input of which nothing can be made.
ReadResult Unreadable(const ReadContext& context, std::size_t line, std::string reason);

}  // namespace polder

#endif  // POLDER_RULES_READ_JSON_DOCUMENT_H_
