// Ends a program with SIGKILL at every point where a crash can leave something half done: right before each
// of its system calls that changes a file or a folder. By ptrace(2) and seccomp(2), so that no point is
// missed and none depends on timing.
#ifndef POLDER_TESTS_SIM_CRASH_POINTS_H_
#define POLDER_TESTS_SIM_CRASH_POINTS_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace polder {

struct CrashedRun {
  std::size_t changes = 0;    // that were made before the end
  std::optional<int> code;    // the exit code, if it ended by itself
  std::string killed_before;  // else the call that was not made, for messages
};

// Whether this machine lets a process trace its child: a container may forbid it.
bool MayTrace();

// Runs the program, its output thrown away, and kills it right before it makes change number `allowed` + 1.
CrashedRun RunAndKillAfter(std::size_t allowed, const std::vector<std::string>& arguments);

// For 0, 1, 2, ... changes, until the program ends by itself: runs it in `folder` as that is now, which is
// restored each time, kills it, and lets `check` look at what is left and what another run makes of it. Tells
// at how many points it was killed.
std::size_t ForEachCrashPoint(const std::string& folder, const std::vector<std::string>& arguments,
                              const std::function<void(const CrashedRun&)>& check);

}  // namespace polder

#endif  // POLDER_TESTS_SIM_CRASH_POINTS_H_
