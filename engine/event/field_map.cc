#include "engine/event/field_map.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/event/compiled_maps.h"
#include "engine/observable/characters.h"

namespace polder {
namespace {

bool IsPosition(std::string_view step) {
  return !step.empty() && (step == "*" || step.find_first_not_of("0123456789") == std::string_view::npos);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), ToLowerAscii);
  return lower;
}

void Generalise(std::string& path) {
  std::string general;
  GeneralisePath(path, general);
  path = std::move(general);
}

// Of fields whose values make one time.
void GeneraliseEach(std::string& paths) {
  std::string general, one;
  for (std::size_t at = 0; at < paths.size();) {
    const std::size_t end = std::min(paths.find(kTimeJoin, at), paths.size());
    GeneralisePath(std::string_view(paths).substr(at, end - at), one);
    if (!general.empty()) general += kTimeJoin;
    general += one;
    at = end + kTimeJoin.size();
  }
  paths = std::move(general);
}

void GeneraliseMarks(Recognition& recognition) {
  for (auto* marks : {&recognition.all, &recognition.any}) {
    for (FieldMark& mark : *marks) Generalise(mark.path);
  }
}

void GeneraliseMap(FieldMap& map) {
  GeneraliseMarks(map.recognition);
  for (Recognition& alternative : map.alternatives) GeneraliseMarks(alternative);
  for (std::string& time : map.time) GeneraliseEach(time);
  for (UrlComposition& url : map.urls) {
    for (std::string* part : {&url.host, &url.path, &url.query, &url.port, &url.scheme}) Generalise(*part);
  }
  for (LogPart* part : {&map.product, &map.category, &map.service}) {
    for (std::string& field : part->fields) Generalise(field);
  }
  absl::flat_hash_map<std::string, FieldMeaning> fields;
  for (auto& [path, meaning] : map.fields) {
    std::string general;
    GeneralisePath(path, general);
    fields.emplace(std::move(general), std::move(meaning));
  }
  map.fields = std::move(fields);
}

void Extend(FieldMap& map, const std::vector<FieldMap>& bare) {
  for (const std::string& name : map.extends) {
    const auto base =
        std::find_if(bare.begin(), bare.end(), [&](const FieldMap& m) { return m.name == name; });
    if (base == bare.end() || base->name == map.name) continue;
    for (const auto& field : base->fields) map.fields.insert(field);
    map.urls.insert(map.urls.end(), base->urls.begin(), base->urls.end());
  }
  map.text_kinds = 0;
  for (const auto& [path, meaning] : map.fields) {
    if (meaning.kind) map.text_kinds |= std::uint32_t{1} << static_cast<unsigned>(*meaning.kind);
  }
}

// Of the steps of a path the one that the fewest records will hold: that names a URL, else the last.
std::string TellOf(std::string_view path) {
  std::string tell;
  while (!path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    const std::string step = Lower(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
    for (const std::string_view word : {"url", "uri"}) {
      if (step.find(word) != std::string::npos) return std::string(word);
    }
    if (!IsPosition(step)) tell = step;
  }
  return tell;
}

std::vector<std::string> TellsOf(const std::vector<FieldMap>& maps) {
  std::vector<std::string> tells;
  for (const FieldMap& map : maps) {
    for (const UrlComposition& url : map.urls) {
      std::string tell = TellOf(url.path);
      if (!tell.empty() && std::find(tells.begin(), tells.end(), tell) == tells.end()) {
        tells.push_back(std::move(tell));
      }
    }
  }
  // One that has another in it says nothing more.
  std::vector<std::string> shortest;
  for (const std::string& tell : tells) {
    const bool covered = std::any_of(tells.begin(), tells.end(), [&](const std::string& other) {
      return other != tell && tell.find(other) != std::string::npos;
    });
    if (!covered) shortest.push_back(tell);
  }
  std::sort(shortest.begin(), shortest.end());
  return shortest;
}

constexpr auto kHashNames = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"md5", "md5"},
    {"sha1", "sha-1"},
    {"sha224", "sha-224"},
    {"sha256", "sha-256"},
    {"sha384", "sha-384"},
    {"sha512", "sha-512"},
    {"sha3224", "sha3-224"},
    {"sha3256", "sha3-256"},
    {"sha3384", "sha3-384"},
    {"sha3512", "sha3-512"},
    {"ssdeep", "ssdeep"},
    {"tlsh", "tlsh"},
});

// `name` in small letters, as the specification's vocabulary of hash algorithms spells it.
std::string HashName(std::string name) {
  std::string bare = name;
  std::erase(bare, '-');
  std::erase(bare, '_');
  for (const auto& [known, spelling] : kHashNames) {
    if (bare == known) return std::string(spelling);
  }
  return name;
}

}  // namespace

std::string_view GeneralisedPath(std::string_view path, std::string& scratch) {
  bool positions = !path.empty() && (path[0] == '*' || (path[0] >= '0' && path[0] <= '9'));
  for (std::size_t dot = path.find('.'); !positions && dot != std::string_view::npos;) {
    const char next = dot + 1 < path.size() ? path[dot + 1] : '\0';
    positions = next == '*' || (next >= '0' && next <= '9');
    dot = path.find('.', dot + 1);
  }
  if (!positions) return path;
  GeneralisePath(path, scratch);
  return scratch;
}

void GeneralisePath(std::string_view path, std::string& out) {
  out.clear();
  std::size_t kept = 0;  // of `out`, up to the last step that is a name
  bool first = true;
  for (std::size_t at = 0; at <= path.size() && !path.empty();) {
    const std::size_t dot = std::min(path.find('.', at), path.size());
    const std::string_view step = path.substr(at, dot - at);
    if (!first) out += '.';
    first = false;
    if (IsPosition(step)) {
      out += '*';
    } else {
      out += step;
      kept = out.size();
    }
    at = dot + 1;
  }
  // An event that is an array all through has nothing but positions.
  if (kept > 0) out.resize(kept);
}

std::string NormaliseObjectPath(std::string_view path) {
  std::string normalised;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '\'') continue;
    normalised += ToLowerAscii(path[i]);
    if (path[i] != '[') continue;
    const std::size_t end = path.find(']', i);
    if (end == std::string_view::npos) continue;
    normalised += '*';
    i = end - 1;
  }
  constexpr std::string_view kHashes = "hashes.";
  const std::size_t hashes = normalised.rfind(kHashes);
  if (hashes == std::string::npos || hashes == 0) return normalised;
  if (normalised[hashes - 1] != ':' && normalised[hashes - 1] != '.' && normalised[hashes - 1] != '_') {
    return normalised;
  }
  const std::size_t name = hashes + kHashes.size();
  return normalised.substr(0, name) + HashName(normalised.substr(name));
}

std::string PackedObjectPath(std::string_view path, std::string_view name) {
  std::string packed(path);
  packed += '.';
  packed += name;
  return NormaliseObjectPath(packed);
}

const FieldMeaning* FieldMap::Find(std::string_view path) const {
  const auto found = fields.find(absl::string_view(path.data(), path.size()));
  return found == fields.end() ? nullptr : &found->second;
}

FieldMaps::FieldMaps(std::vector<FieldMap> maps) {
  for (FieldMap& map : maps) GeneraliseMap(map);
  const std::vector<FieldMap> bare = maps;
  for (FieldMap& map : maps) Extend(map, bare);
  maps_ = std::make_shared<const std::vector<FieldMap>>(std::move(maps));
  url_tells_ = TellsOf(*maps_);
  compiled_ = std::make_shared<const Compiled>(CompileMaps(*maps_));
}

const FieldMap* FieldMaps::Named(std::string_view name) const {
  for (const FieldMap& map : *maps_) {
    if (map.name == name) return &map;
  }
  return nullptr;
}

}  // namespace polder
