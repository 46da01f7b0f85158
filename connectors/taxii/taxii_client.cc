#include "connectors/taxii/taxii_client.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "connectors/http/url.h"

namespace polder {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// For one request an address may get too long; for one page there is an end to what is asked for.
constexpr std::size_t kReferencesPerRequest = 40;
constexpr std::size_t kMaxReferencesPerPage = 1000;
constexpr std::size_t kMaxWarnings = 20;

// No less than a moment: 0 would mean no limit.
milliseconds Until(steady_clock::time_point deadline) {
  return std::max(std::chrono::duration_cast<milliseconds>(deadline - steady_clock::now()), milliseconds(1));
}

}  // namespace

void TaxiiClient::Warn(std::string text) {
  const bool is_new = std::find(warnings_.begin(), warnings_.end(), text) == warnings_.end();
  if (is_new && warnings_.size() < kMaxWarnings) warnings_.push_back(std::move(text));
}

absl::StatusOr<std::unique_ptr<TaxiiClient>> TaxiiClient::Open(TaxiiConfig config) {
  absl::StatusOr<HttpUrl> url = ParseHttpUrl(config.url);
  if (!url.ok()) return url.status();
  if (config.filter.limit == 0) {
    return absl::InvalidArgumentError(
        fmt::format("{}: a page of 0 objects is asked for; expected 1 or more", UrlForMessage(config.url)));
  }
  absl::StatusOr<std::unique_ptr<HttpClient>> http = HttpClient::Create(config.http);
  if (!http.ok()) return http.status();
  return std::unique_ptr<TaxiiClient>(new TaxiiClient(std::move(config), *std::move(http)));
}

// What of the references cannot be had is warned of, save for a server that is away: then the page waits,
// since an indicator without its marking might be shared too widely.
absl::Status TaxiiClient::FetchReferences(const nlohmann::json& objects, steady_clock::time_point deadline) {
  std::vector<std::string> unknown = shelf_.Unknown(objects);
  if (unknown.size() > kMaxReferencesPerPage) {
    Warn(fmt::format("a page refers to {} identities and markings; {} are looked up", unknown.size(),
                     kMaxReferencesPerPage));
    unknown.resize(kMaxReferencesPerPage);
  }
  for (std::size_t begin = 0; begin < unknown.size(); begin += kReferencesPerRequest) {
    const std::vector<std::string> ids(unknown.begin() + static_cast<std::ptrdiff_t>(begin),
                                       unknown.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                             begin + kReferencesPerRequest, unknown.size())));
    const std::string url = WithQuery(ObjectsUrl(), {{"limit", std::to_string(kReferencesPerRequest)},
                                                     {"match[id]", fmt::format("{}", fmt::join(ids, ","))}});
    absl::StatusOr<HttpResponse> response =
        http_->Get({.url = url, .headers = {{"Accept", kTaxiiMediaType}}, .time_limit = Until(deadline)});
    if (absl::IsUnavailable(response.status()) || absl::IsCancelled(response.status())) {
      return response.status();
    }
    absl::StatusOr<TaxiiEnvelope> envelope =
        response.ok() ? ParseTaxiiEnvelope(*response) : absl::StatusOr<TaxiiEnvelope>(response.status());
    if (envelope.ok()) {
      shelf_.Keep(envelope->objects);
    } else {
      Warn(fmt::format("identities and markings that objects refer to cannot be looked up: {}",
                       std::string(envelope.status().message())));
    }
  }
  shelf_.SetMissing(shelf_.Unknown(objects));
  return absl::OkStatus();
}

absl::StatusOr<TaxiiClient::Received> TaxiiClient::FetchPage(const TaxiiRequest& request,
                                                             steady_clock::time_point deadline) {
  HttpRequest get;
  get.url = WithQuery(ObjectsUrl(), TaxiiQuery(config_.filter, request));
  get.headers = {{"Accept", kTaxiiMediaType}};
  // A server may forget a page once it has sent it. Then the same `next` would bring the page behind it, and
  // this one would be lost: better to end here, and to begin again at the cursor.
  get.repeatable = request.next.empty();
  get.time_limit = Until(deadline);
  absl::StatusOr<HttpResponse> response = http_->Get(get);
  if (!response.ok()) return response.status();
  absl::StatusOr<TaxiiEnvelope> envelope = ParseTaxiiEnvelope(*response);
  if (!envelope.ok()) return envelope.status();
  shelf_.Keep(envelope->objects);
  absl::Status references = FetchReferences(envelope->objects, deadline);
  if (!references.ok()) return references;

  Received received;
  received.page.objects = envelope->objects.size();
  received.page.bytes = response->body.size();
  received.page.digest = DigestOf(envelope->objects);
  received.page.more = envelope->more;
  received.page.next = std::move(envelope->next);
  received.page.date_added_first = response->Header("x-taxii-date-added-first");
  received.page.date_added_last = response->Header("x-taxii-date-added-last");
  received.text = EnvelopeText(envelope->objects, shelf_.ReferredTo(envelope->objects));
  return received;
}

absl::StatusOr<TaxiiPoll> TaxiiClient::Poll(const std::string& added_after, const PageSink& page_sink) {
  if (!added_after.empty() && !ParseIsoTime(added_after)) {
    return absl::InvalidArgumentError(
        fmt::format("{}: added_after is '{}', expected a time such as 2024-05-06T07:08:09.123456Z",
                    UrlForMessage(config_.url), added_after.substr(0, 60)));
  }
  const steady_clock::time_point start = steady_clock::now();
  const auto elapsed = [start] {
    return std::chrono::duration_cast<milliseconds>(steady_clock::now() - start);
  };
  if (!collection_) {
    absl::StatusOr<TaxiiCollection> found = FindTaxiiCollection(*http_, config_.url, config_.collection);
    if (!found.ok()) return found.status();
    collection_ = *std::move(found);
  }
  warnings_.clear();
  TaxiiPaging paging(added_after, config_.limits);
  TaxiiPoll poll;
  for (TaxiiStep step = paging.First(); step.kind == TaxiiStep::Kind::kAsk;) {
    absl::StatusOr<Received> received = FetchPage(step.request, start + config_.limits.time);
    absl::Status status = received.status();
    if (status.ok() && received->page.objects > 0) status = page_sink(std::move(received->text));
    if (!status.ok()) {
      // Found anew next time: it may have moved.
      if (absl::IsNotFound(status)) collection_.reset();
      if (poll.pages == 0) return status;
      poll.problem = std::move(status);
      break;
    }
    ++poll.pages;
    poll.objects += received->page.objects;
    poll.bytes += received->page.bytes;
    step = paging.Next(received->page, elapsed());
    poll.complete = step.kind == TaxiiStep::Kind::kEnd;
    if (step.kind == TaxiiStep::Kind::kStop) {
      poll.problem = absl::UnavailableError(fmt::format("{}: {}", UrlForMessage(ObjectsUrl()), step.reason));
    }
  }
  poll.added_after = paging.Cursor(poll.complete);
  poll.warnings = std::move(warnings_);
  warnings_.clear();
  for (const std::string& warning : paging.warnings()) {
    poll.warnings.push_back(fmt::format("{}: {}", UrlForMessage(config_.url), warning));
  }
  return poll;
}

}  // namespace polder
