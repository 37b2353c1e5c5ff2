package io.mainstay.actors.processing;

import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps batches from their next step while there is a reason to; what they have computed stays.
 * Confined to its runner.
 */
final class StepGate {
  /** Why no step begins. */
  enum Reason {
    /** A cancel is on its way to the journal. */
    PAUSED,
    /** It is not known yet what the session could reserve. */
    UNRESERVED
  }

  private final Set<Reason> closed = EnumSet.noneOf(Reason.class);
  private final Set<BatchJob> waiting = new LinkedHashSet<>();

  void close(Reason reason) {
    closed.add(reason);
  }

  /** Batches that may go on now, each once; none while there is another reason. */
  List<BatchJob> open(Reason reason) {
    if (!closed.remove(reason) || !closed.isEmpty()) {
      return List.of();
    }
    List<BatchJob> goOn = List.copyOf(waiting);
    waiting.clear();
    return goOn;
  }

  /** True if the batch has to wait; it is among those that go on later then. */
  boolean keeps(BatchJob job) {
    if (closed.isEmpty()) {
      return false;
    }
    waiting.add(job);
    return true;
  }

  /** Whether it waits here. */
  boolean holds(BatchJob job) {
    return waiting.contains(job);
  }

  /** It waits no more: it is prepared again, or given up. */
  void forget(BatchJob job) {
    waiting.remove(job);
  }
}
