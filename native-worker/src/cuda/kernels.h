#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace mainstay::cuda {

// The kernels of the plug-in. Each launches on the default stream and returns what the launch said; pointers are of the
// device. Sizes fit: a grid-stride loop covers whatever a grid does not.

/// words[i] = PatternWord(seed, i) ^ flip.
cudaError_t WritePattern(std::uint64_t* words, std::uint64_t count, std::uint64_t seed, std::uint64_t flip);
/// Adds to *wrong the words that are not what WritePattern wrote.
cudaError_t CountPatternErrors(const std::uint64_t* words, std::uint64_t count, std::uint64_t seed, std::uint64_t flip,
                               unsigned long long* wrong);

/// Adds to *wrong the wrong values of the check product in float32, and with tensor cores, where the device has them,
/// in float16 with float32 sums.
cudaError_t CheckProducts(bool has_tensor_cores, unsigned long long* wrong);

/// One phase of the enlargement for each output position modulo the scale: see device_plugin.h.
struct Phases {
  const std::int64_t* first;
  const float* weights;
  std::uint32_t scale;
};

/// widened[height, width * scale] from in[height, width].
cudaError_t WidenRows(const float* in, float* widened, std::uint64_t height, std::uint64_t width, Phases phases);
/// Rows begin to begin + rows of the output, into out[rows, out_width].
cudaError_t CombineRows(const float* widened, float* out, std::uint64_t height, std::uint64_t out_width,
                        std::uint64_t begin, std::uint64_t rows, Phases phases);

}  // namespace mainstay::cuda
