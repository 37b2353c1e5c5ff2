// Wires the worker together; what each part does is in its header.

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "arena.h"
#include "clock.h"
#include "compute_loop.h"
#include "device_backend.h"
#include "device_selection.h"
#include "exit_status.h"
#include "fault.h"
#include "fault_injector.h"
#include "frame_reader.h"
#include "frame_writer.h"
#include "io_loop.h"
#include "log.h"
#include "memory_account.h"
#include "onnx_runtime.h"
#include "onnx_self_check.h"
#include "options.h"
#include "process_hygiene.h"
#include "protocol_version.h"
#include "reply_publisher.h"
#include "shared_state.h"
#include "state_desk.h"
#include "state_publisher.h"
#include "wake_up.h"
#include "work_queue.h"

namespace mainstay {
namespace {

int Exit(ExitStatus status) { return static_cast<int>(status); }

/// Says why the worker cannot start.
int Refuse(ExitStatus status, const char* event, const std::string& cause) {
  Error(event).With("cause", cause).With("exit", Exit(status));
  return Exit(status);
}

std::string BackendName(const DeviceBackend& device) { return "onnxruntime-" + device.name(); }

HelloReply Greeting(const Options& options, const Arena& arena, const OnnxRuntime& runtime,
                    const DeviceBackend& device) {
  HelloReply hello;
  hello.schema_id = options.announces_schema ? options.announced_schema_id : kSchemaId;
  hello.schema_version = options.announces_schema ? options.announced_schema_version : kSchemaVersion;
  hello.pid = static_cast<std::uint64_t>(::getpid());
  hello.threads = static_cast<std::uint32_t>(options.threads);
  hello.memory_budget_bytes = options.memory_budget_bytes;
  hello.arena_segments = static_cast<std::uint16_t>(arena.segments());
  hello.arena_bytes = arena.total_bytes();
  hello.fault_injection = options.fault_injection;
  hello.device_id = options.device;
  hello.worker_version = MAINSTAY_VERSION;
  hello.backend = BackendName(device);
  hello.backend_version = runtime.version();
  hello.device_kind = device.capabilities().kind;
  return hello;
}

/// A worker that is ready: says hello and serves until the host is done with it.
int Serve(const Options& options, PrivateStreams streams, const Arena& arena, const OnnxRuntime& runtime,
          DeviceBackend& device, std::int64_t started_ns) {
  FrameReader reader(std::move(streams.in), options.frame_bytes_max);
  FrameWriter writer(std::move(streams.out), options.frame_bytes_max);
  ReplyPublisher publisher(writer, options.epoch);
  const WakeUp wake_up;
  StatePublisher state_publisher(publisher);
  WorkQueue queue(options.queue_depth);
  SharedState shared;
  StateDesk desk({publisher, state_publisher, queue, device, shared, arena, options.device});
  Progress progress;
  IoLoop* io = nullptr;
  std::unique_ptr<FaultInjector> injector;
  if (options.fault_injection) {
    injector = std::make_unique<FaultInjector>(publisher, device.memory(), queue, [&io] { io->Hang(); });
  }
  const auto on_device_lost = [&](const std::string& cause) {
    publisher.Fault(0, FaultCode::kBackendFailed, "the device is lost to this process: " + cause);
    Error("device-lost")
        .With("device", options.device)
        .With("cause", cause)
        .With("exit", Exit(ExitStatus::kDeviceLost));
    writer.Close();
    ::_exit(Exit(ExitStatus::kDeviceLost));  // Taking a lost device apart in order can hang in its driver.
  };
  ComputeLoop compute(
      {runtime, arena, device, queue, progress, publisher, state_publisher, shared, injector.get(), options.threads,
       on_device_lost});
  IoLoop io_loop({reader, publisher, queue, progress, device, wake_up, desk, shared, injector.get(), options.epoch});
  io = &io_loop;

  publisher.Hello(Greeting(options, arena, runtime, device));
  desk.Introduce();
  Info("hello")
      .With("epoch", options.epoch)
      .With("device", options.device)
      .With("backend", BackendName(device) + " " + runtime.version())
      .With("startup_millis", static_cast<double>(MonotonicNs() - started_ns) / 1e6);
  std::thread compute_thread([&compute] { compute.Run(); });
  ExitStatus status = ExitStatus::kInternal;
  try {
    status = io_loop.Run();
  } catch (const std::bad_alloc&) {
    publisher.Fault(0, FaultCode::kOutOfMemory, "the worker ran out of memory");
    Error("out-of-memory");
    status = ExitStatus::kOutOfMemory;
  } catch (const std::exception& error) {
    publisher.Fault(0, FaultCode::kInternal, error.what());
    Error("worker-broke").With("cause", error.what());
  }
  writer.Close();
  if (!io_loop.drained()) ::_exit(Exit(status));  // The compute thread may be busy for long; the host does not wait.
  queue.Close();
  compute_thread.join();
  return Exit(status);
}

/// What a worker computes with, checked before it says that it is there.
struct Machine {
  std::unique_ptr<DeviceBackend> device;
  std::unique_ptr<const OnnxRuntime> runtime;
};

/// The status with which the worker ends, after a line on stderr, when something is missing or computes nonsense.
std::optional<int> Open(const Options& options, const std::string& device_id, Machine& machine) {
  const std::string plugin = options.device_plugin_path.empty() ? DefaultDevicePlugin() : options.device_plugin_path;
  try {
    machine.device = OpenDevice(device_id, plugin, options.memory_budget_bytes, std::max(1, options.threads));
  } catch (const std::exception& error) {
    return Refuse(ExitStatus::kDeviceMissing, "device-missing", error.what());
  }
  const ExecutionProvider& provider = machine.device->provider();
  try {
    machine.runtime = std::make_unique<const OnnxRuntime>(options.onnxruntime_path);
    RequireProvider(*machine.runtime, provider);
  } catch (const std::exception& error) {
    return Refuse(ExitStatus::kBackendMissing, "backend-missing", error.what());
  }
  try {
    CheckOnnxRuntime(*machine.runtime, provider);
    CheckDevice(*machine.device);
  } catch (const std::exception& error) {
    return Refuse(ExitStatus::kSelfCheckFailed, "self-check-failed", error.what());
  }
  return std::nullopt;
}

int SelfCheck(const Options& options) {
  Machine machine;
  if (const auto refused = Open(options, options.device.empty() ? "cpu-0" : options.device, machine)) return *refused;
  std::printf("mainstay-worker %s self-check passed: %s %s, %s\n", MAINSTAY_VERSION,
              BackendName(*machine.device).c_str(), machine.runtime->version().c_str(),
              machine.device->capabilities().kind.c_str());
  return Exit(ExitStatus::kDone);
}

int Start(const Options& options, std::int64_t started_ns) {
  ReturnLargeBlocksAtOnce();
  PrivateStreams streams = TakeStreams();
  if (!ApplyHygiene(options.host_pid, options.data_limit_bytes)) {
    return Refuse(ExitStatus::kWrongHost, "wrong-host",
                  "the parent process is " + std::to_string(::getppid()) + ", not --host-pid " +
                      std::to_string(options.host_pid) + "; the host is gone");
  }
  std::unique_ptr<const Arena> arena;
  try {
    arena = std::make_unique<const Arena>(options.arena_paths);
  } catch (const std::exception& error) {
    return Refuse(ExitStatus::kArenaUnmappable, "arena-unmappable", error.what());
  }
  Machine machine;
  if (const auto refused = Open(options, options.device, machine)) return *refused;
  return Serve(options, std::move(streams), *arena, *machine.runtime, *machine.device, started_ns);
}

int Main(const std::vector<std::string>& arguments) {
  const std::int64_t started_ns = MonotonicNs();
  const auto parsed = ParseOptions(arguments);
  if (const auto* error = std::get_if<UsageError>(&parsed)) {
    std::fprintf(stderr, "mainstay-worker: %s\n", error->message.c_str());
    return Exit(ExitStatus::kUsage);
  }
  const auto& options = std::get<Options>(parsed);
  switch (options.mode) {
    case Options::Mode::kVersion:
      std::printf("mainstay-worker %s protocol %u.%u\n", MAINSTAY_VERSION, kSchemaId, kSchemaVersion);
      return Exit(ExitStatus::kDone);
    case Options::Mode::kSelfCheck: return SelfCheck(options);
    case Options::Mode::kListDevices:
      std::fputs(
          ListDevices(options.device_plugin_path.empty() ? DefaultDevicePlugin() : options.device_plugin_path).c_str(),
          stdout);
      return Exit(ExitStatus::kDone);
    case Options::Mode::kServe: return Start(options, started_ns);
  }
  return Exit(ExitStatus::kInternal);
}

}  // namespace
}  // namespace mainstay

int main(int argc, char** argv) {
  try {
    return mainstay::Main({argv + 1, argv + argc});
  } catch (const std::bad_alloc&) {
    return mainstay::Refuse(mainstay::ExitStatus::kOutOfMemory, "out-of-memory", "no memory to start");
  } catch (const std::exception& error) {
    return mainstay::Refuse(mainstay::ExitStatus::kInternal, "worker-broke", error.what());
  }
}
