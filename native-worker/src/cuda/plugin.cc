// The plug-in's table: C functions over CudaDevice.

#include <cstdio>

#include "cuda_device.h"
#include "cuda_discovery.h"

namespace {

using mainstay::cuda::CudaDevice;

CudaDevice& At(void* device) { return *static_cast<CudaDevice*>(device); }

int Open(std::uint32_t index, void** device, MainstayText* why) {
  int status = MAINSTAY_OK;
  auto opened = CudaDevice::Open(index, &status, why);
  if (opened == nullptr && status == MAINSTAY_OK) {
    std::snprintf(why->text, sizeof why->text, "main memory has no room for the device's record");
    status = MAINSTAY_OUT_OF_MEMORY;
  }
  *device = opened.release();
  return status;
}

void Close(void* device) { delete static_cast<CudaDevice*>(device); }
int Health(void* device, MainstayDeviceHealth* health, MainstayText*) { return At(device).Health(health); }
int Memory(void* device, MainstayDeviceMemory* memory, MainstayText* why) { return At(device).Memory(memory, why); }
int Allocate(void* device, std::uint64_t bytes, void** memory, MainstayText* why) {
  return At(device).Allocate(bytes, memory, why);
}
int Release(void* device, void* memory, MainstayText* why) { return At(device).Release(memory, why); }
int TestPattern(void* device, void* memory, std::uint64_t bytes, std::uint64_t seed, std::uint64_t* wrong,
                MainstayText* why) {
  return At(device).TestPattern(memory, bytes, seed, wrong, why);
}
int CheckComputation(void* device, std::uint64_t* wrong, MainstayText* why) {
  return At(device).CheckComputation(wrong, why);
}
int Lanczos(void* device, const MainstayLanczos* work, MainstayText* why) { return At(device).Lanczos(*work, why); }
int Probe(void* device, MainstayText* why) { return At(device).Probe(why); }

constexpr MainstayDevicePlugin kPlugin = {kMainstayDevicePluginVersion,
                                          "cuda",
                                          "cuda",
                                          mainstay::cuda::Discover,
                                          mainstay::cuda::Describe,
                                          Open,
                                          Close,
                                          Health,
                                          Memory,
                                          Allocate,
                                          Release,
                                          TestPattern,
                                          CheckComputation,
                                          Lanczos,
                                          Probe};

}  // namespace

const MainstayDevicePlugin* MainstayGetDevicePlugin(std::uint32_t version) {
  return version == kMainstayDevicePluginVersion ? &kPlugin : nullptr;
}
