// The real worker binary over its real pipes, with the real MiniLM model: the host's view of the main job.

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "check.h"
#include "clock.h"
#include "exit_status.h"
#include "host_encoder.h"
#include "mainstay_wire/DeviceHealthUpdate.h"
#include "mainstay_wire/Drained.h"
#include "mainstay_wire/Fault.h"
#include "mainstay_wire/Hello.h"
#include "mainstay_wire/InferenceCompleted.h"
#include "mainstay_wire/InferenceProgress.h"
#include "mainstay_wire/ModelLoaded.h"
#include "mainstay_wire/ModelLoadingProgress.h"
#include "mainstay_wire/ModelUnloaded.h"
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

TEST(queueDepth_isABound) {
  WorkerFixture worker(WorkerFixture::Setup{.more = {"--queue-depth", "2"}});
  worker.Load();
  worker.Arm(InjectedFault::kSlow, InjectionTrigger::kNextInference, 20 * kSecondNs);
  worker.SendInfer(10, {.wants_progress = true});
  worker.client().Await(wire::InferenceProgress::SBE_TEMPLATE_ID);
  for (const std::uint64_t id : {11, 12, 13}) worker.SendInfer(id);
  worker.AwaitFault(13, FaultCode::kQueueFull);
  worker.SendCancel(10);
  worker.AwaitFault(10, FaultCode::kCancelled);
  worker.AwaitCompleted(11);
  worker.AwaitCompleted(12);
}

TEST(frames_ofAnotherEpochAndUnknownTemplates_areCountedAndSkipped) {
  WorkerFixture worker;
  worker.Send(Ping{1, 0}, WorkerFixture::kEpoch + 1);
  // A frame of a template that does not exist yet: a Ping with another number in its header.
  std::vector<std::byte> frame = EncodeHostMessage(Ping{1, 0}, WorkerFixture::kEpoch);
  const std::uint16_t unknown = 98;
  std::memcpy(frame.data() + kFrameHeaderBytes + 2, &unknown, sizeof unknown);
  worker.client().SendRaw(frame);
  worker.SendPing(2);
  auto message = worker.client().Await(wire::Pong::SBE_TEMPLATE_ID);
  CHECK_EQ(message.As<wire::Pong>().sequence(), 2U);
  CHECK_EQ(message.As<wire::Pong>().droppedFrames(), 2U);
}

TEST(unload_freesMemoryAndForgetsTheModel) {
  WorkerFixture worker;
  worker.Load();
  worker.SendUnload(20);
  auto message = worker.client().Await(wire::ModelUnloaded::SBE_TEMPLATE_ID);
  CHECK_EQ(message.As<wire::ModelUnloaded>().correlationId(), 20U);
#ifndef __SANITIZE_ADDRESS__  // Its allocator keeps freed memory.
  CHECK(message.As<wire::ModelUnloaded>().freedBytes() > 10'000'000U);
#endif
  worker.client().Await(wire::VramUsageUpdate::SBE_TEMPLATE_ID);
  worker.SendInfer(21);
  worker.AwaitFault(21, FaultCode::kUnknownModel);
  worker.Load();
  worker.SendInfer(22);
  worker.AwaitCompleted(22);
}

TEST(verify_hashesTheFileAgainAndComputes) {
  WorkerFixture worker;
  const std::string path = ScratchPath("verified.onnx");
  std::filesystem::copy_file(MAINSTAY_MODEL, path);
  worker.SendLoad(5, {.path = path});
  worker.client().Await(wire::ModelLoaded::SBE_TEMPLATE_ID);
  worker.SendVerify(20);
  auto message = worker.client().Await(wire::Verified::SBE_TEMPLATE_ID);
  CHECK_EQ(message.As<wire::Verified>().correlationId(), 20U);
  CHECK(message.As<wire::Verified>().computeNs() > 0);
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(20'000'000);
  file.put('\x55');
  file.close();
  worker.SendVerify(21);
  worker.AwaitFault(21, FaultCode::kChecksumMismatch);
  std::filesystem::remove(path);
  worker.SendVerify(22);
  worker.AwaitFault(22, FaultCode::kModelFileUnreadable);
  worker.SendInfer(23);
  worker.AwaitCompleted(23);
}

TEST(optimizedCopy_isWrittenWholeAndComputesTheSameBits) {
  WorkerFixture worker;
  const std::string copy = ScratchPath("optimized.copy");
  worker.SendLoad(5, {.optimized_path = copy});
  auto message = worker.client().Await(wire::ModelLoaded::SBE_TEMPLATE_ID);
  auto loaded = message.As<wire::ModelLoaded>();
  auto& component = loaded.components().next();
  Sha256Digest said{};
  for (std::size_t i = 0; i < said.size(); ++i) said[i] = component.optimizedSha256(i);
  CHECK(said == FileSha256(copy));
  worker.SendInfer(6);
  worker.AwaitCompleted(6);
  const std::vector<float> plain = worker.Output({});
  worker.SendUnload(7);
  worker.client().Await(wire::ModelUnloaded::SBE_TEMPLATE_ID);
  std::memset(worker.arena().bytes().data() + (4 << 20), 0, plain.size() * sizeof(float));
  worker.SendLoad(8, {.path = copy, .pre_optimized = true});
  worker.client().Await(wire::ModelLoaded::SBE_TEMPLATE_ID);
  worker.SendVerify(9);
  worker.client().Await(wire::Verified::SBE_TEMPLATE_ID);
  worker.SendInfer(10);
  worker.AwaitCompleted(10);
  CHECK(worker.Output({}) == plain);
  for (const auto& left : std::filesystem::directory_iterator(std::filesystem::path(copy).parent_path())) {
    CHECK(left.path().string().find(".writing-") == std::string::npos);
  }
}

TEST(optimizedCopy_thatCannotBeWritten_doesNotFailTheLoad) {
  WorkerFixture worker;
  worker.SendLoad(5, {.optimized_path = "/no/such/directory/model.copy"});
  auto message = worker.client().Await(wire::ModelLoaded::SBE_TEMPLATE_ID);
  auto loaded = message.As<wire::ModelLoaded>();
  auto& component = loaded.components().next();
  for (std::size_t i = 0; i < 32; ++i) CHECK_EQ(component.optimizedSha256(i), 0);
}

TEST(load_ofABadFile_namesTheReason) {
  WorkerFixture worker;
  worker.SendLoad(5, {.path = "/no/such/model.onnx", .sha256 = Sha256Digest{}, .file_bytes = 10});
  worker.AwaitFault(5, FaultCode::kModelFileUnreadable);
  worker.SendLoad(6, {.path = "/tmp", .sha256 = Sha256Digest{}, .file_bytes = 10});
  worker.AwaitFault(6, FaultCode::kModelFileUnreadable);
  worker.SendLoad(7, {.sha256 = Sha256Digest{}});
  worker.AwaitFault(7, FaultCode::kChecksumMismatch);

  const std::string truncated = ScratchPath("truncated.onnx");
  std::filesystem::copy_file(MAINSTAY_MODEL, truncated);
  std::filesystem::resize_file(truncated, 10'000'000);
  worker.SendLoad(8, {.path = truncated, .sha256 = FileSha256(MAINSTAY_MODEL), .file_bytes = FileBytes(MAINSTAY_MODEL)});
  CHECK(worker.AwaitFault(8, FaultCode::kChecksumMismatch).find("10000000") != std::string::npos);
  worker.SendLoad(9, {.path = truncated});
  worker.AwaitFault(9, FaultCode::kModelCorrupt);

  const std::string text = ScratchPath("text.onnx");
  std::ofstream(text) << "This is no model.";
  worker.SendLoad(10, {.path = text});
  worker.AwaitFault(10, FaultCode::kModelCorrupt);
  worker.SendLoad(11, {.path = "relative.onnx", .sha256 = Sha256Digest{}, .file_bytes = 1});
  worker.AwaitFault(11, FaultCode::kInvalidRequest);
  worker.SendLoad(12, {.model_id = ""});
  worker.AwaitFault(12, FaultCode::kInvalidRequest);
  worker.Load();
}

TEST(load_overTheBudget_isRefusedBeforeAndAfter) {
  WorkerFixture worker(WorkerFixture::Setup{.budget = "1500000000"});
  worker.SendLoad(5, {.estimate = 1'600'000'000});
  worker.AwaitFault(5, FaultCode::kMemoryBudgetExceeded);
  worker.Load();
#ifndef __SANITIZE_ADDRESS__
  // An estimate that lies: the load itself shows that it does not fit, and nothing stays loaded.
  WorkerFixture small(WorkerFixture::Setup{.budget = "30000000"});
  small.SendLoad(6, {.estimate = 1});
  small.AwaitFault(6, FaultCode::kMemoryBudgetExceeded);
  small.SendInfer(7);
  small.AwaitFault(7, FaultCode::kUnknownModel);
#endif
}

TEST(load_canBeCancelled) {
  WorkerFixture worker;
  worker.SendLoad(5);
  worker.client().Await(wire::ModelLoadingProgress::SBE_TEMPLATE_ID);
  worker.SendCancel(5);
  worker.AwaitFault(5, FaultCode::kCancelled);
  worker.Load();
}

TEST(health_comesEverySecond) {
  WorkerFixture worker;
  worker.Load();
  const std::int64_t began_ns = MonotonicNs();
  auto first = worker.client().Await(wire::DeviceHealthUpdate::SBE_TEMPLATE_ID);
  auto second = worker.client().Await(wire::DeviceHealthUpdate::SBE_TEMPLATE_ID);
  CHECK(MonotonicNs() - began_ns > 900'000'000);
  auto health = second.As<wire::DeviceHealthUpdate>();
  CHECK(health.utilizationPercent() >= 0 && health.utilizationPercent() <= 100);
  CHECK(health.memoryUsage() > 0 && health.memoryUsage() <= 1);
  CHECK_EQ(health.errorCount(), 0U);
}

TEST(drain_answersWhatIsQueuedThenLeaves) {
  WorkerFixture worker;
  worker.Load();
  for (const std::uint64_t id : {10, 11, 12}) worker.SendInfer(id);
  worker.SendDrain(30);
  worker.SendInfer(13);
  std::set<std::uint64_t> completed;
  bool refused = false;
  while (true) {
    auto message = worker.client().Next();
    CHECK(message.has_value());
    if (message->template_id == wire::InferenceCompleted::SBE_TEMPLATE_ID) {
      completed.insert(message->As<wire::InferenceCompleted>().correlationId());
    } else if (message->template_id == wire::Fault::SBE_TEMPLATE_ID) {
      CHECK_EQ(message->As<wire::Fault>().correlationId(), 13U);
      CHECK_EQ(message->As<wire::Fault>().codeRaw(), static_cast<std::uint16_t>(FaultCode::kDraining));
      refused = true;
    } else if (message->template_id == wire::Drained::SBE_TEMPLATE_ID) {
      CHECK_EQ(message->As<wire::Drained>().correlationId(), 30U);
      CHECK_EQ(message->As<wire::Drained>().completed(), 3U);
      break;
    }
  }
  CHECK(refused);
  CHECK_EQ(completed.size(), 3U);
  CHECK(!worker.client().Next().has_value());
  CHECK_EQ(worker.client().AwaitEnd().exit_code.value_or(-1), static_cast<int>(ExitStatus::kDone));
}

TEST(drain_leavesAtItsDeadlineWithTheRestUnanswered) {
  WorkerFixture worker;
  worker.Load();
  worker.Arm(InjectedFault::kHangCompute, InjectionTrigger::kNextInference);
  worker.SendInfer(10);
  worker.SendDrain(30, 200'000'000);
  auto message = worker.client().Await(wire::Drained::SBE_TEMPLATE_ID);
  CHECK_EQ(message.As<wire::Drained>().completed(), 0U);
  CHECK_EQ(worker.client().AwaitEnd().exit_code.value_or(-1), static_cast<int>(ExitStatus::kDone));
}

TEST(endOfStdin_endsTheWorkerEvenWhileItComputes) {
  WorkerFixture worker;
  worker.Load();
  worker.Arm(InjectedFault::kHangCompute, InjectionTrigger::kNextInference);
  worker.SendInfer(10);
  worker.client().CloseStdin();
  CHECK_EQ(worker.client().AwaitEnd().exit_code.value_or(-1), static_cast<int>(ExitStatus::kDone));
}

TEST(garbageOnStdin_endsTheWorkerNamingTheOffset) {
  for (const int kind : {0, 1, 2, 3, 4}) {
    WorkerFixture worker;
    worker.SendPing(1);
    worker.client().Await(wire::Pong::SBE_TEMPLATE_ID);
    std::vector<std::byte> bytes(64, std::byte{0x5A});
    if (kind == 1) EncodeFrameHeader(bytes.data(), 7);                   // Shorter than its headers.
    if (kind == 2) EncodeFrameHeader(bytes.data(), kFrameBytesMax + 1);  // Longer than the limit.
    if (kind == 3) EncodeFrameHeader(bytes.data(), 64);                  // A body of another schema.
    if (kind == 4) {
      EncodeFrameHeader(bytes.data(), 200);  // Cut by the end of the stream.
      worker.client().SendRaw(bytes);
      worker.client().CloseStdin();
    } else {
      worker.client().SendRaw(bytes);
    }
    // The Ping before it was one frame of 38 bytes.
    CHECK(worker.AwaitFault(0, FaultCode::kProtocolError).find("byte 38") != std::string::npos);
    CHECK_EQ(worker.client().AwaitEnd().exit_code.value_or(-1), static_cast<int>(ExitStatus::kProtocolError));
    CHECK(worker.client().Stderr().find("offset=38") != std::string::npos);
  }
}

TEST(injection_isRefusedWithoutItsFlagAndWhenItMakesNoSense) {
  WorkerFixture plain(WorkerFixture::Setup{.fault_injection = false});
  plain.SendInject(5, InjectedFault::kCrash, InjectionTrigger::kNow);
  plain.AwaitFault(5, FaultCode::kInjectionDisabled);
  WorkerFixture worker;
  worker.SendInject(6, static_cast<InjectedFault>(77), InjectionTrigger::kNow);
  worker.AwaitFault(6, FaultCode::kInvalidRequest);
  worker.SendInject(7, InjectedFault::kCrash, InjectionTrigger::kNow, 0, "marker");
  worker.AwaitFault(7, FaultCode::kInvalidRequest);
  worker.SendInject(8, InjectedFault::kOom, InjectionTrigger::kNow);  // No limit at all: would take the machine.
  worker.AwaitFault(8, FaultCode::kInvalidRequest);
}

TEST(crash_endsByASignal) {
  for (const auto trigger : {InjectionTrigger::kNow, InjectionTrigger::kNextLoad, InjectionTrigger::kNextInference}) {
    WorkerFixture worker;
    if (trigger == InjectionTrigger::kNextInference) worker.Load();
    worker.Arm(InjectedFault::kCrash, trigger);
    if (trigger == InjectionTrigger::kNextLoad) worker.SendLoad(5);
    if (trigger == InjectionTrigger::kNextInference) worker.SendInfer(5);
    CHECK_EQ(worker.client().AwaitEnd().signal.value_or(-1), SIGSEGV);
  }
}

TEST(crash_withAMarker_firesOnlyOnTheRequestThatCarriesIt) {
  WorkerFixture worker;
  worker.Load();
  const std::int64_t poison = 20'000;
  worker.Arm(InjectedFault::kCrash, InjectionTrigger::kNextInference, 0,
             std::string(reinterpret_cast<const char*>(&poison), sizeof poison));
  worker.SendInfer(10);
  worker.AwaitCompleted(10);
  worker.SendInfer(11, {.first_token = 20'000});
  CHECK_EQ(worker.client().AwaitEnd().signal.value_or(-1), SIGSEGV);
}

TEST(hangCompute_stopsProgressButNotPings) {
  WorkerFixture worker;
  worker.Arm(InjectedFault::kHangCompute, InjectionTrigger::kNow);
  worker.SendLoad(5);
  std::uint64_t progress = 0;
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
    worker.SendPing(sequence);
    auto message = worker.client().Await(wire::Pong::SBE_TEMPLATE_ID);
    auto pong = message.As<wire::Pong>();
    CHECK(pong.queueDepth() >= 1U);
    if (sequence == 3) CHECK_EQ(pong.progress(), progress);
    progress = pong.progress();
    worker.client().Await(wire::DeviceHealthUpdate::SBE_TEMPLATE_ID);
  }
}

TEST(hangIo_stopsAnswersWhileTheProcessLives) {
  WorkerFixture worker;
  worker.Arm(InjectedFault::kHangIo, InjectionTrigger::kNow);
  worker.SendPing(1);
  pollfd readable{worker.client().stdout_fd(), POLLIN, 0};
  CHECK_EQ(::poll(&readable, 1, 1500), 0);  // Neither a Pong nor the health of each second.
  CHECK_EQ(::kill(worker.client().pid(), 0), 0);
}

TEST(slow_holdsForEveryInferenceUntilItIsEnded) {
  WorkerFixture worker;
  worker.Load();
  worker.Arm(InjectedFault::kSlow, InjectionTrigger::kNow, 150'000'000);
  for (const std::uint64_t id : {10, 11}) {
    worker.SendInfer(id);
    auto message = worker.client().Await(wire::InferenceCompleted::SBE_TEMPLATE_ID);
    CHECK(message.As<wire::InferenceCompleted>().computeNs() >= 150'000'000);
  }
  worker.Arm(InjectedFault::kSlow, InjectionTrigger::kNow, 0);
  worker.SendInfer(12);
  worker.AwaitCompleted(12);
}

TEST(garbageFrame_breaksTheStream) {
  WorkerFixture worker;
  worker.Arm(InjectedFault::kGarbageFrame, InjectionTrigger::kNow);
  CHECK(worker.client().AwaitGarbage());
}

TEST(partialFrame_isHalfAFrameThenTheEnd) {
  WorkerFixture worker;
  worker.Load();
  worker.Arm(InjectedFault::kPartialFrame, InjectionTrigger::kNextInference);
  worker.SendInfer(5);
  CHECK(worker.client().AwaitCutFrame() > 0);
  CHECK_EQ(worker.client().AwaitEnd().exit_code.value_or(-1), static_cast<int>(ExitStatus::kInternal));
}

TEST(oom_endsWithItsExitCode) {
#ifdef __SANITIZE_ADDRESS__  // Its shadow memory alone is over any limit; the budget stands in.
  WorkerFixture worker(WorkerFixture::Setup{.budget = "800000000"});
#else
  WorkerFixture worker(WorkerFixture::Setup{.more = {"--data-limit", "400000000"}});
#endif
  worker.Arm(InjectedFault::kOom, InjectionTrigger::kNow);
  worker.AwaitFault(0, FaultCode::kOutOfMemory);
  CHECK_EQ(worker.client().AwaitEnd().exit_code.value_or(-1), static_cast<int>(ExitStatus::kOutOfMemory));
}

TEST(wrongEpoch_showsInEveryLaterFrame) {
  WorkerFixture worker;
  worker.Arm(InjectedFault::kWrongEpoch, InjectionTrigger::kNow);
  worker.SendPing(1);
  CHECK_EQ(worker.client().Await(wire::Pong::SBE_TEMPLATE_ID).epoch, WorkerFixture::kEpoch + 1);
}

TEST(refuseLoad_forTheNextLoadOrForAll) {
  WorkerFixture worker;
  worker.Arm(InjectedFault::kRefuseLoad, InjectionTrigger::kNextLoad);
  worker.SendLoad(5);
  worker.AwaitFault(5, FaultCode::kLoadRefused);
  worker.Load();
  worker.Arm(InjectedFault::kRefuseLoad, InjectionTrigger::kNow);
  for (const std::uint64_t id : {6, 7}) {
    worker.SendLoad(id, {.model_id = "another"});
    worker.AwaitFault(id, FaultCode::kLoadRefused);
  }
}

int ExitOf(const std::vector<std::string>& arguments) { return WorkerClient(arguments).AwaitEnd().exit_code.value_or(-1); }

TEST(start_thatCannotWork_endsWithItsOwnExitCode) {
  const std::string pid = std::to_string(::getpid());
  const auto with = [&](const std::string& host_pid, const std::string& library, const std::string& arena) {
    return ExitOf({"--device", "cpu-0", "--epoch", "1", "--host-pid", host_pid, "--threads", "1", "--memory-budget", "0",
                   "--onnxruntime", library, "--arena", arena});
  };
  TestArena arena(4096);
  CHECK_EQ(with("1", MAINSTAY_ONNXRUNTIME, arena.path()), static_cast<int>(ExitStatus::kWrongHost));
  CHECK_EQ(with(pid, "/no/such/libonnxruntime.so", arena.path()), static_cast<int>(ExitStatus::kBackendMissing));
  CHECK_EQ(with(pid, "libm.so.6", arena.path()), static_cast<int>(ExitStatus::kBackendMissing));
  CHECK_EQ(with(pid, MAINSTAY_ONNXRUNTIME, "/no/such/arena"), static_cast<int>(ExitStatus::kArenaUnmappable));
  CHECK_EQ(with(pid, MAINSTAY_ONNXRUNTIME, "/dev/null"), static_cast<int>(ExitStatus::kArenaUnmappable));
  CHECK_EQ(ExitOf({"--epoch"}), static_cast<int>(ExitStatus::kUsage));
  CHECK_EQ(ExitOf({"--version"}), static_cast<int>(ExitStatus::kDone));
  CHECK_EQ(ExitOf({"--self-check", "--onnxruntime", MAINSTAY_ONNXRUNTIME}), static_cast<int>(ExitStatus::kDone));
}

TEST(worker_diesWithItsHost) {
  // A shell plays the host: the worker is its child and holds our pipes. Killing the shell leaves stdin open.
  TestArena arena(4096);
  WorkerClient shell({"-c",
                      std::string("\"$0\" --device cpu-0 --epoch 7 --host-pid $$ --threads 1 --memory-budget 0 --onnxruntime ") +
                          MAINSTAY_ONNXRUNTIME + " --arena " + arena.path() + " <&3 3<&- & wait",
                      MAINSTAY_WORKER},
                     "/bin/sh");
  shell.Await(wire::Hello::SBE_TEMPLATE_ID);
  CHECK_EQ(::kill(shell.pid(), SIGKILL), 0);
  const std::int64_t until_ns = MonotonicNs() + 10 * static_cast<std::int64_t>(kSecondNs);
  while (shell.Next()) CHECK(MonotonicNs() < until_ns);
}

}  // namespace
}  // namespace mainstay
