// Test support: a device plug-in whose device is main memory. It computes for real, by the table of device_plugin.h,
// so the worker's side of plug-ins is tested on machines without a GPU; and it fails on demand, as a GPU would, by the
// word in MAINSTAY_TEST_DEVICE: no-driver, old-version, lanczos-out-of-memory, lanczos-lost, wrong-memory,
// wrong-products.

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>

#include "device_patterns.h"
#include "device_plugin.h"
#include "lanczos.h"

namespace {

using namespace mainstay;

constexpr std::uint64_t kMemoryBytes = 256ULL << 20;

struct Device {
  std::mutex mutex;
  std::map<void*, std::uint64_t> allocated;
  bool lost = false;

  std::uint64_t AllocatedBytes() {
    const std::lock_guard lock(mutex);
    std::uint64_t sum = 0;
    for (const auto& [at, bytes] : allocated) sum += bytes;
    return sum;
  }
};

bool Asked(const char* word) {
  const char* const asked = std::getenv("MAINSTAY_TEST_DEVICE");
  return asked != nullptr && std::string(asked) == word;
}

int Say(MainstayText* why, int status, const char* text) {
  std::snprintf(why->text, sizeof why->text, "%s", text);
  return status;
}

int Discover(std::uint32_t* count, MainstayText* why) {
  if (Asked("no-driver")) return Say(why, MAINSTAY_UNAVAILABLE, "the test driver is not installed");
  *count = 2;
  return MAINSTAY_OK;
}

int Describe(std::uint32_t, MainstayDeviceInfo* info, MainstayText*) {
  *info = MainstayDeviceInfo{};
  std::snprintf(info->name, sizeof info->name, "host memory");
  std::snprintf(info->kind, sizeof info->kind, "host memory for tests");
  info->memory_bytes = kMemoryBytes;
  info->multiprocessors = 1;
  return MAINSTAY_OK;
}

int Open(std::uint32_t, void** device, MainstayText*) {
  *device = new Device;
  return MAINSTAY_OK;
}

void Close(void* device) {
  auto* const opened = static_cast<Device*>(device);
  for (const auto& [at, bytes] : opened->allocated) std::free(at);
  delete opened;
}

int Health(void*, MainstayDeviceHealth* health, MainstayText*) {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  *health = {61, kNan, 7, 0, kMainstayUnknown, 3, 4};
  return MAINSTAY_OK;
}

int Memory(void* device, MainstayDeviceMemory* memory, MainstayText*) {
  const std::uint64_t allocated = static_cast<Device*>(device)->AllocatedBytes();
  *memory = {kMemoryBytes, kMemoryBytes - allocated, allocated};
  return MAINSTAY_OK;
}

int Allocate(void* device, std::uint64_t bytes, void** memory, MainstayText* why) {
  auto* const opened = static_cast<Device*>(device);
  if (bytes > kMemoryBytes - opened->AllocatedBytes()) return Say(why, MAINSTAY_OUT_OF_MEMORY, "no memory left");
  *memory = std::malloc(bytes);
  const std::lock_guard lock(opened->mutex);
  opened->allocated[*memory] = bytes;
  return MAINSTAY_OK;
}

int Release(void* device, void* memory, MainstayText* why) {
  auto* const opened = static_cast<Device*>(device);
  const std::lock_guard lock(opened->mutex);
  if (opened->allocated.erase(memory) == 0) return Say(why, MAINSTAY_FAILED, "it was not allocated here");
  std::free(memory);
  return MAINSTAY_OK;
}

int TestPattern(void*, void* memory, std::uint64_t bytes, std::uint64_t seed, std::uint64_t* wrong, MainstayText*) {
  auto* const words = static_cast<volatile std::uint64_t*>(memory);
  const std::uint64_t count = bytes / sizeof(std::uint64_t);
  *wrong = 0;
  for (const std::uint64_t flip : {std::uint64_t{0}, ~std::uint64_t{0}}) {
    for (std::uint64_t i = 0; i < count; ++i) words[i] = PatternWord(seed, i) ^ flip;
    if (Asked("wrong-memory")) words[count / 2] = words[count / 2] ^ 1;
    for (std::uint64_t i = 0; i < count; ++i) *wrong += words[i] != (PatternWord(seed, i) ^ flip) ? 1 : 0;
  }
  return MAINSTAY_OK;
}

int CheckComputation(void*, std::uint64_t* wrong, MainstayText*) {
  volatile float error = Asked("wrong-products") ? 1 : 0;
  *wrong = 0;
  for (int row = 0; row < kCheckSide; ++row) {
    for (int column = 0; column < kCheckSide; ++column) {
      float sum = error;
      for (int i = 0; i < kCheckSide; ++i) {
        sum += static_cast<float>(CheckLeft(row, i)) * static_cast<float>(CheckRight(i, column));
      }
      *wrong += sum != static_cast<float>(CheckProduct(row, column)) ? 1 : 0;
    }
  }
  return MAINSTAY_OK;
}

int Lanczos(void* device, const MainstayLanczos* work, MainstayText* why) {
  if (Asked("lanczos-out-of-memory")) return Say(why, MAINSTAY_OUT_OF_MEMORY, "no memory for the planes");
  if (Asked("lanczos-lost")) {
    static_cast<Device*>(device)->lost = true;
    return Say(why, MAINSTAY_FAILED, "an illegal memory access was encountered");
  }
  const std::uint64_t values = work->planes * work->height * work->width;
  struct Stopped {};
  try {
    UpscaleLanczos({work->planes, work->height, work->width, work->scale}, {work->in, values},
                   {work->out, values * work->scale * work->scale}, [&] {
                     if (work->on_band(work->context) != 0) throw Stopped{};
                   });
  } catch (const Stopped&) {
    return Say(why, MAINSTAY_STOPPED, "stopped");
  } catch (const std::exception& error) {
    return Say(why, MAINSTAY_FAILED, error.what());
  }
  return MAINSTAY_OK;
}

int Probe(void* device, MainstayText* why) {
  if (static_cast<Device*>(device)->lost) return Say(why, MAINSTAY_LOST, "the context is corrupt");
  return MAINSTAY_OK;
}

constexpr MainstayDevicePlugin kPlugin = {kMainstayDevicePluginVersion,
                                          "host",
                                          "",
                                          Discover,
                                          Describe,
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
  return version == kMainstayDevicePluginVersion && !Asked("old-version") ? &kPlugin : nullptr;
}
