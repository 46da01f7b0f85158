// Loads indicators from files and folders and compiles them into snapshots, again and again.
#ifndef POLDER_CONNECTORS_FEEDS_FEED_LOADER_H_
#define POLDER_CONNECTORS_FEEDS_FEED_LOADER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/base/crypto.h"
#include "engine/snapshot/snapshot.h"
#include "rules/merge/rule_set.h"
#include "rules/read/reader.h"

namespace polder {

// Where indicators come from, as configured.
struct FeedSpec {
  std::string path;          // file or folder
  std::string source;        // of all its indicators; empty: each file is a source, named by its path
  Tlp tlp = Tlp::kUnmarked;  // for indicators without a marking
  int confidence = -1;       // for indicators without one
};

// What became of one file.
struct FileReport {
  std::string path;
  std::string source;
  std::string format;
  std::size_t read = 0;                        // statements in it
  std::size_t accepted = 0;                    // indicators taken, one for each value
  std::map<std::string, std::size_t> refused;  // by category; "guarded" among them
  bool kept_last_good = false;  // could not be read this time: what it stated before stays in force
};

struct LoadReport {
  std::vector<FileReport> files;      // those read this time
  std::vector<Refusal> refusals;      // of the files read this time
  std::vector<std::string> failures;  // whole files or folders, one message each
  RuleSet::Dropped dropped;
};

// Used by one thread. Keeps what every file stated last, so that a reload reads only files that changed and a
// file that breaks keeps its last good state.
class FeedLoader {
 public:
  FeedLoader(std::vector<FeedSpec> specs, bool guard, const FingerprintKey& key)
      : specs_(std::move(specs)), guard_(guard), key_(key) {}

  // Reads what changed since the last call (everything with `reread_all`) and compiles. Null if nothing
  // changed, save for the first call, which always compiles. Whatever cannot be read is in report->failures;
  // the rest counts. Memory for the old and the new snapshot is needed at once.
  std::shared_ptr<const Snapshot> Load(bool reread_all, LoadReport* report);

 private:
  // Tells whether a file is the same as before without reading it.
  struct Signature {
    std::int64_t modified_ns = 0;
    std::uint64_t size = 0;
    std::uint64_t inode = 0;
    friend bool operator==(const Signature&, const Signature&) = default;
  };

  bool LoadFile(const FeedSpec& spec, const std::string& path, bool reread, LoadReport* report);

  std::vector<FeedSpec> specs_;
  bool guard_;
  FingerprintKey key_;
  RuleSet rules_;
  std::map<std::string, Signature> loaded_;                     // by delivery
  std::map<std::string, std::vector<std::string>> spec_files_;  // deliveries of each spec, by its path
  std::uint64_t generation_ = 0;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_FEEDS_FEED_LOADER_H_
