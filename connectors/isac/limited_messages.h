// Messages about what others sent, of which there may be a million.
#ifndef POLDER_CONNECTORS_ISAC_LIMITED_MESSAGES_H_
#define POLDER_CONNECTORS_ISAC_LIMITED_MESSAGES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace polder {

// Says the first ten of each category, and in the end how many more there were. Categories are few: they are
// this program's words, never those of others.
class LimitedMessages {
 public:
  static constexpr std::uint64_t kSaid = 10;

  explicit LimitedMessages(std::function<void(const std::string&)> say) : say_(std::move(say)) {}
  ~LimitedMessages() { Finish(); }
  LimitedMessages(const LimitedMessages&) = delete;
  LimitedMessages& operator=(const LimitedMessages&) = delete;

  // `where: detail (category)`. What of it a terminal would not survive is shown as \xNN.
  void Say(std::string_view where, std::string_view detail, std::string_view category);
  // How many more there were; then it begins anew.
  void Finish();

 private:
  std::function<void(const std::string&)> say_;
  std::map<std::string, std::uint64_t, std::less<>> counts_;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_ISAC_LIMITED_MESSAGES_H_
