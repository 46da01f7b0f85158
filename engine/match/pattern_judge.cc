#include "engine/match/pattern_judge.h"

#include <algorithm>
#include <array>
#include <utility>

namespace polder {
namespace {

// A compiled pattern takes a few kilobytes.
constexpr std::size_t kMostCompiled = 20'000;

// What may stand at a path that the field map of the event says nothing about.
enum class Stand : std::uint8_t { kString, kEndpoint, kEmail };
struct Fallback {
  Stand stand;
  std::string_view path;  // normal
};
constexpr std::array<Fallback, 21> kFallbacks = {{
    {Stand::kString, "process:name"},
    {Stand::kString, "process:image_ref.name"},
    {Stand::kString, "process:command_line"},
    {Stand::kString, "process:extensions.windows-service-ext.service_name"},
    {Stand::kString, "process:extensions.windows-service-ext.display_name"},
    {Stand::kString, "file:path"},
    {Stand::kString, "file:parent_directory_ref.path"},
    {Stand::kString, "directory:path"},
    {Stand::kString, "windows-registry-key:key"},
    {Stand::kString, "windows-registry-key:values.data"},
    {Stand::kString, "windows-registry-key:values.name"},
    {Stand::kString, "mutex:name"},
    {Stand::kString, "network-traffic:extensions.http-request-ext.request_header.user-agent"},
    {Stand::kString, "email-message:subject"},
    {Stand::kString, "x509-certificate:serial_number"},
    {Stand::kEndpoint, "network-traffic:src_ref.value"},
    {Stand::kEndpoint, "network-traffic:dst_ref.value"},
    {Stand::kEndpoint, "domain-name:resolves_to_refs.value"},
    {Stand::kEmail, "email-message:from_ref.value"},
    {Stand::kEmail, "email-message:sender_ref.value"},
    {Stand::kEmail, "email-message:to_refs.value"},
}};

// A bit for every fallback whose path the map knows a field for.
std::uint32_t KnownPaths(const FieldMap& map) {
  std::uint32_t known = 0;
  for (const auto& [field, meaning] : map.fields) {
    for (const std::string& stix : meaning.stix) {
      const std::string normal = NormalPath(stix);
      for (std::size_t i = 0; i < kFallbacks.size(); ++i) {
        if (kFallbacks[i].path == normal) known |= std::uint32_t{1} << i;
      }
    }
  }
  return known;
}

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

// A field with a path holds a name and a folder.
void PatternJudge::SeePartOfPath(std::string_view stix, std::string_view value) {
  const std::size_t separator = value.find_last_of("/\\");
  if (separator == std::string_view::npos || separator + 1 == value.size()) return;
  if (stix.ends_with("parent_directory_ref.path")) observation_.AddString(stix, value.substr(0, separator));
  if (stix == "process:name" || stix == "file:name" || stix.ends_with("_ref.name")) {
    observation_.AddString(stix, value.substr(separator + 1));
  }
}

void PatternJudge::SeeMeaning(std::string_view path, std::string_view value) {
  if (map_ == nullptr) return;
  const FieldMeaning* meaning = map_->Find(GeneralisedPath(path, path_));
  if (meaning == nullptr) return;
  for (const std::string& stix : meaning->stix) {
    if (meaning->packing == FieldMeaning::Packing::kNone) {
      observation_.AddString(stix, value);
      SeePartOfPath(stix, value);
      continue;
    }
    ForEachPair(value, [&](std::string_view name, std::string_view one) {
      observation_.AddString(PackedObjectPath(stix, name), one);
    });
  }
}

void PatternJudge::SetMap(const FieldMap* map) {
  map_ = map;
  known_paths_ = 0;
  if (map == nullptr) return;
  const auto [known, is_new] = paths_of_map_.try_emplace(map, 0);
  if (is_new) known->second = KnownPaths(*map);
  known_paths_ = known->second;
}

// Where the map knows no field for a path, `value` may be meant by it.
template <typename Meant>
void PatternJudge::SeeFallbacks(std::string_view value, Meant meant) {
  for (std::size_t i = 0; i < kFallbacks.size(); ++i) {
    if ((known_paths_ >> i & 1) == 0 && meant(kFallbacks[i]))
      observation_.AddString(kFallbacks[i].path, value);
  }
}

void PatternJudge::SeeString(std::string_view path, std::string_view value) {
  SeeMeaning(path, value);
  SeeFallbacks(value, [](const Fallback& fallback) { return fallback.stand == Stand::kString; });
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
  const bool endpoint = observable.kind == Kind::kIp || observable.kind == Kind::kDomain;
  if (!endpoint && observable.kind != Kind::kEmail) return;
  const Stand stand = endpoint ? Stand::kEndpoint : Stand::kEmail;
  SeeFallbacks(observable.atomic, [stand](const Fallback& fallback) { return fallback.stand == stand; });
}

PatternJudge::Known& PatternJudge::KnownOf(std::string_view pattern) {
  pattern_.assign(pattern);
  if (const auto known = known_.find(pattern_); known != known_.end()) return known->second;
  if (known_.size() >= kMostCompiled) known_.clear();
  auto compiled = CompiledPattern::Compile(pattern);
  Known& known = known_[pattern_];
  if (compiled.ok()) known.compiled = std::make_unique<const CompiledPattern>(*std::move(compiled));
  return known;
}

bool PatternJudge::Holds(const CompiledPattern& compiled, const std::string& key, TimeUs time) {
  std::vector<std::size_t> leaves;
  for (std::size_t leaf = 0; leaf < compiled.leaf_count(); ++leaf) {
    const auto verdict = compiled.Matches(leaf, observation_);
    if (verdict == CompiledPattern::Verdict::kGaveUp) stream_.CountGaveUp();
    if (verdict == CompiledPattern::Verdict::kMatch) leaves.push_back(leaf);
  }
  if (leaves.empty()) return false;
  const ObservationNode& root = compiled.pattern().root;
  const bool alone = root.type == ObservationNode::Type::kLeaf && root.qualifiers.empty();
  return alone || stream_.See(key, compiled.pattern(), leaves, time);
}

void PatternJudge::Judge(TimeUs time, const Snapshot& snapshot,
                         absl::FunctionRef<void(Hit hit, bool shadow)> keep) {
  for (Triggered& triggered : triggered_) {
    if (!snapshot.ValidAt(triggered.anchor.indicator, time)) continue;
    Known& known = KnownOf(triggered.pattern);
    ++known.judged;
    if (known.compiled == nullptr || !Holds(*known.compiled, triggered.key, time)) continue;
    ++known.held;
    Hit hit = std::move(triggered.anchor);
    hit.type = MatchType::kStix;
    hit.indicator_kind = Kind::kStixPattern;
    hit.indicator_value = triggered.pattern;
    const bool shadow = snapshot.IsShadow(hit.indicator);
    keep(std::move(hit), shadow);
  }
}

void PatternJudge::ForEachTally(
    absl::FunctionRef<void(std::string_view, std::uint64_t, std::uint64_t)> sink) const {
  for (const auto& [pattern, known] : known_) sink(pattern, known.judged, known.held);
}

}  // namespace polder
