// Files to test with: a folder that cleans up after itself, and compressed text.
#ifndef POLDER_TESTS_CONNECTORS_FILES_TEST_FILES_H_
#define POLDER_TESTS_CONNECTORS_FILES_TEST_FILES_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace polder {

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(std::string_view name) const;
  // Writes a file, folders included, and returns its path.
  std::string Write(std::string_view name, std::string_view content) const;

 private:
  std::string path_;
};

// One gzip member, one zstd frame (with a checksum), one skippable zstd frame.
std::string Gzip(std::string_view text);
std::string Zstd(std::string_view text, int window_log = 0);
std::string SkippableFrame(std::string_view content);

// Lines that do not compress to nothing, the same on every run.
std::string SomeText(std::size_t bytes);

}  // namespace polder

#endif  // POLDER_TESTS_CONNECTORS_FILES_TEST_FILES_H_
