#include "fault_injector.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <utility>

#include "exit_status.h"
#include "fault.h"
#include "log.h"

namespace mainstay {
namespace {

constexpr std::int64_t kSlowNsMax = 3'600'000'000'000;  // One hour.
constexpr std::size_t kArmedMax = 64;
constexpr std::size_t kMarkerBytesMax = 4096;
constexpr std::size_t kGarbageBytes = 64;
constexpr std::size_t kExhaustStepBytes = 4 << 20;
constexpr std::uint64_t kLeakBytesMax = 1 << 30;
constexpr std::uint64_t kMillidegreesMax = 150'000;
constexpr std::uint64_t kPageBytes = 4096;

bool Contains(std::span<const std::byte> tensor, const std::vector<std::byte>& marker) {
  return !tensor.empty() && ::memmem(tensor.data(), tensor.size(), marker.data(), marker.size()) != nullptr;
}

// The default action, also where a sanitizer has taken the signal over: the host shall see the signal.
[[noreturn]] void Crash() {
  ::signal(SIGSEGV, SIG_DFL);
  ::kill(::getpid(), SIGSEGV);
  while (true) ::pause();
}

[[noreturn]] void HangThisThread() {
  while (true) ::pause();
}

// Looks random, is the same each time, and never starts with a frame header.
std::vector<std::byte> Garbage() {
  std::vector<std::byte> bytes(kGarbageBytes);
  std::uint32_t state = 0x9E3779B9;
  for (std::byte& byte : bytes) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    byte = static_cast<std::byte>(state >> 24);
  }
  bytes[4] = std::byte{0xDE};
  bytes[5] = std::byte{0xAD};
  return bytes;
}

bool HasDataLimit() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_DATA, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

}  // namespace

FaultInjector::FaultInjector(ReplyPublisher& publisher, const MemoryAccount& memory, WorkQueue& queue,
                             std::function<void()> hang_io)
    : publisher_(publisher), memory_(memory), queue_(queue), hang_io_(std::move(hang_io)) {}

void FaultInjector::Check(const Inject& request) const {
  const auto fail = [](const std::string& what) {
    throw RequestFault(FaultCode::kInvalidRequest, "injection: " + what);
  };
  if (request.fault > static_cast<std::uint8_t>(InjectedFault::kLoseDevice))
    fail("unknown fault " + std::to_string(request.fault));
  if (request.trigger > static_cast<std::uint8_t>(InjectionTrigger::kNextInference)) {
    fail("unknown trigger " + std::to_string(request.trigger));
  }
  const auto fault = static_cast<InjectedFault>(request.fault);
  if (!request.marker.empty() && static_cast<InjectionTrigger>(request.trigger) != InjectionTrigger::kNextInference) {
    fail("a marker needs the trigger NEXT_INFERENCE");
  }
  if (request.marker.size() > kMarkerBytesMax)
    fail("a marker has at most " + std::to_string(kMarkerBytesMax) + " bytes");
  const auto bound = [&](std::uint64_t most, const char* unit) {
    if (request.argument > most)
      fail("argument " + std::to_string(request.argument) + " is over " + std::to_string(most) + unit);
  };
  if (fault == InjectedFault::kLeak) bound(kLeakBytesMax, " bytes");
  if (fault == InjectedFault::kHot) bound(kMillidegreesMax, " thousandths of a degree Celsius");
  if (fault == InjectedFault::kHot && static_cast<InjectionTrigger>(request.trigger) != InjectionTrigger::kNow) {
    fail("HOT needs the trigger NOW");
  }
  if (fault == InjectedFault::kWrongValues &&
      static_cast<InjectionTrigger>(request.trigger) != InjectionTrigger::kNextInference) {
    fail("WRONG_VALUES needs the trigger NEXT_INFERENCE");
  }
  if (request.argument > static_cast<std::uint64_t>(kSlowNsMax)) {
    fail("argument " + std::to_string(request.argument) + " is over " + std::to_string(kSlowNsMax) + " ns");
  }
  if (fault == InjectedFault::kOom && !HasDataLimit() && memory_.budget_bytes() == 0) {
    fail("OOM needs --data-limit or --memory-budget; without a limit it would take the machine's memory");
  }
}

void FaultInjector::Arm(const Inject& request) {
  Check(request);
  {
    const std::lock_guard lock(mutex_);
    if (armed_.size() >= kArmedMax) {
      throw RequestFault(FaultCode::kInvalidRequest, "injection: " + std::to_string(kArmedMax) + " are armed already");
    }
  }
  publisher_.FaultArmed(request.correlation_id);
  const auto fault = static_cast<InjectedFault>(request.fault);
  Warn("fault-armed").With("fault", static_cast<int>(request.fault)).With("trigger", static_cast<int>(request.trigger));
  if (static_cast<InjectionTrigger>(request.trigger) != InjectionTrigger::kNow) {
    const std::lock_guard lock(mutex_);
    armed_.push_back(request);
  } else if (fault == InjectedFault::kSlow) {
    standing_slow_ns_ = static_cast<std::int64_t>(request.argument);
  } else if (fault == InjectedFault::kRefuseLoad) {
    standing_refusal_ = true;
  } else if (fault == InjectedFault::kLeak) {
    standing_leak_bytes_ = request.argument;
  } else if (fault == InjectedFault::kHot) {
    standing_millidegrees_ = request.argument;
  } else if (fault == InjectedFault::kHangCompute || fault == InjectedFault::kOom) {
    queue_.SubmitActOut(fault);
  } else {
    ActOut(fault);
  }
}

FaultInjector::Effect FaultInjector::OnLoad() {
  std::vector<Inject> due;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(armed_, [&](const Inject& armed) {
      if (static_cast<InjectionTrigger>(armed.trigger) != InjectionTrigger::kNextLoad) return false;
      due.push_back(armed);
      return true;
    });
  }
  Effect effect{standing_refusal_, 0, false};
  for (const Inject& armed : due) Fire(static_cast<InjectedFault>(armed.fault), effect, armed.argument);
  return effect;
}

FaultInjector::Effect FaultInjector::OnInference(std::span<const TensorView> inputs) {
  std::vector<Inject> due;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(armed_, [&](const Inject& armed) {
      if (static_cast<InjectionTrigger>(armed.trigger) != InjectionTrigger::kNextInference) return false;
      const auto carries = [&armed](const TensorView& input) { return Contains(input.bytes, armed.marker); };
      if (!armed.marker.empty() && std::none_of(inputs.begin(), inputs.end(), carries)) return false;
      due.push_back(armed);
      return armed.marker.empty();
    });
  }
  Effect effect{false, standing_slow_ns_, false};
  Leak(standing_leak_bytes_);
  for (const Inject& armed : due) Fire(static_cast<InjectedFault>(armed.fault), effect, armed.argument);
  return effect;
}

void FaultInjector::Fire(InjectedFault fault, Effect& effect, std::uint64_t argument) {
  if (fault == InjectedFault::kSlow) {
    effect.slow_ns += static_cast<std::int64_t>(argument);
  } else if (fault == InjectedFault::kRefuseLoad) {
    effect.refuse_load = true;
  } else if (fault == InjectedFault::kLeak) {
    Leak(argument);
  } else if (fault == InjectedFault::kWrongValues) {
    effect.wrong_values = true;
  } else {
    ActOut(fault);
  }
}

void FaultInjector::ActOut(InjectedFault fault) {
  Warn("fault-acted-out").With("fault", static_cast<int>(fault));
  switch (fault) {
    case InjectedFault::kCrash: Crash();
    case InjectedFault::kHangCompute: HangThisThread();
    case InjectedFault::kHangIo: hang_io_(); break;
    case InjectedFault::kGarbageFrame: publisher_.WriteGarbage(Garbage()); break;
    case InjectedFault::kPartialFrame: publisher_.WriteHalfFrame(); ::_exit(static_cast<int>(ExitStatus::kInternal));
    case InjectedFault::kOom: ExhaustMemory();
    case InjectedFault::kWrongEpoch: publisher_.CorruptEpoch(); break;
    case InjectedFault::kLoseDevice: LoseDevice();
    case InjectedFault::kSlow:
    case InjectedFault::kLeak:
    case InjectedFault::kHot:
    case InjectedFault::kWrongValues:
    case InjectedFault::kRefuseLoad: break;  // Conditions, not acts: see Fire and Arm.
  }
}

// Touches what it takes, until the system refuses more or the budget is passed; then ends as a real exhaustion does.
void FaultInjector::ExhaustMemory() {
  std::vector<void*> taken;
  taken.reserve(1 << 16);  // Up to 256 GiB; growing it later would itself need memory.

  while (memory_.budget_bytes() == 0 || memory_.UsedBytes() <= memory_.budget_bytes()) {
    void* const block = std::malloc(kExhaustStepBytes);
    if (block == nullptr || taken.size() == taken.capacity()) break;
    std::memset(block, 0x5A, kExhaustStepBytes);
    taken.push_back(block);
  }
  const std::size_t blocks = taken.size();
  for (void* const block : taken) std::free(block);
  publisher_.Fault(0, FaultCode::kOutOfMemory,
                   "the worker ran out of memory after " + std::to_string(blocks * kExhaustStepBytes) + " more bytes");
  Error("out-of-memory").With("bytes", blocks * kExhaustStepBytes);
  ::_exit(static_cast<int>(ExitStatus::kOutOfMemory));
}

// As after an error of the device that sticks to the process: see on_device_lost of main.
void FaultInjector::LoseDevice() {
  publisher_.Fault(0, FaultCode::kBackendFailed, "the device is lost to this process: fault injection");
  Error("device-lost").With("cause", "fault injection");
  ::_exit(static_cast<int>(ExitStatus::kDeviceLost));
}

void FaultInjector::Leak(std::uint64_t bytes) {
  if (bytes == 0) return;
  // Volatile: a compiler may not leave out an allocation that nobody reads.
  auto* const block = static_cast<volatile char*>(std::malloc(bytes));
  if (block == nullptr) return;
  for (std::uint64_t at = 0; at < bytes; at += kPageBytes) block[at] = 1;
}

void FaultInjector::Spoil(std::vector<OutputTensor>& outputs, const Arena& arena) {
  for (OutputTensor& output : outputs) {
    std::fill(output.data.begin(), output.data.end(), std::byte{0xFF});
    if (output.place == kPlaceInline || output.range.length == 0) continue;
    const std::span<std::byte> bytes = arena.At(output.range, output.name);
    std::fill(bytes.begin(), bytes.end(), std::byte{0xFF});
  }
}

float FaultInjector::Temperature(float measured) const {
  const std::uint64_t shown = standing_millidegrees_;
  return shown == 0 ? measured : static_cast<float>(shown) / 1000.0F;
}

}  // namespace mainstay
