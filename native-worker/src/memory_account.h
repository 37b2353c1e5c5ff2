#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "reservation_ledger.h"
#include "state_messages.h"
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

/// What the worker uses of its memory, what it holds for transactions, and the limits that the host sets: the launch
/// budget, which stands, and below it the limit of the policy in force. Thread-safe.
class MemoryAccount {
 public:
  /// `budget_bytes` 0 means none: then the total is what the device has and nothing is refused.
  MemoryAccount(std::uint64_t budget_bytes, std::shared_ptr<const MemoryUse> use);
  /// Of main memory.
  explicit MemoryAccount(std::uint64_t budget_bytes) : MemoryAccount(budget_bytes, std::make_shared<ProcessMemory>()) {}

  [[nodiscard]] std::uint64_t UsedBytes() const { return use_->UsedBytes(); }
  [[nodiscard]] std::uint64_t budget_bytes() const { return budget_bytes_; }
  /// The highest limit there can be: the launch budget, or what the device has.
  [[nodiscard]] std::uint64_t ceiling_bytes() const { return ceiling_bytes_; }
  /// In force: of the policy, or the launch budget; 0 for none.
  [[nodiscard]] std::uint64_t limit_bytes() const;
  /// The limit in force, or what the device has.
  [[nodiscard]] std::uint64_t total_bytes() const;
  /// Throws RequestFault kMemoryBudgetExceeded when `more_bytes` do not fit what is neither used nor reserved.
  void RequireRoomFor(std::uint64_t more_bytes) const;
  /// The same, after the fact, for what `what` really took.
  void RequireWithinBudget(const char* what) const;
  [[nodiscard]] bool HasRoomFor(std::uint64_t more_bytes) const;
  [[nodiscard]] MemoryReply Describe() const;

  // The policy.
  /// 1 to ceiling_bytes(); below present use nothing new fits.
  void SetLimit(std::uint64_t limit_bytes);
  /// From this share of the limit on, pressure is critical and cleanup recommended; above 0, at most 1.
  void SetCleanupThreshold(double share);
  /// Whether more fits once the policy's limit is raised as far as it goes.
  [[nodiscard]] bool WouldFitBelowCeiling(std::uint64_t more_bytes) const;
  /// What is missing for `more_bytes`; 0 when they fit.
  [[nodiscard]] std::uint64_t MissingFor(std::uint64_t more_bytes) const;
  /// Waits until there is room, `stop` says so, or the time has come; true when there is room. Poke() asks `stop` again.
  bool AwaitRoom(std::uint64_t more_bytes, std::int64_t timeout_ns, const std::function<bool()>& stop);
  void Poke();

  // Transactions; see ReservationLedger.
  ReservationLedger::Vote Prepare(const ReservationLedger::Ask& ask);
  ReservationLedger::Outcome Commit(const std::string& id);
  ReservationLedger::Outcome Abort(const std::string& id);
  bool ExpireTransactions();
  [[nodiscard]] std::int64_t NextExpiry() const;
  [[nodiscard]] std::uint64_t ReservedBytes() const;
  [[nodiscard]] std::vector<StateReportReply::Reservation> Reservations() const;
  /// While a load uses a committed reservation, by key; 0 uses none. Reserved again when it goes, unless Done() was
  /// said.
  class Claim {
   public:
    /// Throws RequestFault kMemoryBudgetExceeded when nothing committed has that key.
    Claim(MemoryAccount& account, std::uint64_t key);
    Claim(const Claim&) = delete;
    Claim& operator=(const Claim&) = delete;
    ~Claim();
    void Done();

   private:
    MemoryAccount& account_;
    std::uint64_t key_;
  };

 private:
  [[nodiscard]] std::uint64_t RoomBelow(std::uint64_t limit_bytes) const;  // Under the lock.

  const std::shared_ptr<const MemoryUse> use_;
  const std::uint64_t budget_bytes_;
  const std::uint64_t ceiling_bytes_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t policy_limit_bytes_ = 0;  ///< 0 until a policy sets one.
  double cleanup_threshold_ = 0;          ///< 0 until a policy sets one.
  ReservationLedger ledger_;
};

/// Low under 60 % of total, moderate under 80 %, high under 90 %, critical above, or from `critical_share` where it is
/// not 0.
PressureLevel PressureOf(std::uint64_t used_bytes, std::uint64_t total_bytes, double critical_share = 0);

/// Once, before the threads start: from then on the allocator returns large blocks to the system as soon as they are
/// freed, on every thread. By itself it would learn to keep up to 64 MB of them, which nothing could take back.
void ReturnLargeBlocksAtOnce();

/// How much freed memory the allocator keeps from now on; balanced is what ReturnLargeBlocksAtOnce sets.
void KeepFreedMemory(MemoryAllocationPolicy policy);

/// Gives what the allocator holds but does not use back to the system, so that a drop in use becomes visible.
void ReturnFreeMemory();

}  // namespace mainstay
