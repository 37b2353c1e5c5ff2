#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>

#include "lanczos.h"
#include "memory_account.h"
#include "onnx_runtime.h"

namespace mainstay {

/// The device asked for cannot be opened: no driver, no such device, no plug-in. The message says what to do.
class DeviceMissing : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The device computes nothing more for this process, whatever is asked: the process must end.
class DeviceLost : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct DeviceCapabilities {
  std::string name;                ///< As the maker names it.
  std::string kind;                ///< What changes results or speed; part of every fingerprint of a result.
  std::uint64_t memory_bytes = 0;  ///< All that it has.
  std::uint32_t units = 0;         ///< Multiprocessors, or processors of a CPU.
  int compute_major = 0;           ///< Compute capability; 0 for a CPU.
  int compute_minor = 0;
  bool has_fp16 = false;  ///< Computes half precision at least as fast as single.
  bool has_tensor_cores = false;
};

/// What a device says of itself now. NaN, or nothing, where it cannot tell.
struct DeviceHealth {
  float temperature_celsius = std::numeric_limits<float>::quiet_NaN();
  float power_watts = std::numeric_limits<float>::quiet_NaN();
  float utilization_percent = std::numeric_limits<float>::quiet_NaN();
  std::optional<std::uint64_t> errors_corrected;
  std::optional<std::uint64_t> errors_uncorrected;
  std::optional<std::uint64_t> throttle_reasons;  ///< Bits of the device's management library; 0 for none.
};

class DeviceBackend;

/// Memory of a device; gives it back when it goes. The backend must outlive it.
class DeviceMemory {
 public:
  DeviceMemory(DeviceBackend& backend, void* at, std::uint64_t bytes) : backend_(&backend), at_(at), bytes_(bytes) {}
  DeviceMemory(DeviceMemory&& other) noexcept : backend_(other.backend_), at_(other.at_), bytes_(other.bytes_) {
    other.at_ = nullptr;
  }
  DeviceMemory& operator=(DeviceMemory&&) = delete;
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;
  ~DeviceMemory();

  /// An address of the device; the host may read it on CPU devices only.
  [[nodiscard]] void* at() const { return at_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  DeviceBackend* backend_;
  void* at_;
  std::uint64_t bytes_;
};

/// One device, as the worker that owns it sees it. Requests are the compute thread's, one at a time; Health and
/// memory() may be asked from the I/O thread meanwhile. A failed request throws RequestFault (kOutOfMemory,
/// kMemoryBudgetExceeded, kBackendFailed) and the device goes on; DeviceLost ends the worker.
class DeviceBackend {
 public:
  /// `use` counts the device's memory.
  DeviceBackend(std::uint64_t budget_bytes, std::shared_ptr<const MemoryUse> use)
      : memory_(budget_bytes, std::move(use)) {}
  DeviceBackend(const DeviceBackend&) = delete;
  DeviceBackend& operator=(const DeviceBackend&) = delete;
  virtual ~DeviceBackend() = default;

  /// Such as `cpu`, `cuda`.
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual const DeviceCapabilities& capabilities() const = 0;
  /// Where ONNX Runtime shall compute.
  [[nodiscard]] virtual const ExecutionProvider& provider() const = 0;
  /// Never throws for a device that is ill: what it cannot tell is missing.
  virtual DeviceHealth Health() = 0;
  [[nodiscard]] const MemoryAccount& memory() const { return memory_; }
  [[nodiscard]] MemoryAccount& memory() { return memory_; }

  /// Refused with kMemoryBudgetExceeded when it does not fit what is left of budget and device, before the device is
  /// asked.
  DeviceMemory Allocate(std::uint64_t bytes);
  /// What Allocate gave and did not get back.
  [[nodiscard]] std::uint64_t allocated_bytes() const { return allocated_bytes_; }

  /// Writes a pattern all over the memory and reads it back, then its complement; returns the words that differ.
  virtual std::uint64_t CountPatternErrors(const DeviceMemory& memory, std::uint64_t seed) = 0;
  /// Multiplies small matrices whose products are exact; returns the wrong values.
  virtual std::uint64_t CountComputationErrors() = 0;
  /// As UpscaleLanczos, of host memory.
  virtual void Upscale(const LanczosSize& size, std::span<const float> in, std::span<float> out,
                       const std::function<void()>& on_band) = 0;
  /// Bytes of the device's memory that Upscale needs.
  [[nodiscard]] virtual std::uint64_t UpscaleBytes(const LanczosSize& size) const = 0;
  /// Throws DeviceLost when it is; asked after a request failed.
  virtual void RequireAlive() = 0;

 protected:
  virtual void* DoAllocate(std::uint64_t bytes) = 0;
  virtual void DoRelease(void* memory) noexcept = 0;

 private:
  friend class DeviceMemory;
  void Release(void* memory, std::uint64_t bytes) noexcept;

  MemoryAccount memory_;
  std::atomic<std::uint64_t> allocated_bytes_{0};
};

/// At start and on demand: pattern test over 1 MiB and the computation check. Throws RequestFault kBackendFailed when
/// the device gets one wrong. Where the budget has no room left for the pattern test, a warning in the log takes its
/// place.
void CheckDevice(DeviceBackend& device);

}  // namespace mainstay
