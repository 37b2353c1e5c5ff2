#pragma once

#include <cstdint>

#include "unique_fd.h"
#include "worker_replies.h"

namespace mainstay {

/// What the worker uses of its memory budget. "Used" is the process's own resident memory (anonymous pages): the
/// tensor arena belongs to the host, and the pages of program files are shared between workers, so neither counts.
/// Thread-safe.
class MemoryAccount {
 public:
  /// `budget_bytes` 0 means none: then the total is physical memory and nothing is refused.
  explicit MemoryAccount(std::uint64_t budget_bytes);

  /// Resident memory now, in bytes; one read of /proc (a few microseconds).
  [[nodiscard]] std::uint64_t UsedBytes() const;
  [[nodiscard]] std::uint64_t budget_bytes() const { return budget_bytes_; }
  [[nodiscard]] std::uint64_t total_bytes() const { return total_bytes_; }
  /// Throws RequestFault kMemoryBudgetExceeded when `more_bytes` do not fit what is left of the budget.
  void RequireRoomFor(std::uint64_t more_bytes) const;
  /// The same, after the fact, for what `what` really took.
  void RequireWithinBudget(const char* what) const;
  [[nodiscard]] MemoryReply Describe() const;

 private:
  UniqueFd statm_;  ///< Kept open: use is read after every inference.
  std::uint64_t budget_bytes_;
  std::uint64_t total_bytes_;
};

/// Low under 60 % of total, moderate under 80 %, high under 90 %, critical above.
PressureLevel PressureOf(std::uint64_t used_bytes, std::uint64_t total_bytes);

/// Once, before the threads start: from then on the allocator returns large blocks to the system as soon as they are
/// freed, on every thread. By itself it would learn to keep up to 64 MB of them, which nothing could take back.
void ReturnLargeBlocksAtOnce();

/// Gives what the allocator holds but does not use back to the system, so that a drop in use becomes visible.
void ReturnFreeMemory();

}  // namespace mainstay
