package io.mainstay.actors.recovery.action.processing;

import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AttendedSessions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.action.TwoLooks;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Models that runners held of sessions which nobody works on any more. A runner's end ends its
 * holds by itself, once the model domain has heard of it; what two looks agree on is let go for it.
 */
final class StaleModelHolds {
  /** In the path of whoever works on a session. */
  private static final String RUNNER = "/runner-";

  private final ActionFloor floor;
  private final Questions questions;

  StaleModelHolds(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
  }

  /** Done when none is left. */
  CompletionStage<RecoveryStepOutcome> letGo(Task task) {
    Set<String> released = new TreeSet<>();
    TwoLooks looks = new TwoLooks();
    return floor.await(
        task,
        () ->
            questions
                .residences()
                .thenCompose(
                    models ->
                        questions.work().thenApply(work -> look(models, work, looks, released))),
        () -> "models are held by sessions that nobody works on");
  }

  private Optional<RecoveryStepOutcome> look(
      ModelFacts models, ProcessingCommand.Facts work, TwoLooks looks, Set<String> released) {
    Set<String> attended = AttendedSessions.of(work);
    Set<String> stale =
        models.held().keySet().stream()
            .filter(holder -> holder.contains(RUNNER))
            .filter(
                holder ->
                    Subjects.sessionIn(holder).filter(id -> !attended.contains(id)).isPresent())
            .collect(Collectors.toSet());
    synchronized (released) {
      for (String holder : looks.agreed(stale)) {
        released.add(holder);
        floor.ports().model().tell(new ModelCommand.Unpin(holder, floor.system().ignoreRef()));
      }
      return stale.isEmpty()
          ? Optional.of(
              new RecoveryStepOutcome.Done(
                  "%d hold models, none of them a session that nobody works on; let go: %s"
                      .formatted(models.held().size(), released)))
          : Optional.empty();
    }
  }
}
