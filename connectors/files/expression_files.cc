#include "connectors/files/expression_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "connectors/files/read_file.h"

namespace polder {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLargestEntry = std::size_t{1} << 30;
constexpr std::chrono::hours kKept{90 * 24};
constexpr std::string_view kSuffix = ".hsdb";

bool WriteAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

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
  std::string unfinished = path;
  unfinished += '.';
  unfinished += std::to_string(getpid());
  unfinished += ".part";
  path += kSuffix;
  const int file = open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return;
  const bool written = WriteAll(file, bytes);
  close(file);
  if (!written || std::rename(unfinished.c_str(), path.c_str()) != 0) unlink(unfinished.c_str());
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
