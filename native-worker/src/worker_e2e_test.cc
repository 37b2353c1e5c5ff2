// The real worker binary over its real pipes, with the real MiniLM model: the host's view of the main job.

#include <unistd.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <set>

#include "check.h"
#include "clock.h"
#include "exit_status.h"
#include "mainstay_wire/DeviceHealthUpdate.h"
#include "mainstay_wire/Drained.h"
#include "mainstay_wire/Hello.h"
#include "mainstay_wire/InferenceCompleted.h"
#include "mainstay_wire/InferenceProgress.h"
#include "mainstay_wire/ModelLoaded.h"
#include "mainstay_wire/ModelLoadingProgress.h"
#include "mainstay_wire/ModelUnloaded.h"
#include "mainstay_wire/Ping.h"
#include "mainstay_wire/Pong.h"
#include "mainstay_wire/Verified.h"
#include "mainstay_wire/VramUsageUpdate.h"
#include "worker_fixture.h"

namespace mainstay {
namespace {

constexpr std::uint64_t kSecondNs = 1'000'000'000;

TEST(hello_saysWhoItIsAndWhatItMapped) {
  const std::int64_t began_ns = MonotonicNs();
  WorkerFixture worker(WorkerFixture::Setup{.await_hello = false});
  auto message = worker.client().Next();
  const double millis = static_cast<double>(MonotonicNs() - began_ns) / 1e6;
  CHECK(message.has_value());
  auto hello = message->As<wire::Hello>();
  CHECK_EQ(hello.epoch(), WorkerFixture::kEpoch);
  CHECK_EQ(hello.schemaId(), 1);
  CHECK_EQ(hello.schemaVersion(), 0);
  CHECK_EQ(hello.pid(), static_cast<std::uint64_t>(worker.client().pid()));
  CHECK_EQ(hello.threads(), 1U);
  CHECK_EQ(hello.arenaSegments(), 1);
  CHECK_EQ(hello.arenaBytes(), WorkerFixture::kArenaBytes);
  CHECK_EQ(hello.faultInjection(), 1);
  CHECK_EQ(hello.getDeviceIdAsStringView(), "cpu-0");
  CHECK(!hello.getWorkerVersionAsStringView().empty());
  CHECK_EQ(hello.getBackendAsStringView(), "onnxruntime-cpu");
  CHECK(hello.getBackendVersionAsStringView().size() >= 3);
  CHECK(!hello.getDeviceKindAsStringView().empty());
  std::fprintf(stderr, "launch to hello: %.1f ms\n", millis);
}

TEST(announceSchema_isSaidInHello) {
  WorkerFixture worker(WorkerFixture::Setup{.more = {"--announce-schema", "2.5"}, .await_hello = false});
  auto message = worker.client().Next();
  CHECK_EQ(message->As<wire::Hello>().schemaId(), 2);
  CHECK_EQ(message->As<wire::Hello>().schemaVersion(), 5);
}

TEST(load_reportsStagesInOrderAndTheSignature) {
  WorkerFixture worker;
  worker.SendLoad(5);
  float last_percent = -1;
  int last_stage = -1;
  int hashing = 0;
  while (true) {
    auto message = worker.client().Next();
    CHECK(message.has_value());
    if (message->template_id == wire::ModelLoadingProgress::SBE_TEMPLATE_ID) {
      auto progress = message->As<wire::ModelLoadingProgress>();
      CHECK_EQ(progress.correlationId(), 5U);
      CHECK(progress.progressPercentage() >= last_percent);
      CHECK(progress.loadingStageRaw() >= last_stage);
      last_percent = progress.progressPercentage();
      last_stage = progress.loadingStageRaw();
      if (last_stage == wire::LoadStage::HASHING) ++hashing;
      CHECK_EQ(progress.getComponentAsStringView(), "model");
    }
    if (message->template_id != wire::ModelLoaded::SBE_TEMPLATE_ID) continue;
    auto loaded = message->As<wire::ModelLoaded>();
    CHECK(loaded.memoryBytes() > 10'000'000U);
    CHECK(loaded.loadNs() > 0);
    auto& component = loaded.components();
    CHECK_EQ(component.count(), 1U);
    auto& tensors = component.next().tensors();
    std::map<std::string, int> names;
    while (tensors.hasNext()) {
      tensors.next();
      const bool is_output = tensors.isOutput() != 0;
      const int rank = tensors.rank();
      if (is_output) CHECK_EQ(tensors.dims(2), 384);
      names[std::string(tensors.getNameAsStringView())] = is_output ? -rank : rank;
    }
    CHECK_EQ(names.size(), 4U);
    CHECK_EQ(names["input_ids"], 2);
    CHECK_EQ(names["last_hidden_state"], -3);
    break;
  }
  CHECK_EQ(last_stage, static_cast<int>(wire::LoadStage::READY));
  CHECK_EQ(last_percent, 100.0F);
  CHECK(hashing >= 10);
  worker.client().Await(wire::VramUsageUpdate::SBE_TEMPLATE_ID);
}

TEST(infer_computesTheSameBitsEachTimeAndFiniteOnes) {
  WorkerFixture worker;
  worker.Load();
  worker.SendInfer(10, {.wants_progress = true});
  auto progress = worker.client().Await(wire::InferenceProgress::SBE_TEMPLATE_ID);
  CHECK_EQ(progress.As<wire::InferenceProgress>().correlationId(), 10U);
  auto message = worker.client().Await(wire::InferenceCompleted::SBE_TEMPLATE_ID);
  auto completed = message.As<wire::InferenceCompleted>();
  CHECK_EQ(completed.correlationId(), 10U);
  CHECK(completed.computeNs() > 0);
  CHECK(completed.queuedNs() >= 0);
  CHECK(completed.residentBytes() > 10'000'000U);
  auto& output = completed.outputs().next();
  CHECK_EQ(output.rank(), 3);
  CHECK_EQ(output.dims(1), 16);
  CHECK_EQ(output.dims(2), 384);
  CHECK_EQ(output.length(), 16U * 384 * 4);
  CHECK_EQ(output.elementTypeRaw(), 1);
  const std::vector<float> first = worker.Output({});
  double sum = 0;
  for (const float value : first) {
    CHECK(std::isfinite(value));
    sum += std::abs(value);
  }
  CHECK(sum > 100);
  std::memset(worker.arena().bytes().data() + (4 << 20), 0, first.size() * sizeof(float));
  worker.SendInfer(11, {.mask_inline = false});
  worker.AwaitCompleted(11);
  CHECK(worker.Output({}) == first);
}

TEST(infer_badRequestsAreRefusedAndTheWorkerGoesOn) {
  WorkerFixture worker;
  worker.SendInfer(10);
  worker.AwaitFault(10, FaultCode::kUnknownModel);
  worker.Load();
  worker.SendInfer(11, {.output_name = "no_such_output"});
  CHECK(worker.AwaitFault(11, FaultCode::kBadTensor).find("last_hidden_state") != std::string::npos);
  worker.SendInfer(12, {.output_capacity = 64});
  worker.AwaitFault(12, FaultCode::kOutputTooSmall);
  worker.SendInfer(13, {.output_offset = (4 << 20) + 8});
  worker.AwaitFault(13, FaultCode::kArenaRange);
  worker.SendInfer(14, {.output_capacity = 1ULL << 63});
  worker.AwaitFault(14, FaultCode::kArenaRange);
  worker.SendInfer(15, {.first_token = 10'000'000});
  worker.AwaitFault(15, FaultCode::kInferenceFailed);
  worker.SendInfer(16, {.priority = 9});
  worker.AwaitFault(16, FaultCode::kInvalidRequest);
  worker.SendLoad(17);
  worker.AwaitFault(17, FaultCode::kAlreadyLoaded);
  worker.SendUnload(18, "other");
  worker.AwaitFault(18, FaultCode::kUnknownModel);
  worker.SendInfer(19);
  worker.AwaitCompleted(19);
}

TEST(ping_isAnsweredWhileTheComputeThreadIsBusy) {
  WorkerFixture worker;
  worker.Load();
  worker.Arm(InjectedFault::kSlow, InjectionTrigger::kNextInference, 20 * kSecondNs);
  worker.SendInfer(10, {.wants_progress = true});
  worker.client().Await(wire::InferenceProgress::SBE_TEMPLATE_ID);
  std::uint64_t progress = 0;
  for (std::uint64_t sequence = 1; sequence <= 20; ++sequence) {
    worker.SendPing(sequence);
    auto message = worker.client().Await(wire::Pong::SBE_TEMPLATE_ID, 2000);
    auto pong = message.As<wire::Pong>();
    CHECK_EQ(pong.sequence(), sequence);
    CHECK_EQ(pong.sentNs(), 42);
    CHECK_EQ(pong.activeCorrelationId(), 10U);
    CHECK(pong.activeNs() > 0);
    CHECK_EQ(pong.queueDepth(), 1U);
    CHECK_EQ(pong.stateRaw(), static_cast<std::uint8_t>(wire::WorkerState::COMPUTING));
    if (sequence > 1) CHECK_EQ(pong.progress(), progress);  // Liveness is not progress.
    progress = pong.progress();
  }
  worker.SendCancel(10);
  worker.AwaitFault(10, FaultCode::kCancelled);
  worker.SendInfer(11);
  worker.AwaitCompleted(11);
  worker.SendPing(21);
  auto message = worker.client().Await(wire::Pong::SBE_TEMPLATE_ID);
  CHECK(message.As<wire::Pong>().progress() > progress);
}

TEST(cancel_ofAQueuedAndOfAComputingRequest_isAnsweredByCancelled) {
  WorkerFixture worker;
  worker.Load();
  // Large enough to be caught inside ONNX Runtime: 8 documents of 256 tokens take hundreds of milliseconds.
  worker.SendInfer(10, {.wants_progress = true, .batch = 8, .sequence = 256, .first_token = 1000, .mask_inline = false});
  worker.client().Await(wire::InferenceProgress::SBE_TEMPLATE_ID);
  worker.SendInfer(11);
  worker.SendCancel(11);
  worker.AwaitFault(11, FaultCode::kCancelled);
  worker.SendCancel(10);
  worker.AwaitFault(10, FaultCode::kCancelled);
  worker.SendCancel(999);  // Unknown: no answer.
  worker.SendInfer(12);
  worker.AwaitCompleted(12);
}

TEST(deadline_inTheQueueAndWhileComputing_isAnsweredInTime) {
  WorkerFixture worker;
  worker.Load();
  worker.Arm(InjectedFault::kSlow, InjectionTrigger::kNextInference, 20 * kSecondNs);
  const std::int64_t began_ns = MonotonicNs();
  worker.SendInfer(10, {.deadline_ns = 300'000'000, .wants_progress = true});
  worker.client().Await(wire::InferenceProgress::SBE_TEMPLATE_ID);
  worker.SendInfer(11, {.deadline_ns = 50'000'000});
  worker.AwaitFault(11, FaultCode::kDeadlineExceeded);
  worker.AwaitFault(10, FaultCode::kDeadlineExceeded);
  CHECK(MonotonicNs() - began_ns < static_cast<std::int64_t>(10 * kSecondNs));
  worker.SendInfer(12, {.deadline_ns = -1});
  worker.AwaitFault(12, FaultCode::kDeadlineExceeded);
  worker.SendInfer(13, {.deadline_ns = 20'000'000, .batch = 8, .sequence = 256, .first_token = 1000, .mask_inline = false});
  worker.AwaitFault(13, FaultCode::kDeadlineExceeded);
  worker.SendInfer(14, {.deadline_ns = 20'000'000'000});
  worker.AwaitCompleted(14);
}

TEST(priority_ordersTheQueueAndEqualOnesAreFirstInFirstOut) {
  WorkerFixture worker;
  worker.Load();
  worker.Arm(InjectedFault::kSlow, InjectionTrigger::kNextInference, 20 * kSecondNs);
  worker.SendInfer(10, {.wants_progress = true});
  worker.client().Await(wire::InferenceProgress::SBE_TEMPLATE_ID);
  worker.SendInfer(13, {.priority = 3});
  worker.SendInfer(14, {.priority = 3});
  worker.SendInfer(11, {.priority = 0});
  worker.SendInfer(12, {.priority = 1});
  worker.SendCancel(10);
  worker.AwaitFault(10, FaultCode::kCancelled);
  for (const std::uint64_t id : {11, 12, 13, 14}) worker.AwaitCompleted(id);
}

}  // namespace
}  // namespace mainstay
