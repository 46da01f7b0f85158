#ifndef POLDER_TESTS_E2E_CHILD_PROCESS_H_
#define POLDER_TESTS_E2E_CHILD_PROCESS_H_

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

// A program started by a test, and the small tools around it. All helpers of
// this folder report what went wrong by throwing std::runtime_error, which
// GoogleTest turns into a failure of the running test.

namespace polder {

// Owns one child. It dies with this object, and also when the test itself is
// killed, provided that the thread which started it lives as long as the test
// (the kernel ties the one to the other): start from the main thread.
class ChildProcess {
 public:
  // Starts argv[0], looked up on the PATH; stdout and stderr are appended to
  // `log`. A program that cannot be started shows as exit code 127.
  ChildProcess(const std::vector<std::string>& argv, const std::filesystem::path& log);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess();  // SIGKILL, then reaps

  void Signal(int signal);
  // The exit code, or 128 + signal; nothing if it still runs after `limit`.
  std::optional<int> Wait(std::chrono::milliseconds limit);
  bool Running() { return !Wait(std::chrono::milliseconds(0)).has_value(); }
  void Kill();  // SIGKILL, then reaps; harmless if it has ended

 private:
  pid_t pid_;
  std::optional<int> code_;
};

// A folder under the system's temporary one, removed with everything in it.
class TempFolder {
 public:
  TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string ReadFile(const std::filesystem::path& path);  // empty if it is not there
// Writes beside `path` and renames, so that a reader sees all of it or nothing.
void WriteFile(const std::filesystem::path& path, const std::string& text);
// The end of a log, to be quoted in a message.
std::string Tail(const std::filesystem::path& path);

// Asks `done` every few milliseconds; false if it stays false until `limit`.
bool WaitUntil(std::chrono::milliseconds limit, const std::function<bool()>& done);

}  // namespace polder

#endif  // POLDER_TESTS_E2E_CHILD_PROCESS_H_
