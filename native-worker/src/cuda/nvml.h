#pragma once

#include "../device_plugin.h"

namespace mainstay::cuda {

/// The driver's management library, libnvidia-ml.so.1, loaded when a device is opened. It is a part of the driver and
/// has no place in the toolkit that this is built with, so its entries are declared here by their public names. Where
/// the library or an entry is missing, the figure is.
class Nvml {
 public:
  /// For the device on that PCI bus id, as cudaDeviceGetPCIBusId writes it.
  explicit Nvml(const char* bus_id);
  Nvml(const Nvml&) = delete;
  Nvml& operator=(const Nvml&) = delete;
  ~Nvml();

  /// Everything; some figures take milliseconds. Thread-safe, as the library is.
  MainstayDeviceHealth Read() const;
  /// Memory of the device in use by any process, kMainstayUnknown where it cannot be told; microseconds.
  std::uint64_t UsedBytes() const;

 private:
  struct Utilization {
    unsigned int gpu;
    unsigned int memory;
  };
  struct MemoryInfo {
    unsigned long long total;
    unsigned long long free;
    unsigned long long used;
  };

  void* library_ = nullptr;
  void* device_ = nullptr;
  int (*shutdown_)() = nullptr;
  int (*temperature_)(void*, int, unsigned int*) = nullptr;
  int (*power_)(void*, unsigned int*) = nullptr;
  int (*utilization_)(void*, Utilization*) = nullptr;
  int (*memory_)(void*, MemoryInfo*) = nullptr;
  int (*errors_)(void*, int, int, unsigned long long*) = nullptr;
  int (*throttle_)(void*, unsigned long long*) = nullptr;
};

}  // namespace mainstay::cuda
