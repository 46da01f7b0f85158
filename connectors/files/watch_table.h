// Which folders inotify watches, and for whom. Internal to connectors/files.
#ifndef POLDER_CONNECTORS_FILES_WATCH_TABLE_H_
#define POLDER_CONNECTORS_FILES_WATCH_TABLE_H_

#include <string>
#include <string_view>
#include <unordered_map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace polder {

// A change under such a name changes nothing that is read: ListFiles leaves it out. Names beginning with ".."
// count all the same: Kubernetes swaps the link "..data" to replace the files of a mounted ConfigMap at once.
bool IsIgnoredName(std::string_view name);

// A folder can be watched as part of a tree (everything in it counts), as the parent of a path (what concerns
// that path counts), or as both. One thread.
class WatchTable {
 public:
  struct Watch {
    std::string path;
    bool tree = false;
    bool parent = false;
  };

  static absl::StatusOr<WatchTable> Open();
  WatchTable(WatchTable&& other) noexcept;
  WatchTable& operator=(WatchTable&&) = delete;
  ~WatchTable();

  int fd() const { return fd_; }
  // Null for a watch that was removed while its events were under way.
  const Watch* Find(int descriptor) const;

  // Watches `folder` and the folders under it, links followed, each once. One that vanishes meanwhile is no
  // error.
  absl::Status AddTree(const std::string& folder);
  absl::Status AddParent(const std::string& folder);
  // The tree at `folder` is gone or elsewhere.
  void RemoveTree(const std::string& folder);
  // inotify says that it dropped the watch, or that its folder was moved away.
  void Remove(int descriptor);
  void Forget(int descriptor) { watches_.erase(descriptor); }

 private:
  explicit WatchTable(int fd) : fd_(fd) {}
  // The watch of `folder`, new or known; null if there is no such folder.
  absl::StatusOr<Watch*> Add(const std::string& folder);

  int fd_;
  std::unordered_map<int, Watch> watches_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_FILES_WATCH_TABLE_H_
