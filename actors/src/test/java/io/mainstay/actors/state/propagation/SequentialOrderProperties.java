package io.mainstay.actors.state.propagation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.protocol.state.StateMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Tries to break the two orders: arrivals, sends and completions in any interleaving. */
class SequentialOrderProperties {
  /** What happens next: something arrives, the next is sent, or one on its way is confirmed. */
  record Act(int kind, Sequence sequence, int position, String device, String subject, int which) {}

  @Provide
  Arbitrary<List<Act>> acts() {
    Arbitrary<Act> act =
        Combinators.combine(
                Arbitraries.integers().between(0, 9),
                Arbitraries.of(Sequence.values()),
                Arbitraries.integers().between(0, Sequence.LENGTH - 1),
                Arbitraries.of("cpu-0", "cpu-1", Change.EVERYWHERE),
                Arbitraries.of("a", "b", "c"),
                Arbitraries.integers().between(0, 100))
            .as(Act::new);
    return act.list().ofMinSize(10).ofMaxSize(200);
  }

  @Property(tries = 2_000)
  void noStepIsSent_whileAnEarlierOneOfItsOrderIsNotComplete(@ForAll("acts") List<Act> acts) {
    RankedQueues queues =
        new RankedQueues(
            new QueueLimits(Map.of(Rank.P0, 300, Rank.P1, 300, Rank.P2, 300, Rank.P3, 300)));
    Map<Long, Change> waiting = new LinkedHashMap<>();
    Map<Long, Change> onTheirWay = new LinkedHashMap<>();
    long id = 0;
    for (Act act : acts) {
      if (act.kind() < 5) {
        StateMessage message = Told.step(act.sequence(), act.position(), act.subject());
        Change change = Told.change(++id, act.device(), message);
        // One that is conflated goes in the place of the earlier one, under its number.
        if (queues.offer(change) == RankedQueues.Offered.QUEUED) {
          waiting.put(change.id(), change);
        }
      } else if (act.kind() < 8) {
        queues.poll().ifPresent(next -> send(next, waiting, onTheirWay));
      } else if (!onTheirWay.isEmpty()) {
        List<Change> sent = new ArrayList<>(onTheirWay.values());
        Change done = sent.get(act.which() % sent.size());
        onTheirWay.remove(done.id());
        queues.complete(done);
      }
    }
    // Nothing waits for ever: with every send confirmed, all of it goes.
    int bound = waiting.size() + onTheirWay.size() + 1;
    Map<Long, Change> left = new HashMap<>(onTheirWay);
    for (int round = 0; round < bound && !(waiting.isEmpty() && left.isEmpty()); round++) {
      left.values().forEach(queues::complete);
      left.clear();
      onTheirWay.clear();
      for (Optional<Change> next = queues.poll(); next.isPresent(); next = queues.poll()) {
        send(next.get(), waiting, onTheirWay);
        left.put(next.get().id(), next.get());
      }
    }
    assertTrue(waiting.isEmpty(), () -> "waits for ever: " + waiting.values());
  }

  private static void send(Change next, Map<Long, Change> waiting, Map<Long, Change> onTheirWay) {
    waiting.remove(next.id());
    List<Change> open = new ArrayList<>(waiting.values());
    open.addAll(onTheirWay.values());
    for (Change other : open) {
      for (Sequence.Step mine : next.steps()) {
        for (Sequence.Step theirs : other.steps()) {
          boolean earlier =
              mine.sequence() == theirs.sequence() && theirs.position() < mine.position();
          boolean same =
              next.source().equals(other.source())
                  || next.source().equals(Change.EVERYWHERE)
                  || other.source().equals(Change.EVERYWHERE);
          assertTrue(!(earlier && same), () -> next + " was sent before " + other);
        }
      }
    }
    onTheirWay.put(next.id(), next);
  }
}
