#include "tests/cli/run_polder.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>

namespace polder {
namespace {

constexpr unsigned kLimitS = 60;

std::string ReadAll(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Between fork and exec only calls that are safe after a signal.
[[noreturn]] void BecomePolder(char* const* argv, int in, int out, int err) {
  dup2(in, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  alarm(kLimitS);
  execv(POLDER_BINARY, argv);
  _exit(127);
}

pid_t Start(const std::vector<std::string>& arguments, int in, int out, int err) {
  std::vector<char*> argv;
  std::string name = "polder";
  argv.push_back(name.data());
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) BecomePolder(argv.data(), in, out, err);
  EXPECT_GT(pid, 0);
  return pid;
}

int CodeOf(pid_t pid) {
  int status = 0;
  if (waitpid(pid, &status, 0) != pid) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int OpenForWriting(const std::string& path) {
  return open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

}  // namespace

Ran RunPolder(const std::vector<std::string>& arguments, std::string_view input) {
  const TemporaryFolder folder;
  const int in = open(folder.Write("in", input).c_str(), O_RDONLY | O_CLOEXEC);
  const int out = OpenForWriting(folder / "out");
  const int err = OpenForWriting(folder / "err");
  const pid_t pid = Start(arguments, in, out, err);
  for (const int descriptor : {in, out, err}) close(descriptor);
  const int code = CodeOf(pid);
  return {code, ReadAll(folder / "out"), ReadAll(folder / "err")};
}

Ran RunPolderIntoClosedPipe(const std::vector<std::string>& arguments) {
  const TemporaryFolder folder;
  int ends[2];
  EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const int in = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int err = OpenForWriting(folder / "err");
  const pid_t pid = Start(arguments, in, ends[1], err);
  for (const int descriptor : {in, ends[1], err}) close(descriptor);
  char first[100];
  const ssize_t got = read(ends[0], first, sizeof first);
  close(ends[0]);
  const int code = CodeOf(pid);
  return {code, std::string(first, got > 0 ? static_cast<std::size_t>(got) : 0), ReadAll(folder / "err")};
}

std::vector<std::string> Lines(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<nlohmann::json> JsonLines(std::string_view text) {
  std::vector<nlohmann::json> documents;
  for (const std::string& line : Lines(text)) {
    documents.push_back(nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false));
    EXPECT_FALSE(documents.back().is_discarded()) << line;
  }
  return documents;
}

}  // namespace polder
