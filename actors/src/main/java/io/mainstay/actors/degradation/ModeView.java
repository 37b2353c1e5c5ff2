package io.mainstay.actors.degradation;

import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The modes of a node at one moment.
 *
 * @param active those that hold, in the order in which they began
 * @param overrides what people decided
 * @param restrictions what follows from all of that
 */
public record ModeView(
    List<Active> active, List<ManualOverride> overrides, Restrictions restrictions) {
  public ModeView {
    active = List.copyOf(active);
    overrides = List.copyOf(overrides);
  }

  /** Full operation. */
  public static final ModeView NORMAL = new ModeView(List.of(), List.of(), Restrictions.NONE);

  /** Whether the place names a device or a model that is isolated. */
  public boolean isolates(String place) {
    List<String> parts = Arrays.asList(place.split("/"));
    return active.stream()
        .map(one -> one.key().subject())
        .anyMatch(subject -> !subject.isEmpty() && parts.contains(subject));
  }

  /**
   * A mode that holds.
   *
   * @param entered the event since which it holds
   * @param grounds why; empty while it is being left, or when a person set it
   * @param triggers what led to it since it was entered, of grounds that are gone too, and {@link
   *     ModeTrigger#OPERATOR} while a person demands it
   * @param leavesAt when it is left, or its way back begins, unless a ground comes back; null while
   *     it has one
   */
  public record Active(
      ModeKey key,
      EventMeta entered,
      List<Ground> grounds,
      Set<ModeTrigger> triggers,
      Instant leavesAt) {
    public Active {
      grounds = List.copyOf(grounds);
      triggers = Set.copyOf(triggers);
    }

    /** The same where nothing but its grounds led to it. */
    public Active(ModeKey key, EventMeta entered, List<Ground> grounds, Instant leavesAt) {
      this(
          key,
          entered,
          grounds,
          grounds.stream().map(Ground::trigger).collect(Collectors.toSet()),
          leavesAt);
    }

    /** When it was entered. */
    public Instant since() {
      return entered.at();
    }
  }

  /**
   * One reason to be in a mode.
   *
   * @param source who says so: a watch, a cascade, a strategy, a person
   */
  public record Ground(ModeTrigger trigger, String source, String reason, Instant since) {}

  /**
   * A person's decision, which wins over all grounds until it is cleared.
   *
   * @param on true to be in the mode, false to stay out of it
   */
  public record ManualOverride(ModeKey key, boolean on, String by, String reason, Instant since) {}
}
