#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "state_replies.h"

namespace mainstay {

/// This worker as a participant of two-phase commits: which memory is held for which transaction, and how each ended.
/// Presumed abort: what is prepared and hears nothing in time is dropped. Times are given (MonotonicNs); no clock, no
/// I/O; not thread-safe.
class ReservationLedger {
 public:
  static constexpr std::size_t kOpenMax = 64;
  /// Ended transactions that are remembered, so that a late message about them is answered as the first was.
  static constexpr std::size_t kEndedMax = 256;
  static constexpr std::size_t kIdBytesMax = 256;
  static constexpr std::int64_t kTimeLimitMaxNs = 600'000'000'000;

  struct Ask {
    std::string id;
    std::uint64_t key = 0;
    std::uint64_t bytes = 0;
    std::string purpose;
    std::int64_t time_limit_ns = 0;
  };
  struct Vote {
    bool commit = false;
    std::uint64_t bytes = 0;
    std::string reason;  ///< Why not.
  };
  struct Outcome {
    TransactionResult result = TransactionResult::kUnknown;
    std::uint64_t bytes = 0;
    std::string status;
  };

  /// `room_bytes` is what is neither used nor reserved. Repeated for a prepared one: the same vote, and the time limit
  /// stays.
  Vote Prepare(const Ask& ask, std::uint64_t room_bytes, std::int64_t now_ns);
  Outcome Commit(const std::string& id, std::int64_t now_ns);
  /// Of a committed one: releases it. Of an unknown one: a success, and a prepare that comes later is refused.
  Outcome Abort(const std::string& id, std::int64_t now_ns);
  /// Drops what was prepared and not decided in time; true when something was.
  bool Expire(std::int64_t now_ns);
  /// When the next prepared one is dropped, 0 for never.
  [[nodiscard]] std::int64_t NextExpiry() const;

  /// A load begins to use a committed reservation, which does not count as reserved meanwhile. False when there is none
  /// with that key that is free.
  bool Claim(std::uint64_t key);
  /// The load failed: it is reserved again. The load is done: it is used up.
  void Unclaim(std::uint64_t key);
  void Use(std::uint64_t key);

  /// Sum of what is held and not claimed.
  [[nodiscard]] std::uint64_t reserved_bytes() const;
  [[nodiscard]] std::vector<StateReportReply::Reservation> List(std::int64_t now_ns) const;

 private:
  struct Held {
    std::uint64_t key = 0;
    std::uint64_t bytes = 0;
    std::string purpose;
    bool committed = false;
    bool claimed = false;
    std::int64_t until_ns = 0;  ///< Of a prepared one.
  };
  enum class End { kAborted, kExpired, kReleased, kUsed };

  void Remember(const std::string& id, End end);
  [[nodiscard]] std::map<std::string, Held>::iterator FindKey(std::uint64_t key);

  std::map<std::string, Held> held_;
  std::map<std::string, End> ended_;
  std::deque<std::string> ended_order_;  ///< Oldest first.
};

}  // namespace mainstay
