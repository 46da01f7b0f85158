#include "connectors/feeds/feed_loader.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>

#include "connectors/files/list_files.h"
#include "connectors/files/read_file.h"
#include "engine/snapshot/builder.h"
#include "rules/guard/guard.h"

namespace polder {
namespace {

// Ten million lines of a hundred bytes; more is a mistake, or somebody filling the memory.
constexpr std::size_t kMaxFeedFile = std::size_t{1} << 30;

}  // namespace

bool FeedLoader::LoadFile(const FeedSpec& spec, const std::string& path, bool reread, LoadReport* report) {
  struct stat status = {};
  Signature signature;
  if (path != "-" && stat(path.c_str(), &status) == 0) {
    signature = {status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec,
                 static_cast<std::uint64_t>(status.st_size), status.st_ino};
    const auto before = loaded_.find(path);
    if (!reread && before != loaded_.end() && before->second == signature) return false;
  }

  FileReport file;
  file.path = path;
  file.source = spec.source.empty() ? path : spec.source;
  const auto bytes = ReadWholeFile(path, kMaxFeedFile);
  ReadResult result;
  if (bytes.ok()) {
    result = ReadIndicators(*bytes, {path, file.source, spec.tlp, spec.confidence});
  } else {
    result.unreadable = true;
    report->failures.push_back(std::string(bytes.status().message()));
  }
  file.format = result.format;
  file.read = result.read;
  if (result.unreadable) {
    for (const Refusal& refusal : result.refusals) report->failures.push_back(refusal.Message());
    file.kept_last_good = loaded_.contains(path);
    // What was read and is broken is not read again until it changes once more. What could not be read is
    // tried again: permission may come without a change of the file.
    if (file.kept_last_good && bytes.ok()) loaded_[path] = signature;
    report->files.push_back(std::move(file));
    return false;
  }

  if (guard_) {
    std::erase_if(result.indicators, [&](const Indicator& indicator) {
      if (indicator.revoked) return false;
      const auto reason = GuardReason(indicator);
      if (!reason) return false;
      result.refusals.push_back({path, 0, indicator.value, "kept out: " + *reason, "guarded"});
      return true;
    });
  }
  file.accepted = result.indicators.size();
  for (const Refusal& refusal : result.refusals) ++file.refused[refusal.category];
  std::move(result.refusals.begin(), result.refusals.end(), std::back_inserter(report->refusals));
  report->files.push_back(std::move(file));
  rules_.Replace(path, std::make_shared<const std::vector<Indicator>>(std::move(result.indicators)));
  loaded_[path] = signature;
  return true;
}

std::shared_ptr<const Snapshot> FeedLoader::Load(bool reread_all, LoadReport* report) {
  *report = {};
  bool changed = generation_ == 0;
  for (const FeedSpec& spec : specs_) {
    const auto files = ListFiles(spec.path);
    if (!files.ok()) {
      // What its files stated stays: a mount that is away for a moment withdraws nothing.
      report->failures.push_back(std::string(files.status().message()));
      continue;
    }
    for (const std::string& gone : spec_files_[spec.path]) {
      if (std::find(files->begin(), files->end(), gone) != files->end()) continue;
      rules_.Withdraw(gone);
      loaded_.erase(gone);
      changed = true;
    }
    spec_files_[spec.path] = *files;
    for (const std::string& path : *files) changed = LoadFile(spec, path, reread_all, report) || changed;
  }
  if (!changed) return nullptr;
  const std::vector<const Indicator*> in_force = rules_.InForce(&report->dropped);
  return SnapshotBuilder(key_).Build(in_force, ++generation_);
}

}  // namespace polder
