// Tells when files change, so that indicators and configuration are read again.
#ifndef POLDER_CONNECTORS_FILES_WATCHER_H_
#define POLDER_CONNECTORS_FILES_WATCHER_H_

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace polder {

struct FileWatcherOptions {
  // A change is told once nothing has happened for `settle`, so that a file is not read while it is written;
  // but not later than `at_most` after the first change, so that what never rests is read too.
  std::chrono::milliseconds settle{200};
  std::chrono::milliseconds at_most{2000};
};

// Watches files and folders by inotify. A folder is watched with all folders under it, those included that
// are created later. A path may not exist yet, may vanish and come back, and may be replaced by rename or by
// turning a link elsewhere, as editors, atomic writers and Kubernetes do. Names that ListFiles leaves out for
// their ending are no change. Inotify does not see what other machines write on a network file system.
//
// Wait is called by one thread; Stop and problem by any.
class FileWatcher {
 public:
  // Changes count from here on, so read the files afterwards. Fails with ResourceExhausted, saying which
  // limit to raise, when the system grants no more inotify watches, and when a folder may not be read.
  static absl::StatusOr<std::unique_ptr<FileWatcher>> Create(const std::vector<std::string>& paths,
                                                             const FileWatcherOptions& options = {});
  virtual ~FileWatcher() = default;

  // True when something has changed since the last call returned true and has come to rest, which may last
  // `at_most` beyond `timeout`; false when nothing changed within `timeout`, and after Stop.
  virtual bool Wait(std::chrono::milliseconds timeout) = 0;

  // Ends the Wait under way and all later ones.
  virtual void Stop() = 0;

  // Why some folder that appeared later could not be watched; OK if all are.
  virtual absl::Status problem() const = 0;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_FILES_WATCHER_H_
