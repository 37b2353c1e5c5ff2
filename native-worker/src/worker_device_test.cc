// The real worker binary over its real pipes: devices behind a plug-in library, and devices that are not there.

#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "exit_status.h"
#include "lanczos.h"
#include "mainstay_wire/DeviceHealthUpdate.h"
#include "mainstay_wire/Hello.h"
#include "mainstay_wire/InferenceCompleted.h"
#include "mainstay_wire/Verified.h"
#include "worker_fixture.h"

namespace mainstay {
namespace {

constexpr std::size_t kOutputOffset = 1 << 20;

/// What the test device shall do wrong, for as long as this lives.
class Misbehaviour {
 public:
  explicit Misbehaviour(const char* word) { ::setenv("MAINSTAY_TEST_DEVICE", word, 1); }
  ~Misbehaviour() { ::unsetenv("MAINSTAY_TEST_DEVICE"); }
};

/// How a start ended that cannot work.
struct Refusal {
  int exit_code = -1;
  std::string stderr_text;
};

Refusal Refused(const std::string& device, const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"--device",        device,
                                        "--epoch",         "7",
                                        "--threads",       "1",
                                        "--memory-budget", "0",
                                        "--host-pid",      std::to_string(::getpid()),
                                        "--onnxruntime",   MAINSTAY_ONNXRUNTIME};
  arguments.insert(arguments.end(), more.begin(), more.end());
  WorkerClient worker(arguments);
  Refusal refusal;
  refusal.exit_code = worker.AwaitEnd().exit_code.value_or(-1);
  refusal.stderr_text = worker.Stderr();
  return refusal;
}

bool Has(const Refusal& refusal, const std::string& text) {
  if (refusal.stderr_text.find(text) != std::string::npos) return true;
  std::fprintf(stderr, "not in: %s\n", refusal.stderr_text.c_str());
  return false;
}

WorkerFixture::Setup OnHostPlugin() {
  return {.more = {"--device-plugin", MAINSTAY_HOST_PLUGIN}, .await_hello = false, .device = "cuda-1"};
}

Infer AskLanczos(WorkerFixture& worker, std::uint64_t id) {
  constexpr std::uint64_t kValues = 3 * 8 * 8;
  for (std::uint64_t i = 0; i < kValues; ++i) worker.arena().At<float>(0)[i] = static_cast<float>(i % 7);
  Infer infer;
  infer.correlation_id = id;
  infer.model_id = "builtin";
  infer.component = "lanczos-x2";
  InputTensor image;
  image.name = "image";
  image.element_type = static_cast<std::uint8_t>(ElementType::kFloat32);
  image.place = kPlaceArena;
  image.shape.rank = 4;
  image.shape.dims = {1, 3, 8, 8};
  image.range = {0, 0, kValues * sizeof(float)};
  infer.inputs.push_back(image);
  infer.outputs.push_back({"upscaled", kPlaceArena, {0, kOutputOffset, 4 * kValues * sizeof(float)}});
  return infer;
}

TEST(start_onADeviceThatIsNotThere_saysOneLineAndItsOwnExitCode) {
  const int missing = static_cast<int>(ExitStatus::kDeviceMissing);
  const auto one_line = [](const Refusal& refusal) {
    return std::count(refusal.stderr_text.begin(), refusal.stderr_text.end(), '\n') == 1;
  };

  Refusal refusal = Refused("cuda-0", {"--device-plugin", "/no/such/libmainstay-cuda.so"});
  CHECK_EQ(refusal.exit_code, missing);
  CHECK(one_line(refusal));
  CHECK(Has(refusal, "event=device-missing"));
  CHECK(Has(refusal, "/no/such/libmainstay-cuda.so"));
  CHECK(Has(refusal, "--device-plugin"));

  refusal = Refused("cuda-0", {"--device-plugin", "libm.so.6"});
  CHECK_EQ(refusal.exit_code, missing);
  CHECK(Has(refusal, "MainstayGetDevicePlugin"));

  refusal = Refused("cuda-7", {"--device-plugin", MAINSTAY_HOST_PLUGIN});
  CHECK_EQ(refusal.exit_code, missing);
  CHECK(one_line(refusal));
  CHECK(Has(refusal, "there is no host-7: this machine has 2 host devices"));

  {
    const Misbehaviour none("no-driver");
    refusal = Refused("cuda-0", {"--device-plugin", MAINSTAY_HOST_PLUGIN});
    CHECK_EQ(refusal.exit_code, missing);
    CHECK(Has(refusal, "the test driver is not installed"));
  }
  const Misbehaviour old("old-version");
  refusal = Refused("cuda-0", {"--device-plugin", MAINSTAY_HOST_PLUGIN});
  CHECK_EQ(refusal.exit_code, missing);
  CHECK(Has(refusal, "from one build"));
}

TEST(start_onCudaWithoutADriver_saysWhatToDo) {
  if (std::string(MAINSTAY_CUDA_PLUGIN).empty()) {
    std::fprintf(stderr, "SKIPPED: the CUDA plug-in is not in this build (no nvcc, or sanitized)\n");
    return;
  }
  if (::access("/dev/nvidiactl", F_OK) == 0) {
    std::fprintf(stderr, "SKIPPED: this machine has an NVIDIA driver\n");
    return;
  }
  const Refusal refusal = Refused("cuda-0", {"--device-plugin", MAINSTAY_CUDA_PLUGIN});
  CHECK_EQ(refusal.exit_code, static_cast<int>(ExitStatus::kDeviceMissing));
  CHECK_EQ(std::count(refusal.stderr_text.begin(), refusal.stderr_text.end(), '\n'), 1);
  CHECK(Has(refusal, "cuda-0: no cuda device: no NVIDIA driver on this machine"));
  CHECK(Has(refusal, "install the driver"));
  CHECK(Has(refusal, "--device cpu-0"));
}

TEST(start_onADeviceThatComputesNonsense_isRefused) {
  for (const char* word : {"wrong-memory", "wrong-products"}) {
    const Misbehaviour wrong(word);
    const Refusal refusal = Refused("cuda-0", {"--device-plugin", MAINSTAY_HOST_PLUGIN});
    CHECK_EQ(refusal.exit_code, static_cast<int>(ExitStatus::kSelfCheckFailed));
    CHECK(Has(refusal, "the device"));
  }
}

TEST(plugin_isTheDeviceThatTheWorkerComputesOn) {
  WorkerFixture worker(OnHostPlugin());
  auto message = worker.client().Await(wire::Hello::SBE_TEMPLATE_ID);
  auto hello = message.As<wire::Hello>();
  CHECK_EQ(hello.getDeviceIdAsStringView(), "cuda-1");
  static_cast<void>(hello.getWorkerVersionAsStringView());
  CHECK_EQ(hello.getBackendAsStringView(), "onnxruntime-host");
  static_cast<void>(hello.getBackendVersionAsStringView());
  CHECK_EQ(hello.getDeviceKindAsStringView(), "host memory for tests");
  worker.Send(AskLanczos(worker, 5));
  worker.AwaitCompleted(5);
  std::vector<float> expected(3UL * 16 * 16);
  UpscaleLanczos({3, 8, 8, 2}, {worker.arena().At<float>(0), 3UL * 8 * 8}, expected, [] {});
  CHECK_EQ(std::memcmp(expected.data(), worker.arena().At<float>(kOutputOffset), expected.size() * sizeof(float)), 0);
  worker.Send(VerifyModel{6, 0, "builtin"});
  worker.client().Await(wire::Verified::SBE_TEMPLATE_ID);
  message = worker.client().Await(wire::DeviceHealthUpdate::SBE_TEMPLATE_ID);
  auto health = message.As<wire::DeviceHealthUpdate>();
  CHECK_EQ(health.temperatureCelsius(), 61.0F);
  CHECK_EQ(health.utilizationPercent(), 7.0F);
  CHECK_EQ(health.errorCount(), 3U);
}

TEST(outOfDeviceMemory_endsTheRequestOnly) {
  const Misbehaviour oom("lanczos-out-of-memory");
  WorkerFixture worker(OnHostPlugin());
  worker.client().Await(wire::Hello::SBE_TEMPLATE_ID);
  for (const std::uint64_t id : {5, 6}) {
    worker.Send(AskLanczos(worker, id));
    CHECK(worker.AwaitFault(id, FaultCode::kOutOfMemory).find("no memory for the planes") != std::string::npos);
  }
  worker.Load();
  worker.SendInfer(7);
  worker.AwaitCompleted(7);
}

TEST(lostDevice_endsTheWorkerWithItsOwnExitCode) {
  const Misbehaviour lost("lanczos-lost");
  WorkerFixture worker(OnHostPlugin());
  worker.client().Await(wire::Hello::SBE_TEMPLATE_ID);
  worker.Send(AskLanczos(worker, 5));
  CHECK(worker.AwaitFault(0, FaultCode::kBackendFailed).find("the context is corrupt") != std::string::npos);
  CHECK(!worker.client().Next().has_value());
  CHECK_EQ(worker.client().AwaitEnd().exit_code.value_or(-1), static_cast<int>(ExitStatus::kDeviceLost));
  CHECK(worker.client().Stderr().find("event=device-lost") != std::string::npos);
}

}  // namespace
}  // namespace mainstay
