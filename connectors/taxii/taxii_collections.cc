#include "connectors/taxii/taxii_collections.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "connectors/http/url.h"
#include "connectors/taxii/taxii_envelope.h"

namespace polder {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxApiRoots = 20;
constexpr std::size_t kMaxShown = 20;

std::string TextAt(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::string WithSlash(std::string url) {
  if (!url.ends_with('/')) url += '/';
  return url;
}

absl::StatusOr<json> Fetch(HttpClient& http, const std::string& url) {
  absl::StatusOr<HttpResponse> response = http.Get({url, {{"Accept", kTaxiiMediaType}}});
  if (!response.ok()) return response.status();
  return TaxiiResource(*response);
}

// It becomes part of an address.
bool IsPlainId(std::string_view id) {
  return !id.empty() && id.size() <= 200 && id != "." && id != ".." &&
         std::all_of(id.begin(), id.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '~';
         });
}

std::optional<TaxiiCollection> ReadCollection(const json& object, const std::string& collections_url) {
  if (!object.is_object()) return std::nullopt;
  TaxiiCollection collection;
  collection.id = TextAt(object, "id");
  if (!IsPlainId(collection.id)) return std::nullopt;
  collection.title = TextAt(object, "title");
  collection.alias = TextAt(object, "alias");
  collection.description = TextAt(object, "description");
  collection.url = fmt::format("{}{}/", collections_url, collection.id);
  const auto can_read = object.find("can_read");
  collection.can_read = can_read == object.end() || !can_read->is_boolean() || can_read->get<bool>();
  return collection;
}

void AddCollections(const json& resource, const std::string& collections_url, TaxiiListing& listing) {
  const auto collections = resource.find("collections");
  if (collections == resource.end() || !collections->is_array()) return;  // `{}` when there are none
  for (const json& object : *collections) {
    if (std::optional<TaxiiCollection> collection = ReadCollection(object, collections_url)) {
      listing.collections.push_back(*std::move(collection));
    } else {
      listing.left_out.push_back(
          fmt::format("{}: a collection without a usable id", UrlForMessage(collections_url)));
    }
  }
}

// The API roots that a discovery resource names, the default first.
std::vector<std::string> ApiRoots(const json& discovery) {
  std::vector<std::string> roots;
  const auto add = [&roots](std::string root) {
    if (root.empty() || std::find(roots.begin(), roots.end(), root) != roots.end()) return;
    if (roots.size() < kMaxApiRoots) roots.push_back(std::move(root));
  };
  add(TextAt(discovery, "default"));
  const auto listed = discovery.find("api_roots");
  if (listed != discovery.end() && listed->is_array()) {
    for (const json& root : *listed) {
      if (root.is_string()) add(root.get<std::string>());
    }
  }
  return roots;
}

absl::Status AddApiRoot(HttpClient& http, const HttpUrl& server, const std::string& root,
                        TaxiiListing& listing) {
  absl::StatusOr<HttpUrl> url = ResolveUrl(server, WithSlash(root));
  if (!url.ok()) return url.status();
  if (!StaysWithHost(server, *url)) {
    return absl::FailedPreconditionError(
        fmt::format("{}: this API root is on another host, port or scheme than {}, and is not sent our "
                    "credentials; if it "
                    "is right, configure the address of the collection there",
                    UrlForMessage(url->text), UrlForMessage(server.text)));
  }
  const std::string collections_url = url->text + "collections/";
  absl::StatusOr<json> resource = Fetch(http, collections_url);
  if (!resource.ok()) return resource.status();
  AddCollections(*resource, collections_url, listing);
  return absl::OkStatus();
}

// The part of the path behind the last `/collections/` if that is one id, perhaps with `objects` behind it.
std::optional<std::string> CollectionIn(const std::string& path, std::size_t* end) {
  constexpr std::string_view kCollections = "/collections/";
  const std::size_t at = path.rfind(kCollections);
  if (at == std::string::npos) return std::nullopt;
  const std::size_t id_at = at + kCollections.size();
  *end = std::min(path.find('/', id_at), path.size());
  const std::string rest = path.substr(*end);
  const std::string id = path.substr(id_at, *end - id_at);
  if (id.empty() || (!rest.empty() && rest != "/" && rest != "/objects" && rest != "/objects/")) {
    return std::nullopt;
  }
  return id;
}

bool SameText(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

absl::StatusOr<TaxiiCollection> CheckReadable(TaxiiCollection collection) {
  if (collection.can_read) return collection;
  return absl::PermissionDeniedError(
      fmt::format("{}: the collection '{}' may not be read with these credentials; ask its operator",
                  UrlForMessage(collection.url), collection.title));
}

std::string Shown(const std::vector<TaxiiCollection>& collections, const std::vector<std::string>& left_out) {
  std::string text = collections.empty() ? "no collections" : "these";
  for (std::size_t i = 0; i < collections.size() && i < kMaxShown; ++i) {
    text += fmt::format("{} '{}' ({})", i == 0 ? ":" : ",", collections[i].title.substr(0, 80),
                        collections[i].id);
  }
  if (collections.size() > kMaxShown) text += fmt::format(" and {} more", collections.size() - kMaxShown);
  for (const std::string& left : left_out) text += fmt::format("; left out: {}", left);
  return text;
}

absl::StatusOr<TaxiiCollection> Pick(const TaxiiListing& listing, const std::string& url,
                                     const std::string& wanted) {
  const auto matching = [&listing](auto fits) {
    std::vector<TaxiiCollection> found;
    std::copy_if(listing.collections.begin(), listing.collections.end(), std::back_inserter(found), fits);
    return found;
  };
  std::vector<TaxiiCollection> found;
  if (wanted.empty()) {
    found = matching([](const TaxiiCollection& collection) { return collection.can_read; });
  } else {
    found = matching([&](const TaxiiCollection& c) { return SameText(c.id, wanted) || c.alias == wanted; });
    if (found.empty()) {
      found = matching([&](const TaxiiCollection& c) { return SameText(c.title, wanted); });
    }
  }
  if (found.size() == 1) return CheckReadable(found[0]);
  const std::string server = UrlForMessage(url);
  if (found.empty()) {
    return absl::NotFoundError(fmt::format("{}: no collection '{}'; the server has {}", server, wanted,
                                           Shown(listing.collections, listing.left_out)));
  }
  return absl::InvalidArgumentError(
      wanted.empty()
          ? fmt::format("{}: which collection is meant? Set it to the id of one of {}", server,
                        Shown(found, {}))
          : fmt::format("{}: several collections are called '{}'; name it by its id, or give the address of "
                        "its API root: {}",
                        server, wanted, Shown(found, {})));
}

}  // namespace

absl::StatusOr<TaxiiListing> ListTaxiiCollections(HttpClient& http, const std::string& url) {
  absl::StatusOr<HttpUrl> server = ParseHttpUrl(url);
  if (!server.ok()) return server.status();
  // The specification puts discovery there.
  const std::string first = server->path == "/" && server->query.empty() ? WithSlash(server->text) + "taxii2/"
                                                                         : WithSlash(server->text);
  absl::StatusOr<json> resource = Fetch(http, first);
  if (!resource.ok()) return resource.status();
  TaxiiListing listing;
  if (resource->contains("collections")) {
    AddCollections(*resource, first, listing);
    return listing;
  }
  std::vector<std::string> roots = ApiRoots(*resource);
  if (roots.empty() && resource->contains("versions")) roots = {first};  // it is an API root itself
  if (roots.empty()) {
    return absl::FailedPreconditionError(
        fmt::format("{}: answers JSON that is neither a TAXII discovery with api_roots nor an API root; "
                    "check the address",
                    UrlForMessage(first)));
  }
  absl::Status problem;
  for (const std::string& root : roots) {
    absl::Status added = AddApiRoot(http, *server, root, listing);
    if (added.ok()) continue;
    if (absl::IsCancelled(added)) return added;
    listing.left_out.push_back(std::string(added.message()));
    problem.Update(added);
  }
  if (listing.left_out.size() == roots.size() && !problem.ok()) return problem;
  return listing;
}

absl::StatusOr<TaxiiCollection> FindTaxiiCollection(HttpClient& http, const std::string& url,
                                                    const std::string& wanted) {
  absl::StatusOr<HttpUrl> parsed = ParseHttpUrl(url);
  if (!parsed.ok()) return parsed.status();
  std::size_t end = 0;
  const std::optional<std::string> id = CollectionIn(parsed->path, &end);
  if (!id) {
    absl::StatusOr<TaxiiListing> listing = ListTaxiiCollections(http, url);
    if (!listing.ok()) return listing.status();
    return Pick(*listing, url, wanted);
  }
  if (!wanted.empty() && !SameText(*id, wanted)) {
    return absl::InvalidArgumentError(fmt::format(
        "{}: this is the address of one collection, and '{}' names another; leave one of the two out",
        UrlForMessage(url), wanted));
  }
  const absl::StatusOr<HttpUrl> collection_url = ResolveUrl(*parsed, parsed->path.substr(0, end) + '/');
  if (!collection_url.ok()) return collection_url.status();
  absl::StatusOr<json> resource = Fetch(http, collection_url->text);
  if (!resource.ok()) return resource.status();
  std::optional<TaxiiCollection> collection = ReadCollection(*resource, "");
  if (!collection) {
    return absl::FailedPreconditionError(
        fmt::format("{}: answers JSON that is no TAXII collection; check the "
                    "address",
                    UrlForMessage(collection_url->text)));
  }
  collection->url = collection_url->text;
  return CheckReadable(*std::move(collection));
}

}  // namespace polder
