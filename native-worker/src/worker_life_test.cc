// The real worker binary over its real pipes, with the real MiniLM model.
// The life of a worker: hello, health, drain, end of stdin, garbage, starts that cannot work, death of the host.

#include <signal.h>
#include <unistd.h>

#include <set>
#include <string>
#include <vector>

#include "check.h"
#include "clock.h"
#include "exit_status.h"
#include "framing.h"
#include "mainstay_wire/DeviceHealthUpdate.h"
#include "mainstay_wire/Drained.h"
#include "mainstay_wire/Fault.h"
#include "mainstay_wire/Hello.h"
#include "mainstay_wire/InferenceCompleted.h"
#include "mainstay_wire/Pong.h"
#include "protocol_version.h"
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
  CHECK_EQ(hello.schemaVersion(), kSchemaVersion);
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

TEST(health_comesEverySecond) {
  const std::int64_t began_ns = MonotonicNs();
  WorkerFixture worker;
  worker.Load();
  for (int second = 1; second <= 3; ++second) {
    auto message = worker.client().Await(wire::DeviceHealthUpdate::SBE_TEMPLATE_ID);
    auto health = message.As<wire::DeviceHealthUpdate>();
    CHECK(health.utilizationPercent() >= 0 && health.utilizationPercent() <= 100);
    CHECK(health.memoryUsage() > 0 && health.memoryUsage() <= 1);
    CHECK_EQ(health.errorCount(), 0U);
  }
  CHECK(MonotonicNs() - began_ns >= 2 * static_cast<std::int64_t>(kSecondNs));
}

TEST(drain_answersWhatIsQueuedThenLeaves) {
  WorkerFixture worker;
  worker.Load();
  // The first request computes for a second, so that the last one arrives while the worker drains.
  worker.Arm(InjectedFault::kSlow, InjectionTrigger::kNextInference, kSecondNs);
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

int ExitOf(const std::vector<std::string>& arguments) {
  return WorkerClient(arguments).AwaitEnd().exit_code.value_or(-1);
}

TEST(start_thatCannotWork_endsWithItsOwnExitCode) {
  const std::string pid = std::to_string(::getpid());
  const auto with = [&](const std::string& host_pid, const std::string& library, const std::string& arena) {
    return ExitOf({"--device", "cpu-0", "--epoch", "1", "--host-pid", host_pid, "--threads", "1", "--memory-budget",
                   "0", "--onnxruntime", library, "--arena", arena});
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
  WorkerClient shell(
      {"-c",
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
