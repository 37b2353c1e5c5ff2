#pragma once

#include <cuda_runtime.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "nvml.h"

namespace mainstay::cuda {

/// One opened GPU: its number, its management handle, and what was allocated on it through the plug-in. The functions
/// are those of the plug-in's table. Health and memory ask the management library, which neither takes CUDA's locks nor
/// waits for a running kernel; the others are the compute thread's.
class CudaDevice {
 public:
  /// Creates the context; null with a status in `status` when that fails.
  static std::unique_ptr<CudaDevice> Open(std::uint32_t index, int* status, MainstayText* why);
  CudaDevice(const CudaDevice&) = delete;
  CudaDevice& operator=(const CudaDevice&) = delete;
  ~CudaDevice();

  int Health(MainstayDeviceHealth* health);
  int Memory(MainstayDeviceMemory* memory, MainstayText* why);
  int Allocate(std::uint64_t bytes, void** memory, MainstayText* why);
  int Release(void* memory, MainstayText* why);
  int TestPattern(void* memory, std::uint64_t bytes, std::uint64_t seed, std::uint64_t* wrong, MainstayText* why);
  int CheckComputation(std::uint64_t* wrong, MainstayText* why);
  int Lanczos(const MainstayLanczos& work, MainstayText* why);
  int Probe(MainstayText* why);

 private:
  /// Memory for the length of one call.
  class Scratch;

  CudaDevice(int index, const char* bus_id, std::uint64_t total_bytes, bool has_tensor_cores)
      : index_(index), total_bytes_(total_bytes), has_tensor_cores_(has_tensor_cores), nvml_(bus_id) {}
  int CountWrong(const Scratch& counter, std::uint64_t* wrong, MainstayText* why);

  const int index_;
  const std::uint64_t total_bytes_;
  const bool has_tensor_cores_;
  const Nvml nvml_;
  std::mutex mutex_;
  std::map<void*, std::uint64_t> allocated_;
};

}  // namespace mainstay::cuda
