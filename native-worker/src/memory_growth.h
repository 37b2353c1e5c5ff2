#pragma once

#include <cstdint>
#include <mutex>
#include <optional>

namespace mainstay {

/// What the worker uses beyond what its loads were given (activations, buffers of the runtime), and what of that the
/// orchestrator has set aside for it. Says when to ask for more, and when to give back. Times are given; no I/O.
/// Thread-safe: the compute thread measures, the I/O thread brings the answers.
class MemoryGrowth {
 public:
  /// What is asked for is a multiple of this, so that not every request of another size is a question.
  static constexpr std::uint64_t kGranuleBytes = 32ULL << 20;
  /// An ask without an answer is repeated after this.
  static constexpr std::int64_t kAnswerWaitNs = 5'000'000'000;
  /// A refusal stands for this long.
  static constexpr std::int64_t kRefusalNs = 30'000'000'000;
  /// Of the asks; no request of the host has such a number.
  static constexpr std::uint64_t kFirstCorrelation = 1ULL << 62;
  static constexpr const char* kRequestId = "growth";

  struct Ask {
    std::uint64_t correlation_id = 0;
    std::uint64_t bytes = 0;  ///< In all; 0 gives back.
  };

  /// What to ask for now, if anything.
  std::optional<Ask> Measured(std::uint64_t used_bytes, std::uint64_t given_bytes, std::int64_t now_ns) {
    const std::lock_guard lock(mutex_);
    if (asked_ && now_ns - asked_at_ns_ < kAnswerWaitNs) return std::nullopt;
    const std::uint64_t growth = used_bytes > given_bytes ? used_bytes - given_bytes : 0;
    const std::uint64_t wanted =
        growth < kGranuleBytes ? 0 : (growth + kGranuleBytes - 1) / kGranuleBytes * kGranuleBytes;
    const bool more = wanted > held_bytes_ && (refused_until_ns_ == 0 || now_ns >= refused_until_ns_);
    // A granule more than needed is kept: use goes up and down.
    const bool less = wanted + 2 * kGranuleBytes <= held_bytes_ || (held_bytes_ > 0 && growth < kGranuleBytes / 2);
    if (!more && !less) return std::nullopt;
    asked_ = Ask{kFirstCorrelation + asks_++, wanted};
    asked_at_ns_ = now_ns;
    return asked_;
  }

  /// The orchestrator has set so much aside.
  void Granted(std::uint64_t bytes) {
    const std::lock_guard lock(mutex_);
    held_bytes_ = bytes;
    refused_until_ns_ = 0;
    asked_.reset();
  }

  /// False when that was no ask of this. What was held before stays.
  bool Refused(std::uint64_t correlation_id, std::int64_t now_ns) {
    const std::lock_guard lock(mutex_);
    if (!asked_ || asked_->correlation_id != correlation_id) return false;
    asked_.reset();
    refused_until_ns_ = now_ns + kRefusalNs;
    return true;
  }

  [[nodiscard]] std::uint64_t held_bytes() const {
    const std::lock_guard lock(mutex_);
    return held_bytes_;
  }

 private:
  mutable std::mutex mutex_;
  std::uint64_t held_bytes_ = 0;
  std::optional<Ask> asked_;
  std::int64_t asked_at_ns_ = 0;
  std::int64_t refused_until_ns_ = 0;  ///< 0 while nothing is refused.
  std::uint64_t asks_ = 0;
};

}  // namespace mainstay
