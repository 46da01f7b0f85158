// What libFuzzer calls. POLDER_FUZZ_TARGET is the function of targets.h that the executable is for.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // A property that does not hold leaves as an exception, which libFuzzer reports with the input.
  polder::POLDER_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
