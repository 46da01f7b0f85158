#include "connectors/feeds/file_feeds.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "connectors/files/list_files.h"
#include "connectors/files/read_file.h"

namespace polder {
namespace {

// Ten million lines of a hundred bytes; more is a mistake, or somebody filling the memory.
constexpr std::size_t kMaxFeedFile = std::size_t{1} << 30;

}  // namespace

FileFeeds::FileFeeds(std::vector<FileFeedSpec> specs, IndicatorStore& store) : store_(store) {
  for (FileFeedSpec& spec : specs) specs_.push_back({std::move(spec), {}});
}

// All zero if it cannot be told: then it is read each time.
FileFeeds::Signature FileFeeds::SignatureOf(const std::string& path) {
  struct stat status = {};
  if (path == "-" || stat(path.c_str(), &status) != 0) return {};
  return {status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec,
          static_cast<std::uint64_t>(status.st_size), status.st_ino};
}

void FileFeeds::Refresh(Spec& spec, const std::string& source, const Files& changed, const Files& gone,
                        LoadReport* report) {
  FeedTerms terms = spec.spec.terms;
  terms.source = source;
  std::map<std::string, Signature> read;
  store_.BeginRefresh(fmt::format("{} of {}", spec.spec.path, source));
  for (const std::string& path : changed) {
    const Signature signature = SignatureOf(path);
    const auto bytes = ReadWholeFile(path, kMaxFeedFile);
    if (!bytes.ok()) {
      // Tried again at every load: permission may come without a change of the file.
      report->failures.push_back(std::string(bytes.status().message()));
      DocumentReport document{.path = path, .source = source};
      document.kept_last_good = spec.loaded.contains(path);
      report->documents.push_back(std::move(document));
      continue;
    }
    std::string failure;
    report->documents.push_back(store_.Replace(terms, path, *bytes, &failure));
    if (!failure.empty()) report->failures.push_back(std::move(failure));
    // What was read and is broken is not read again until it changes once more.
    read[path] = signature;
  }
  for (const std::string& path : gone) store_.Withdraw(terms, path);
  if (const auto reason = store_.EndRefresh()) {
    report->held.push_back(fmt::format("{}: held at its last state: {}; reload once more to accept it",
                                       spec.spec.path, *reason));
    return;
  }
  for (const std::string& path : gone) spec.loaded.erase(path);
  for (const auto& [path, signature] : read) spec.loaded[path] = signature;
}

void FileFeeds::LoadSpec(Spec& spec, bool reread_all, LoadReport* report) {
  const auto files = ListFiles(spec.spec.path);
  if (!files.ok()) {
    // What its files stated stays: a mount that is away for a moment withdraws nothing.
    report->failures.push_back(std::string(files.status().message()));
    return;
  }
  Files changed;
  for (const std::string& path : *files) {
    const auto loaded = spec.loaded.find(path);
    const Signature now = SignatureOf(path);
    const bool same = loaded != spec.loaded.end() && loaded->second == now && now != Signature{};
    if (reread_all || !same) changed.push_back(path);
  }
  Files gone;
  for (const auto& [path, signature] : spec.loaded) {
    if (std::find(files->begin(), files->end(), path) == files->end()) gone.push_back(path);
  }
  if (!spec.spec.terms.source.empty()) {
    if (!changed.empty() || !gone.empty()) Refresh(spec, spec.spec.terms.source, changed, gone, report);
    return;
  }
  for (const std::string& path : gone) Refresh(spec, path, {}, {path}, report);
  for (const std::string& path : changed) Refresh(spec, path, {path}, {}, report);
}

void FileFeeds::Load(bool reread_all, LoadReport* report) {
  for (Spec& spec : specs_) LoadSpec(spec, reread_all, report);
}

}  // namespace polder
