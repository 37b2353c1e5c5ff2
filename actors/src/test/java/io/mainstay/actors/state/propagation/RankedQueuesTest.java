package io.mainstay.actors.state.propagation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.state.DeviceHealthUpdate;
import io.mainstay.protocol.state.SessionProgressUpdate;
import io.mainstay.protocol.state.StatePriority;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RankedQueuesTest {
  private final RankedQueues queues = new RankedQueues(limits(1_000_000));

  private static QueueLimits limits(int each) {
    return new QueueLimits(Map.of(Rank.P0, each, Rank.P1, each, Rank.P2, each, Rank.P3, each));
  }

  @Test
  void criticalHealth_isAlwaysNext_inAFloodOfProgress() {
    long id = 0;
    int progress = 0;
    int critical = 0;
    int taken = 0;
    while (progress < 100_000) {
      for (int i = 0; i < 100; i++) {
        queues.offer(Told.change(++id, "runners", Told.progress("s" + progress++, 1)));
      }
      queues.offer(Told.change(++id, "cpu-0", Told.health("cpu-0", StatePriority.CRITICAL)));
      critical++;
      Change next = queues.poll().orElseThrow();
      assertTrue(next.told().message() instanceof DeviceHealthUpdate, next.toString());
      queues.complete(next);
      for (int i = 0; i < 10; i++) { // Somebody keeps up a little.
        queues.complete(queues.poll().orElseThrow());
        taken++;
      }
    }
    assertEquals(1_000, critical);
    assertEquals(100_000 - taken, queues.waiting(Rank.P3));
  }

  @Test
  void ranksGoInOrder_andEachQueueFirstInFirstOut() {
    queues.offer(Told.change(1, "runners", Told.progress("s1", 1)));
    queues.offer(Told.change(2, "runners", Told.progress("s2", 1)));
    queues.offer(Told.change(3, "cpu-0", Told.ready("m")));
    queues.offer(Told.change(4, "cpu-1", Told.use("cpu-1", PressureLevel.HIGH)));
    queues.offer(Told.change(5, "cpu-2", Told.health("cpu-2", StatePriority.CRITICAL)));

    List<Long> order = new ArrayList<>();
    for (Optional<Change> next = queues.poll(); next.isPresent(); next = queues.poll()) {
      order.add(next.get().id());
      queues.complete(next.get());
    }
    assertEquals(List.of(5L, 4L, 3L, 1L, 2L), order);
  }

  @Test
  void measurementsOfOneThing_takeOnePlace_andTheLastOneWins() {
    for (int done = 1; done <= 1_000; done++) {
      queues.offer(Told.change(done, "runners", Told.progress("s1", done)));
    }
    assertEquals(1, queues.waiting());
    assertEquals(999, queues.conflated());
    Change last = queues.poll().orElseThrow();
    assertEquals(
        1_000,
        ((SessionProgressUpdate) last.told().message()).progressMetrics().operationsCompleted());
    assertEquals(Optional.empty(), queues.poll());
    assertEquals(
        RankedQueues.Offered.QUEUED,
        queues.offer(Told.change(1_001, "runners", Told.progress("s1", 1_001))));
  }

  @Test
  void aFullQueue_turnsAway_butNotWhatIsOfAnotherRankOrConflated() {
    RankedQueues small = new RankedQueues(limits(2));
    small.offer(Told.change(1, "runners", Told.progress("s1", 1)));
    small.offer(Told.change(2, "runners", Told.progress("s2", 1)));

    assertEquals(
        RankedQueues.Offered.FULL, small.offer(Told.change(3, "runners", Told.progress("s3", 1))));
    assertEquals(
        RankedQueues.Offered.CONFLATED,
        small.offer(Told.change(4, "runners", Told.progress("s1", 2))));
    assertEquals(
        RankedQueues.Offered.QUEUED, small.offer(Told.change(5, "cpu-0", Told.ready("m"))));
  }

  @Test
  void policy_hasAPlaceInAFullQueue_andOnlyTheLastOneIsTold() {
    RankedQueues small = new RankedQueues(limits(1));
    small.offer(Told.change(1, "node", Told.pause("s1")));
    assertEquals(RankedQueues.Offered.FULL, small.offer(Told.change(2, "node", Told.pause("s2"))));
    assertEquals(
        RankedQueues.Offered.QUEUED, small.offer(Told.change(3, "node", Told.policy("v1"))));
    assertEquals(
        RankedQueues.Offered.CONFLATED, small.offer(Told.change(4, "node", Told.policy("v2"))));
    small.complete(small.poll().orElseThrow());
    assertEquals(Told.policy("v2"), small.poll().orElseThrow().told().message());
    assertEquals(Optional.empty(), small.poll());
  }

  @Test
  void allocationsOfOneOwner_areOneOnItsWayAndOneWaiting_andHoldUpNobodyForGood() {
    for (int id = 1; id <= 600; id++) {
      queues.offer(Told.change(id, "node", Told.allocated("cpu-0/model:m", id)));
      if (id == 1) {
        assertEquals(1, queues.poll().orElseThrow().id());
      }
    }
    queues.offer(Told.change(601, "node", Told.allocated("cpu-0/model:n", 1)));
    assertEquals(601, queues.poll().orElseThrow().id(), "another owner goes on");
    assertEquals(Optional.empty(), queues.poll());
    assertEquals(598, queues.conflated());
    queues.complete(Told.change(1, "node", Told.allocated("cpu-0/model:m", 1)));
    queues.complete(Told.change(601, "node", Told.allocated("cpu-0/model:n", 1)));

    Change last = queues.poll().orElseThrow();
    assertEquals(Told.allocated("cpu-0/model:m", 600), last.told().message());
    queues.complete(last);
    queues.offer(Told.change(602, "node", Told.ready("m")));
    assertEquals(602, queues.poll().orElseThrow().id(), "no spot at the gate is left taken");
  }

  @Test
  void aStepThatWaits_letsWhatItWaitsForGoFirst_whateverItsRank() {
    // The pause is P1, the model that became ready P2; the pause waits for it.
    queues.offer(Told.change(1, "cpu-0", Told.pause("s")));
    queues.offer(Told.change(2, "cpu-0", Told.ready("m")));

    Change first = queues.poll().orElseThrow();
    assertEquals(2, first.id());
    assertEquals(Optional.empty(), queues.poll(), "not before the first is complete");
    queues.complete(first);
    assertEquals(1, queues.poll().orElseThrow().id());
  }

  @Test
  void anotherDevice_isNotHeldUp() {
    queues.offer(Told.change(1, "cpu-0", Told.use("cpu-0", PressureLevel.HIGH)));
    queues.poll();
    queues.offer(Told.change(2, "cpu-0", Told.ready("m")));
    queues.offer(Told.change(3, "cpu-1", Told.ready("m")));

    assertEquals(3, queues.poll().orElseThrow().id());
    assertEquals(Optional.empty(), queues.poll());
  }
}
