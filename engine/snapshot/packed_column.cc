#include "engine/snapshot/packed_column.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace polder {
namespace {

constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kGreatest = std::numeric_limits<std::int64_t>::max();

bool IsBound(std::int64_t value) { return value == kLeast || value == kGreatest; }

std::uint64_t Distance(std::int64_t from, std::int64_t to) {
  return static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from);
}

}  // namespace

PackedColumn::PackedColumn(std::span<const std::int64_t> values) {
  if (values.empty()) return;
  std::int64_t least = kGreatest;
  std::int64_t greatest = kLeast;
  bool bounds = false;
  for (const std::int64_t value : values) {
    if (IsBound(value)) {
      bounds = true;
    } else {
      least = std::min(least, value);
      greatest = std::max(greatest, value);
    }
  }
  if (std::all_of(values.begin(), values.end(), [&](std::int64_t v) { return v == values.front(); })) {
    base_ = values.front();
    return;
  }
  const bool only_bounds = least > greatest;
  base_ = only_bounds ? 0 : least;
  std::uint64_t divisor = 0;
  for (const std::int64_t value : values) {
    if (divisor == 1) break;
    if (!IsBound(value)) divisor = std::gcd(divisor, Distance(base_, value));
  }
  unit_ = std::max<std::uint64_t>(divisor, 1);
  const std::uint64_t last = only_bounds ? 0 : Distance(least, greatest) / unit_;
  if (last > std::numeric_limits<std::uint64_t>::max() - 3) {
    // No codes are left for the bounds: the numbers as they are.
    base_ = 0;
    unit_ = 1;
    width_ = 8;
    mask_ = std::numeric_limits<std::uint64_t>::max();
    bytes_.resize(values.size() * width_);
    std::memcpy(bytes_.data(), values.data(), bytes_.size());
    return;
  }
  has_bounds_ = bounds;
  lowest_code_ = only_bounds ? 0 : last + 1;
  const std::uint64_t codes = bounds ? lowest_code_ + 2 : last + 1;
  width_ = (static_cast<std::size_t>(std::bit_width(codes - 1)) + 7) / 8;
  mask_ = width_ == 8 ? std::numeric_limits<std::uint64_t>::max() : (std::uint64_t{1} << (width_ * 8)) - 1;
  // At reads eight bytes at every row.
  bytes_.resize(values.size() * width_ + 8 - width_);
  for (std::size_t row = 0; row < values.size(); ++row) {
    const std::int64_t value = values[row];
    const std::uint64_t code = value == kLeast      ? lowest_code_
                               : value == kGreatest ? lowest_code_ + 1
                                                    : Distance(base_, value) / unit_;
    std::memcpy(bytes_.data() + row * width_, &code, width_);
  }
}

}  // namespace polder
