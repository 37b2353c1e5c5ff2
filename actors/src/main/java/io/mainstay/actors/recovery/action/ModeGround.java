package io.mainstay.actors.recovery.action;

import akka.pattern.Patterns;
import io.mainstay.actors.degradation.ModeCommand;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One source's ground to be in a mode; where it is held for a time it is taken back by itself after
 * that, however often that must be asked for. The ground outlives the node: whoever holds one takes
 * it back, or enters again, when the node begins anew. Thread-safe.
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

  /**
   * Completes when it is durable; until it is taken back.
   *
   * @param cause the step that wants it
   */
  public CompletionStage<ModeView> enter(ModeTrigger trigger, String reason, EventMeta cause) {
    return enter(trigger, reason, cause, floor.answerWithin());
  }

  /**
   * The same.
   *
   * @param within how long that may take
   */
  public CompletionStage<ModeView> enter(
      ModeTrigger trigger, String reason, EventMeta cause, Duration within) {
    entered.incrementAndGet();
    return floor.askStatus(
        floor.around().modes(),
        replyTo -> new ModeCommand.Enter(key, trigger, source, reason, cause, replyTo),
        within);
  }

  /** The same, and taken back after that time unless it is entered again. */
  public CompletionStage<ModeView> enterFor(
      Duration hold, ModeTrigger trigger, String reason, EventMeta cause) {
    CompletionStage<ModeView> held = enter(trigger, reason, cause);
    long mine = entered.get();
    Patterns.after(
        hold,
        floor.system(),
        () -> {
          leaveForGood("it was held for " + hold.toMillis() + " ms", null, mine);
          return CompletableFuture.completedFuture(mine);
        });
    return held;
  }

  /**
   * Takes it back now, and asks again until it is gone or entered again: the disk may be full.
   *
   * @param cause the event that led to it, or null for the ground itself
   */
  public void leaveForGood(String reason, EventMeta cause) {
    leaveForGood(reason, cause, entered.get());
  }

  private void leaveForGood(String reason, EventMeta cause, long mine) {
    if (entered.get() != mine) {
      return;
    }
    leave(reason, cause)
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
                    leaveForGood(reason, cause, mine);
                    return CompletableFuture.completedFuture(mine);
                  });
            });
  }

  /**
   * Completes when that is durable; harmless if there is none.
   *
   * @param cause the event that led to it, or null for the ground itself
   */
  public CompletionStage<ModeView> leave(String reason, EventMeta cause) {
    return leave(reason, cause, floor.answerWithin());
  }

  /**
   * The same.
   *
   * @param within how long that may take
   */
  public CompletionStage<ModeView> leave(String reason, EventMeta cause, Duration within) {
    return floor.askStatus(
        floor.around().modes(),
        replyTo -> new ModeCommand.Leave(key, source, reason, cause, replyTo),
        within);
  }

  /** Whether that source has it there in what holds. */
  public boolean isIn(ModeView view) {
    return view.active().stream()
        .filter(active -> active.key().equals(key))
        .flatMap(active -> active.grounds().stream())
        .anyMatch(ground -> ground.source().equals(source));
  }
}
