#pragma once

#include <memory>

#include "cpu_device.h"
#include "device_backend.h"

namespace mainstay {

/// The processor and main memory. Its memory is what this process uses; it is never lost.
class CpuBackend : public DeviceBackend {
 public:
  /// `threads` compute threads, for the utilization. To be made on the I/O thread.
  CpuBackend(std::uint64_t budget_bytes, int threads);

  [[nodiscard]] std::string name() const override { return "cpu"; }
  [[nodiscard]] const DeviceCapabilities& capabilities() const override { return capabilities_; }
  [[nodiscard]] const ExecutionProvider& provider() const override { return provider_; }
  DeviceHealth Health() override;
  std::uint64_t CountPatternErrors(const DeviceMemory& memory, std::uint64_t seed) override;
  std::uint64_t CountComputationErrors() override;
  void Upscale(const LanczosSize& size, std::span<const float> in, std::span<float> out,
               const std::function<void()>& on_band) override {
    UpscaleLanczos(size, in, out, on_band);
  }
  [[nodiscard]] std::uint64_t UpscaleBytes(const LanczosSize& size) const override { return LanczosScratchBytes(size); }
  void RequireAlive() override {}

 protected:
  void* DoAllocate(std::uint64_t bytes) override;
  void DoRelease(void* memory) noexcept override;

 private:
  const DeviceCapabilities capabilities_;
  const ExecutionProvider provider_;
  ComputeUtilization utilization_;
};

}  // namespace mainstay
