#include "tests/sim/crash_points.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iterator>

#include "tests/connectors/files/test_files.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kLimitS = 60;
constexpr std::size_t kMostPoints = 2'000;

// What SIGKILL leaves is the same on a disk and in memory, where syncing takes no time.
[[maybe_unused]] const bool kFoldersInMemory =
    access("/dev/shm", W_OK) == 0 && setenv("TMPDIR", "/dev/shm", /*overwrite=*/0) == 0;

// What changes a file or folder. Older calls, such as rename, are not there on every processor. Syncing
// changes nothing that SIGKILL could leave undone, so the state before it is that of the next change.
struct Change {
  unsigned call;
  const char* name;
};
constexpr Change kChanges[] = {
    {SYS_write, "write"},       {SYS_pwrite64, "write"},      {SYS_writev, "write"},
    {SYS_openat, "openat"},     {SYS_ftruncate, "ftruncate"}, {SYS_unlinkat, "unlinkat"},
    {SYS_linkat, "linkat"},     {SYS_renameat2, "renameat2"}, {SYS_renameat, "renameat"},
    {SYS_mkdirat, "mkdirat"},   {SYS_fchmod, "fchmod"},       {SYS_fchmodat, "fchmodat"},
    {SYS_symlinkat, "symlink"}, {SYS_fallocate, "fallocate"},
#ifdef SYS_rename
    {SYS_open, "open"},         {SYS_rename, "rename"},       {SYS_unlink, "unlink"},
    {SYS_link, "link"},         {SYS_mkdir, "mkdir"},         {SYS_rmdir, "rmdir"},
    {SYS_chmod, "chmod"},
#endif
};

// A null pointer if this call of such a kind changes nothing.
const char* ChangeMadeBy(const __ptrace_syscall_info& info) {
  const auto& [number, args, data] = info.seccomp;
  const bool writes = number == SYS_write || number == SYS_pwrite64 || number == SYS_writev;
  if (writes && args[0] <= STDERR_FILENO) return nullptr;
  if (number == SYS_openat && (args[2] & (O_CREAT | O_TRUNC)) == 0) return nullptr;
#ifdef SYS_open
  if (number == SYS_open && (args[1] & (O_CREAT | O_TRUNC)) == 0) return nullptr;
#endif
  for (const Change& change : kChanges) {
    if (change.call == number) return change.name;
  }
  return nullptr;
}

// Stops this process, and what it becomes, before these calls and no others: a stop at each call would take
// far longer.
bool StopBeforeChanges() {
  constexpr auto kCount = static_cast<std::uint8_t>(std::size(kChanges));
  sock_filter code[kCount + 3];
  code[0] = BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr));
  for (std::uint8_t i = 0; i < kCount; ++i) {
    code[i + 1] =
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kChanges[i].call, static_cast<std::uint8_t>(kCount - i), 0);
  }
  code[kCount + 1] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  code[kCount + 2] = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
  const sock_fprog program = {kCount + 3, code};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

// Between fork and exec only calls that are safe after a signal.
[[noreturn]] void BecomeTraced(char* const* argv) {
  const int nothing = open("/dev/null", O_RDWR);
  for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(nothing, standard);
  if (nothing > STDERR_FILENO) close(nothing);
  alarm(kLimitS);
  if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(126);
  raise(SIGSTOP);
  if (!StopBeforeChanges()) _exit(126);
  execv(POLDER_BINARY, argv);
  _exit(127);
}

pid_t StartTraced(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  std::string name = "polder";
  argv.push_back(name.data());
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid == 0) BecomeTraced(argv.data());
  int status = 0;
  if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) return -1;
  const auto options = PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
  if (ptrace(PTRACE_SETOPTIONS, pid, nullptr, options) == 0 &&
      ptrace(PTRACE_CONT, pid, nullptr, nullptr) == 0) {
    return pid;
  }
  kill(pid, SIGKILL);
  waitpid(pid, &status, 0);
  return -1;
}

// The change that `thread` is about to make, if it stands before one.
const char* NextChange(pid_t thread) {
  __ptrace_syscall_info info;
  if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) <= 0) return nullptr;
  return info.op == PTRACE_SYSCALL_INFO_SECCOMP ? ChangeMadeBy(info) : nullptr;
}

// What a stopped thread is given when it goes on: a signal of its own, but none that tracing made.
int SignalOf(int status) {
  const int signal = WSTOPSIG(status);
  const bool traced = signal == SIGTRAP || signal == SIGSTOP || status >> 16 != 0;
  return traced ? 0 : signal;
}

}  // namespace

CrashedRun RunAndKillAfter(std::size_t allowed, const std::vector<std::string>& arguments) {
  CrashedRun run;
  const pid_t pid = StartTraced(arguments);
  if (pid < 0) {
    ADD_FAILURE() << "the program cannot be traced";
    run.code = -1;
    return run;
  }
  int status = 0;
  for (pid_t thread = 0; (thread = waitpid(-1, &status, __WALL)) > 0;) {
    if (!WIFSTOPPED(status)) {
      if (thread != pid) continue;
      if (run.killed_before.empty())
        run.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      return run;
    }
    const char* const change = status >> 16 == PTRACE_EVENT_SECCOMP ? NextChange(thread) : nullptr;
    if (change != nullptr && run.killed_before.empty()) {
      if (run.changes == allowed) {
        run.killed_before = fmt::format("change {}, {}", allowed + 1, change);
        kill(pid, SIGKILL);
        continue;
      }
      ++run.changes;
    }
    ptrace(PTRACE_CONT, thread, nullptr, SignalOf(status));
  }
  return run;
}

bool MayTrace() {
  const pid_t pid = StartTraced({"--version"});
  if (pid < 0) return false;
  kill(pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, __WALL) == pid && WIFSTOPPED(status)) {
  }
  return true;
}

std::size_t ForEachCrashPoint(const std::string& folder, const std::vector<std::string>& arguments,
                              const std::function<void(const CrashedRun&)>& check) {
  const TemporaryFolder memory;
  const std::string before = memory / "before";
  fs::copy(folder, before, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  for (std::size_t allowed = 0; allowed < kMostPoints; ++allowed) {
    for (const auto& entry : fs::directory_iterator(folder)) fs::remove_all(entry);
    fs::copy(before, folder, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    const CrashedRun run = RunAndKillAfter(allowed, arguments);
    SCOPED_TRACE(run.code ? "not killed" : "killed before " + run.killed_before);
    check(run);
    if (run.code || ::testing::Test::HasFatalFailure()) return allowed;
  }
  ADD_FAILURE() << "it makes more than " << kMostPoints << " changes";
  return kMostPoints;
}

}  // namespace polder
