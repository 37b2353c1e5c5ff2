#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <vector>

#include "arena.h"
#include "host_messages.h"
#include "memory_account.h"
#include "onnx_session.h"
#include "reply_publisher.h"
#include "work_queue.h"
#include "worker_replies.h"

namespace mainstay {

/// Acts out the failures that a host asks for (schema: InjectFault). Exists only with --enable-fault-injection.
///
/// Fired by NOW, SLOW, REFUSE_LOAD, LEAK and HOT hold from then on (SLOW, LEAK and HOT with argument 0 end it); fired by
/// NEXT_LOAD or NEXT_INFERENCE they hold for that one load or inference. Everything else happens once. An injection with a marker
/// stays armed and fires at each inference that carries the marker. WRONG_EPOCH holds once fired. CRASH,
/// GARBAGE_FRAME, PARTIAL_FRAME and HANG_IO by NOW are acted out by the I/O thread at once; HANG_COMPUTE and OOM by
/// the compute thread as soon as its running job is done. Thread-safe.
class FaultInjector {
 public:
  /// What an armed injection does to the load or inference at hand.
  struct Effect {
    bool refuse_load = false;
    std::int64_t slow_ns = 0;
    bool wrong_values = false;  ///< The outputs become what no sound computation gives.
  };

  /// Everything given must outlive the object. `hang_io` makes the I/O thread stop; it may be called from any thread.
  FaultInjector(ReplyPublisher& publisher, const MemoryAccount& memory, WorkQueue& queue,
                std::function<void()> hang_io);

  /// Throws RequestFault kInvalidRequest for an injection that makes no sense; else says FaultArmed, then arms or
  /// fires it.
  void Arm(const Inject& request);

  // Compute thread only.
  [[nodiscard]] Effect OnLoad();
  [[nodiscard]] Effect OnInference(std::span<const TensorView> inputs);
  void ActOut(InjectedFault fault);

  /// All bits set: not a number, in every type of floating point.
  static void Spoil(std::vector<OutputTensor>& outputs, const Arena& arena);

  /// What a sensor shows: its own value, or that of a device that is made hot. Any thread.
  [[nodiscard]] float Temperature(float measured) const;

 private:
  void Check(const Inject& request) const;
  void Fire(InjectedFault fault, Effect& effect, std::uint64_t argument);
  [[noreturn]] void ExhaustMemory();
  [[noreturn]] void LoseDevice();
  /// Takes and touches that much for good, or as much as there is.
  static void Leak(std::uint64_t bytes);

  ReplyPublisher& publisher_;
  const MemoryAccount& memory_;
  WorkQueue& queue_;
  const std::function<void()> hang_io_;

  std::mutex mutex_;
  std::vector<Inject> armed_;
  std::atomic<std::int64_t> standing_slow_ns_{0};
  std::atomic<bool> standing_refusal_{false};
  std::atomic<std::uint64_t> standing_leak_bytes_{0};
  std::atomic<std::uint64_t> standing_millidegrees_{0};  ///< 0: the device is as warm as it is.
};

}  // namespace mainstay
