package io.mainstay.persistence.mode;

import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one mode that holds, could hold, or is decided about. Immutable.
 *
 * @param grounds why, in the order in which they came
 * @param manual a person's decision, or null
 * @param entered the event since which it holds, or null while it does not
 * @param triggers of all grounds since it was entered, gone ones included, sorted
 * @param quietSince when its last ground went, or null
 */
public record KeptMode(
    ModeName name,
    List<Ground> grounds,
    Manual manual,
    EventMeta entered,
    List<String> triggers,
    Instant quietSince) {
  /** One ground. */
  public record Ground(String trigger, String source, String reason, EventMeta taken) {}

  /** A person's decision. */
  public record Manual(boolean on, String by, String reason, EventMeta set) {}

  public KeptMode {
    grounds = List.copyOf(grounds);
    triggers = List.copyOf(triggers);
  }

  static KeptMode nothing(ModeName name) {
    return new KeptMode(name, List.of(), null, null, List.of(), null);
  }

  /** Whether it holds. */
  public boolean holds() {
    return entered != null;
  }

  /** Whether a person demands it. */
  public boolean demanded() {
    return manual != null && manual.on();
  }

  /** Whether a person keeps the node out of it. */
  public boolean barred() {
    return manual != null && !manual.on();
  }

  /** That source's ground. */
  public Optional<Ground> ground(String source) {
    return grounds.stream().filter(ground -> ground.source().equals(source)).findFirst();
  }

  boolean isNothing() {
    return grounds.isEmpty() && manual == null && entered == null;
  }

  KeptMode after(ModeEvent event) {
    if (event instanceof ModeEvent.GroundTaken taken) {
      List<Ground> more = new ArrayList<>(grounds);
      more.add(new Ground(taken.trigger(), taken.source(), taken.reason(), taken.meta()));
      return new KeptMode(name, more, manual, entered, with(taken.trigger()), null);
    }
    if (event instanceof ModeEvent.GroundDropped dropped) {
      List<Ground> left =
          grounds.stream().filter(ground -> !ground.source().equals(dropped.source())).toList();
      Instant quiet = left.isEmpty() ? dropped.meta().at() : null;
      return new KeptMode(name, left, manual, entered, triggers, quiet);
    }
    if (event instanceof ModeEvent.ModeEntered now) {
      return new KeptMode(name, grounds, manual, now.meta(), triggers, quietSince);
    }
    if (event instanceof ModeEvent.ModeLeft) {
      List<String> present = grounds.stream().map(Ground::trigger).distinct().sorted().toList();
      return new KeptMode(name, grounds, manual, null, present, null);
    }
    if (event instanceof ModeEvent.OverrideSet set) {
      Manual decided = new Manual(set.on(), set.by(), set.reason(), set.meta());
      return new KeptMode(name, grounds, decided, entered, triggers, quietSince);
    }
    ModeEvent.OverrideCleared cleared = (ModeEvent.OverrideCleared) event;
    Instant quiet = grounds.isEmpty() ? cleared.meta().at() : null;
    return new KeptMode(name, grounds, null, entered, triggers, quiet);
  }

  private List<String> with(String trigger) {
    List<String> more = new ArrayList<>(triggers);
    if (!more.contains(trigger)) {
      more.add(trigger);
    }
    return more.stream().sorted().toList();
  }
}
