#include "work_queue.h"

#include <thread>

#include "check.h"
#include "clock.h"

namespace mainstay {
namespace {

constexpr std::int64_t kFarNs = 3'600'000'000'000;

Job JobOf(std::uint64_t id, Priority priority = Priority::kP1, std::int64_t deadline_at_ns = 0) {
  return {id, priority, MonotonicNs(), deadline_at_ns, UnloadModel{id, "m"}};
}

std::uint64_t TakeId(WorkQueue& queue) { return queue.Take()->correlation_id; }

TEST(take_ordersByPriorityThenByArrival) {
  WorkQueue queue(16);
  queue.Submit(JobOf(1, Priority::kP3));
  queue.Submit(JobOf(2, Priority::kP0));
  queue.Submit(JobOf(3, Priority::kP3));
  queue.Submit(JobOf(4, Priority::kP0));
  queue.SubmitActOut(InjectedFault::kOom);
  CHECK(std::holds_alternative<ActOut>(queue.Take()->work));
  queue.Finish();
  for (const std::uint64_t id : {2, 4, 1, 3}) {
    CHECK_EQ(TakeId(queue), id);
    queue.Finish();
  }
  CHECK(queue.Idle());
}

TEST(submit_overTheLimitOrWhileDraining_isRefused) {
  WorkQueue queue(2);
  CHECK(queue.Submit(JobOf(1)) == WorkQueue::Submitted::kQueued);
  CHECK(queue.Submit(JobOf(2)) == WorkQueue::Submitted::kQueued);
  CHECK(queue.Submit(JobOf(3)) == WorkQueue::Submitted::kFull);
  CHECK_EQ(TakeId(queue), 1U);
  CHECK(queue.Submit(JobOf(4)) == WorkQueue::Submitted::kQueued);  // The running one does not count.
  queue.Drain();
  CHECK(queue.Submit(JobOf(5)) == WorkQueue::Submitted::kDraining);
}

TEST(cancel_removesAQueuedJobAndInterruptsTheRunningOne) {
  WorkQueue queue(16);
  int interrupts = 0;
  queue.set_on_interrupt([&interrupts] { ++interrupts; });
  queue.Submit(JobOf(1));
  queue.Submit(JobOf(2));
  CHECK_EQ(TakeId(queue), 1U);
  CHECK(queue.Cancel(2) == WorkQueue::Cancelled::kWasQueued);
  CHECK(queue.Cancel(2) == WorkQueue::Cancelled::kUnknown);
  CHECK(queue.interrupt() == Interrupt::kNone);
  CHECK(queue.Cancel(1) == WorkQueue::Cancelled::kStopping);
  CHECK(queue.interrupt() == Interrupt::kCancelled);
  CHECK(queue.Cancel(1) == WorkQueue::Cancelled::kStopping);
  CHECK_EQ(interrupts, 1);
  queue.Finish();
  CHECK(queue.Cancel(1) == WorkQueue::Cancelled::kUnknown);
  queue.Submit(JobOf(3));
  CHECK_EQ(TakeId(queue), 3U);
  CHECK(queue.interrupt() == Interrupt::kNone);  // The next job starts clean.
}

TEST(expire_removesQueuedJobsAndInterruptsTheRunningOneOnce) {
  WorkQueue queue(16);
  queue.Submit(JobOf(1, Priority::kP1, 100));
  CHECK_EQ(TakeId(queue), 1U);
  queue.Submit(JobOf(2, Priority::kP1, 50));
  queue.Submit(JobOf(3, Priority::kP1, 200));
  queue.Submit(JobOf(4));
  CHECK_EQ(queue.NextDeadline(), 50);
  CHECK(queue.Expire(49).empty());
  const auto expired = queue.Expire(100);
  CHECK_EQ(expired.size(), 1U);
  CHECK_EQ(expired[0], 2U);
  CHECK(queue.interrupt() == Interrupt::kDeadline);
  CHECK_EQ(queue.NextDeadline(), 200);  // The running one's has been acted on.
  CHECK_EQ(queue.Look().depth, 3U);
}

TEST(sleepFor_endsWhenTheJobIsCancelled) {
  WorkQueue queue(16);
  queue.Submit(JobOf(1));
  CHECK_EQ(TakeId(queue), 1U);
  std::thread canceller([&queue] { queue.Cancel(1); });
  const std::int64_t began_ns = MonotonicNs();
  queue.SleepFor(kFarNs);
  CHECK(MonotonicNs() - began_ns < kFarNs / 10);
  canceller.join();
}

TEST(drain_notifiesWhenTheLastJobIsAnswered) {
  WorkQueue queue(16);
  int notified = 0;
  queue.set_on_drained([&notified] { ++notified; });
  queue.Submit(JobOf(1));
  queue.Submit(JobOf(2));
  queue.Drain();
  CHECK_EQ(TakeId(queue), 1U);
  queue.Finish();
  CHECK_EQ(notified, 0);
  queue.Cancel(2);
  CHECK_EQ(notified, 1);
  CHECK(queue.Look().draining);
}

TEST(close_endsAWaitingTakeAfterWhatIsQueued) {
  WorkQueue queue(16);
  queue.Submit(JobOf(1));
  queue.Close();
  CHECK_EQ(TakeId(queue), 1U);
  queue.Finish();
  CHECK(!queue.Take().has_value());
}

Job JobOfSession(std::uint64_t id, std::uint64_t session_key) {
  Job job = JobOf(id);
  job.session_key = session_key;
  return job;
}

TEST(hold_keepsASessionsJobsInTheirPlaceUntilReleased) {
  WorkQueue queue(16);
  queue.Submit(JobOfSession(1, 7));
  queue.Submit(JobOfSession(2, 8));
  queue.Submit(JobOfSession(3, 7));
  queue.Submit(JobOf(4));
  queue.Hold(7);
  CHECK_EQ(queue.QueuedOf(7), 2U);
  for (const std::uint64_t id : {2, 4}) {
    CHECK_EQ(TakeId(queue), id);
    queue.Finish();
  }
  CHECK(!queue.Idle());
  std::thread later([&queue] { queue.Release(7); });  // Take waits for it.
  CHECK_EQ(TakeId(queue), 1U);
  queue.Finish();
  CHECK_EQ(TakeId(queue), 3U);
  later.join();
}

TEST(heldJobs_stillExpireAndCanBeCancelled) {
  WorkQueue queue(16);
  queue.Hold(7);
  Job expiring = JobOfSession(1, 7);
  expiring.deadline_at_ns = 1;
  queue.Submit(std::move(expiring));
  queue.Submit(JobOfSession(2, 7));
  CHECK_EQ(queue.Expire(MonotonicNs()).size(), 1U);
  CHECK(queue.Cancel(2) == WorkQueue::Cancelled::kWasQueued);
  queue.Submit(JobOfSession(3, 7));
  queue.Submit(JobOfSession(4, 8));
  const auto cancelled = queue.CancelSession(7);
  CHECK_EQ(cancelled.size(), 1U);
  CHECK_EQ(cancelled[0], 3U);
  CHECK(queue.CancelSession(0).empty());
  CHECK_EQ(TakeId(queue), 4U);
}

TEST(drain_releasesWhatIsHeld) {
  WorkQueue queue(16);
  queue.Hold(7);
  queue.Submit(JobOfSession(1, 7));
  queue.Drain();
  CHECK_EQ(TakeId(queue), 1U);
  queue.Finish();
  CHECK(queue.Idle());
}

}  // namespace
}  // namespace mainstay
