#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "device_backend.h"
#include "device_plugin_library.h"

namespace mainstay {

/// A device behind a plug-in library. Turns the statuses of its C interface into our exceptions and counts memory as
/// the larger of what was allocated through the plug-in and what the whole device lost since the worker opened it:
/// ONNX Runtime allocates past the plug-in.
class PluginBackend : public DeviceBackend {
 public:
  /// Opens device `index`. Throws DeviceMissing. `budget_bytes` as of MemoryAccount; ONNX Runtime is held to it too.
  static std::unique_ptr<PluginBackend> Open(const DevicePluginLibrary& library, std::uint32_t index,
                                             std::uint64_t budget_bytes);

  [[nodiscard]] std::string name() const override { return plugin_->name; }
  [[nodiscard]] const DeviceCapabilities& capabilities() const override { return capabilities_; }
  [[nodiscard]] const ExecutionProvider& provider() const override { return provider_; }
  DeviceHealth Health() override;
  std::uint64_t CountPatternErrors(const DeviceMemory& memory, std::uint64_t seed) override;
  std::uint64_t CountComputationErrors() override;
  void Upscale(const LanczosSize& size, std::span<const float> in, std::span<float> out,
               const std::function<void()>& on_band) override;
  [[nodiscard]] std::uint64_t UpscaleBytes(const LanczosSize& size) const override;
  void RequireAlive() override;

 protected:
  void* DoAllocate(std::uint64_t bytes) override;
  void DoRelease(void* memory) noexcept override;

 private:
  using Device = std::shared_ptr<void>;
  class Memory;

  PluginBackend(const MainstayDevicePlugin& plugin, Device device, DeviceCapabilities capabilities, std::uint32_t index,
                std::uint64_t budget_bytes, std::shared_ptr<const MemoryUse> use);

  const MainstayDevicePlugin* plugin_;
  const Device device_;
  const DeviceCapabilities capabilities_;
  ExecutionProvider provider_;
  DeviceHealth last_health_;  // I/O thread.
};

}  // namespace mainstay
