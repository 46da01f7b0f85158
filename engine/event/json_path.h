// The dotted path to where a walk through JSON stands.
#ifndef POLDER_ENGINE_EVENT_JSON_PATH_H_
#define POLDER_ENGINE_EVENT_JSON_PATH_H_

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>

namespace polder {

class JsonPath {
 public:
  // Returns the length to go back to.
  std::size_t Push(std::string_view part) {
    const std::size_t before = text_.size();
    if (depth_++ > 0) text_ += '.';
    text_ += part;
    return before;
  }
  std::size_t Push(std::size_t position) {
    char digits[20];
    const char* const end = std::to_chars(digits, digits + sizeof digits, position).ptr;
    return Push(std::string_view(digits, static_cast<std::size_t>(end - digits)));
  }
  void Pop(std::size_t length) {
    text_.resize(length);
    --depth_;
  }
  std::string_view text() const { return text_; }
  void Clear() {
    text_.clear();
    depth_ = 0;
  }

 private:
  std::string text_;
  std::size_t depth_ = 0;
};

}  // namespace polder

#endif  // POLDER_ENGINE_EVENT_JSON_PATH_H_
