// Feeds in files and folders.
#ifndef POLDER_CONNECTORS_FEEDS_FILE_FEEDS_H_
#define POLDER_CONNECTORS_FEEDS_FILE_FEEDS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "connectors/feeds/indicator_store.h"

namespace polder {

// As configured. Without a source each file is a feed and a source of its own, named by its path.
struct FileFeedSpec {
  std::string path;  // file or folder
  FeedTerms terms = {};
};

// What a load did.
struct LoadReport {
  std::vector<DocumentReport> documents;  // those read this time
  std::vector<std::string> failures;      // whole files or folders, one message each
  std::vector<std::string> held;          // feeds that the guard holds at their last state, one message each
};

// Used by one thread, that of the store. Reads only files that changed; a file that breaks, and a folder that
// is away, keep their last good state.
class FileFeeds {
 public:
  // `store` outlives it.
  FileFeeds(std::vector<FileFeedSpec> specs, IndicatorStore& store);

  // Brings what changed since the last call into the store (everything with `reread_all`), which then is to
  // be published. Adds to the report.
  void Load(bool reread_all, LoadReport* report);

 private:
  // Tells whether a file is the same as before without reading it.
  struct Signature {
    std::int64_t modified_ns = 0;
    std::uint64_t size = 0;
    std::uint64_t inode = 0;
    friend bool operator==(const Signature&, const Signature&) = default;
  };
  struct Spec {
    FileFeedSpec spec;
    std::map<std::string, Signature> loaded;  // by path
  };
  using Files = std::vector<std::string>;

  void LoadSpec(Spec& spec, bool reread_all, LoadReport* report);
  void Refresh(Spec& spec, const std::string& source, const Files& changed, const Files& gone,
               LoadReport* report);
  static Signature SignatureOf(const std::string& path);

  std::vector<Spec> specs_;
  IndicatorStore& store_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_FEEDS_FILE_FEEDS_H_
