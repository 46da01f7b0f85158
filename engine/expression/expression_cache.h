// Where compiled expressions are kept between compilations, and between runs.
#ifndef POLDER_ENGINE_EXPRESSION_EXPRESSION_CACHE_H_
#define POLDER_ENGINE_EXPRESSION_EXPRESSION_CACHE_H_

#include <optional>
#include <string>
#include <string_view>

namespace polder {

// Implemented by whoever has files. An entry is a compiled database, which runs as it is: keep the entries as
// safe from others as the program itself. A broken or foreign one is recognised, and compiled anew.
class ExpressionCache {
 public:
  virtual ~ExpressionCache() = default;
  // `digest` is 64 hexadecimal digits, fit for the name of a file: of the library's version, the processor,
  // the flags and the expressions. Called by one compilation at a time.
  virtual std::optional<std::string> Load(std::string_view digest) = 0;
  virtual void Store(std::string_view digest, std::string_view bytes) = 0;
};

// An entry is its payload behind a mark and a checksum.
std::string SealCacheEntry(std::string_view payload);
// The payload, or nothing if the entry is not whole.
std::optional<std::string_view> OpenCacheEntry(std::string_view entry);

}  // namespace polder

#endif  // POLDER_ENGINE_EXPRESSION_EXPRESSION_CACHE_H_
