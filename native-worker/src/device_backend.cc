#include "device_backend.h"

#include <algorithm>

#include "clock.h"
#include "fault.h"
#include "log.h"

namespace mainstay {
namespace {

void CheckMemory(DeviceBackend& device) {
  constexpr std::uint64_t kPatternBytes = 1 << 20;
  const DeviceMemory memory = device.Allocate(kPatternBytes);
  if (const std::uint64_t wrong = device.CountPatternErrors(memory, static_cast<std::uint64_t>(MonotonicNs()))) {
    throw RequestFault(FaultCode::kBackendFailed,
                       "the device's memory does not keep what is written: " + std::to_string(wrong) +
                           " wrong words of " + std::to_string(kPatternBytes / sizeof(std::uint64_t)));
  }
}

}  // namespace

DeviceMemory::~DeviceMemory() {
  if (at_ != nullptr) backend_->Release(at_, bytes_);
}

DeviceMemory DeviceBackend::Allocate(std::uint64_t bytes) {
  memory_.RequireRoomFor(bytes);
  const std::uint64_t used = memory_.UsedBytes();
  const std::uint64_t left = memory_.total_bytes() - std::min(memory_.total_bytes(), used);
  if (bytes == 0 || bytes > left) {
    throw RequestFault(FaultCode::kMemoryBudgetExceeded, "asked for " + std::to_string(bytes) +
                                                             " bytes of the device, " + std::to_string(left) + " of " +
                                                             std::to_string(memory_.total_bytes()) + " are left");
  }
  DeviceMemory memory(*this, DoAllocate(bytes), bytes);
  allocated_bytes_ += bytes;
  return memory;
}

void DeviceBackend::Release(void* memory, std::uint64_t bytes) noexcept {
  DoRelease(memory);
  allocated_bytes_ -= bytes;
}

void CheckDevice(DeviceBackend& device) {
  try {
    CheckMemory(device);
  } catch (const RequestFault& fault) {
    // A full budget says nothing about the device; the next load will be refused for it.
    if (fault.code() != FaultCode::kMemoryBudgetExceeded) throw;
    Warn("device-memory-not-tested").With("cause", fault.message());
  }
  if (const std::uint64_t wrong = device.CountComputationErrors()) {
    throw RequestFault(FaultCode::kBackendFailed,
                       "the device computes wrong products: " + std::to_string(wrong) + " values of the check");
  }
}

}  // namespace mainstay
