#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "host_messages.h"

namespace mainstay {

/// SHA-256 (FIPS 180-4), fed in pieces. Uses the x86 SHA extensions where the CPU has them (about 2 GB/s), portable
/// code elsewhere (about 0.3 GB/s). Not thread-safe.
class Sha256 {
 public:
  /// Which code computes the blocks; tests compare the two.
  enum class Engine { kBest, kPortable };

  explicit Sha256(Engine engine = Engine::kBest);

  void Update(std::span<const std::byte> bytes);
  /// Ends the message; the object must not be used afterwards.
  [[nodiscard]] Sha256Digest Finish();

  /// True where the CPU has the SHA extensions.
  [[nodiscard]] static bool IsAccelerated();

 private:
  using Compress = void (*)(std::uint32_t* state, const std::uint8_t* blocks, std::size_t count);

  Compress compress_;
  std::array<std::uint32_t, 8> state_;
  std::array<std::uint8_t, 64> tail_{};
  std::size_t tail_bytes_ = 0;
  std::uint64_t total_bytes_ = 0;
};

/// Lower-case hexadecimal.
std::string ToHex(const Sha256Digest& digest);

}  // namespace mainstay
