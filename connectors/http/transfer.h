// One HTTP request and its answer by libcurl, without redirects or repetition. Internal to connectors/http.
#ifndef POLDER_CONNECTORS_HTTP_TRANSFER_H_
#define POLDER_CONNECTORS_HTTP_TRANSFER_H_

#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/http/http_client.h"

namespace polder {

// Why a transfer has no whole answer.
enum class TransferEnd : std::uint8_t {
  kAnswered,
  kNotReached,
  kBrokenOff,
  kRefusedByTls,  // a certificate is wrong, theirs or ours: asking again does not help
  kTooLarge,
  kCancelled,
  kImpossible,  // libcurl cannot even try
};

struct TransferResult {
  TransferEnd end = TransferEnd::kImpossible;
  std::string reason;  // libcurl's words, where there is no answer
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers;
  std::optional<std::chrono::milliseconds> retry_after;
};

// Used by one thread; keeps connections from one to the next.
class Transfer {
 public:
  // `options` outlives it.
  explicit Transfer(const HttpOptions& options);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer();

  // `header_lines` are complete ("Accept: text/plain"). GET, or POST where there is a body.
  TransferResult Run(const std::string& url, const std::vector<std::string>& header_lines,
                     const std::optional<std::string_view>& body, std::size_t max_bytes,
                     std::chrono::milliseconds time_limit);

 private:
  void SetUp(const std::string& url, curl_slist* headers, std::chrono::milliseconds time_limit);
  CURLcode Perform();
  TransferEnd EndOf(CURLcode code);

  static std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* self);

  const HttpOptions& options_;
  CURL* easy_;
  CURLM* multi_;
  std::size_t max_bytes_ = 0;
  std::size_t header_bytes_ = 0;
  bool too_large_ = false;
  bool cancelled_ = false;
  TransferResult result_;
  char error_text_[CURL_ERROR_SIZE] = {};
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_HTTP_TRANSFER_H_
