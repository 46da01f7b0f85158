#include "connectors/http/transfer.h"

#include <algorithm>
#include <cctype>
#include <mutex>
#include <string_view>
#include <utility>

namespace polder {
namespace {

// How soon a request notices that it was cancelled.
constexpr int kPollMs = 100;
constexpr std::size_t kMaxHeaderBytes = 256 * 1024;

void InitialiseOnce() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

Transfer::Transfer(const HttpOptions& options) : options_(options) {
  InitialiseOnce();
  easy_ = curl_easy_init();
  multi_ = curl_multi_init();
}

Transfer::~Transfer() {
  if (easy_ != nullptr) curl_easy_cleanup(easy_);
  if (multi_ != nullptr) curl_multi_cleanup(multi_);
}

std::size_t Transfer::OnBody(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t bytes = size * count;
  if (bytes > transfer.max_bytes_ - transfer.result_.body.size()) {
    transfer.too_large_ = true;
    return 0;  // fewer than it gave: libcurl ends the transfer
  }
  transfer.result_.body.append(data, bytes);
  return bytes;
}

std::size_t Transfer::OnHeader(char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  const std::size_t bytes = size * count;
  transfer.header_bytes_ += bytes;
  if (transfer.header_bytes_ > kMaxHeaderBytes) {
    transfer.too_large_ = true;
    return 0;
  }
  const std::string_view line(data, bytes);
  // A status line: what came before was an interim answer such as 100 Continue.
  if (line.starts_with("HTTP/")) transfer.result_.headers.clear();
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return bytes;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  transfer.result_.headers[std::move(name)] = std::string(Trimmed(line.substr(colon + 1)));
  return bytes;
}

void Transfer::SetUp(const std::string& url, curl_slist* headers, std::chrono::milliseconds time_limit) {
  const HttpCredentials& credentials = options_.credentials;
  const auto text = [this](CURLoption option, const std::string& value) {
    if (!value.empty()) curl_easy_setopt(easy_, option, value.c_str());
  };
  curl_easy_reset(easy_);  // connections stay
  text(CURLOPT_URL, url);
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_QUICK_EXIT, 1L);  // a name that does not resolve holds nothing up
  curl_easy_setopt(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy_, CURLOPT_USERAGENT, "polder");
  curl_easy_setopt(easy_, CURLOPT_ACCEPT_ENCODING, "gzip");
  curl_easy_setopt(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(easy_, CURLOPT_SSL_VERIFYHOST, 2L);
  text(CURLOPT_CAINFO, options_.ca_file);
  text(CURLOPT_SSLCERT, credentials.client_certificate);
  text(CURLOPT_SSLKEY,
       credentials.client_key.empty() ? credentials.client_certificate : credentials.client_key);
  text(CURLOPT_KEYPASSWD, credentials.client_key_password);
  if (!credentials.user.empty()) {
    curl_easy_setopt(easy_, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    text(CURLOPT_USERNAME, credentials.user);
    text(CURLOPT_PASSWORD, credentials.password);
  }
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, static_cast<long>(time_limit.count()));
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &Transfer::OnBody);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_text_);
}

// By the multi interface, which can be left at any time; the easy one calls back only once a second.
CURLcode Transfer::Perform() {
  curl_multi_add_handle(multi_, easy_);
  CURLcode code = CURLE_OK;
  int running = 1;
  while (running > 0) {
    if (options_.cancelled != nullptr && options_.cancelled->load(std::memory_order_relaxed)) {
      cancelled_ = true;
      break;
    }
    if (curl_multi_perform(multi_, &running) != CURLM_OK) {
      code = CURLE_FAILED_INIT;
      break;
    }
    if (running > 0) curl_multi_poll(multi_, nullptr, 0, kPollMs, nullptr);
  }
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) code = message->data.result;
  }
  curl_multi_remove_handle(multi_, easy_);
  return code;
}

TransferEnd Transfer::EndOf(CURLcode code) {
  if (cancelled_) return TransferEnd::kCancelled;
  if (too_large_) return TransferEnd::kTooLarge;
  switch (code) {
    case CURLE_OK:
      return TransferEnd::kAnswered;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return TransferEnd::kNotReached;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_CIPHER:
      return TransferEnd::kRefusedByTls;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_FAILED_INIT:
    case CURLE_OUT_OF_MEMORY:
      return TransferEnd::kImpossible;
    default:
      break;
  }
  // Before the first byte of the request could be sent, as when connecting takes too long.
  curl_off_t sent_after_us = 0;
  curl_easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &sent_after_us);
  return sent_after_us == 0 ? TransferEnd::kNotReached : TransferEnd::kBrokenOff;
}

TransferResult Transfer::Run(const std::string& url, const std::vector<std::string>& header_lines,
                             const std::optional<std::string_view>& body, std::size_t max_bytes,
                             std::chrono::milliseconds time_limit) {
  if (easy_ == nullptr || multi_ == nullptr)
    return {TransferEnd::kImpossible, "out of memory", 0, {}, {}, {}};
  result_ = {};
  max_bytes_ = max_bytes;
  header_bytes_ = 0;
  too_large_ = cancelled_ = false;
  error_text_[0] = '\0';
  curl_slist* headers = nullptr;
  for (const std::string& line : header_lines) headers = curl_slist_append(headers, line.c_str());
  SetUp(url, headers, time_limit);
  if (body) {
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, body->data());
  }
  const CURLcode code = Perform();
  curl_slist_free_all(headers);

  long status = 0;
  curl_off_t retry_after_s = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy_, CURLINFO_RETRY_AFTER, &retry_after_s);
  result_.end = EndOf(code);
  result_.status = static_cast<int>(status);
  if (code != CURLE_OK) result_.reason = error_text_[0] != '\0' ? error_text_ : curl_easy_strerror(code);
  constexpr curl_off_t kLongestWaitS = 1'000'000'000;
  if (retry_after_s > 0) {
    result_.retry_after = std::chrono::seconds(std::min(retry_after_s, kLongestWaitS));
  }
  return std::move(result_);
}

}  // namespace polder
