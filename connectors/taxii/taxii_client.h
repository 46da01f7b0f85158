// Polls one collection of a TAXII 2.1 server for indicators (OASIS Standard, June 2021).
#ifndef POLDER_CONNECTORS_TAXII_TAXII_CLIENT_H_
#define POLDER_CONNECTORS_TAXII_TAXII_CLIENT_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "connectors/http/http_client.h"
#include "connectors/taxii/reference_shelf.h"
#include "connectors/taxii/taxii_collections.h"
#include "connectors/taxii/taxii_envelope.h"
#include "connectors/taxii/taxii_paging.h"

namespace polder {

struct TaxiiConfig {
  std::string url;         // see FindTaxiiCollection
  std::string collection;  // likewise
  TaxiiFilter filter;
  TaxiiLimits limits;  // of one poll; http.max_response_bytes bounds one page
  HttpOptions http;
};

struct TaxiiPoll {
  // For the next poll. Where the last page was not reached, it makes that go on with the first page that was
  // not read whole; a few objects may come twice.
  std::string added_after;
  bool complete = false;
  absl::Status problem;  // why it is not complete
  std::size_t pages = 0;
  std::size_t objects = 0;
  std::size_t bytes = 0;
  std::vector<std::string> warnings;
};

// Used by one thread. The cursor is the caller's to keep, with what he made of the pages: both or neither.
//
// TAXII tells what was added. An object is withdrawn by a newer version that is revoked; one that the server
// deleted stays, until a poll from the beginning.
class TaxiiClient {
 public:
  // `{"objects": [...]}`, as ReadIndicators takes it, with the identities and markings that the objects refer
  // to, one object a line. An error ends the poll; the page counts as not read.
  using PageSink = std::function<absl::Status(std::string envelope_json)>;

  // Checks the configuration; the network is first used by Poll, so that a server that is away for a moment
  // keeps nobody from starting.
  static absl::StatusOr<std::unique_ptr<TaxiiClient>> Open(TaxiiConfig config);

  // All that was added after `added_after` (empty: all there is), page by page. An error means that nothing
  // was read: as of HttpClient::Get and FindTaxiiCollection. Once a page has been taken by `page_sink` there
  // is a result, complete or not.
  absl::StatusOr<TaxiiPoll> Poll(const std::string& added_after, const PageSink& page_sink);

  // What Poll found to be polled; null before.
  const TaxiiCollection* collection() const { return collection_ ? &*collection_ : nullptr; }

 private:
  TaxiiClient(TaxiiConfig config, std::unique_ptr<HttpClient> http)
      : config_(std::move(config)), http_(std::move(http)) {}

  struct Received {
    TaxiiPage page;
    std::string text;  // for the sink
  };
  absl::StatusOr<Received> FetchPage(const TaxiiRequest& request,
                                     std::chrono::steady_clock::time_point deadline);
  absl::Status FetchReferences(const nlohmann::json& objects, std::chrono::steady_clock::time_point deadline);
  void Warn(std::string text);
  std::string ObjectsUrl() const { return collection_->url + "objects/"; }

  TaxiiConfig config_;
  std::unique_ptr<HttpClient> http_;
  std::optional<TaxiiCollection> collection_;
  ReferenceShelf shelf_;
  std::vector<std::string> warnings_;  // of the poll that is going on
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_TAXII_TAXII_CLIENT_H_
