#pragma once

#include <cstdint>
#include <string>

namespace mainstay {

/// CPU model and the vector extensions that change results or speed, such as `Intel(R) Xeon(R) ... avx2 avx512f`:
/// part of every fingerprint of a result.
std::string CpuKind();

/// Degrees Celsius of the processor's own sensor; NaN where the machine shows none.
float CpuTemperature();

/// Share of the time since the last call that compute threads worked. I/O thread only: its own time does not count.
class ComputeUtilization {
 public:
  explicit ComputeUtilization(int threads);

  /// Percent, 0 to 100.
  float Measure();

 private:
  static std::int64_t ComputeNs();

  const int threads_;
  std::int64_t last_wall_ns_;
  std::int64_t last_compute_ns_;
};

}  // namespace mainstay
