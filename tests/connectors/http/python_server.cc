#include "tests/connectors/http/python_server.h"

#include <fmt/format.h>

#include <cstdlib>
#include <stdexcept>

namespace polder {

PythonServer::PythonServer(const std::filesystem::path& script, std::vector<std::string> arguments,
                           std::string python)
    : python_(std::move(python)), script_(script), arguments_(std::move(arguments)) {
  Launch({});
}

void PythonServer::Launch(const std::vector<std::string>& more) {
  const std::filesystem::path port_file = folder_.path() / "port";
  const std::filesystem::path log = folder_.path() / "server.log";
  std::filesystem::remove(port_file);
  // -B: the folder of the script stays clean.
  std::vector<std::string> command = {python_, "-B", script_.string(), port_file.string()};
  command.insert(command.end(), arguments_.begin(), arguments_.end());
  command.insert(command.end(), more.begin(), more.end());
  process_ = std::make_unique<ChildProcess>(command, log);
  WaitUntil(std::chrono::seconds(60),
            [&] { return std::filesystem::exists(port_file) || !process_->Running(); });
  port_ = std::atoi(ReadFile(port_file).c_str());
  if (port_ == 0) {
    throw std::runtime_error(fmt::format("{} by {} does not serve; the end of its log:\n{}", script_.string(),
                                         python_, Tail(log)));
  }
}

void PythonServer::Restart() {
  Kill();
  Launch({"--port", std::to_string(port_)});
}

std::string PythonServer::Url(const std::string& path, const std::string& scheme) const {
  return fmt::format("{}://127.0.0.1:{}{}", scheme, port_, path);
}

HttpOptions FastOptions() {
  HttpOptions options;
  options.retry.attempts = 3;
  options.retry.first = std::chrono::milliseconds(10);
  options.retry.longest = std::chrono::milliseconds(40);
  options.retry.total = std::chrono::seconds(20);
  options.request_timeout = std::chrono::seconds(10);
  return options;
}

std::string Fetch(const std::string& url) {
  auto client = HttpClient::Create(FastOptions());
  if (!client.ok()) throw std::runtime_error(std::string(client.status().message()));
  const absl::StatusOr<HttpResponse> response = (*client)->Get({url, {}});
  if (!response.ok()) throw std::runtime_error(std::string(response.status().message()));
  return response->body;
}

}  // namespace polder
