#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace mainstay {

/// Enlarging pictures with the Lanczos kernel of a = 3: the weight of a pixel at distance x is sinc(x) * sinc(x / 3)
/// with sinc(x) = sin(pi x) / (pi x), for |x| < 3 (C. Lanczos 1956; Duchon, "Lanczos filtering in one and two
/// dimensions", 1979). Output pixel y looks at source position (y + 0.5) / scale - 0.5, so pictures keep their place.
/// Pixels beyond an edge count as the edge's; the weights of one output pixel add up to 1. Values are not clipped.
constexpr std::size_t kLanczosTaps = 6;

/// How many pictures of which size: a tensor [pictures, channels, height, width] has pictures * channels planes.
struct LanczosSize {
  std::uint64_t planes = 0;
  std::uint64_t height = 0;
  std::uint64_t width = 0;
  std::uint32_t scale = 0;  ///< 2 or more.
};

/// The six source pixels of one output pixel, and their weights. They repeat every `scale` output pixels.
struct LanczosPhase {
  std::int64_t first = 0;  ///< The first source pixel, relative to (output pixel / scale).
  std::array<float, kLanczosTaps> weights{};
};

/// One entry for each output pixel modulo the scale.
std::vector<LanczosPhase> LanczosPhases(std::uint32_t scale);

/// Bytes that UpscaleLanczos allocates beside input and output; the largest number when the size cannot be counted.
std::uint64_t LanczosScratchBytes(const LanczosSize& size);

/// Rows of output computed between two calls of `on_band`: about 2^18 values, a millisecond or two.
std::uint64_t LanczosBandRows(const LanczosSize& size);

/// Throws std::invalid_argument when so many values in and out do not fit the size, or a dimension is 0.
void CheckLanczosSize(const LanczosSize& size, std::uint64_t in, std::uint64_t out);

/// Enlarges every plane of `in` into `out` (scale * scale as many values), rows first, float32 throughout. Calls
/// `on_band` after each band of rows; it may throw to stop. The same input gives the same bits each time. Throws as
/// CheckLanczosSize.
void UpscaleLanczos(const LanczosSize& size, std::span<const float> in, std::span<float> out,
                    const std::function<void()>& on_band);

}  // namespace mainstay
