package io.mainstay.actors.recovery.action.inference;

import akka.pattern.Patterns;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Sessions that get no turn on devices for the sake of a recovery. Each recovery holds for itself:
 * what another one, or a pause for want of memory, holds back is not let go with it. Thread-safe.
 */
final class HeldSessions {
  private final ActionFloor floor;
  private final Questions questions;

  HeldSessions(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
  }

  /** Done when the inference domain plans without it there; it is let go by itself in the end. */
  CompletionStage<RecoveryStepOutcome> hold(
      Task task, String session, List<String> devices, Duration longest) {
    List<InferenceCommand.HeldBack> wanted =
        devices.stream()
            .map(device -> new InferenceCommand.HeldBack(task.recoveryId(), session, device))
            .toList();
    wanted.forEach(
        held ->
            floor
                .ports()
                .inference()
                .tell(new InferenceCommand.HoldBack(held.by(), held.sessionId(), held.deviceId())));
    Patterns.after(
        longest,
        floor.system(),
        () -> {
          letGo(task, session, devices);
          return CompletableFuture.completedFuture(session);
        });
    return floor.await(
        task,
        () ->
            questions
                .turns()
                .thenApply(
                    facts ->
                        facts.heldBack().containsAll(wanted)
                            ? Optional.of(
                                new RecoveryStepOutcome.Done(
                                    "session %s gets no turn on %s for %d ms at most"
                                        .formatted(session, devices, longest.toMillis())))
                            : Optional.empty()),
        () -> "the inference domain still plans session " + session + " on " + devices);
  }

  /** What that recovery held back of it is not held any more. */
  void letGo(Task task, String session, List<String> devices) {
    devices.forEach(
        device ->
            floor
                .ports()
                .inference()
                .tell(new InferenceCommand.LetGo(task.recoveryId(), session, device)));
  }
}
