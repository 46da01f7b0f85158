// Strings one after another in one buffer, each after its length: how a snapshot keeps what is only read when
// there is a hit.
#ifndef POLDER_ENGINE_SNAPSHOT_TEXTS_H_
#define POLDER_ENGINE_SNAPSHOT_TEXTS_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace polder {

inline void AppendText(std::string_view text, std::string& buffer) {
  const auto size = static_cast<std::uint32_t>(text.size());
  if (size < 0xFF) {
    buffer += static_cast<char>(size);
  } else {
    buffer += static_cast<char>(0xFF);
    char wide[4];
    std::memcpy(wide, &size, 4);
    buffer.append(wide, 4);
  }
  buffer += text;
}

class TextReader {
 public:
  TextReader(std::string_view buffer, std::uint64_t at) : rest_(buffer.substr(at)) {}

  std::string_view Next() {
    std::uint32_t size = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    if (size == 0xFF) {
      std::memcpy(&size, rest_.data(), 4);
      rest_.remove_prefix(4);
    }
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return text;
  }
  // The bytes behind the last text that was read.
  std::size_t rest() const { return rest_.size(); }

 private:
  std::string_view rest_;
};

}  // namespace polder

#endif  // POLDER_ENGINE_SNAPSHOT_TEXTS_H_
