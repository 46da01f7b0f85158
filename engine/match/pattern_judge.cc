#include "engine/match/pattern_judge.h"

#include <algorithm>
#include <array>
#include <utility>

namespace polder {
namespace {

// A compiled pattern takes a few kilobytes.
constexpr std::size_t kMostCompiled = 20'000;

struct PathOfKind {
  Kind kind;
  std::string_view path;
};

// Where a text may be meant if the field map does not say which is of that kind.
constexpr std::array<PathOfKind, 16> kTextPaths = {{
    {Kind::kFileName, "process:name"},
    {Kind::kFileName, "process:image_ref.name"},
    {Kind::kFilePath, "file:path"},
    {Kind::kFilePath, "file:parent_directory_ref.path"},
    {Kind::kFilePath, "directory:path"},
    {Kind::kRegistryKey, "windows-registry-key:key"},
    {Kind::kMutex, "mutex:name"},
    {Kind::kServiceName, "process:extensions.windows-service-ext.service_name"},
    {Kind::kServiceName, "process:extensions.windows-service-ext.display_name"},
    {Kind::kCommandLine, "process:command_line"},
    {Kind::kUserAgent, "network-traffic:extensions.http-request-ext.request_header.user-agent"},
    {Kind::kEmailSubject, "email-message:subject"},
    {Kind::kCertificateSerial, "x509-certificate:serial_number"},
    {Kind::kMacAddress, "mac-addr:value"},
    {Kind::kText, "windows-registry-key:values.data"},
    {Kind::kText, "windows-registry-key:values.name"},
}};

// Where an address or a name of an event without a field map may stand.
constexpr std::array<std::string_view, 3> kEndpointPaths = {
    "network-traffic:src_ref.value", "network-traffic:dst_ref.value", "domain-name:resolves_to_refs.value"};
constexpr std::array<std::string_view, 3> kEmailPaths = {
    "email-message:from_ref.value", "email-message:sender_ref.value", "email-message:to_refs.value"};

std::string_view PathOf(const Observable& observable) {
  switch (observable.kind) {
    case Kind::kIp:
      return observable.ip.IsV4() ? "ipv4-addr:value" : "ipv6-addr:value";
    case Kind::kDomain:
      return "domain-name:value";
    case Kind::kUrl:
      return "url:value";
    case Kind::kEmail:
      return "email-addr:value";
    case Kind::kMd5:
      return "file:hashes.md5";
    case Kind::kSha1:
      return "file:hashes.sha-1";
    case Kind::kSha256:
      return "file:hashes.sha-256";
    case Kind::kSha512:
      return "file:hashes.sha-512";
    case Kind::kFileName:
      return "file:name";
    default:
      return {};
  }
}

// `NAME=VALUE,NAME=VALUE`.
void ForEachPair(std::string_view packed,
                 absl::FunctionRef<void(std::string_view name, std::string_view value)> sink) {
  while (!packed.empty()) {
    const std::size_t comma = packed.find(',');
    const std::string_view pair = packed.substr(0, comma);
    packed.remove_prefix(comma == std::string_view::npos ? packed.size() : comma + 1);
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos) sink(pair.substr(0, equals), pair.substr(equals + 1));
  }
}

}  // namespace

void PatternJudge::Clear() {
  triggered_.clear();
  observation_.Clear();
}

void PatternJudge::Trigger(Hit anchor, const Snapshot& snapshot) {
  const std::string_view pattern = snapshot.PatternOf(anchor.indicator);
  const IndicatorView view = snapshot.Describe(anchor.indicator, anchor.indicator_value);
  std::string key(view.source);
  for (const std::string_view part : {std::string_view(view.id), pattern}) {
    key += '\0';
    key += part;
  }
  const bool known = std::any_of(triggered_.begin(), triggered_.end(),
                                 [&key](const Triggered& other) { return other.key == key; });
  if (!known) triggered_.push_back({std::move(anchor), pattern, std::move(key)});
}

void PatternJudge::SeeMeaning(std::string_view path, std::string_view value) {
  if (map_ == nullptr) return;
  const FieldMeaning* meaning = map_->Find(GeneralisedPath(path, path_));
  if (meaning == nullptr) return;
  for (const std::string& stix : meaning->stix) {
    if (meaning->packing == FieldMeaning::Packing::kNone) {
      observation_.AddString(stix, value);
      continue;
    }
    ForEachPair(value, [&](std::string_view name, std::string_view one) {
      observation_.AddString(PackedObjectPath(stix, name), one);
    });
  }
}

void PatternJudge::SeeString(std::string_view path, std::string_view value) {
  SeeMeaning(path, value);
  for (const auto& [kind, stix] : kTextPaths) {
    if (map_ == nullptr || (IsWholeText(kind) && !map_->Names(kind))) observation_.AddString(stix, value);
  }
}

void PatternJudge::SeeNumber(std::string_view path, double value) {
  if (map_ == nullptr) return;
  const FieldMeaning* meaning = map_->Find(GeneralisedPath(path, path_));
  if (meaning == nullptr) return;
  for (const std::string& stix : meaning->stix) observation_.AddNumber(stix, value);
}

void PatternJudge::See(const Observable& observable) {
  const std::string_view path = PathOf(observable);
  if (path.empty()) return;
  observation_.AddString(path, observable.atomic);
  if (map_ != nullptr) return;
  if (observable.kind == Kind::kIp || observable.kind == Kind::kDomain) {
    for (const std::string_view endpoint : kEndpointPaths) {
      observation_.AddString(endpoint, observable.atomic);
    }
  } else if (observable.kind == Kind::kEmail) {
    for (const std::string_view email : kEmailPaths) observation_.AddString(email, observable.atomic);
  }
}

const CompiledPattern* PatternJudge::Compiled(std::string_view pattern) {
  pattern_.assign(pattern);
  if (const auto known = compiled_.find(pattern_); known != compiled_.end()) return known->second.get();
  if (compiled_.size() >= kMostCompiled) compiled_.clear();
  auto compiled = CompiledPattern::Compile(pattern);
  auto owned = compiled.ok() ? std::make_unique<const CompiledPattern>(*std::move(compiled)) : nullptr;
  return compiled_.emplace(pattern_, std::move(owned)).first->second.get();
}

bool PatternJudge::Holds(const Triggered& triggered, TimeUs time) {
  const CompiledPattern* compiled = Compiled(triggered.pattern);
  if (compiled == nullptr) return false;
  std::vector<std::size_t> leaves;
  for (std::size_t leaf = 0; leaf < compiled->leaf_count(); ++leaf) {
    const auto verdict = compiled->Matches(leaf, observation_);
    if (verdict == CompiledPattern::Verdict::kGaveUp) stream_.CountGaveUp();
    if (verdict == CompiledPattern::Verdict::kMatch) leaves.push_back(leaf);
  }
  if (leaves.empty()) return false;
  const ObservationNode& root = compiled->pattern().root;
  const bool alone = root.type == ObservationNode::Type::kLeaf && root.qualifiers.empty();
  return alone || stream_.See(triggered.key, compiled->pattern(), leaves, time);
}

void PatternJudge::Judge(TimeUs time, const Snapshot& snapshot,
                         absl::FunctionRef<void(Hit hit, bool shadow)> keep) {
  for (Triggered& triggered : triggered_) {
    if (!snapshot.ValidAt(triggered.anchor.indicator, time) || !Holds(triggered, time)) continue;
    Hit hit = std::move(triggered.anchor);
    hit.type = MatchType::kStix;
    hit.indicator_kind = Kind::kStixPattern;
    hit.indicator_value = triggered.pattern;
    const bool shadow = snapshot.IsShadow(hit.indicator);
    keep(std::move(hit), shadow);
  }
}

}  // namespace polder
