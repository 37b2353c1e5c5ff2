#pragma once

#include <cstdint>

namespace mainstay {

/// The word that a pattern test writes at an index: splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom
/// number generators", 2014), so that every bit changes from word to word and no two regions look alike.
constexpr std::uint64_t PatternWord(std::uint64_t seed, std::uint64_t index) {
  std::uint64_t z = seed + (index + 1) * 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

// The computation check multiplies two square matrices of small whole numbers: every product and sum is exact in
// float32, and in float16 with float32 sums, so a correct device has no freedom.
constexpr int kCheckSide = 16;
constexpr int CheckLeft(int row, int column) { return (row * 7 + column * 3) % 11 - 5; }
constexpr int CheckRight(int row, int column) { return (row * 5 + column * 9) % 13 - 6; }
constexpr int CheckProduct(int row, int column) {
  int sum = 0;
  for (int i = 0; i < kCheckSide; ++i) sum += CheckLeft(row, i) * CheckRight(i, column);
  return sum;
}

}  // namespace mainstay
