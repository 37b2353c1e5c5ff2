#include "work_queue.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "clock.h"

namespace mainstay {

WorkQueue::Submitted WorkQueue::Submit(Job job) {
  {
    const std::lock_guard lock(mutex_);
    if (draining_) return Submitted::kDraining;
    if (Queued() >= depth_max_) return Submitted::kFull;
    queued_[static_cast<std::size_t>(job.priority)].push_back(std::move(job));
  }
  available_.notify_one();
  return Submitted::kQueued;
}

void WorkQueue::SubmitActOut(InjectedFault fault) {
  {
    const std::lock_guard lock(mutex_);
    Job job;
    job.work = ActOut{fault};
    urgent_.push_back(std::move(job));
  }
  available_.notify_one();
}

WorkQueue::Cancelled WorkQueue::Cancel(std::uint64_t correlation_id) {
  const std::lock_guard lock(mutex_);
  if (running_ && running_id_ == correlation_id) {
    Stop(Interrupt::kCancelled);
    return Cancelled::kStopping;
  }
  for (auto& jobs : queued_) {
    const auto found =
        std::find_if(jobs.begin(), jobs.end(), [&](const Job& job) { return job.correlation_id == correlation_id; });
    if (found == jobs.end()) continue;
    jobs.erase(found);
    NotifyIfDrained();
    return Cancelled::kWasQueued;
  }
  return Cancelled::kUnknown;
}

std::vector<std::uint64_t> WorkQueue::Expire(std::int64_t now_ns) {
  const std::lock_guard lock(mutex_);
  const auto passed = [now_ns](std::int64_t deadline_ns) { return deadline_ns != 0 && deadline_ns <= now_ns; };
  if (running_ && passed(running_deadline_ns_)) {
    running_deadline_ns_ = 0;
    Stop(Interrupt::kDeadline);
  }
  std::vector<std::uint64_t> expired;
  for (auto& jobs : queued_) {
    std::erase_if(jobs, [&](const Job& job) {
      if (!passed(job.deadline_at_ns)) return false;
      expired.push_back(job.correlation_id);
      return true;
    });
  }
  if (!expired.empty()) NotifyIfDrained();
  return expired;
}

std::int64_t WorkQueue::NextDeadline() const {
  const std::lock_guard lock(mutex_);
  std::int64_t next = running_ ? running_deadline_ns_ : 0;
  for (const auto& jobs : queued_) {
    for (const Job& job : jobs) {
      if (job.deadline_at_ns != 0 && (next == 0 || job.deadline_at_ns < next)) next = job.deadline_at_ns;
    }
  }
  return next;
}

void WorkQueue::Drain() {
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
    held_.clear();
    NotifyIfDrained();
  }
  available_.notify_one();
}

void WorkQueue::Close() {
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
    closed_ = true;
    held_.clear();
  }
  available_.notify_all();
}

bool WorkQueue::Idle() const {
  const std::lock_guard lock(mutex_);
  return !running_ && Queued() == 0;
}

WorkQueue::Snapshot WorkQueue::Look() const {
  const std::lock_guard lock(mutex_);
  Snapshot snapshot;
  snapshot.depth = static_cast<std::uint32_t>(Queued() + (running_ ? 1 : 0));
  snapshot.active_correlation_id = running_ ? running_id_ : 0;
  snapshot.active_since_ns = running_ ? running_since_ns_ : 0;
  snapshot.draining = draining_;
  return snapshot;
}

std::optional<Job> WorkQueue::Take() {
  std::unique_lock lock(mutex_);
  std::optional<Job> job;
  available_.wait(lock, [&] {
    job = Pick();
    return job.has_value() || closed_;
  });
  if (!job) return std::nullopt;
  running_ = true;
  running_id_ = job->correlation_id;
  running_since_ns_ = MonotonicNs();
  running_deadline_ns_ = job->deadline_at_ns;
  interrupt_ = Interrupt::kNone;
  return job;
}

std::optional<Job> WorkQueue::Pick() {
  if (!urgent_.empty()) {
    std::optional<Job> job = std::move(urgent_.front());
    urgent_.pop_front();
    return job;
  }
  for (auto& jobs : queued_) {
    const auto found = std::find_if(jobs.begin(), jobs.end(), [this](const Job& job) { return !IsHeld(job); });
    if (found == jobs.end()) continue;
    std::optional<Job> job = std::move(*found);
    jobs.erase(found);
    return job;
  }
  return std::nullopt;
}

void WorkQueue::Hold(std::uint64_t session_key) {
  const std::lock_guard lock(mutex_);
  if (!draining_ && session_key != 0) held_.insert(session_key);
}

void WorkQueue::Release(std::uint64_t session_key) {
  {
    const std::lock_guard lock(mutex_);
    held_.erase(session_key);
  }
  available_.notify_one();
}

std::vector<std::uint64_t> WorkQueue::CancelSession(std::uint64_t session_key) {
  const std::lock_guard lock(mutex_);
  std::vector<std::uint64_t> cancelled;
  for (auto& jobs : queued_) {
    std::erase_if(jobs, [&](const Job& job) {
      if (job.session_key != session_key || session_key == 0) return false;
      cancelled.push_back(job.correlation_id);
      return true;
    });
  }
  held_.erase(session_key);
  if (!cancelled.empty()) NotifyIfDrained();
  return cancelled;
}

std::uint32_t WorkQueue::QueuedOf(std::uint64_t session_key) const {
  const std::lock_guard lock(mutex_);
  std::uint32_t sum = 0;
  for (const auto& jobs : queued_) {
    for (const Job& job : jobs) sum += session_key != 0 && job.session_key == session_key ? 1 : 0;
  }
  return sum;
}

void WorkQueue::Finish() {
  const std::lock_guard lock(mutex_);
  running_ = false;
  NotifyIfDrained();
}

void WorkQueue::SleepFor(std::int64_t duration_ns) {
  std::unique_lock lock(mutex_);
  interrupted_.wait_for(lock, std::chrono::nanoseconds(duration_ns), [this] { return interrupt_ != Interrupt::kNone; });
}

void WorkQueue::Stop(Interrupt reason) {
  if (interrupt_ != Interrupt::kNone) return;
  interrupt_ = reason;
  on_interrupt_();
  interrupted_.notify_all();
}

std::size_t WorkQueue::Queued() const {
  std::size_t sum = 0;
  for (const auto& jobs : queued_) sum += jobs.size();
  return sum;
}

void WorkQueue::NotifyIfDrained() const {
  if (draining_ && !running_ && Queued() == 0) on_drained_();
}

}  // namespace mainstay
