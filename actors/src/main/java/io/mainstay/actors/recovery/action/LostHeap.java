package io.mainstay.actors.recovery.action;

import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/** Heap of batches whose session nobody works on is given back. Thread-safe. */
public final class LostHeap {
  private final ActionFloor floor;
  private final Questions questions;

  /** On that floor. */
  public LostHeap(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
  }

  /** Done when none is left, with the bytes; what two looks agree on is given back. */
  public CompletionStage<RecoveryStepOutcome> giveBack(Task task) {
    AtomicReference<String> last = new AtomicReference<>("processing did not answer");
    TwoLooks looks = new TwoLooks();
    Map<String, Long> freed = new TreeMap<>();
    return floor.await(
        task,
        () ->
            questions
                .work()
                .thenApply(
                    facts -> {
                      Map<String, Long> lost = lost(facts);
                      last.set("heap of " + lost.keySet() + " is still taken");
                      synchronized (freed) {
                        for (String session : looks.agreed(lost.keySet())) {
                          freed.put(session, lost.get(session));
                          floor
                              .ports()
                              .processing()
                              .tell(
                                  new ProcessingCommand.PutRight(
                                      session, ProcessingCommand.Right.NO_HEAP));
                        }
                        return lost.isEmpty()
                            ? Optional.of(
                                new RecoveryStepOutcome.Done(
                                    "%d bytes of batches in use, %d given back of %s"
                                        .formatted(sum(facts.heap()), sum(freed), freed.keySet())))
                            : Optional.empty();
                      }
                    }),
        last::get);
  }

  /** Bytes by session that nobody works on, or is about to. */
  private static Map<String, Long> lost(ProcessingCommand.Facts facts) {
    Map<String, Long> lost = new TreeMap<>(facts.heap());
    lost.keySet().removeAll(AttendedSessions.of(facts));
    return lost;
  }

  private static long sum(Map<String, Long> bytes) {
    return bytes.values().stream().mapToLong(Long::longValue).sum();
  }
}
