package io.mainstay.actors.recovery.action.platform;

import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.ProcessingCommand.Right;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AttendedSessions;
import io.mainstay.actors.recovery.action.LostHeap;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/** Accepted work goes on after what it stood on failed, and holds nothing that it does not use. */
public final class WorkActions {
  private final ActionFloor floor;
  private final Questions questions;

  private WorkActions(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    WorkActions work = new WorkActions(floor);
    actions
        .add("resume_interrupted_sessions", work::resume)
        .add("reclaim_batch_heap", new LostHeap(floor)::giveBack);
  }

  /** Every session that is not over is worked on, or waits for its turn. */
  private CompletionStage<RecoveryStepOutcome> resume(Task task) {
    Set<String> woken = new TreeSet<>();
    AtomicReference<String> last = new AtomicReference<>("processing did not answer");
    return floor.await(
        task,
        () ->
            questions
                .work()
                .thenApply(
                    facts -> {
                      Set<String> forgotten = AttendedSessions.idle(facts);
                      last.set("nobody works on " + forgotten);
                      for (String session : forgotten) {
                        if (woken.add(session)) {
                          floor
                              .ports()
                              .processing()
                              .tell(new ProcessingCommand.PutRight(session, Right.GOES_ON));
                        }
                      }
                      return forgotten.isEmpty()
                          ? Optional.of(
                              new RecoveryStepOutcome.Done(
                                  "%d sessions open, %d worked on, woken: %s"
                                      .formatted(
                                          facts.open().size(), facts.runners().size(), woken)))
                          : Optional.empty();
                    }),
        last::get);
  }
}
