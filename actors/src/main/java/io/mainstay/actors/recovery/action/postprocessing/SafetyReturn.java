package io.mainstay.actors.recovery.action.postprocessing;

import akka.pattern.Patterns;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.ModeGround;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks whether pictures can be judged as before, as long as the node is careful because they could
 * not; then takes that ground back. Goes on after a restart of the node. Thread-safe.
 */
final class SafetyReturn {
  /** Kind of the alert of a safety gate that failed; its subject is the node's gate. */
  static final String ALERT = "safety_system_failed";

  /** What the alert is about. */
  static final String SUBJECT = "postprocessing/safety";

  private final ActionFloor floor;
  private final SafetySystem safety;
  private final ModeGround careful;
  private final Duration pause;
  private final AtomicBoolean watching = new AtomicBoolean();
  private final AtomicBoolean askedSince = new AtomicBoolean();

  /**
   * @param pause between two looks
   */
  SafetyReturn(ActionFloor floor, SafetySystem safety, ModeGround careful, Duration pause) {
    this.floor = floor;
    this.safety = safety;
    this.careful = careful;
    this.pause = pause;
  }

  /** From now on, until it is well; once. */
  void watch() {
    askedSince.set(true);
    if (watching.compareAndSet(false, true)) {
      later();
    }
  }

  private void later() {
    Patterns.after(
        pause,
        floor.system(),
        () -> {
          look();
          return CompletableFuture.completedFuture(pause);
        });
  }

  private void look() {
    askedSince.set(false);
    floor
        .<ModeCommand, ModeView>ask(floor.around().modes(), ModeCommand.Get::new)
        .thenCompose(
            view ->
                careful.isIn(view)
                    ? safety.whole().thenCompose(this::returned)
                    // A person has cleared it, or a former look has.
                    : CompletableFuture.completedFuture(true))
        .whenComplete(
            (over, failure) -> {
              if (Boolean.TRUE.equals(over) && !askedSince.get()) {
                watching.set(false);
              } else {
                later();
              }
            });
  }

  private CompletionStage<Boolean> returned(String evidence) {
    floor
        .around()
        .alerts()
        .tell(
            new AlertCommand.Clear(ALERT, SUBJECT, "pictures are judged again: " + evidence, null));
    return careful.leave("pictures can be judged again: " + evidence, null).thenApply(view -> true);
  }
}
