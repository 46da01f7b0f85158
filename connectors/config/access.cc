#include "connectors/config/access.h"

#include <string>
#include <utility>

#include "connectors/config/kafka_section.h"
#include "connectors/config/section.h"

namespace polder {
namespace {

void ReadSecret(const Section& section, std::string_view key, std::string& to) {
  const Value* const value = section.Find(key);
  if (value == nullptr) return;
  auto text = ReadProperty(section.context(), *value, "text, ${NAME} or file:PATH");
  if (!text) return;
  // A feed is not to be asked without credentials because a variable is empty.
  if (text->empty()) AddUnexpected(section.context(), *value, "a secret that is not empty");
  to = *std::move(text);
}

}  // namespace

void ReadAccess(const Section& section, IndicatorConfig::Access& access) {
  section.Text("user", access.user);
  ReadSecret(section, "password", access.password);
  ReadSecret(section, "token", access.token);
  ReadSecret(section, "api_key", access.api_key);
  section.Text("api_key_header", access.api_key_header);
  section.Text("certificate", access.certificate);
  section.Text("certificate_key", access.certificate_key);
  section.Text("ca", access.ca);
}

HttpOptions HttpOf(const IndicatorConfig::Access& access) {
  HttpOptions http;
  http.credentials.user = access.user;
  http.credentials.password = access.password;
  http.credentials.bearer = access.token;
  http.credentials.api_key = access.api_key;
  if (!access.api_key_header.empty()) http.credentials.api_key_header = access.api_key_header;
  http.credentials.client_certificate = access.certificate;
  http.credentials.client_key = access.certificate_key;
  http.ca_file = access.ca;
  return http;
}

}  // namespace polder
