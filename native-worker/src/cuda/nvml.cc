#include "nvml.h"

#include <dlfcn.h>

#include <limits>

namespace mainstay::cuda {
namespace {

constexpr int kSuccess = 0;           // NVML_SUCCESS
constexpr int kTemperatureGpu = 0;    // NVML_TEMPERATURE_GPU
constexpr int kErrorCorrected = 0;    // NVML_MEMORY_ERROR_TYPE_CORRECTED
constexpr int kErrorUncorrected = 1;  // NVML_MEMORY_ERROR_TYPE_UNCORRECTED
constexpr int kSinceDriverLoad = 0;   // NVML_VOLATILE_ECC
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

template <typename Function>
void Resolve(void* library, Function& function, const char* name) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
}

}  // namespace

Nvml::Nvml(const char* bus_id) {
  library_ = ::dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
  if (library_ == nullptr) return;
  int (*init)() = nullptr;
  int (*find)(const char*, void**) = nullptr;
  Resolve(library_, init, "nvmlInit_v2");
  Resolve(library_, find, "nvmlDeviceGetHandleByPciBusId_v2");
  Resolve(library_, shutdown_, "nvmlShutdown");
  if (init == nullptr || find == nullptr || init() != kSuccess) {
    shutdown_ = nullptr;
    return;
  }
  if (find(bus_id, &device_) != kSuccess) device_ = nullptr;
  Resolve(library_, temperature_, "nvmlDeviceGetTemperature");
  Resolve(library_, power_, "nvmlDeviceGetPowerUsage");
  Resolve(library_, utilization_, "nvmlDeviceGetUtilizationRates");
  Resolve(library_, memory_, "nvmlDeviceGetMemoryInfo");
  Resolve(library_, errors_, "nvmlDeviceGetTotalEccErrors");
  Resolve(library_, throttle_, "nvmlDeviceGetCurrentClocksEventReasons");
  // Its name before driver 535.
  if (throttle_ == nullptr) Resolve(library_, throttle_, "nvmlDeviceGetCurrentClocksThrottleReasons");
}

Nvml::~Nvml() {
  if (shutdown_ != nullptr) shutdown_();
  if (library_ != nullptr) ::dlclose(library_);
}

MainstayDeviceHealth Nvml::Read() const {
  MainstayDeviceHealth health{kNan, kNan, kNan, kMainstayUnknown, kMainstayUnknown, kMainstayUnknown, kMainstayUnknown};
  if (device_ == nullptr) return health;
  unsigned int number = 0;
  unsigned long long count = 0;
  if (temperature_ != nullptr && temperature_(device_, kTemperatureGpu, &number) == kSuccess) {
    health.temperature_celsius = static_cast<float>(number);
  }
  if (power_ != nullptr && power_(device_, &number) == kSuccess) {
    health.power_watts = static_cast<float>(number) / 1000.0F;
  }
  Utilization rates{};
  if (utilization_ != nullptr && utilization_(device_, &rates) == kSuccess) {
    health.utilization_percent = static_cast<float>(rates.gpu);
  }
  health.memory_used_bytes = UsedBytes();
  if (errors_ != nullptr && errors_(device_, kErrorCorrected, kSinceDriverLoad, &count) == kSuccess) {
    health.errors_corrected = count;
  }
  if (errors_ != nullptr && errors_(device_, kErrorUncorrected, kSinceDriverLoad, &count) == kSuccess) {
    health.errors_uncorrected = count;
  }
  if (throttle_ != nullptr && throttle_(device_, &count) == kSuccess) health.throttle_reasons = count;
  return health;
}

std::uint64_t Nvml::UsedBytes() const {
  MemoryInfo memory{};
  const bool known = device_ != nullptr && memory_ != nullptr && memory_(device_, &memory) == kSuccess;
  return known ? memory.used : kMainstayUnknown;
}

}  // namespace mainstay::cuda
