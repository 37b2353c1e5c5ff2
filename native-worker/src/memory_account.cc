#include "memory_account.h"

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <string>
#include <utility>

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
      total_bytes_(budget_bytes > 0 ? budget_bytes : use_->TotalBytes()) {}

void MemoryAccount::RequireRoomFor(std::uint64_t more_bytes) const {
  if (budget_bytes_ == 0) return;
  const std::uint64_t used = UsedBytes();
  if (used <= budget_bytes_ && more_bytes <= budget_bytes_ - used) return;
  throw RequestFault(FaultCode::kMemoryBudgetExceeded,
                     "needs " + std::to_string(more_bytes) + " bytes, but " + std::to_string(used) +
                         " of the budget of " + std::to_string(budget_bytes_) +
                         " are used; unload a model or raise the device's memory budget");
}

void MemoryAccount::RequireWithinBudget(const char* what) const {
  if (budget_bytes_ == 0) return;
  const std::uint64_t used = UsedBytes();
  if (used <= budget_bytes_) return;
  throw RequestFault(FaultCode::kMemoryBudgetExceeded,
                     std::string(what) + " brought use to " + std::to_string(used) + " bytes, over the budget of " +
                         std::to_string(budget_bytes_) + "; unload a model or raise the device's memory budget");
}

MemoryReply MemoryAccount::Describe() const {
  MemoryReply reply;
  reply.total_bytes = total_bytes_;
  reply.used_bytes = UsedBytes();
  reply.available_bytes = total_bytes_ - std::min(total_bytes_, reply.used_bytes);
  reply.fragmentation = use_->Fragmentation();
  reply.pressure = PressureOf(reply.used_bytes, total_bytes_);
  return reply;
}

PressureLevel PressureOf(std::uint64_t used_bytes, std::uint64_t total_bytes) {
  const double share = total_bytes == 0 ? 1.0 : static_cast<double>(used_bytes) / static_cast<double>(total_bytes);
  if (share < 0.6) return PressureLevel::kLow;
  if (share < 0.8) return PressureLevel::kModerate;
  if (share < 0.9) return PressureLevel::kHigh;
  return PressureLevel::kCritical;
}

// Setting the thresholds ends their growth; malloc_trim cannot shrink the heaps of other threads than the first.
void ReturnLargeBlocksAtOnce() {
  constexpr int kLargeBytes = 1 << 20;
  ::mallopt(M_MMAP_THRESHOLD, kLargeBytes);
  ::mallopt(M_TRIM_THRESHOLD, kLargeBytes);
}

void ReturnFreeMemory() { ::malloc_trim(0); }

}  // namespace mainstay
