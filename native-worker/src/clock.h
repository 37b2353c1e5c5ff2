#pragma once

#include <time.h>

#include <cstdint>

namespace mainstay {

/// Nanoseconds of CLOCK_MONOTONIC; only differences mean anything.
inline std::int64_t MonotonicNs() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

/// An absolute deadline of MonotonicNs for a duration as the wire carries it: 0 is none and stays 0; a duration that is
/// not positive but not 0 has passed already; one too long for the clock is none.
inline std::int64_t DeadlineAfter(std::int64_t now_ns, std::int64_t left_ns) {
  std::int64_t at = 0;
  if (left_ns == 0 || __builtin_add_overflow(now_ns, left_ns, &at)) return 0;
  return at == 0 ? 1 : at;
}

}  // namespace mainstay
