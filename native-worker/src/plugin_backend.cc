#include "plugin_backend.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "fault.h"
#include "log.h"

namespace mainstay {
namespace {

/// Throws what a status means; `what` says what was asked.
void Require(int status, const MainstayText& why, const char* what) {
  const std::string message = std::string(what) + ": " + why.text;
  switch (status) {
    case MAINSTAY_OK: return;
    case MAINSTAY_OUT_OF_MEMORY: throw RequestFault(FaultCode::kOutOfMemory, message);
    case MAINSTAY_LOST: throw DeviceLost(message);
    case MAINSTAY_UNAVAILABLE: throw DeviceMissing(message);
    default: throw RequestFault(FaultCode::kBackendFailed, message);
  }
}

/// What on_band needs across the C interface, which no exception may cross.
struct BandCall {
  const std::function<void()>& on_band;
  std::exception_ptr thrown;

  static int Make(void* context) {
    auto* const call = static_cast<BandCall*>(context);
    try {
      call->on_band();
      return 0;
    } catch (...) {
      call->thrown = std::current_exception();
      return 1;
    }
  }
};

std::optional<std::uint64_t> Known(std::uint64_t value) {
  return value == kMainstayUnknown ? std::nullopt : std::optional(value);
}

std::string Text(const std::optional<std::uint64_t>& value) { return value ? std::to_string(*value) : "unknown"; }

ExecutionProvider ProviderOf(const MainstayDevicePlugin& plugin, std::uint32_t index, std::uint64_t budget_bytes) {
  ExecutionProvider provider;
  provider.name = plugin.execution_provider;
  if (provider.name != "cuda") return provider;
  provider.options = {{"device_id", std::to_string(index)},
                      // Grown by what is needed: doubling would take memory that the account then has to refuse.
                      {"arena_extend_strategy", "kSameAsRequested"},
                      // Searching times kernels and takes another one from run to run: results would not repeat.
                      {"cudnn_conv_algo_search", "HEURISTIC"},
                      // TF32 rounds float32 inputs to 10 bits; models are checked against CPU results.
                      {"use_tf32", "0"}};
  // It holds each session to the budget by itself; the account refuses what they take together.
  if (budget_bytes > 0) provider.options.emplace_back("gpu_mem_limit", std::to_string(budget_bytes));
  return provider;
}

}  // namespace

/// Counts the device's memory; keeps the last figure when the device does not answer.
class PluginBackend::Memory : public MemoryUse {
 public:
  Memory(const MainstayDevicePlugin& plugin, Device device) : plugin_(plugin), device_(std::move(device)) {
    MainstayText why{};
    Require(plugin_.memory(device_.get(), &first_, &why), why, "asking for the device's memory");
  }

  [[nodiscard]] std::uint64_t UsedBytes() const override {
    MainstayDeviceMemory now{};
    MainstayText why{};
    if (plugin_.memory(device_.get(), &now, &why) != MAINSTAY_OK) return last_used_;
    const std::uint64_t lost = first_.free_bytes - std::min(first_.free_bytes, now.free_bytes);
    last_used_ = std::max(now.allocated_bytes, lost);
    return last_used_;
  }
  [[nodiscard]] std::uint64_t TotalBytes() const override { return first_.total_bytes; }
  [[nodiscard]] float Fragmentation() const override { return 0; }  // Neither CUDA nor its management library tells.

 private:
  const MainstayDevicePlugin& plugin_;
  const Device device_;
  MainstayDeviceMemory first_{};
  mutable std::atomic<std::uint64_t> last_used_{0};
};

std::unique_ptr<PluginBackend> PluginBackend::Open(const DevicePluginLibrary& library, std::uint32_t index,
                                                   std::uint64_t budget_bytes) {
  const MainstayDevicePlugin& plugin = library.plugin();
  const std::uint32_t count = library.CountDevices();
  const std::string id = std::string(plugin.name) + "-" + std::to_string(index);
  if (index >= count) {
    throw DeviceMissing("there is no " + id + ": this machine has " + std::to_string(count) + " " + plugin.name +
                        " device" + (count == 1 ? "" : "s") + ", numbered from 0");
  }
  try {
    MainstayText why{};
    MainstayDeviceInfo info{};
    Require(plugin.describe(index, &info, &why), why, "describing the device");
    void* opened = nullptr;
    Require(plugin.open(index, &opened, &why), why, "opening the device");
    Device device(opened, plugin.close);
    DeviceCapabilities capabilities;
    capabilities.name = info.name;
    capabilities.kind = info.kind;
    capabilities.memory_bytes = info.memory_bytes;
    capabilities.units = info.multiprocessors;
    capabilities.compute_major = info.compute_major;
    capabilities.compute_minor = info.compute_minor;
    capabilities.has_fp16 = info.has_fp16 != 0;
    capabilities.has_tensor_cores = info.has_tensor_cores != 0;
    auto use = std::make_shared<const Memory>(plugin, device);
    return std::unique_ptr<PluginBackend>(
        new PluginBackend(plugin, std::move(device), std::move(capabilities), index, budget_bytes, std::move(use)));
  } catch (const DeviceMissing&) {
    throw;
  } catch (const std::exception& error) {
    throw DeviceMissing(id + " is there but cannot be used: " + error.what());
  }
}

PluginBackend::PluginBackend(const MainstayDevicePlugin& plugin, Device device, DeviceCapabilities capabilities,
                             std::uint32_t index, std::uint64_t budget_bytes, std::shared_ptr<const MemoryUse> use)
    : DeviceBackend(budget_bytes, std::move(use)),
      plugin_(&plugin),
      device_(std::move(device)),
      capabilities_(std::move(capabilities)),
      provider_(ProviderOf(plugin, index, budget_bytes)) {}

DeviceHealth PluginBackend::Health() {
  MainstayDeviceHealth said{};
  MainstayText why{};
  if (plugin_->health(device_.get(), &said, &why) != MAINSTAY_OK) return {};
  DeviceHealth health;
  health.temperature_celsius = said.temperature_celsius;
  health.power_watts = said.power_watts;
  health.utilization_percent = said.utilization_percent;
  health.errors_corrected = Known(said.errors_corrected);
  health.errors_uncorrected = Known(said.errors_uncorrected);
  health.throttle_reasons = Known(said.throttle_reasons);
  // What the wire has no field for is said when it changes.
  if (health.throttle_reasons != last_health_.throttle_reasons ||
      health.errors_uncorrected != last_health_.errors_uncorrected) {
    Info("device-health")
        .With("throttle_reasons", Text(health.throttle_reasons))
        .With("errors_corrected", Text(health.errors_corrected))
        .With("errors_uncorrected", Text(health.errors_uncorrected))
        .With("power_watts", static_cast<double>(health.power_watts))
        .With("celsius", static_cast<double>(health.temperature_celsius));
  }
  last_health_ = health;
  return health;
}

std::uint64_t PluginBackend::CountPatternErrors(const DeviceMemory& memory, std::uint64_t seed) {
  std::uint64_t wrong = 0;
  MainstayText why{};
  Require(plugin_->test_pattern(device_.get(), memory.at(), memory.bytes(), seed, &wrong, &why), why, "pattern test");
  return wrong;
}

std::uint64_t PluginBackend::CountComputationErrors() {
  std::uint64_t wrong = 0;
  MainstayText why{};
  Require(plugin_->check_computation(device_.get(), &wrong, &why), why, "computation check");
  return wrong;
}

void PluginBackend::Upscale(const LanczosSize& size, std::span<const float> in, std::span<float> out,
                            const std::function<void()>& on_band) {
  CheckLanczosSize(size, in.size(), out.size());
  std::vector<std::int64_t> first;
  std::vector<float> weights;
  for (const LanczosPhase& phase : LanczosPhases(size.scale)) {
    first.push_back(phase.first);
    weights.insert(weights.end(), phase.weights.begin(), phase.weights.end());
  }
  BandCall call{on_band, nullptr};
  const MainstayLanczos work{size.planes,  size.height,    size.width, size.scale, LanczosBandRows(size),
                             first.data(), weights.data(), in.data(),  out.data(), BandCall::Make,
                             &call};
  MainstayText why{};
  const int status = plugin_->lanczos(device_.get(), &work, &why);
  if (call.thrown) std::rethrow_exception(call.thrown);
  Require(status, why, "Lanczos upscaling");
}

// One plane, the same plane widened, one band of its output.
std::uint64_t PluginBackend::UpscaleBytes(const LanczosSize& size) const {
  std::uint64_t width = 0;
  std::uint64_t rows = 0;
  std::uint64_t plane = 0;
  std::uint64_t bytes = 0;
  const bool fits = !__builtin_mul_overflow(size.width, std::uint64_t{size.scale}, &width) &&
                    !__builtin_add_overflow(size.height, LanczosBandRows(size), &rows) &&
                    !__builtin_mul_overflow(size.height, size.width, &plane) &&
                    !__builtin_mul_overflow(rows, width, &bytes) && !__builtin_add_overflow(bytes, plane, &bytes) &&
                    !__builtin_mul_overflow(bytes, sizeof(float), &bytes);
  return fits ? bytes : std::numeric_limits<std::uint64_t>::max();
}

void PluginBackend::RequireAlive() {
  MainstayText why{};
  if (plugin_->probe(device_.get(), &why) == MAINSTAY_LOST) throw DeviceLost(why.text);
}

void* PluginBackend::DoAllocate(std::uint64_t bytes) {
  void* memory = nullptr;
  MainstayText why{};
  Require(plugin_->allocate(device_.get(), bytes, &memory, &why), why, "allocating on the device");
  return memory;
}

void PluginBackend::DoRelease(void* memory) noexcept {
  MainstayText why{};
  if (plugin_->release(device_.get(), memory, &why) != MAINSTAY_OK) {
    Warn("device-memory-not-released").With("cause", why.text);
  }
}

}  // namespace mainstay
