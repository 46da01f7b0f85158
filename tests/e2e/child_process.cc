#include "tests/e2e/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace polder {
namespace {

constexpr auto kPollInterval = std::chrono::milliseconds(5);
constexpr size_t kTailBytes = 2000;

// Runs between fork and exec, where only async-signal-safe calls are allowed:
// other threads of the test may have held a lock.
[[noreturn]] void BecomeProgram(pid_t parent, char* const* argv, int log) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  close_range(3, ~0U, 0);
  execvp(argv[0], argv);
  static constexpr char kMessage[] = "this program could not be started\n";
  (void)!write(STDERR_FILENO, kMessage, sizeof kMessage - 1);
  _exit(127);
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& argv, const std::filesystem::path& log) {
  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const int log_file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_file < 0) throw std::runtime_error(fmt::format("{}: {}", log.string(), std::strerror(errno)));
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) BecomeProgram(parent, arguments.data(), log_file);
  close(log_file);
  if (pid_ < 0) throw std::runtime_error(fmt::format("fork for {}: {}", argv[0], std::strerror(errno)));
}

ChildProcess::~ChildProcess() { Kill(); }

void ChildProcess::Signal(int signal) {
  if (!code_) kill(pid_, signal);
}

std::optional<int> ChildProcess::Wait(std::chrono::milliseconds limit) {
  WaitUntil(limit, [this] {
    int status = 0;
    if (!code_ && waitpid(pid_, &status, WNOHANG) == pid_) {
      code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return code_.has_value();
  });
  return code_;
}

void ChildProcess::Kill() {
  Signal(SIGKILL);
  Wait(std::chrono::seconds(30));
}

TempFolder::TempFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "polder-e2e-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw std::runtime_error(fmt::format("temporary folder {}: {}", name, std::strerror(errno)));
  }
  path_ = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void WriteFile(const std::filesystem::path& path, const std::string& text) {
  // The leading dot keeps a watcher of the folder from reading the half-written file.
  const std::filesystem::path beside = path.parent_path() / fmt::format(".{}.new", path.filename().string());
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (!out) throw std::runtime_error(fmt::format("{}: could not be written", beside.string()));
  std::filesystem::rename(beside, path);
}

std::string Tail(const std::filesystem::path& path) {
  const std::string text = ReadFile(path);
  return text.size() <= kTailBytes ? text : "[...]" + text.substr(text.size() - kTailBytes);
}

bool WaitUntil(std::chrono::milliseconds limit, const std::function<bool()>& done) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!done()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(kPollInterval);
  }
  return true;
}

}  // namespace polder
