#include "tests/connectors/http/test_authority.h"

#include <fmt/format.h>

#include <cstdlib>
#include <stdexcept>

namespace polder {
namespace {

constexpr const char* kMake =
    "openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=ca -days 2 && "
    "echo 'subjectAltName=IP:127.0.0.1' > san && "
    "for n in server client; do "
    "openssl req -newkey rsa:2048 -nodes -keyout $n.key -out $n.csr -subj /CN=$n && "
    "openssl x509 -req -in $n.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out $n.pem -days 2 -extfile san "
    "|| exit 1; done";

}  // namespace

bool TestAuthority::HasOpenssl() { return std::system("openssl version >/dev/null 2>&1") == 0; }

TestAuthority::TestAuthority() {
  const std::string command =
      fmt::format("cd '{}' && {{ {} ; }} >openssl.log 2>&1", folder_.path().string(), kMake);
  if (std::system(command.c_str()) != 0) {
    throw std::runtime_error("openssl made no certificates:\n" + Tail(folder_.path() / "openssl.log"));
  }
}

}  // namespace polder
