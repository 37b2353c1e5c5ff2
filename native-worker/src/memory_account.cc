#include "memory_account.h"

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <string>
#include <utility>

#include "clock.h"
#include "fault.h"
#include "unique_fd.h"

namespace mainstay {

ProcessMemory::ProcessMemory() : statm_(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC)) {}

std::uint64_t ProcessMemory::UsedBytes() const {
  char text[128];
  const ssize_t got = ::pread(statm_.get(), text, sizeof text - 1, 0);
  if (got <= 0) return 0;
  text[got] = '\0';
  std::uint64_t size = 0, resident = 0, shared = 0;
  if (std::sscanf(text, "%" SCNu64 " %" SCNu64 " %" SCNu64, &size, &resident, &shared) != 3) return 0;
  return (resident - std::min(shared, resident)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t ProcessMemory::TotalBytes() const {
  return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

float ProcessMemory::Fragmentation() const {
  const struct mallinfo2 info = ::mallinfo2();
  const double held = static_cast<double>(info.arena) + static_cast<double>(info.hblkhd);
  return held <= 0 ? 0.0F : static_cast<float>(static_cast<double>(info.fordblks) / held);
}

MemoryAccount::MemoryAccount(std::uint64_t budget_bytes, std::shared_ptr<const MemoryUse> use)
    : use_(std::move(use)),
      budget_bytes_(budget_bytes),
      ceiling_bytes_(budget_bytes > 0 ? budget_bytes : use_->TotalBytes()) {}

std::uint64_t MemoryAccount::limit_bytes() const {
  const std::lock_guard lock(mutex_);
  return policy_limit_bytes_ > 0 ? policy_limit_bytes_ : budget_bytes_;
}

std::uint64_t MemoryAccount::total_bytes() const {
  const std::uint64_t limit = limit_bytes();
  return limit > 0 ? limit : ceiling_bytes_;
}

std::uint64_t MemoryAccount::RoomBelow(std::uint64_t limit_bytes) const {
  const std::uint64_t taken = UsedBytes() + ledger_.reserved_bytes();
  return limit_bytes - std::min(limit_bytes, taken);
}

void MemoryAccount::RequireRoomFor(std::uint64_t more_bytes) const {
  const std::uint64_t limit = limit_bytes();
  if (limit == 0 && ReservedBytes() == 0) return;
  const std::uint64_t total = total_bytes();
  const std::uint64_t used = UsedBytes();
  const std::uint64_t reserved = ReservedBytes();
  if (used + reserved <= total && more_bytes <= total - used - reserved) return;
  throw RequestFault(
      FaultCode::kMemoryBudgetExceeded,
      "needs " + std::to_string(more_bytes) + " bytes, but " + std::to_string(used) + " of the budget of " +
          std::to_string(total) + " are used" +
          (reserved == 0 ? "" : " and " + std::to_string(reserved) + " reserved for transactions") +
          "; unload a model or raise the device's memory budget" +
          (limit < budget_bytes_ ? " (the policy in force allows less than the launch budget of " +
                                       std::to_string(budget_bytes_) + ")"
                                 : ""));
}

void MemoryAccount::RequireWithinBudget(const char* what) const {
  const std::uint64_t limit = limit_bytes();
  if (limit == 0) return;
  const std::uint64_t used = UsedBytes();
  const std::uint64_t reserved = ReservedBytes();
  if (used + reserved <= limit) return;
  throw RequestFault(FaultCode::kMemoryBudgetExceeded,
                     std::string(what) + " brought use to " + std::to_string(used) + " bytes, over the budget of " +
                         std::to_string(limit) +
                         (reserved == 0 ? "" : " less " + std::to_string(reserved) + " reserved for transactions") +
                         "; unload a model or raise the device's memory budget");
}

bool MemoryAccount::HasRoomFor(std::uint64_t more_bytes) const { return MissingFor(more_bytes) == 0; }

MemoryReply MemoryAccount::Describe() const {
  MemoryReply reply;
  reply.total_bytes = total_bytes();
  reply.used_bytes = UsedBytes();
  reply.fragmentation = use_->Fragmentation();
  const std::lock_guard lock(mutex_);
  reply.available_bytes = RoomBelow(reply.total_bytes);
  reply.pressure = PressureOf(reply.used_bytes, reply.total_bytes, cleanup_threshold_);
  reply.cleanup_recommended =
      reply.pressure >= (cleanup_threshold_ > 0 ? PressureLevel::kCritical : PressureLevel::kHigh);
  return reply;
}

void MemoryAccount::SetLimit(std::uint64_t limit_bytes) {
  {
    const std::lock_guard lock(mutex_);
    policy_limit_bytes_ = std::min(limit_bytes, ceiling_bytes_);
  }
  changed_.notify_all();
}

void MemoryAccount::SetCleanupThreshold(double share) {
  const std::lock_guard lock(mutex_);
  cleanup_threshold_ = share;
}

bool MemoryAccount::WouldFitBelowCeiling(std::uint64_t more_bytes) const {
  const std::lock_guard lock(mutex_);
  return policy_limit_bytes_ > 0 && more_bytes <= RoomBelow(ceiling_bytes_);
}

std::uint64_t MemoryAccount::MissingFor(std::uint64_t more_bytes) const {
  const std::uint64_t total = total_bytes();
  const std::lock_guard lock(mutex_);
  if (budget_bytes_ == 0 && policy_limit_bytes_ == 0 && ledger_.reserved_bytes() == 0) return 0;
  const std::uint64_t room = RoomBelow(total);
  return more_bytes - std::min(more_bytes, room);
}

bool MemoryAccount::AwaitRoom(std::uint64_t more_bytes, std::int64_t timeout_ns, const std::function<bool()>& stop) {
  std::unique_lock lock(mutex_);
  const auto has_room = [&] {
    return more_bytes <= RoomBelow(policy_limit_bytes_ > 0 ? policy_limit_bytes_ : ceiling_bytes_);
  };
  changed_.wait_for(lock, std::chrono::nanoseconds(timeout_ns), [&] { return has_room() || stop(); });
  return has_room();
}

void MemoryAccount::Poke() {
  { const std::lock_guard lock(mutex_); }  // Whoever waits has asked before, or asks after this.
  changed_.notify_all();
}

ReservationLedger::Vote MemoryAccount::Prepare(const ReservationLedger::Ask& ask) {
  const std::uint64_t total = total_bytes();
  const std::lock_guard lock(mutex_);
  ledger_.Expire(MonotonicNs());
  return ledger_.Prepare(ask, RoomBelow(total), MonotonicNs());
}

ReservationLedger::Outcome MemoryAccount::Commit(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return ledger_.Commit(id, MonotonicNs());
}

ReservationLedger::Outcome MemoryAccount::Abort(const std::string& id) {
  ReservationLedger::Outcome outcome;
  {
    const std::lock_guard lock(mutex_);
    outcome = ledger_.Abort(id, MonotonicNs());
  }
  changed_.notify_all();
  return outcome;
}

bool MemoryAccount::ExpireTransactions() {
  {
    const std::lock_guard lock(mutex_);
    if (!ledger_.Expire(MonotonicNs())) return false;
  }
  changed_.notify_all();
  return true;
}

std::int64_t MemoryAccount::NextExpiry() const {
  const std::lock_guard lock(mutex_);
  return ledger_.NextExpiry();
}

std::uint64_t MemoryAccount::ReservedBytes() const {
  const std::lock_guard lock(mutex_);
  return ledger_.reserved_bytes();
}

std::vector<StateReportReply::Reservation> MemoryAccount::Reservations() const {
  const std::lock_guard lock(mutex_);
  return ledger_.List(MonotonicNs());
}

MemoryAccount::Claim::Claim(MemoryAccount& account, std::uint64_t key) : account_(account), key_(key) {
  if (key_ == 0) return;
  const std::lock_guard lock(account_.mutex_);
  if (account_.ledger_.Claim(key_)) return;
  throw RequestFault(FaultCode::kMemoryBudgetExceeded,
                     "the load names a transaction that holds nothing committed here: it was aborted, released, used "
                     "by another load, or never prepared in this worker; begin a new transaction");
}

MemoryAccount::Claim::~Claim() {
  if (key_ == 0) return;
  const std::lock_guard lock(account_.mutex_);
  account_.ledger_.Unclaim(key_);
}

void MemoryAccount::Claim::Done() {
  if (key_ == 0) return;
  const std::lock_guard lock(account_.mutex_);
  account_.ledger_.Use(key_);
  key_ = 0;
}

PressureLevel PressureOf(std::uint64_t used_bytes, std::uint64_t total_bytes, double critical_share) {
  const double share = total_bytes == 0 ? 1.0 : static_cast<double>(used_bytes) / static_cast<double>(total_bytes);
  if (critical_share > 0 && share >= critical_share) return PressureLevel::kCritical;
  if (share < 0.6) return PressureLevel::kLow;
  if (share < 0.8) return PressureLevel::kModerate;
  if (share < 0.9 || critical_share > 0) return PressureLevel::kHigh;
  return PressureLevel::kCritical;
}

// Setting the thresholds ends their growth; malloc_trim cannot shrink the heaps of other threads than the first.
void ReturnLargeBlocksAtOnce() {
  constexpr int kLargeBytes = 1 << 20;
  ::mallopt(M_MMAP_THRESHOLD, kLargeBytes);
  ::mallopt(M_TRIM_THRESHOLD, kLargeBytes);
}

void KeepFreedMemory(MemoryAllocationPolicy policy) {
  constexpr int kConservativeBytes = 128 << 10;
  constexpr int kAggressiveBytes = 1 << 30;
  switch (policy) {
    case MemoryAllocationPolicy::kConservative:
      ::mallopt(M_MMAP_THRESHOLD, kConservativeBytes);
      ::mallopt(M_TRIM_THRESHOLD, kConservativeBytes);
      ReturnFreeMemory();
      return;
    case MemoryAllocationPolicy::kBalanced: ReturnLargeBlocksAtOnce(); return;
    case MemoryAllocationPolicy::kAggressive:
      ::mallopt(M_TRIM_THRESHOLD, kAggressiveBytes);
      return;
  }
}

void ReturnFreeMemory() { ::malloc_trim(0); }

}  // namespace mainstay
