#include "connectors/files/expression_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "connectors/files/read_file.h"
#include "connectors/files/write_file.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestEntry = std::size_t{1} << 30;
constexpr std::chrono::hours kKept{90 * 24};
constexpr std::string_view kSuffix = ".hsdb";

}  // namespace

ExpressionFiles::ExpressionFiles(std::string folder) : folder_(std::move(folder)) {}

std::optional<std::string> ExpressionFiles::DefaultFolder() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/') {
    return std::string(cache) + "/polder";
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return std::string(home) + "/.cache/polder";
  }
  return std::nullopt;
}

// Ours, and nobody else may write to it.
bool ExpressionFiles::IsSafe(const std::string& path) const {
  struct stat status = {};
  if (lstat(path.c_str(), &status) != 0) return false;
  return status.st_uid == geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0 &&
         !S_ISLNK(status.st_mode);
}

std::optional<std::string> ExpressionFiles::Load(std::string_view digest) {
  std::string path = folder_;
  path += '/';
  path += digest;
  path += kSuffix;
  if (!IsSafe(folder_) || !IsSafe(path)) return std::nullopt;
  auto bytes = ReadWholeFile(path, kLargestEntry);
  if (!bytes.ok()) return std::nullopt;
  std::error_code ignored;
  fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
  return *std::move(bytes);
}

void ExpressionFiles::Store(std::string_view digest, std::string_view bytes) {
  std::error_code error;
  fs::create_directories(fs::path(folder_).parent_path(), error);
  mkdir(folder_.c_str(), 0700);
  if (!IsSafe(folder_)) return;
  if (!swept_) RemoveOld();
  swept_ = true;
  std::string path = folder_;
  path += '/';
  path += digest;
  path += kSuffix;
  // Without it the expressions are compiled again the next time.
  WriteFileAtomically(path, bytes, 0600).IgnoreError();
}

void ExpressionFiles::RemoveOld() const {
  const auto oldest = fs::file_time_type::clock::now() - kKept;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    if (entry.path().extension() != kSuffix) continue;
    std::error_code ignored;
    const auto used = entry.last_write_time(ignored);
    if (!ignored && used < oldest) fs::remove(entry.path(), ignored);
  }
}

}  // namespace polder
