#ifndef POLDER_TESTS_CONNECTORS_HTTP_PYTHON_SERVER_H_
#define POLDER_TESTS_CONNECTORS_HTTP_PYTHON_SERVER_H_

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "connectors/http/http_client.h"
#include "tests/e2e/child_process.h"

namespace polder {

// A server written in Python for a test, on a free loopback port. The script gets the path of a file to write
// its port to, then `arguments`. Throws std::runtime_error if it does not serve.
class PythonServer {
 public:
  explicit PythonServer(const std::filesystem::path& script, std::vector<std::string> arguments = {},
                        std::string python = "python3");

  std::string Url(const std::string& path, const std::string& scheme = "http") const;
  int port() const { return port_; }
  const std::filesystem::path& folder() const { return folder_.path(); }  // for files of the test

  void Kill() { process_.reset(); }  // kill -9
  void Restart();                    // on the same port

 private:
  void Launch(const std::vector<std::string>& more);

  TempFolder folder_;
  std::string python_;
  std::filesystem::path script_;
  std::vector<std::string> arguments_;
  int port_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

// Options whose attempts follow each other fast.
HttpOptions FastOptions();

// The body behind `url`, asked for once, by a client of its own.
std::string Fetch(const std::string& url);

}  // namespace polder

#endif  // POLDER_TESTS_CONNECTORS_HTTP_PYTHON_SERVER_H_
