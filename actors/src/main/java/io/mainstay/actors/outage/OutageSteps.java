package io.mainstay.actors.outage;

import akka.actor.typed.javadsl.ActorContext;
import io.mainstay.persistence.history.ConsistencyEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.OutageEvent;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What is decided, carried out in order for each device: the journal has a step's event before the
 * step is done. A journal that does not answer in time holds nothing up for longer than that.
 * Confined to the keeper.
 */
final class OutageSteps {
  /** One step; the event is null where there is nothing to write. */
  private record Step(long number, CausedEvent event, Runnable act) {}

  private final ActorContext<OutageCommand> ctx;
  private final OutageJournals journals;
  private final Duration timeout;
  private final Map<String, Deque<Step>> waiting = new HashMap<>();
  private final LongSupplier numbers;

  /**
   * @param timeout of one write
   * @param numbers never the same twice, whoever begins anew
   */
  OutageSteps(
      ActorContext<OutageCommand> ctx,
      OutageJournals journals,
      Duration timeout,
      LongSupplier numbers) {
    this.ctx = ctx;
    this.journals = journals;
    this.timeout = timeout;
    this.numbers = numbers;
  }

  /** Write the event, then act. */
  void then(String deviceId, CausedEvent event, Runnable act) {
    Deque<Step> steps = waiting.computeIfAbsent(deviceId, id -> new ArrayDeque<>());
    boolean first = steps.isEmpty();
    steps.add(new Step(numbers.getAsLong(), event, act));
    if (first) {
      advance(deviceId, steps);
    }
  }

  /** Write the event; nothing else is done. */
  void note(String deviceId, CausedEvent event) {
    then(deviceId, event, () -> {});
  }

  /** Act, once all that was decided before is done. */
  void then(String deviceId, Runnable act) {
    then(deviceId, null, act);
  }

  /** The journal answered, or did not. */
  void on(Heard.Written written) {
    Deque<Step> steps = waiting.getOrDefault(written.deviceId(), new ArrayDeque<>());
    if (steps.isEmpty() || steps.peek().number() != written.step()) {
      return; // Of before a restart.
    }
    if (written.failure() != null) {
      ctx.getLog()
          .warn(
              "outage goes on although its step is not known to be journaled device={} event={}"
                  + " reason={}",
              written.deviceId(),
              steps.peek().event().getClass().getSimpleName(),
              written.failure().toString());
    }
    steps.peek().act().run();
    steps.poll();
    advance(written.deviceId(), steps);
  }

  private void advance(String deviceId, Deque<Step> steps) {
    while (!steps.isEmpty()) {
      Step next = steps.peek();
      if (next.event() != null) {
        write(deviceId, next);
        return;
      }
      next.act().run();
      steps.poll();
    }
  }

  private void write(String deviceId, Step step) {
    if (step.event() instanceof ConsistencyEvent divergence) {
      ctx.ask(
          EventMeta.class,
          journals.consistency(),
          timeout,
          replyTo -> new HistoryLog.Record<>(divergence, replyTo),
          (meta, failure) -> new Heard.Written(deviceId, step.number(), failure));
    } else {
      OutageEvent event = (OutageEvent) step.event();
      ctx.ask(
          EventMeta.class,
          journals.outages(),
          timeout,
          replyTo -> new HistoryLog.Record<>(event, replyTo),
          (meta, failure) -> new Heard.Written(deviceId, step.number(), failure));
    }
  }
}
