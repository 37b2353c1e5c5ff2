package io.mainstay.actors.recovery.action;

import akka.pattern.Patterns;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One source's ground to be in a mode, taken back by itself after a time, however often that must
 * be asked for. The ground outlives the node: whoever holds one takes it back, or enters again,
 * when the node begins anew. Thread-safe.
 */
public final class ModeGround {
  private final ActionFloor floor;
  private final ModeKey key;
  private final String source;
  private final AtomicLong entered = new AtomicLong();

  /**
   * @param source who says so, in the mode's journal
   */
  public ModeGround(ActionFloor floor, ModeKey key, String source) {
    this.floor = floor;
    this.key = key;
    this.source = source;
  }

  /** Completes when it is durable; until it is taken back. */
  public CompletionStage<ModeView> enter(ModeTrigger trigger, String reason) {
    entered.incrementAndGet();
    return floor.askStatus(
        floor.around().modes(),
        replyTo -> new ModeCommand.Enter(key, trigger, source, reason, null, replyTo),
        floor.answerWithin());
  }

  /** The same, and taken back after that time unless it is entered again. */
  public CompletionStage<ModeView> enter(ModeTrigger trigger, String reason, Duration hold) {
    CompletionStage<ModeView> held = enter(trigger, reason);
    long mine = entered.get();
    Patterns.after(
        hold,
        floor.system(),
        () -> {
          leaveForGood("it was held for " + hold.toMillis() + " ms", mine);
          return CompletableFuture.completedFuture(mine);
        });
    return held;
  }

  /** Takes it back now, and asks again until it is gone or entered again: the disk may be full. */
  public void leaveForGood(String reason) {
    leaveForGood(reason, entered.get());
  }

  private void leaveForGood(String reason, long mine) {
    if (entered.get() != mine) {
      return;
    }
    leave(reason)
        .exceptionallyCompose(
            refused ->
                floor.<ModeCommand, ModeView>ask(floor.around().modes(), ModeCommand.Get::new))
        .whenComplete(
            (view, failure) -> {
              if (failure == null && !isIn(view)) {
                return;
              }
              Patterns.after(
                  floor.answerWithin(),
                  floor.system(),
                  () -> {
                    leaveForGood(reason, mine);
                    return CompletableFuture.completedFuture(mine);
                  });
            });
  }

  /** Completes when that is durable; harmless if there is none. */
  public CompletionStage<ModeView> leave(String reason) {
    return floor.askStatus(
        floor.around().modes(),
        replyTo -> new ModeCommand.Leave(key, source, reason, null, replyTo),
        floor.answerWithin());
  }

  /** Whether that source has it there in what holds. */
  public boolean isIn(ModeView view) {
    return view.active().stream()
        .filter(active -> active.key().equals(key))
        .flatMap(active -> active.grounds().stream())
        .anyMatch(ground -> ground.source().equals(source));
  }
}
