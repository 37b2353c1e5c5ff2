#include <mma.h>

#include "../device_patterns.h"
#include "kernels.h"

namespace mainstay::cuda {
namespace {

constexpr unsigned kThreads = 256;
constexpr std::uint64_t kBlocksMax = 65535;
constexpr int kTaps = 6;

unsigned Blocks(std::uint64_t count) {
  const std::uint64_t blocks = (count + kThreads - 1) / kThreads;
  return static_cast<unsigned>(blocks < kBlocksMax ? blocks : kBlocksMax);
}

__device__ std::uint64_t First() { return static_cast<std::uint64_t>(blockIdx.x) * blockDim.x + threadIdx.x; }
__device__ std::uint64_t Stride() { return static_cast<std::uint64_t>(gridDim.x) * blockDim.x; }

__device__ std::uint64_t Clamp(std::int64_t at, std::uint64_t size) {
  const auto last = static_cast<std::int64_t>(size) - 1;
  return static_cast<std::uint64_t>(at < 0 ? 0 : (at > last ? last : at));
}

// PatternWord is constexpr: --expt-relaxed-constexpr lets the device call it.
__global__ void Write(std::uint64_t* words, std::uint64_t count, std::uint64_t seed, std::uint64_t flip) {
  for (std::uint64_t i = First(); i < count; i += Stride()) words[i] = PatternWord(seed, i) ^ flip;
}

__global__ void Compare(const std::uint64_t* words, std::uint64_t count, std::uint64_t seed, std::uint64_t flip,
                        unsigned long long* wrong) {
  unsigned long long mine = 0;
  for (std::uint64_t i = First(); i < count; i += Stride()) mine += words[i] != (PatternWord(seed, i) ^ flip) ? 1 : 0;
  if (mine != 0) atomicAdd(wrong, mine);
}

// One block of kCheckSide * kCheckSide threads; each computes one value from operands in shared memory.
__global__ void MultiplyFloat(unsigned long long* wrong) {
  __shared__ float left[kCheckSide * kCheckSide];
  __shared__ float right[kCheckSide * kCheckSide];
  const int row = static_cast<int>(threadIdx.x) / kCheckSide;
  const int column = static_cast<int>(threadIdx.x) % kCheckSide;
  left[threadIdx.x] = static_cast<float>(CheckLeft(row, column));
  right[threadIdx.x] = static_cast<float>(CheckRight(row, column));
  __syncthreads();
  float sum = 0;
  for (int i = 0; i < kCheckSide; ++i) sum += left[row * kCheckSide + i] * right[i * kCheckSide + column];
  if (sum != static_cast<float>(CheckProduct(row, column))) atomicAdd(wrong, 1ULL);
}

// One warp: the tile that every generation of tensor cores since 7.0 has.
__global__ void MultiplyHalf(unsigned long long* wrong) {
  using namespace nvcuda;
  __shared__ __half left[kCheckSide * kCheckSide];
  __shared__ __half right[kCheckSide * kCheckSide];
  __shared__ float product[kCheckSide * kCheckSide];
  for (int i = static_cast<int>(threadIdx.x); i < kCheckSide * kCheckSide; i += static_cast<int>(blockDim.x)) {
    left[i] = __float2half(static_cast<float>(CheckLeft(i / kCheckSide, i % kCheckSide)));
    right[i] = __float2half(static_cast<float>(CheckRight(i / kCheckSide, i % kCheckSide)));
  }
  __syncthreads();
  wmma::fragment<wmma::matrix_a, kCheckSide, kCheckSide, kCheckSide, __half, wmma::row_major> a;
  wmma::fragment<wmma::matrix_b, kCheckSide, kCheckSide, kCheckSide, __half, wmma::row_major> b;
  wmma::fragment<wmma::accumulator, kCheckSide, kCheckSide, kCheckSide, float> sum;
  wmma::fill_fragment(sum, 0.0F);
  wmma::load_matrix_sync(a, left, kCheckSide);
  wmma::load_matrix_sync(b, right, kCheckSide);
  wmma::mma_sync(sum, a, b, sum);
  wmma::store_matrix_sync(product, sum, kCheckSide, wmma::mem_row_major);
  __syncthreads();
  for (int i = static_cast<int>(threadIdx.x); i < kCheckSide * kCheckSide; i += static_cast<int>(blockDim.x)) {
    if (product[i] != static_cast<float>(CheckProduct(i / kCheckSide, i % kCheckSide))) atomicAdd(wrong, 1ULL);
  }
}

// Sums go in the order of the CPU's, and this file is compiled without contraction: the bits are the same.
__global__ void Widen(const float* in, float* widened, std::uint64_t height, std::uint64_t width, Phases phases) {
  const std::uint64_t out_width = width * phases.scale;
  for (std::uint64_t i = First(); i < height * out_width; i += Stride()) {
    const std::uint64_t row = i / out_width;
    const std::uint64_t x = i % out_width;
    const std::uint64_t phase = x % phases.scale;
    const std::int64_t first = static_cast<std::int64_t>(x / phases.scale) + phases.first[phase];
    float sum = 0;
    for (int t = 0; t < kTaps; ++t)
      sum += phases.weights[phase * kTaps + t] * in[row * width + Clamp(first + t, width)];
    widened[i] = sum;
  }
}

__global__ void Combine(const float* widened, float* out, std::uint64_t height, std::uint64_t out_width,
                        std::uint64_t begin, std::uint64_t rows, Phases phases) {
  for (std::uint64_t i = First(); i < rows * out_width; i += Stride()) {
    const std::uint64_t y = begin + i / out_width;
    const std::uint64_t x = i % out_width;
    const std::uint64_t phase = y % phases.scale;
    const std::int64_t first = static_cast<std::int64_t>(y / phases.scale) + phases.first[phase];
    const float* const w = phases.weights + phase * kTaps;
    float sum = w[0] * widened[Clamp(first, height) * out_width + x];
    for (int t = 1; t < kTaps; ++t) sum += w[t] * widened[Clamp(first + t, height) * out_width + x];
    out[i] = sum;
  }
}

}  // namespace

cudaError_t WritePattern(std::uint64_t* words, std::uint64_t count, std::uint64_t seed, std::uint64_t flip) {
  Write<<<Blocks(count), kThreads>>>(words, count, seed, flip);
  return cudaGetLastError();
}

cudaError_t CountPatternErrors(const std::uint64_t* words, std::uint64_t count, std::uint64_t seed, std::uint64_t flip,
                               unsigned long long* wrong) {
  Compare<<<Blocks(count), kThreads>>>(words, count, seed, flip, wrong);
  return cudaGetLastError();
}

cudaError_t CheckProducts(bool has_tensor_cores, unsigned long long* wrong) {
  MultiplyFloat<<<1, kCheckSide * kCheckSide>>>(wrong);
  if (has_tensor_cores) MultiplyHalf<<<1, 32>>>(wrong);
  return cudaGetLastError();
}

cudaError_t WidenRows(const float* in, float* widened, std::uint64_t height, std::uint64_t width, Phases phases) {
  Widen<<<Blocks(height * width * phases.scale), kThreads>>>(in, widened, height, width, phases);
  return cudaGetLastError();
}

cudaError_t CombineRows(const float* widened, float* out, std::uint64_t height, std::uint64_t out_width,
                        std::uint64_t begin, std::uint64_t rows, Phases phases) {
  Combine<<<Blocks(rows * out_width), kThreads>>>(widened, out, height, out_width, begin, rows, phases);
  return cudaGetLastError();
}

}  // namespace mainstay::cuda
