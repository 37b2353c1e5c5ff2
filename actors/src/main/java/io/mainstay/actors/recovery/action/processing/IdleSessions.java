package io.mainstay.actors.recovery.action.processing;

import static io.mainstay.actors.recovery.action.Outcomes.enough;

import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AttendedSessions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Has open sessions that nobody works on worked on, and waits for that. Thread-safe. */
final class IdleSessions {
  private final ActionFloor floor;
  private final SessionQuestions sessions;
  private final Questions questions;

  IdleSessions(ActionFloor floor) {
    this.floor = floor;
    this.sessions = new SessionQuestions(floor);
    this.questions = new Questions(floor);
  }

  /**
   * One look at them.
   *
   * @param idle those that are to be worked on, and are not
   * @param evidence of how things are, for when there are none
   */
  private record Look(Set<String> idle, String evidence) {}

  /** Somebody works on each that the fault is about, or it is over. */
  CompletionStage<RecoveryStepOutcome> resumeAsked(Task task) {
    return awaitNone(
        task,
        () ->
            sessions
                .sessions(task)
                .thenCombine(
                    questions.work(),
                    (asked, facts) -> {
                      Set<String> idle = AttendedSessions.idle(facts);
                      idle.retainAll(asked);
                      return new Look(
                          idle,
                          asked.stream()
                              .map(one -> one + " " + standing(one, facts))
                              .collect(Collectors.joining("; ")));
                    }),
        "nobody works on it");
  }

  private static String standing(String session, ProcessingCommand.Facts facts) {
    if (facts.runners().contains(session)) {
      return "is worked on";
    }
    return facts.open().contains(session) ? "waits for its turn" : "is over";
  }

  /**
   * Somebody works on each that is open, or is about to, but for those that rest.
   *
   * @param checked what was found before they go on, for evidence; empty if nobody looked
   */
  CompletionStage<RecoveryStepOutcome> resumeOpen(Task task, Set<String> resting, String checked) {
    return awaitNone(
        task,
        () ->
            questions
                .work()
                .thenApply(
                    facts -> {
                      Set<String> idle = AttendedSessions.idle(facts);
                      idle.removeAll(resting);
                      return new Look(
                          idle,
                          "%d sessions open, %d worked on, %d about to be, %d rest%s"
                              .formatted(
                                  facts.open().size(),
                                  facts.runners().size(),
                                  facts.settling().size(),
                                  resting.size(),
                                  checked.isEmpty() ? "" : "; " + checked));
                    }),
        "nobody works on an open session");
  }

  private CompletionStage<RecoveryStepOutcome> awaitNone(
      Task task, Supplier<CompletionStage<Look>> look, String missing) {
    return floor.await(
        task,
        () ->
            look.get()
                .thenApply(
                    seen -> {
                      seen.idle()
                          .forEach(one -> sessions.putRight(one, ProcessingCommand.Right.GOES_ON));
                      return seen.idle().isEmpty()
                          ? Optional.of(enough(seen.evidence()))
                          : Optional.empty();
                    }),
        () -> missing);
  }
}
