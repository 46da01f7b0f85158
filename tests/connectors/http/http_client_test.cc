#include "connectors/http/http_client.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "tests/connectors/http/python_server.h"

namespace polder {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class HttpClientTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    server_ = new PythonServer(POLDER_HTTP_SERVER);
    other_ = new PythonServer(POLDER_HTTP_SERVER);
  }
  static void TearDownTestSuite() {
    delete server_;
    delete other_;
  }

  static absl::StatusOr<HttpResponse> Get(const std::string& path, HttpOptions options = FastOptions(),
                                          HttpRequest request = {}) {
    absl::StatusOr<std::unique_ptr<HttpClient>> client = HttpClient::Create(std::move(options));
    if (!client.ok()) return client.status();
    request.url = path.starts_with('/') ? server_->Url(path) : path;
    return (*client)->Get(request);
  }
  // As `server` saw them, those that begin with `path`.
  static std::vector<nlohmann::json> Requests(const PythonServer& server, const std::string& path) {
    std::vector<nlohmann::json> requests;
    for (const nlohmann::json& request : nlohmann::json::parse(Fetch(server.Url("/log")))) {
      if (request["path"].get<std::string>().starts_with(path)) requests.push_back(request);
    }
    return requests;
  }

  static inline PythonServer* server_;
  static inline PythonServer* other_;
};

TEST_F(HttpClientTest, FetchesABodyWithItsHeaders) {
  const auto response = Get("/ok?x=1", FastOptions(), {.headers = {{"Accept", "text/x"}}});
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(response->body, "hello");
  EXPECT_EQ(response->Header("content-length"), "5");
  EXPECT_EQ(response->Header("not-there"), "");
  EXPECT_EQ(Requests(*server_, "/ok?x=1")[0]["headers"]["accept"], "text/x");
}

TEST_F(HttpClientTest, SendsEachKindOfCredential) {
  HttpOptions options = FastOptions();
  options.credentials = {.user = "user", .password = "secret-pass"};
  EXPECT_TRUE(Get("/basic", options).ok());
  options.credentials = {.bearer = "bearer-token"};
  ASSERT_TRUE(Get("/ok/bearer", options).ok());
  EXPECT_EQ(Requests(*server_, "/ok/bearer")[0]["headers"]["authorization"], "Bearer bearer-token");
  options.credentials = {.api_key = "the-key", .api_key_header = "X-Feed-Key"};
  ASSERT_TRUE(Get("/ok/key", options).ok());
  EXPECT_EQ(Requests(*server_, "/ok/key")[0]["headers"]["x-feed-key"], "the-key");
}

TEST_F(HttpClientTest, SaysThatThePasswordIsWrongWithoutRepeatingIt) {
  HttpOptions options = FastOptions();
  options.credentials = {.user = "user", .password = "not-the-pass"};
  const absl::Status status = Get("/basic?token=hidden", options).status();
  EXPECT_TRUE(absl::IsUnauthenticated(status)) << status;
  EXPECT_THAT(std::string(status.message()),
              AllOf(HasSubstr("answered 401"), HasSubstr("check user and password"), HasSubstr("Basic ***"),
                    Not(HasSubstr("hidden"))));
}

TEST_F(HttpClientTest, RefusesCredentialsThatCannotBeSent) {
  for (const HttpCredentials& wrong :
       {HttpCredentials{.user = "u", .bearer = "b"}, HttpCredentials{.bearer = "b", .api_key = "k"},
        HttpCredentials{.password = "alone"}, HttpCredentials{.user = "a:b"},
        HttpCredentials{.bearer = "hunter2\r\nX-Evil: 1"}, HttpCredentials{.api_key_header = "X Y"},
        HttpCredentials{.client_key = "alone.pem"}}) {
    HttpOptions options;
    options.credentials = wrong;
    const absl::Status status = HttpClient::Create(options).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status));
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("hunter2")));
  }
}

TEST_F(HttpClientTest, SendsNoCredentialsToAnotherMachineWithoutTls) {
  HttpOptions options = FastOptions();
  options.credentials.bearer = "bearer-token";
  const absl::Status status = Get("http://feeds.example/x", options).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("use https"));
}

TEST_F(HttpClientTest, FollowsARedirectOnTheSameHost) {
  const auto response = Get("/redirect?to=/ok");
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body, "hello");
  EXPECT_EQ(response->url, server_->Url("/ok"));
}

TEST_F(HttpClientTest, AsksNoOtherHostThatARedirectNames) {
  HttpOptions options = FastOptions();
  options.credentials.bearer = "bearer-token";
  const absl::Status status = Get("/redirect?to=" + other_->Url("/ok/elsewhere"), options).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("redirects to"), HasSubstr(other_->Url("/ok"))));
  EXPECT_TRUE(Requests(*other_, "/").empty());
  EXPECT_FALSE(Get("/redirect?to=file:///etc/passwd").ok());
}

TEST_F(HttpClientTest, FollowsRedirectsOnlySoFar) {
  const absl::Status status = Get("/around").status();
  EXPECT_THAT(std::string(status.message()), HasSubstr("redirects more than 3 times"));
  EXPECT_EQ(Requests(*server_, "/around").size(), 4u);
}

TEST_F(HttpClientTest, DecompressesAndCountsTheBytesThatComeOut) {
  const auto response = Get("/gzip");
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->body.size(), 600u);
  HttpOptions options = FastOptions();
  options.max_response_bytes = 1'000'000;
  EXPECT_TRUE(absl::IsResourceExhausted(Get("/bomb", options).status()));
}

TEST_F(HttpClientTest, StopsReadingAtTheLimit) {
  HttpOptions options = FastOptions();
  options.max_response_bytes = 1'000'000;
  const auto start = steady_clock::now();
  const absl::Status status = Get("/endless", options).status();
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(std::string(status.message()), HasSubstr("more than the 1000000 bytes"));
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(5));
  options.max_response_bytes = 5;
  EXPECT_TRUE(Get("/ok", options).ok());
  options.max_response_bytes = 4;
  EXPECT_FALSE(Get("/ok", options).ok());
}

TEST_F(HttpClientTest, AsksAgainUntilTheServerIsWell) {
  for (const char* path : {"/flaky/2/503/a", "/flaky/2/429/a", "/flaky/2/502/a", "/halfonce/a"}) {
    const auto response = Get(path);
    ASSERT_TRUE(response.ok()) << path << ": " << response.status();
    EXPECT_EQ(response->body, "hello") << path;
  }
  EXPECT_EQ(Requests(*server_, "/flaky/2/503/a").size(), 3u);
}

TEST_F(HttpClientTest, GivesUpAfterTheLastAttempt) {
  const absl::Status status = Get("/flaky/9/503/b").status();
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("answered 503"), HasSubstr("3 attempts")));
  EXPECT_EQ(Requests(*server_, "/flaky/9/503/b").size(), 3u);
}

TEST_F(HttpClientTest, LeavesTheServerAloneAsLongAsItAsks) {
  const auto start = steady_clock::now();
  EXPECT_TRUE(Get("/flaky/1/429/c?retry_after=1").ok());
  EXPECT_GE(steady_clock::now() - start, milliseconds(1000));
  const absl::Status status = Get("/flaky/1/429/d?retry_after=3600").status();
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("left alone for 3600 s"));
}

TEST_F(HttpClientTest, DoesNotRepeatWhatTheServerMayHaveActedUpon) {
  const HttpRequest once = {.repeatable = false};
  EXPECT_TRUE(absl::IsUnavailable(Get("/halfonce/once", FastOptions(), once).status()));
  EXPECT_EQ(Requests(*server_, "/halfonce/once").size(), 1u);
  EXPECT_TRUE(Get("/flaky/1/503/once", FastOptions(), once).ok());
}

TEST_F(HttpClientTest, SaysWhatItSawOfAnAnswerThatIsNone) {
  struct Case {
    const char* path;
    absl::StatusCode code;
    const char* says;
  };
  for (const Case& c : {Case{"/nothing", absl::StatusCode::kNotFound, "there is nothing here"},
                        {"/status/403", absl::StatusCode::kPermissionDenied, "(\"no with words [31m\")"},
                        {"/status/500", absl::StatusCode::kFailedPrecondition, "answered 500"},
                        {"/status/406", absl::StatusCode::kFailedPrecondition, "another version"},
                        {"/truncated", absl::StatusCode::kUnavailable, "broke off after 6 bytes"}}) {
    const absl::Status status = Get(c.path).status();
    EXPECT_EQ(status.code(), c.code) << status;
    EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr(c.says), HasSubstr(server_->Url(c.path))));
  }
}

TEST_F(HttpClientTest, SaysThatNobodyIsThere) {
  PythonServer gone(POLDER_HTTP_SERVER);
  gone.Kill();
  const absl::Status status = Get(gone.Url("/ok")).status();
  EXPECT_TRUE(absl::IsUnavailable(status));
  EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("not reached"), HasSubstr("3 attempts")));
}

TEST_F(HttpClientTest, EndsARequestThatTakesTooLong) {
  HttpOptions options = FastOptions();
  options.request_timeout = milliseconds(200);
  options.retry.attempts = 1;
  const auto start = steady_clock::now();
  EXPECT_TRUE(absl::IsUnavailable(Get("/hang", options).status()));
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(3));
  options.request_timeout = std::chrono::seconds(20);
  EXPECT_FALSE(Get("/hang", options, {.time_limit = milliseconds(200)}).ok());
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(6));
}

TEST_F(HttpClientTest, CanBeCancelledWhileItReadsAndWhileItWaits) {
  std::atomic<bool> cancelled = false;
  HttpOptions options = FastOptions();
  options.cancelled = &cancelled;
  options.retry.first = options.retry.longest = std::chrono::seconds(15);
  for (const char* path : {"/hang", "/flaky/1/503/cancelled"}) {
    cancelled = false;
    const auto start = steady_clock::now();
    std::thread stopper([&] {
      std::this_thread::sleep_for(milliseconds(300));
      cancelled = true;
    });
    const absl::Status status = Get(path, options).status();
    stopper.join();
    EXPECT_TRUE(absl::IsCancelled(status)) << path << ": " << status;
    EXPECT_LT(steady_clock::now() - start, milliseconds(1500)) << path;
  }
}

}  // namespace
}  // namespace polder
