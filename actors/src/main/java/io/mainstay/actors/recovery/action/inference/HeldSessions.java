package io.mainstay.actors.recovery.action.inference;

import akka.pattern.Patterns;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sessions that get no turn on devices because what they worked with is in doubt. A cascade and the
 * strategy after it mean the same, so they hold for their subject; what is held for another one, or
 * by a pause for want of memory, is not let go with it. Thread-safe.
 */
final class HeldSessions {
  private final ActionFloor floor;
  private final Questions questions;
  // By holder and session: which of its holds is the latest, so that the end of an earlier one
  // does not end it.
  private final Map<String, Long> latest = new ConcurrentHashMap<>();
  private final AtomicLong holds = new AtomicLong();

  HeldSessions(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
  }

  /** Done when the inference domain plans without it there; it is let go by itself in the end. */
  CompletionStage<RecoveryStepOutcome> hold(
      Task task, String session, List<String> devices, Duration longest) {
    List<InferenceCommand.HeldBack> wanted =
        devices.stream()
            .map(device -> new InferenceCommand.HeldBack(by(task), session, device))
            .toList();
    wanted.forEach(
        held ->
            floor
                .ports()
                .inference()
                .tell(new InferenceCommand.HoldBack(held.by(), held.sessionId(), held.deviceId())));
    long mine = holds.incrementAndGet();
    latest.put(by(task) + " " + session, mine);
    Patterns.after(
        longest,
        floor.system(),
        () -> {
          if (latest.remove(by(task) + " " + session, mine)) {
            tellLetGo(task, session, devices);
          }
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

  /** What is held back of it for the task's subject is not held any more. */
  void letGo(Task task, String session, List<String> devices) {
    latest.remove(by(task) + " " + session);
    tellLetGo(task, session, devices);
  }

  private static String by(Task task) {
    return "isolation of " + task.subject();
  }

  private void tellLetGo(Task task, String session, List<String> devices) {
    devices.forEach(
        device ->
            floor.ports().inference().tell(new InferenceCommand.LetGo(by(task), session, device)));
  }
}
