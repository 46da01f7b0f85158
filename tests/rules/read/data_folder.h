// The folder of real data that tests may use where it is there.
#ifndef POLDER_TESTS_RULES_READ_DATA_FOLDER_H_
#define POLDER_TESTS_RULES_READ_DATA_FOLDER_H_

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace polder {

inline std::filesystem::path DataFolder() {
  const char* folder = std::getenv("POLDER_TEST_DATA");
  return folder != nullptr ? std::filesystem::path(folder)
                           : std::filesystem::path(POLDER_SOURCE_DIR) / ".." / "shared" / "data";
}

// A test with an archive of that folder, unpacked while it runs; skipped where it is not there.
class WithArchive : public ::testing::Test {
 protected:
  // For SetUp; `archive` is a path in the data folder.
  void Unpack(const std::string& archive) {
    const std::filesystem::path path = DataFolder() / archive;
    if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
    std::string name = (std::filesystem::temp_directory_path() / "polder_data_XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    const std::string command = fmt::format("tar --zstd -xf '{}' -C '{}'", path.string(), name);
    ASSERT_EQ(std::system(command.c_str()), 0) << command;
  }
  void TearDown() override {
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
  }

  std::filesystem::path folder_;
};

}  // namespace polder

#endif  // POLDER_TESTS_RULES_READ_DATA_FOLDER_H_
