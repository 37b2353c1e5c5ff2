#include "cuda_discovery.h"

#include <cuda_runtime.h>
#include <dlfcn.h>

#include <cstdio>

#include "cuda_status.h"

namespace mainstay::cuda {
namespace {

// Half precision at full speed and above: from 5.3 on except 6.1 (and 6.2 has it again).
bool HasFastHalf(int major, int minor) { return major > 6 || (major == 6 && minor != 1) || (major == 5 && minor == 3); }

int Unavailable(cudaError_t error, MainstayText* why) {
  int driver = 0;
  int runtime = 0;
  cudaDriverGetVersion(&driver);
  cudaRuntimeGetVersion(&runtime);
  switch (error) {
    case cudaErrorInsufficientDriver:
      std::snprintf(why->text, sizeof why->text,
                    "the NVIDIA driver supports CUDA %d.%d, this build needs %d.%d; install a newer driver",
                    driver / 1000, driver % 1000 / 10, runtime / 1000, runtime % 1000 / 10);
      break;
    case cudaErrorNoDevice:
      std::snprintf(why->text, sizeof why->text,
                    "the NVIDIA driver is there and shows no GPU; check nvidia-smi and CUDA_VISIBLE_DEVICES");
      break;
    default:
      std::snprintf(why->text, sizeof why->text, "the NVIDIA driver does not start: %s (%s)", cudaGetErrorString(error),
                    cudaGetErrorName(error));
  }
  return MAINSTAY_UNAVAILABLE;
}

}  // namespace

int Discover(std::uint32_t* count, MainstayText* why) {
  *count = 0;
  // The runtime says "driver too old" when there is none; the library itself tells the two apart.
  void* const driver = ::dlopen("libcuda.so.1", RTLD_NOW | RTLD_LOCAL);
  if (driver == nullptr) {
    std::snprintf(why->text, sizeof why->text,
                  "no NVIDIA driver on this machine (libcuda.so.1 cannot be loaded); install the driver, or give the "
                  "container its libraries");
    return MAINSTAY_UNAVAILABLE;
  }
  ::dlclose(driver);
  int found = 0;
  const cudaError_t error = cudaGetDeviceCount(&found);
  if (error != cudaSuccess) return Unavailable(error, why);
  if (found <= 0) return Unavailable(cudaErrorNoDevice, why);
  *count = static_cast<std::uint32_t>(found);
  return MAINSTAY_OK;
}

int Describe(std::uint32_t index, MainstayDeviceInfo* info, MainstayText* why) {
  *info = MainstayDeviceInfo{};
  cudaDeviceProp properties{};
  const cudaError_t error = cudaGetDeviceProperties(&properties, static_cast<int>(index));
  if (error != cudaSuccess) return StatusOf(error, "reading the device's properties", why);
  int driver = 0;
  int runtime = 0;
  cudaDriverGetVersion(&driver);
  cudaRuntimeGetVersion(&runtime);
  std::snprintf(info->name, sizeof info->name, "%.*s", static_cast<int>(sizeof info->name) - 1, properties.name);
  std::snprintf(info->kind, sizeof info->kind, "%.80s sm_%d%d driver-cuda-%d.%d cuda-%d.%d", properties.name,
                properties.major, properties.minor, driver / 1000, driver % 1000 / 10, runtime / 1000,
                runtime % 1000 / 10);
  info->memory_bytes = properties.totalGlobalMem;
  info->compute_major = properties.major;
  info->compute_minor = properties.minor;
  info->multiprocessors = static_cast<std::uint32_t>(properties.multiProcessorCount);
  info->has_fp16 = HasFastHalf(properties.major, properties.minor) ? 1 : 0;
  info->has_tensor_cores = properties.major >= 7 ? 1 : 0;
  return MAINSTAY_OK;
}

}  // namespace mainstay::cuda
