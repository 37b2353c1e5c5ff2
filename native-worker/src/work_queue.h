#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <variant>
#include <vector>

#include "host_messages.h"

namespace mainstay {

/// Fault injection: the compute thread shall act this out as its next job.
struct ActOut {
  InjectedFault fault;
};

/// The compute thread shall do this when everything queued before it is done. Has no answer of its own.
struct RunLater {
  std::function<void()> run;
};

using Work = std::variant<LoadModel, UnloadModel, VerifyModel, Infer, ActOut, RunLater>;

/// One request on its way through the worker. Times are MonotonicNs.
struct Job {
  std::uint64_t correlation_id = 0;
  Priority priority = Priority::kP0;
  std::int64_t received_at_ns = 0;
  std::int64_t deadline_at_ns = 0;  ///< 0 for none.
  Work work;
  std::uint64_t session_key = 0;  ///< 0 for none.
};

/// Why a running job shall stop.
enum class Interrupt { kNone, kCancelled, kDeadline };

/// The queue between the I/O thread and the one compute thread, and the switch that stops the job being computed.
/// Lower priority numbers go first, equal ones first in, first out; those of a session that is held wait until it is
/// released, which leaves them in their place. Thread-safe; nothing blocks but Take and SleepFor.
class WorkQueue {
 public:
  enum class Submitted { kQueued, kFull, kDraining };
  enum class Cancelled { kWasQueued, kStopping, kUnknown };
  struct Snapshot {
    std::uint32_t depth = 0;  ///< Requests taken and not answered, the running one included.
    std::uint64_t active_correlation_id = 0;
    std::int64_t active_since_ns = 0;
    bool draining = false;
  };

  explicit WorkQueue(std::size_t depth_max) : depth_max_(depth_max) {}

  /// Called, under the queue's lock, when the running job shall stop; must not call back. Set before the threads start.
  void set_on_interrupt(std::function<void()> on_interrupt) { on_interrupt_ = std::move(on_interrupt); }
  /// Called, under the queue's lock, when a draining queue has nothing left. Set before the threads start.
  void set_on_drained(std::function<void()> on_drained) { on_drained_ = std::move(on_drained); }

  // The I/O thread's side.
  Submitted Submit(Job job);
  /// Goes before everything else and past every limit.
  void SubmitActOut(InjectedFault fault);
  Cancelled Cancel(std::uint64_t correlation_id);
  /// Jobs of that session wait from now on, and no longer. A draining queue holds nothing.
  void Hold(std::uint64_t session_key);
  void Release(std::uint64_t session_key);
  /// Removes the session's queued jobs, releases it, and returns their ids.
  std::vector<std::uint64_t> CancelSession(std::uint64_t session_key);
  /// Of that session, queued.
  [[nodiscard]] std::uint32_t QueuedOf(std::uint64_t session_key) const;
  /// Removes queued jobs whose deadline has passed and stops the running one if its has; returns the removed ids.
  std::vector<std::uint64_t> Expire(std::int64_t now_ns);
  /// The next deadline of any job, 0 for none.
  [[nodiscard]] std::int64_t NextDeadline() const;
  /// Takes no new jobs from now on.
  void Drain();
  /// Lets Take return nothing once the queue is empty.
  void Close();
  [[nodiscard]] bool Idle() const;
  [[nodiscard]] Snapshot Look() const;

  // The compute thread's side.
  /// Waits for the next job and makes it the running one. Nothing once closed and empty.
  std::optional<Job> Take();
  /// The running job has been answered.
  void Finish();
  [[nodiscard]] Interrupt interrupt() const { return interrupt_; }
  /// Waits that long, or until the running job shall stop.
  void SleepFor(std::int64_t duration_ns);

 private:
  void Stop(Interrupt reason);
  [[nodiscard]] std::size_t Queued() const;
  [[nodiscard]] bool IsHeld(const Job& job) const {
    return job.session_key != 0 && held_.contains(job.session_key);
  }
  /// Takes the next job that may run. Nothing when there is none.
  std::optional<Job> Pick();
  void NotifyIfDrained() const;

  const std::size_t depth_max_;
  std::function<void()> on_interrupt_ = [] {};
  std::function<void()> on_drained_ = [] {};

  mutable std::mutex mutex_;
  std::condition_variable available_;
  std::condition_variable interrupted_;
  std::deque<Job> urgent_;
  std::array<std::deque<Job>, 4> queued_;  // By priority.
  std::set<std::uint64_t> held_;           // Session keys.
  bool draining_ = false;
  bool closed_ = false;
  bool running_ = false;
  std::uint64_t running_id_ = 0;
  std::int64_t running_since_ns_ = 0;
  std::int64_t running_deadline_ns_ = 0;  // 0 for none, or when it has been acted on.
  std::atomic<Interrupt> interrupt_{Interrupt::kNone};
};

}  // namespace mainstay
