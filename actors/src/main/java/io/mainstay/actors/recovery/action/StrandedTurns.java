package io.mainstay.actors.recovery.action;

import io.mainstay.actors.consistency.check.WorkFacts;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Turns of devices whose session nobody works on are given back. Thread-safe. */
public final class StrandedTurns {
  private final ActionFloor floor;
  private final Questions questions;

  /** On that floor. */
  public StrandedTurns(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
  }

  /**
   * Turns, and who works on what a moment later: whoever has a turn has begun before it.
   *
   * @param turns asked first
   */
  public record Looked(InferenceCommand.Facts turns, ProcessingCommand.Facts facts) {
    /** Turns of sessions that have no runner. */
    public Set<String> stranded() {
      Set<String> attended = AttendedSessions.of(facts);
      return turns.turns().stream()
          .filter(turn -> !attended.contains(turn.sessionId()))
          .map(WorkFacts.TurnFacts::turnId)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** As it is now. */
  public CompletionStage<Looked> look() {
    return questions
        .turns()
        .thenCompose(turns -> questions.work().thenApply(facts -> new Looked(turns, facts)));
  }

  /** Done when none is left; what two looks agree on is given back. */
  public CompletionStage<RecoveryStepOutcome> giveBack(Task task) {
    Set<String> released = new TreeSet<>();
    TwoLooks looks = new TwoLooks();
    return floor.await(
        task,
        () ->
            look()
                .thenApply(
                    looked -> {
                      Set<String> stranded = looked.stranded();
                      synchronized (released) {
                        for (String turn : looks.agreed(stranded)) {
                          floor.ports().inference().tell(new InferenceCommand.ReleaseTurn(turn));
                          released.add(turn);
                        }
                        return stranded.isEmpty()
                            ? Optional.of(
                                new RecoveryStepOutcome.Done(
                                    "%d turns given back, %d are worked on"
                                        .formatted(released.size(), looked.turns().turns().size())))
                            : Optional.empty();
                      }
                    }),
        () -> "turns are held that nobody works on");
  }
}
