#pragma once

#include <cstdint>
#include <memory>

#include "unique_fd.h"
#include "worker_replies.h"

namespace mainstay {

/// Counts the memory of one device. Thread-safe.
class MemoryUse {
 public:
  virtual ~MemoryUse() = default;
  /// What this worker uses of it now, in bytes.
  [[nodiscard]] virtual std::uint64_t UsedBytes() const = 0;
  /// What the device has.
  [[nodiscard]] virtual std::uint64_t TotalBytes() const = 0;
  /// Free bytes inside the allocator over the bytes it holds, 0 to 1.
  [[nodiscard]] virtual float Fragmentation() const = 0;
};

/// Main memory. "Used" is the process's own resident memory (anonymous pages): the tensor arena belongs to the host,
/// and the pages of program files are shared between workers, so neither counts.
class ProcessMemory : public MemoryUse {
 public:
  ProcessMemory();
  /// One read of /proc (a few microseconds).
  [[nodiscard]] std::uint64_t UsedBytes() const override;
  [[nodiscard]] std::uint64_t TotalBytes() const override;
  [[nodiscard]] float Fragmentation() const override;

 private:
  UniqueFd statm_;  ///< Kept open: use is read after every inference.
};

/// What the worker uses of its memory budget. Thread-safe.
class MemoryAccount {
 public:
  /// `budget_bytes` 0 means none: then the total is what the device has and nothing is refused.
  MemoryAccount(std::uint64_t budget_bytes, std::shared_ptr<const MemoryUse> use);
  /// Of main memory.
  explicit MemoryAccount(std::uint64_t budget_bytes) : MemoryAccount(budget_bytes, std::make_shared<ProcessMemory>()) {}

  [[nodiscard]] std::uint64_t UsedBytes() const { return use_->UsedBytes(); }
  [[nodiscard]] std::uint64_t budget_bytes() const { return budget_bytes_; }
  [[nodiscard]] std::uint64_t total_bytes() const { return total_bytes_; }
  /// Throws RequestFault kMemoryBudgetExceeded when `more_bytes` do not fit what is left of the budget.
  void RequireRoomFor(std::uint64_t more_bytes) const;
  /// The same, after the fact, for what `what` really took.
  void RequireWithinBudget(const char* what) const;
  [[nodiscard]] MemoryReply Describe() const;

 private:
  std::shared_ptr<const MemoryUse> use_;
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
