// The folder of real data that tests may use where it is there.
#ifndef POLDER_TESTS_RULES_READ_DATA_FOLDER_H_
#define POLDER_TESTS_RULES_READ_DATA_FOLDER_H_

#include <cstdlib>
#include <filesystem>

namespace polder {

inline std::filesystem::path DataFolder() {
  const char* folder = std::getenv("POLDER_TEST_DATA");
  return folder != nullptr ? std::filesystem::path(folder)
                           : std::filesystem::path(POLDER_SOURCE_DIR) / ".." / "shared" / "data";
}

}  // namespace polder

#endif  // POLDER_TESTS_RULES_READ_DATA_FOLDER_H_
