// TLS with authorities made for the test by the openssl program; skipped where that is not installed.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/connectors/http/python_server.h"
#include "tests/connectors/http/test_authority.h"

namespace polder {
namespace {

using testing::HasSubstr;

class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!TestAuthority::HasOpenssl()) GTEST_SKIP() << "no openssl program (apt install openssl)";
    authority_ = std::make_unique<TestAuthority>();
    server_ = std::make_unique<PythonServer>(POLDER_HTTP_SERVER, authority_->ServerArguments());
  }

  std::string Path(const std::string& name) const { return authority_->Path(name); }

  static absl::Status Get(const std::string& url, const HttpOptions& options) {
    auto client = HttpClient::Create(options);
    if (!client.ok()) return client.status();
    return (*client)->Get({url, {}}).status();
  }

  std::unique_ptr<TestAuthority> authority_;
  std::unique_ptr<PythonServer> server_;
};

TEST_F(TlsTest, TrustsOnlyTheAuthoritiesItIsGiven) {
  HttpOptions options = FastOptions();
  const absl::Status unknown = Get(server_->Url("/ok", "https"), options);
  EXPECT_TRUE(absl::IsFailedPrecondition(unknown)) << unknown;
  EXPECT_THAT(std::string(unknown.message()), HasSubstr("give that as ca_file"));
  options.ca_file = Path("ca.pem");
  EXPECT_TRUE(Get(server_->Url("/ok", "https"), options).ok());
  // The certificate is for the address, not for the name.
  const std::string by_name = fmt::format("https://localhost:{}/ok", server_->port());
  EXPECT_TRUE(absl::IsFailedPrecondition(Get(by_name, options)));
}

TEST_F(TlsTest, ShowsItsOwnCertificateToAServerThatWantsOne) {
  const PythonServer mutual(POLDER_HTTP_SERVER, {"--cert", Path("server.pem"), "--key", Path("server.key"),
                                                 "--client-ca", Path("ca.pem")});
  HttpOptions options = FastOptions();
  options.ca_file = Path("ca.pem");
  EXPECT_FALSE(Get(mutual.Url("/ok", "https"), options).ok());
  options.credentials.client_certificate = Path("client.pem");
  options.credentials.client_key = Path("client.key");
  EXPECT_TRUE(Get(mutual.Url("/ok", "https"), options).ok());
  options.credentials.client_key = Path("server.key");
  EXPECT_TRUE(absl::IsFailedPrecondition(Get(mutual.Url("/ok", "https"), options)));
}

}  // namespace
}  // namespace polder
