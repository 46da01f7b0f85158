#ifndef POLDER_TESTS_CONNECTORS_HTTP_TEST_AUTHORITY_H_
#define POLDER_TESTS_CONNECTORS_HTTP_TEST_AUTHORITY_H_

#include <string>
#include <vector>

#include "tests/e2e/child_process.h"

namespace polder {

// An authority, and a server and a client that it vouches for (127.0.0.1), made by the openssl program in a
// folder of their own: ca.pem, server.pem, server.key, client.pem, client.key.
class TestAuthority {
 public:
  static bool HasOpenssl();
  // Throws std::runtime_error with what openssl said.
  TestAuthority();

  std::string Path(const std::string& name) const { return (folder_.path() / name).string(); }
  // For a PythonServer.
  std::vector<std::string> ServerArguments() const {
    return {"--cert", Path("server.pem"), "--key", Path("server.key")};
  }

 private:
  TempFolder folder_;
};

}  // namespace polder

#endif  // POLDER_TESTS_CONNECTORS_HTTP_TEST_AUTHORITY_H_
