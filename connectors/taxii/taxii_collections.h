// Which collections a TAXII 2.1 server has, from its discovery on.
#ifndef POLDER_CONNECTORS_TAXII_TAXII_COLLECTIONS_H_
#define POLDER_CONNECTORS_TAXII_TAXII_COLLECTIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "connectors/http/http_client.h"

namespace polder {

struct TaxiiCollection {
  std::string id;
  std::string title;
  std::string alias;  // empty: none
  std::string description;
  std::string url;  // ends in a slash
  bool can_read = true;
};

struct TaxiiListing {
  std::vector<TaxiiCollection> collections;
  // What could not be listed: an API root on another host, or one that does not answer us.
  std::vector<std::string> left_out;
};

// All collections of the server at `url`, which is that of its discovery (https://host/taxii2/), of one API
// root, of that root's list of collections, or of the host alone. An API root on another host is left out: it
// would be sent our credentials. Errors are those of HttpClient::Get, and FailedPrecondition where no TAXII
// 2.1 service answers; also when no API root can be listed.
absl::StatusOr<TaxiiListing> ListTaxiiCollections(HttpClient& http, const std::string& url);

// The one that `url` and `wanted` mean: either `url` is that of a collection (`.../collections/ID/`, also
// with `objects/`) and `wanted` is empty or its ID, or `url` is as above and `wanted` is an id, an alias or a
// title; empty will do where there is but one. NotFound names those that are there, PermissionDenied says
// that it may not be read.
absl::StatusOr<TaxiiCollection> FindTaxiiCollection(HttpClient& http, const std::string& url,
                                                    const std::string& wanted);

}  // namespace polder

#endif  // POLDER_CONNECTORS_TAXII_TAXII_COLLECTIONS_H_
