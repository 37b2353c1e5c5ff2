// The real worker binary over its real pipes, with the real MiniLM model.
// Every failure that a worker acts out on demand, as the host sees it.

#include <poll.h>
#include <signal.h>

#include <cmath>
#include <string>

#include "check.h"
#include "exit_status.h"
#include "mainstay_wire/DeviceHealthUpdate.h"
#include "mainstay_wire/InferenceCompleted.h"
#include "mainstay_wire/Pong.h"
#include "worker_fixture.h"

namespace mainstay {
namespace {

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

TEST(leak_isMemoryThatStaysTaken_untilItIsEnded) {
  constexpr std::uint64_t kBytes = 64 << 20;
  WorkerFixture worker;
  worker.Load();
  const auto resident = [&](std::uint64_t id) {
    worker.SendInfer(id);
    auto message = worker.client().Await(wire::InferenceCompleted::SBE_TEMPLATE_ID);
    return message.As<wire::InferenceCompleted>().residentBytes();
  };
  const std::uint64_t before = resident(10);
  worker.Arm(InjectedFault::kLeak, InjectionTrigger::kNow, kBytes);
  const std::uint64_t leaking = resident(11);
  CHECK(leaking >= before + kBytes / 2);
  CHECK(resident(12) >= leaking + kBytes / 2);
  worker.Arm(InjectedFault::kLeak, InjectionTrigger::kNow, 0);
  const std::uint64_t ended = resident(13);
  CHECK(ended >= before + kBytes);
  CHECK(resident(14) < ended + kBytes / 2);
  worker.SendInject(15, InjectedFault::kLeak, InjectionTrigger::kNow, 2ULL << 30);
  worker.AwaitFault(15, FaultCode::kInvalidRequest);
}

TEST(hot_showsInTheHealthUntilItIsEnded) {
  WorkerFixture worker;
  worker.Arm(InjectedFault::kHot, InjectionTrigger::kNow, 96'500);
  const auto celsius = [&] {
    auto message = worker.client().Await(wire::DeviceHealthUpdate::SBE_TEMPLATE_ID);
    return message.As<wire::DeviceHealthUpdate>().temperatureCelsius();
  };
  while (celsius() != 96.5F) {  // The first may be of before.
  }
  worker.Arm(InjectedFault::kHot, InjectionTrigger::kNow, 0);
  while (celsius() == 96.5F) {
  }
  worker.SendInject(5, InjectedFault::kHot, InjectionTrigger::kNextInference, 96'500);
  worker.AwaitFault(5, FaultCode::kInvalidRequest);
}

TEST(wrongValues_spoilOneInference) {
  WorkerFixture worker;
  worker.Load();
  worker.Arm(InjectedFault::kWrongValues, InjectionTrigger::kNextInference);
  worker.SendInfer(10);
  worker.AwaitCompleted(10);
  for (const float value : worker.Output({})) CHECK(std::isnan(value));
  worker.SendInfer(11);
  worker.AwaitCompleted(11);
  for (const float value : worker.Output({})) CHECK(std::isfinite(value));
}

TEST(loseDevice_endsWithItsExitCode) {
  WorkerFixture worker;
  worker.Load();
  worker.Arm(InjectedFault::kLoseDevice, InjectionTrigger::kNextInference);
  worker.SendInfer(5);
  worker.AwaitFault(0, FaultCode::kBackendFailed);
  CHECK_EQ(worker.client().AwaitEnd().exit_code.value_or(-1), static_cast<int>(ExitStatus::kDeviceLost));
}

}  // namespace
}  // namespace mainstay
