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
  const std::lock_guard lock(mutex_);
  draining_ = true;
  NotifyIfDrained();
}

void WorkQueue::Close() {
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
    closed_ = true;
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
  available_.wait(lock, [this] { return closed_ || !urgent_.empty() || Queued() > 0; });
  std::deque<Job>* from = urgent_.empty() ? nullptr : &urgent_;
  for (auto& jobs : queued_) {
    if (from == nullptr && !jobs.empty()) from = &jobs;
  }
  if (from == nullptr) return std::nullopt;
  Job job = std::move(from->front());
  from->pop_front();
  running_ = true;
  running_id_ = job.correlation_id;
  running_since_ns_ = MonotonicNs();
  running_deadline_ns_ = job.deadline_at_ns;
  interrupt_ = Interrupt::kNone;
  return job;
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
