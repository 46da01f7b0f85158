#include "rules/fields/object_paths.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "rules/yaml/nearest.h"

namespace polder {
namespace {

// `targets` are the types of object that a reference leads to; without any, the property is a value, a list
// or a dictionary.
struct Property {
  std::string_view name;
  std::string_view targets = {};
};
struct Object {
  std::string_view type;
  std::vector<Property> properties;
};

constexpr std::string_view kAddresses = "ipv4-addr ipv6-addr mac-addr domain-name";

const std::vector<Object>& Objects() {
  static const auto* const kObjects = new std::vector<Object>{
      {"artifact", {{"mime_type"}, {"payload_bin"}, {"url"}, {"hashes"}, {"encryption_algorithm"}}},
      {"autonomous-system", {{"number"}, {"name"}, {"rir"}}},
      {"directory",
       {{"path"}, {"path_enc"}, {"ctime"}, {"mtime"}, {"atime"}, {"contains_refs", "file directory"}}},
      {"domain-name", {{"value"}, {"resolves_to_refs", "ipv4-addr ipv6-addr domain-name"}}},
      {"email-addr", {{"value"}, {"display_name"}, {"belongs_to_ref", "user-account"}}},
      {"email-message",
       {{"is_multipart"},
        {"date"},
        {"content_type"},
        {"from_ref", "email-addr"},
        {"sender_ref", "email-addr"},
        {"to_refs", "email-addr"},
        {"cc_refs", "email-addr"},
        {"bcc_refs", "email-addr"},
        {"message_id"},
        {"subject"},
        {"received_lines"},
        {"additional_header_fields"},
        {"body"},
        {"body_multipart"},
        {"raw_email_ref", "artifact"}}},
      {"file",
       {{"extensions"},
        {"hashes"},
        {"size"},
        {"name"},
        {"name_enc"},
        {"magic_number_hex"},
        {"mime_type"},
        {"ctime"},
        {"mtime"},
        {"atime"},
        {"parent_directory_ref", "directory"},
        {"contains_refs", "file ipv4-addr ipv6-addr domain-name url"},
        {"content_ref", "artifact"}}},
      {"ipv4-addr", {{"value"}, {"resolves_to_refs", "mac-addr"}, {"belongs_to_refs", "autonomous-system"}}},
      {"ipv6-addr", {{"value"}, {"resolves_to_refs", "mac-addr"}, {"belongs_to_refs", "autonomous-system"}}},
      {"mac-addr", {{"value"}}},
      {"mutex", {{"name"}}},
      {"network-traffic",
       {{"extensions"},
        {"start"},
        {"end"},
        {"is_active"},
        {"src_ref", kAddresses},
        {"dst_ref", kAddresses},
        {"src_port"},
        {"dst_port"},
        {"protocols"},
        {"src_byte_count"},
        {"dst_byte_count"},
        {"src_packets"},
        {"dst_packets"},
        {"ipfix"},
        {"src_payload_ref", "artifact"},
        {"dst_payload_ref", "artifact"},
        {"encapsulates_refs", "network-traffic"},
        {"encapsulated_by_ref", "network-traffic"}}},
      {"process",
       {{"extensions"},
        {"is_hidden"},
        {"pid"},
        {"created_time"},
        {"cwd"},
        {"command_line"},
        {"environment_variables"},
        {"name"},  // of STIX 2.0, as are binary_ref and arguments; feeds still use them
        {"arguments"},
        {"binary_ref", "file"},
        {"opened_connection_refs", "network-traffic"},
        {"creator_user_ref", "user-account"},
        {"image_ref", "file"},
        {"parent_ref", "process"},
        {"child_refs", "process"}}},
      {"software", {{"name"}, {"cpe"}, {"swid"}, {"languages"}, {"vendor"}, {"version"}}},
      {"url", {{"value"}}},
      {"user-account",
       {{"extensions"},
        {"user_id"},
        {"credential"},
        {"account_login"},
        {"account_type"},
        {"display_name"},
        {"is_service_account"},
        {"is_privileged"},
        {"can_escalate_privs"},
        {"is_disabled"},
        {"account_created"},
        {"account_expires"},
        {"credential_last_changed"},
        {"account_first_login"},
        {"account_last_login"}}},
      {"windows-registry-key",
       {{"key"}, {"values"}, {"modified_time"}, {"creator_user_ref", "user-account"}, {"number_of_subkeys"}}},
      {"x509-certificate",
       {{"is_self_signed"},
        {"hashes"},
        {"version"},
        {"serial_number"},
        {"signature_algorithm"},
        {"issuer"},
        {"validity_not_before"},
        {"validity_not_after"},
        {"subject"},
        {"subject_public_key_algorithm"},
        {"subject_public_key_modulus"},
        {"subject_public_key_exponent"},
        {"x509_v3_extensions"}}},
  };
  return *kObjects;
}

const Object* ObjectOf(std::string_view type) {
  const std::vector<Object>& all = Objects();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Object& o) { return o.type == type; });
  return found == all.end() ? nullptr : &*found;
}

std::string UnknownProperty(std::string_view type, std::string_view name,
                            const std::vector<const Object*>& objects) {
  std::vector<std::string_view> known;
  for (const Object* object : objects) {
    for (const Property& property : object->properties) known.push_back(property.name);
  }
  return fmt::format("{} has no property '{}'{}", type, name, MeantOrKnown(name, known));
}

// The first step of `steps`, without an index, which are taken off.
std::string_view TakeStep(std::string_view& steps) {
  const std::size_t dot = std::min(steps.find('.'), steps.size());
  std::string_view step = steps.substr(0, dot);
  steps.remove_prefix(std::min(dot + 1, steps.size()));
  return step.substr(0, std::min(step.find('['), step.size()));
}

}  // namespace

std::string ObjectPathProblem(std::string_view path) {
  const std::size_t colon = path.find(':');
  if (colon == 0 || colon == std::string_view::npos || colon + 1 == path.size()) {
    return fmt::format("'{}' is no object path; one is TYPE:PROPERTY, such as ipv4-addr:value", path);
  }
  std::string type(path.substr(0, colon));
  if (type.starts_with("x-")) return {};
  std::vector<const Object*> objects{ObjectOf(type)};
  if (objects[0] == nullptr) {
    std::vector<std::string_view> known;
    for (const Object& object : Objects()) known.push_back(object.type);
    return fmt::format("STIX has no object type '{}'{}", type, MeantOrKnown(type, known));
  }
  std::string_view steps = path.substr(colon + 1);
  while (!steps.empty()) {
    const std::string_view step = TakeStep(steps);
    const Property* property = nullptr;
    for (const Object* object : objects) {
      for (const Property& known : object->properties) {
        if (known.name == step) property = &known;
      }
    }
    if (property == nullptr) return UnknownProperty(type, step, objects);
    if (property->targets.empty()) return {};
    if (steps.empty())
      return fmt::format("'{}' ends in a reference; add the property meant, such as .value", path);
    objects.clear();
    for (std::string_view targets = property->targets; !targets.empty();) {
      const std::size_t space = std::min(targets.find(' '), targets.size());
      objects.push_back(ObjectOf(targets.substr(0, space)));
      targets.remove_prefix(std::min(space + 1, targets.size()));
    }
    type = step;
  }
  return {};
}

}  // namespace polder
