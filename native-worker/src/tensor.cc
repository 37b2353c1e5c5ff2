#include "tensor.h"

#include <limits>

namespace mainstay {

std::optional<std::uint64_t> TensorBytes(ElementType type, const Shape& shape) {
  std::uint64_t bytes = ElementBytes(type);
  if (bytes == 0 || shape.rank > kRankMax) return std::nullopt;
  for (std::uint8_t i = 0; i < shape.rank; ++i) {
    if (shape.dims[i] < 0) return std::nullopt;
    if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(shape.dims[i]), &bytes)) return std::nullopt;
  }
  if (bytes > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  return bytes;
}

std::string ToString(const Shape& shape) {
  std::string text = "[";
  for (std::uint8_t i = 0; i < shape.rank && i < kRankMax; ++i) {
    if (i > 0) text += ", ";
    text += std::to_string(shape.dims[i]);
  }
  return text + "]";
}

}  // namespace mainstay
