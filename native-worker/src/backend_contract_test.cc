// The one contract of all device backends: the same checks against every backend that can be opened here. What cannot
// be opened is said in a line that begins with SKIPPED. On a machine with a GPU:
//
//   MAINSTAY_CONTRACT_ONNXRUNTIME=/path/to/the/CUDA/libonnxruntime.so target/release/backend_contract_test
//
// also infers on it; without the variable the inference is skipped there.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "check.h"
#include "cpu_backend.h"
#include "device_selection.h"
#include "fault.h"
#include "onnx_self_check.h"
#include "onnx_session.h"
#include "plugin_backend.h"
#include "tiny_model.h"

namespace mainstay {
namespace {

constexpr std::uint64_t kBudgetBytes = 2ULL << 30;

struct Opened {
  std::string id;
  std::string onnxruntime;  ///< Empty: none here for this device.
  std::unique_ptr<DeviceBackend> backend;
};

void Skip(const std::string& what) { std::fprintf(stderr, "SKIPPED: %s\n", what.c_str()); }

/// Every backend of this machine, opened afresh. `say` prints what is left out.
std::vector<Opened> Backends(bool say = false) {
  std::vector<Opened> opened;
  opened.push_back({"cpu-0", MAINSTAY_ONNXRUNTIME, OpenDevice("cpu-0", "", kBudgetBytes, 1)});
  opened.push_back({"host-0", MAINSTAY_ONNXRUNTIME, OpenDevice("cuda-0", MAINSTAY_HOST_PLUGIN, kBudgetBytes, 1)});
  if (std::string(MAINSTAY_CUDA_PLUGIN).empty()) {
    if (say) Skip("cuda: the plug-in is not in this build (no nvcc, or sanitized)");
    return opened;
  }
  const char* const onnxruntime = std::getenv("MAINSTAY_CONTRACT_ONNXRUNTIME");
  try {
    opened.push_back({"cuda-0", onnxruntime == nullptr ? "" : onnxruntime,
                      OpenDevice("cuda-0", MAINSTAY_CUDA_PLUGIN, kBudgetBytes, 1)});
  } catch (const DeviceMissing& missing) {
    if (say) Skip(missing.what());
  }
  return opened;
}

/// Runs a check on every backend and names the one that fails it.
void OnEach(const std::function<void(Opened&)>& check) {
  for (Opened& opened : Backends()) {
    try {
      check(opened);
    } catch (const check::Failed& failed) {
      throw check::Failed{opened.id + ": " + failed.what};
    }
  }
}

template <typename Call>
std::optional<FaultCode> FaultOf(Call call) {
  try {
    call();
    return std::nullopt;
  } catch (const RequestFault& fault) {
    CHECK(!fault.message().empty());
    return fault.code();
  }
}

TEST(discovery_findsWhatIsHereOrSaysWhyNot) {
  const std::vector<Opened> opened = Backends(true);
  CHECK(opened.size() >= 2);
  for (const Opened& one : opened) {
    std::fprintf(stderr, "contract: %s is %s\n", one.id.c_str(), one.backend->capabilities().kind.c_str());
  }
  const std::string listed = ListDevices(MAINSTAY_HOST_PLUGIN);
  CHECK(listed.find("cpu-0 name=") == 0);
  CHECK(listed.find("host-0 name=\"host memory\"") != std::string::npos);
  CHECK(listed.find("host-1 name=\"host memory\"") != std::string::npos);
  CHECK(ListDevices("/no/such/plugin.so").find("none: cannot load the device plug-in") != std::string::npos);
}

TEST(cudaPlugin_loadsAndSaysWhatItFinds) {
  if (std::string(MAINSTAY_CUDA_PLUGIN).empty())
    return Skip("cuda: the plug-in is not in this build (no nvcc, or sanitized)");
  const DevicePluginLibrary library(MAINSTAY_CUDA_PLUGIN);
  CHECK_EQ(library.plugin().version, kMainstayDevicePluginVersion);
  CHECK_EQ(std::string(library.plugin().name), "cuda");
  CHECK_EQ(std::string(library.plugin().execution_provider), "cuda");
  std::uint32_t count = 99;
  MainstayText why{};
  const int status = library.plugin().discover(&count, &why);
  if (status == MAINSTAY_OK) {
    CHECK(count >= 1);
    return;
  }
  CHECK_EQ(status, MAINSTAY_UNAVAILABLE);
  CHECK_EQ(count, 0U);
  CHECK(std::string(why.text).find("NVIDIA driver") != std::string::npos);
  Skip(std::string("cuda: ") + why.text);
}

TEST(capabilities_makeSense) {
  OnEach([](const Opened& opened) {
    const DeviceCapabilities& device = opened.backend->capabilities();
    CHECK(!device.name.empty());
    CHECK(!device.kind.empty());
    CHECK(device.memory_bytes >= 64ULL << 20);
    CHECK(device.units >= 1);
    CHECK_EQ(device.compute_major == 0, opened.backend->name() != "cuda");
    CHECK(!device.has_tensor_cores || device.compute_major >= 7);
    CHECK(opened.backend->memory().total_bytes() == kBudgetBytes);
  });
}

TEST(health_isPlausibleWhereItIsKnown) {
  OnEach([](Opened& opened) {
    const DeviceHealth health = opened.backend->Health();
    const auto in = [](float value, float low, float high) {
      return std::isnan(value) || (value >= low && value <= high);
    };
    CHECK(in(health.temperature_celsius, 0, 120));
    CHECK(in(health.power_watts, 0, 2000));
    CHECK(in(health.utilization_percent, 0, 100));
    if (opened.backend->name() != "cuda") return;
    CHECK(!std::isnan(health.temperature_celsius));
    CHECK(health.throttle_reasons.has_value());
  });
}

TEST(allocation_isCountedAndGivenBack) {
  OnEach([](Opened& opened) {
    constexpr std::uint64_t kBytes = 48ULL << 20;
    DeviceBackend& backend = *opened.backend;
    CHECK_EQ(backend.allocated_bytes(), 0U);
    const std::uint64_t used_before = backend.memory().UsedBytes();
    {
      const DeviceMemory first = backend.Allocate(kBytes);
      DeviceMemory second = backend.Allocate(1000);
      CHECK(first.at() != nullptr);
      CHECK_EQ(backend.allocated_bytes(), kBytes + 1000);
      CHECK(backend.memory().UsedBytes() >= used_before + kBytes / 2);
      const DeviceMemory moved(std::move(second));
      CHECK_EQ(moved.bytes(), 1000U);
      CHECK_EQ(backend.allocated_bytes(), kBytes + 1000);
    }
    CHECK_EQ(backend.allocated_bytes(), 0U);
#ifndef __SANITIZE_ADDRESS__  // Its allocator keeps freed memory.
    CHECK(backend.memory().UsedBytes() < used_before + kBytes / 2);
#endif
  });
}

TEST(allocation_overTheBudget_isRefusedAndHarmsNothing) {
  OnEach([](Opened& opened) {
    DeviceBackend& backend = *opened.backend;
    for (const std::uint64_t bytes : {std::uint64_t{0}, kBudgetBytes + 1, std::uint64_t{1} << 60, ~std::uint64_t{0}}) {
      CHECK(FaultOf([&] { static_cast<void>(backend.Allocate(bytes)); }) == FaultCode::kMemoryBudgetExceeded);
    }
    CHECK_EQ(backend.allocated_bytes(), 0U);
    backend.RequireAlive();
    static_cast<void>(backend.Allocate(1 << 20));
  });
}

TEST(patternTest_findsHealthyMemoryHealthy) {
  OnEach([](Opened& opened) {
    for (const std::uint64_t bytes : {8ULL, 4096ULL, 32ULL << 20}) {
      const DeviceMemory memory = opened.backend->Allocate(bytes);
      CHECK_EQ(opened.backend->CountPatternErrors(memory, 42), 0U);
      CHECK_EQ(opened.backend->CountPatternErrors(memory, 43), 0U);
    }
  });
}

TEST(computationCheck_findsHealthyDevicesHealthy) {
  OnEach([](Opened& opened) {
    CHECK_EQ(opened.backend->CountComputationErrors(), 0U);
    CheckDevice(*opened.backend);
  });
}

TEST(checks_findWhatIsWrong) {
  const auto opened = OpenDevice("cuda-0", MAINSTAY_HOST_PLUGIN, kBudgetBytes, 1);
  for (const char* word : {"wrong-memory", "wrong-products"}) {
    ::setenv("MAINSTAY_TEST_DEVICE", word, 1);
    const auto code = FaultOf([&] { CheckDevice(*opened); });
    ::unsetenv("MAINSTAY_TEST_DEVICE");
    CHECK(code == FaultCode::kBackendFailed);
  }
  CheckDevice(*opened);
}

TEST(lanczos_agreesWithTheCpuReference) {
  OnEach([](Opened& opened) {
    for (const LanczosSize& size :
         {LanczosSize{1, 1, 1, 4}, {3, 1, 17, 2}, {2, 17, 1, 4}, {3, 33, 47, 2}, {6, 200, 300, 4}}) {
      std::vector<float> in(size.planes * size.height * size.width);
      for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<float>(i * 37 % 101) / 100.0F;
      std::vector<float> expected(in.size() * size.scale * size.scale);
      std::vector<float> out(expected.size(), -9);
      UpscaleLanczos(size, in, expected, [] {});
      int bands = 0;
      opened.backend->Upscale(size, in, out, [&] { ++bands; });
      CHECK(bands >= 1);
      float worst = 0;
      for (std::size_t i = 0; i < out.size(); ++i) worst = std::max(worst, std::abs(out[i] - expected[i]));
      CHECK(worst <= 1e-5F);
    }
    CHECK_EQ(opened.backend->allocated_bytes(), 0U);
  });
}

TEST(lanczos_stopsWhenAskedAndRefusesSizesThatDoNotFit) {
  OnEach([](Opened& opened) {
    const LanczosSize size{3, 256, 512, 4};
    const std::vector<float> in(3UL * 256 * 512, 0.5F);
    std::vector<float> out(in.size() * 16);
    int bands = 0;
    bool stopped = false;
    try {
      opened.backend->Upscale(size, in, out, [&] {
        if (++bands == 2) throw std::string("stop");
      });
    } catch (const std::string&) {
      stopped = true;
    }
    CHECK(stopped);
    CHECK_EQ(bands, 2);
    bool refused = false;
    try {
      opened.backend->Upscale(size, in, std::span(out).first(out.size() - 1), [] {});
    } catch (const std::invalid_argument&) {
      refused = true;
    }
    CHECK(refused);
    CHECK_EQ(opened.backend->UpscaleBytes({3, 1ULL << 40, 1ULL << 62, 4}), ~0ULL);
    opened.backend->RequireAlive();
  });
}

TEST(inference_computesOnTheDevicesProvider) {
  OnEach([](Opened& opened) {
    if (opened.onnxruntime.empty()) return Skip(opened.id + " inference: set MAINSTAY_CONTRACT_ONNXRUNTIME");
    const OnnxRuntime runtime(opened.onnxruntime);
    RequireProvider(runtime, opened.backend->provider());
    CheckOnnxRuntime(runtime, opened.backend->provider());
    const std::string model = Serialize({.weight = 2, .columns = 64});
    OnnxSession::Settings settings;
    settings.provider = &opened.backend->provider();
    OnnxSession session(runtime, std::as_bytes(std::span(model)), settings);
    session.ReadSignature();
    std::array<float, 8> in{1, 1, 1, 1, 1, 2, 3, 4};
    Shape shape;
    shape.rank = 2;
    shape.dims = {2, 4};
    const RunControl control(runtime);
    const std::array<TensorView, 1> inputs{TensorView{0, shape, std::as_writable_bytes(std::span(in))}};
    const auto computed = session.Run(control, inputs, std::array<TensorView, 1>{});
    const std::span<const std::byte> bytes = computed.at(0).bytes();
    CHECK_EQ(bytes.size(), 2U * 64 * sizeof(float));
    const auto* const values = reinterpret_cast<const float*>(bytes.data());
    for (int i = 0; i < 64; ++i) CHECK(std::abs(values[i] - 8) < 1e-4F && std::abs(values[64 + i] - 20) < 1e-4F);
    opened.backend->RequireAlive();
  });
}

TEST(cudaProvider_inALibraryWithoutIt_isOneClearRefusal) {
  const OnnxRuntime runtime(MAINSTAY_ONNXRUNTIME);
  std::string message;
  try {
    RequireProvider(runtime, {"cuda", {{"device_id", "0"}}});
  } catch (const std::runtime_error& error) {
    message = error.what();
  }
  std::fprintf(stderr, "contract: %s\n", message.c_str());
  CHECK(message.find("cannot compute on cuda") != std::string::npos);
  CHECK(message.find("--onnxruntime") != std::string::npos);
  RequireProvider(runtime, {});  // The library is none the worse for it.
  CheckOnnxRuntime(runtime, {});
}

}  // namespace
}  // namespace mainstay
