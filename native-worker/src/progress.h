#pragma once

#include <atomic>
#include <cstdint>

#include "fault.h"
#include "work_queue.h"
#include "worker_replies.h"

namespace mainstay {

/// What the compute thread shows of itself: a counter that it alone advances, and what it is doing. The I/O thread
/// reads both for Pong; a thread that is stuck stops counting, however alive the process looks.
class Progress {
 public:
  void Advance() { counter_.fetch_add(1, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t counter() const { return counter_.load(std::memory_order_relaxed); }
  void set_state(WorkerState state) { state_ = state; }
  [[nodiscard]] WorkerState state() const { return state_; }

 private:
  std::atomic<std::uint64_t> counter_{0};
  std::atomic<WorkerState> state_{WorkerState::kIdle};
};

/// How code that carries out a request reports that it got further, and learns that it shall stop. Compute thread only.
class Checkpoint {
 public:
  Checkpoint(const WorkQueue& queue, Progress& progress, std::int64_t deadline_at_ns)
      : queue_(queue), progress_(progress), deadline_at_ns_(deadline_at_ns) {}

  /// One more stage of work is done. Throws RequestFault kCancelled or kDeadlineExceeded when the request shall stop.
  void Pass();
  /// The same without counting as progress.
  void StopIfInterrupted() const;

 private:
  const WorkQueue& queue_;
  Progress& progress_;
  std::int64_t deadline_at_ns_;
};

}  // namespace mainstay
