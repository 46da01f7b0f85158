// Compiled expressions in a folder, so that the next start need not compile them.
#ifndef POLDER_CONNECTORS_FILES_EXPRESSION_FILES_H_
#define POLDER_CONNECTORS_FILES_EXPRESSION_FILES_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engine/expression/expression_cache.h"

namespace polder {

// One file for each entry, which is made with the permissions 0600 in a folder with 0700, and put in place
// whole. Entries are databases that run as they are: a folder or file of somebody else, or one that others
// may write to, is not used. What cannot be read or written is compiled instead; nothing fails. Entries that
// were not asked for in 90 days are removed.
class ExpressionFiles : public ExpressionCache {
 public:
  explicit ExpressionFiles(std::string folder);

  std::optional<std::string> Load(std::string_view digest) override;
  void Store(std::string_view digest, std::string_view bytes) override;

  // `$XDG_CACHE_HOME/polder`, `~/.cache/polder`, or nothing if neither is known.
  static std::optional<std::string> DefaultFolder();

 private:
  bool IsSafe(const std::string& path) const;
  void RemoveOld() const;

  std::string folder_;
  bool swept_ = false;
};

}  // namespace polder

#endif  // POLDER_CONNECTORS_FILES_EXPRESSION_FILES_H_
