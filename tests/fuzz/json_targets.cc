#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "connectors/taxii/taxii_envelope.h"
#include "rules/read/json_document.h"
#include "rules/read/json_lines.h"
#include "rules/read/misp_reader.h"
#include "rules/read/stix_reader.h"
#include "rules/read/text_decoding.h"
#include "tests/fuzz/properties.h"
#include "tests/fuzz/targets.h"

namespace polder {
namespace {

void CheckOffsets(std::string_view json) {
  std::size_t last = 0;
  for (const std::size_t at : BundleObjectOffsets(json)) {
    Require(at < json.size() && json[at] == '{', "an object begins where it is said to",
            fmt::format("{}", at));
    Require(last == 0 || at > last, "objects are found in their order", fmt::format("{}", at));
    last = at;
  }
}

}  // namespace

void FuzzStix(std::string_view input) {
  CheckedReading(input, FuzzContext());
  Refusal refusal;
  const auto document = ParseJsonDocument(input, FuzzContext(), &refusal);
  if (!document) return;
  CheckOffsets(input);
  const ReadResult result = ReadStix(*document, FuzzContext());
  CheckReading(result, input);
  CheckSame(result, ReadStix(*document, FuzzContext()));
}

void FuzzMisp(std::string_view input) {
  CheckedReading(input, FuzzContext());
  Refusal refusal;
  const auto document = ParseJsonDocument(input, FuzzContext(), &refusal);
  if (!document) return;
  const ReadResult result = ReadMisp(*document, FuzzContext());
  CheckReading(result, input);
  CheckSame(result, ReadMisp(*document, FuzzContext()));
  if (const auto manifest = ReadMispManifest(*document)) {
    for (const auto& [uuid, changed] : *manifest) {
      Require(uuid.size() == 36 && uuid.find_first_not_of("0123456789abcdef-") == std::string::npos,
              "an event of a manifest is named by a uuid", uuid);
      Require(changed >= 0, "an event was not changed before 1970", fmt::format("{}", changed));
    }
  }
}

void FuzzTaxii(std::string_view input) {
  HttpResponse response;
  response.status = 200;
  response.body = input;
  response.url = "https://taxii.example/api/collections/c/objects/";
  const auto envelope = ParseTaxiiEnvelope(response);
  if (!envelope.ok()) {
    const std::string message(envelope.status().message());
    Require(absl::IsFailedPrecondition(envelope.status()), "what is no envelope is a FailedPrecondition");
    Require(IsPrintableLine(message), "a message is one printable line", message);
    return;
  }
  Require(envelope->objects.is_array(), "the objects of an envelope are an array");
  Require(DigestOf(envelope->objects) == DigestOf(envelope->objects),
          "the same objects have the same digest");
  const std::string text = EnvelopeText(envelope->objects, {nlohmann::json::object()});
  const auto again = nlohmann::json::parse(text, nullptr, false);
  Require(again.is_object() && again["objects"].size() == envelope->objects.size() + 1,
          "what is handed on is JSON with all objects", text);
  Require(DigestOf(again["objects"]) != DigestOf(envelope->objects), "one object more changes the digest");
  CheckedReading(text, FuzzContext());
}

}  // namespace polder
