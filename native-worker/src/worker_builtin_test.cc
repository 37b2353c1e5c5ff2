// The real worker binary over its real pipes: the kernels that it offers under the model id `builtin`.

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "check.h"
#include "lanczos.h"
#include "mainstay_wire/InferenceCompleted.h"
#include "mainstay_wire/InferenceProgress.h"
#include "mainstay_wire/Pong.h"
#include "mainstay_wire/Verified.h"
#include "worker_fixture.h"

namespace mainstay {
namespace {

constexpr std::size_t kOutputOffset = 4 << 20;

/// Asks for `count` pictures of that size, enlarged; the pictures are a pattern in the arena's first bytes.
Infer Ask(WorkerFixture& worker, std::uint64_t id, const std::string& kernel, std::int64_t count, std::int64_t height,
          std::int64_t width) {
  const std::uint64_t values = 3 * static_cast<std::uint64_t>(count) * static_cast<std::uint64_t>(height) *
                               static_cast<std::uint64_t>(width);  // Wraps where a test wants it to.
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(values, kOutputOffset / sizeof(float)); ++i) {
    worker.arena().At<float>(0)[i] = static_cast<float>(i * 37 % 101) / 100.0F;
  }
  Infer infer;
  infer.correlation_id = id;
  infer.model_id = "builtin";
  infer.component = kernel;
  InputTensor image;
  image.name = "image";
  image.element_type = static_cast<std::uint8_t>(ElementType::kFloat32);
  image.place = kPlaceArena;
  image.shape.rank = 4;
  image.shape.dims = {count, 3, height, width};
  image.range = {0, 0, values * sizeof(float)};
  infer.inputs.push_back(image);
  infer.outputs.push_back({"upscaled", kPlaceArena, {0, kOutputOffset, 4 << 20}});
  return infer;
}

TEST(lanczos_isThereWithoutALoad) {
  WorkerFixture worker;
  for (const std::uint32_t scale : {2U, 4U}) {
    Infer infer = Ask(worker, scale, "lanczos-x" + std::to_string(scale), 2, 5, 7);
    infer.wants_progress = true;
    worker.Send(infer);
    worker.client().Await(wire::InferenceProgress::SBE_TEMPLATE_ID);
    auto message = worker.client().Await(wire::InferenceCompleted::SBE_TEMPLATE_ID);
    auto completed = message.As<wire::InferenceCompleted>();
    CHECK_EQ(completed.correlationId(), scale);
    auto& output = completed.outputs().next();
    CHECK_EQ(output.rank(), 4);
    CHECK_EQ(output.dims(0), 2);
    CHECK_EQ(output.dims(1), 3);
    CHECK_EQ(output.dims(2), 5 * scale);
    CHECK_EQ(output.dims(3), 7 * scale);
    CHECK_EQ(output.length(), 2U * 3 * 5 * 7 * scale * scale * sizeof(float));
    std::vector<float> expected(2UL * 3 * 5 * 7 * scale * scale);
    UpscaleLanczos({6, 5, 7, scale}, {worker.arena().At<float>(0), 2 * 3 * 5 * 7}, expected, [] {});
    CHECK_EQ(std::memcmp(expected.data(), worker.arena().At<float>(kOutputOffset), expected.size() * sizeof(float)), 0);
  }
}

TEST(lanczos_ofOnePixel_inTheFrameItself) {
  WorkerFixture worker;
  Infer infer = Ask(worker, 1, "lanczos-x4", 1, 1, 1);
  infer.inputs[0].place = kPlaceInline;
  infer.inputs[0].data.resize(3 * sizeof(float));
  std::memcpy(infer.inputs[0].data.data(), worker.arena().At<float>(0), 3 * sizeof(float));
  infer.outputs[0] = {"upscaled", kPlaceInline, {0, 0, 4096}};
  worker.Send(infer);
  auto message = worker.client().Await(wire::InferenceCompleted::SBE_TEMPLATE_ID);
  auto completed = message.As<wire::InferenceCompleted>();
  auto& output = completed.outputs().next();
  static_cast<void>(output.getNameAsStringView());
  const std::string_view data = output.getDataAsStringView();
  CHECK_EQ(data.size(), 3U * 16 * sizeof(float));
  float last = 0;
  std::memcpy(&last, data.data() + data.size() - sizeof last, sizeof last);
  CHECK(last > 0.7399F && last < 0.7401F);
}

TEST(lanczos_refusesWhatDoesNotFit) {
  WorkerFixture worker;
  Infer infer = Ask(worker, 1, "lanczos-x2", 1, 100'000, 100'000);  // 120 GB.
  worker.Send(infer);
  worker.AwaitFault(1, FaultCode::kArenaRange);

  infer = Ask(worker, 2, "lanczos-x4", 1, 1LL << 31, 1LL << 31);
  infer.inputs[0].range.length = 64;
  worker.Send(infer);
  worker.AwaitFault(2, FaultCode::kBadTensor);

  infer = Ask(worker, 3, "lanczos-x4", 1, 256, 256);  // 12.6 MB for 4 MiB of room.
  worker.Send(infer);
  CHECK(worker.AwaitFault(3, FaultCode::kOutputTooSmall).find("[1, 3, 1024, 1024]") != std::string::npos);

  for (const std::size_t dimension : {0, 2, 3}) {
    infer = Ask(worker, 4, "lanczos-x2", 1, 8, 8);
    infer.inputs[0].shape.dims[dimension] = 0;
    infer.inputs[0].range.length = 0;
    worker.Send(infer);
    CHECK(worker.AwaitFault(4, FaultCode::kBadTensor).find("dimension of 0") != std::string::npos);
  }

  infer = Ask(worker, 5, "lanczos-x2", 1, 8, 8);
  infer.inputs[0].shape.dims[1] = 4;
  infer.inputs[0].range.length = 4UL * 64 * sizeof(float);
  worker.Send(infer);
  worker.AwaitFault(5, FaultCode::kBadTensor);

  worker.Send(Ask(worker, 6, "lanczos-x3", 1, 8, 8));
  CHECK(worker.AwaitFault(6, FaultCode::kUnknownModel).find("lanczos-x2") != std::string::npos);
}

TEST(lanczos_beyondTheMemoryBudget_isRefused) {
  WorkerFixture worker(WorkerFixture::Setup{.budget = "1000000"});  // The worker itself uses more.
  worker.Send(Ask(worker, 1, "lanczos-x2", 1, 8, 8));
  CHECK(worker.AwaitFault(1, FaultCode::kMemoryBudgetExceeded).find("budget of 1000000") != std::string::npos);
}

TEST(lanczos_countsAsProgressAndHeedsCancelAndDeadline) {
  // A picture of 2000 x 600 pixels: tens of milliseconds of work in some 230 bands.
  TestArena large(256UL << 20);
  WorkerFixture worker(WorkerFixture::Setup{.more = {"--arena", large.path()}});
  const auto ask = [&](std::uint64_t id) {
    Infer infer = Ask(worker, id, "lanczos-x4", 1, 2000, 600);
    infer.inputs[0].range = {1, 0, 3UL * 2000 * 600 * sizeof(float)};
    infer.outputs[0].range = {1, 16UL << 20, 240UL << 20};
    return infer;
  };
  worker.SendPing(1);
  const std::uint64_t before = worker.client().Await(wire::Pong::SBE_TEMPLATE_ID).As<wire::Pong>().progress();
  worker.Send(ask(10));
  worker.AwaitCompleted(10);
  worker.SendPing(2);
  const std::uint64_t after = worker.client().Await(wire::Pong::SBE_TEMPLATE_ID).As<wire::Pong>().progress();
  CHECK(after - before >= 3UL * 8000 * 2400 / (1 << 18));

  Infer infer = ask(11);
  infer.wants_progress = true;
  worker.Send(infer);
  worker.client().Await(wire::InferenceProgress::SBE_TEMPLATE_ID);
  worker.SendCancel(11);
  worker.AwaitFault(11, FaultCode::kCancelled);

  infer = ask(12);
  infer.deadline_ns = 10'000'000;
  worker.Send(infer);
  worker.AwaitFault(12, FaultCode::kDeadlineExceeded);
}

TEST(builtin_canBeVerifiedButNeitherLoadedNorUnloaded) {
  WorkerFixture worker;
  worker.Send(VerifyModel{1, 0, "builtin"});
  auto message = worker.client().Await(wire::Verified::SBE_TEMPLATE_ID);
  CHECK_EQ(message.As<wire::Verified>().correlationId(), 1U);
  CHECK(message.As<wire::Verified>().computeNs() > 0);
  worker.SendLoad(2, {.model_id = "builtin"});
  CHECK(worker.AwaitFault(2, FaultCode::kInvalidRequest).find("loaded") != std::string::npos);
  worker.SendUnload(3, "builtin");
  worker.AwaitFault(3, FaultCode::kInvalidRequest);
}

}  // namespace
}  // namespace mainstay
