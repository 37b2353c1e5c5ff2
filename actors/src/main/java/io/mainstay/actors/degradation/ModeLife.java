package io.mainstay.actors.degradation;

import io.mainstay.persistence.mode.KeptMode;
import io.mainstay.persistence.mode.ModeEvent;
import io.mainstay.persistence.mode.ModeState;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * When modes are entered and left. Pure. A ground enters a mode at once; the last one that goes
 * leaves it, but not before its least stay and its quiet time have passed, and never where only a
 * person may, or where the node must be tested first. A person's word wins over all grounds. Modes
 * do not touch each other.
 */
final class ModeLife {
  /**
   * One thing to journal, once it has its identity.
   *
   * @param since the mode's own event that it follows where nothing nearer led to it; null where
   *     that is the fact before, or nothing
   */
  record Fact(EventMeta since, Function<EventMeta, ModeEvent> event) {
    private Fact(Function<EventMeta, ModeEvent> event) {
      this(null, event);
    }

    private Fact since(EventMeta before) {
      return new Fact(before, event);
    }

    /** With that identity. */
    ModeEvent apply(EventMeta meta) {
      return event.apply(meta);
    }
  }

  private final ModeSettings settings;
  private final ModeRules rules;

  ModeLife(ModeSettings settings, ModeRules rules) {
    this.settings = settings;
    this.rules = rules;
  }

  /** There is a ground. */
  List<Fact> enter(
      ModeState state, ModeKey key, ModeTrigger trigger, String source, String reason) {
    KeptMode mode = kept(state, key).orElse(null);
    if (mode != null && mode.ground(source).isPresent()) {
      return List.of();
    }
    List<Fact> facts = new ArrayList<>();
    facts.add(
        new Fact(
            meta ->
                new ModeEvent.GroundTaken(
                    meta, ModeNames.of(key), trigger.code(), source, reason)));
    if (mode == null || !mode.holds() && !mode.barred()) {
      facts.add(entered(key, trigger, reason));
    }
    return facts;
  }

  /** A ground is gone. */
  List<Fact> leave(ModeState state, ModeKey key, String source, String reason, Instant now) {
    KeptMode mode = kept(state, key).orElse(null);
    KeptMode.Ground ground = mode == null ? null : mode.ground(source).orElse(null);
    if (ground == null) {
      return List.of();
    }
    List<Fact> facts = new ArrayList<>();
    facts.add(dropped(key, source, reason).since(ground.taken()));
    boolean last = mode.grounds().size() == 1;
    if (last && mode.holds() && !mode.demanded() && leaves(key, mode, now, now)) {
      facts.add(left(key, mode, reason, now));
    }
    return facts;
  }

  /** A person decides. */
  List<Fact> override(
      ModeState state, ModeKey key, boolean on, String by, String reason, Instant now) {
    KeptMode mode = kept(state, key).orElse(null);
    if (mode != null && (on ? mode.demanded() : mode.barred())) {
      return List.of();
    }
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact(meta -> new ModeEvent.OverrideSet(meta, ModeNames.of(key), on, by, reason)));
    boolean holds = mode != null && mode.holds();
    if (on && !holds) {
      facts.add(entered(key, ModeTrigger.OPERATOR, reason));
    } else if (!on && holds) {
      facts.add(left(key, mode, reason, now));
    }
    return facts;
  }

  /**
   * A person takes it back. Who kept the node out of a mode lets its grounds count again; otherwise
   * they are dropped, and the mode is left at once. Empty if there is nothing to clear.
   */
  List<Fact> clear(ModeState state, ModeKey key, String by, String reason, Instant now) {
    KeptMode mode = kept(state, key).orElse(null);
    if (mode == null) {
      return List.of();
    }
    List<Fact> facts = new ArrayList<>();
    facts.add(new Fact(meta -> new ModeEvent.OverrideCleared(meta, ModeNames.of(key), by, reason)));
    if (mode.barred()) {
      if (!mode.grounds().isEmpty()) {
        KeptMode.Ground first = mode.grounds().get(0);
        facts.add(entered(key, ModeNames.trigger(first.trigger()), first.reason()));
      }
      return facts;
    }
    mode.grounds().forEach(ground -> facts.add(dropped(key, ground.source(), reason)));
    if (mode.holds()) {
      facts.add(left(key, mode, reason, now));
    }
    return facts;
  }

  /** All tests passed: what has no ground and is in nobody's hand is left, however short it was. */
  List<Fact> restored(ModeState state, List<ModeKey> keys, String reason, Instant now) {
    List<Fact> facts = new ArrayList<>();
    for (ModeKey key : keys) {
      kept(state, key)
          .filter(mode -> leavesAt(mode).isPresent())
          .ifPresent(mode -> facts.add(left(key, mode, reason, now)));
    }
    return facts;
  }

  /** Time has passed. */
  List<Fact> look(ModeState state, Instant now) {
    List<Fact> facts = new ArrayList<>();
    for (KeptMode mode : state.holding()) {
      leavesByItself(mode)
          .filter(due -> !due.isAfter(now))
          .ifPresent(
              due ->
                  facts.add(
                      left(
                              ModeNames.key(mode.name()).orElseThrow(),
                              mode,
                              "no ground for it came back",
                              now)
                          .since(mode.entered())));
    }
    return facts;
  }

  /** When to look next; empty while nothing is to be left by itself. */
  Optional<Instant> nextLook(ModeState state) {
    return state.holding().stream()
        .map(this::leavesByItself)
        .flatMap(Optional::stream)
        .min(Comparator.naturalOrder());
  }

  private Optional<Instant> leavesByItself(KeptMode mode) {
    return leavesAt(mode)
        .filter(
            due ->
                settings.definition(ModeNames.key(mode.name()).orElseThrow()).wayBack()
                    == WayBack.NONE);
  }

  /** When a mode is left if no ground comes back; empty while it has one, or a person decides. */
  Optional<Instant> leavesAt(KeptMode mode) {
    ModeKey key = ModeNames.key(mode.name()).orElse(null);
    if (key == null || !mode.holds() || mode.demanded() || !mode.grounds().isEmpty()) {
      return Optional.empty();
    }
    ModeDefinition definition = settings.definition(key);
    if (definition.gated()) {
      return Optional.empty();
    }
    Instant quiet = mode.quietSince() == null ? mode.entered().at() : mode.quietSince();
    return Optional.of(due(definition, mode.entered().at(), quiet));
  }

  private boolean leaves(ModeKey key, KeptMode mode, Instant quiet, Instant now) {
    ModeDefinition definition = settings.definition(key);
    return !definition.gated()
        && definition.wayBack() == WayBack.NONE
        && !due(definition, mode.entered().at(), quiet).isAfter(now);
  }

  private static Instant due(ModeDefinition definition, Instant entered, Instant quiet) {
    Instant stayed = entered.plus(definition.leastStay());
    Instant calm = quiet.plus(definition.quiet());
    return stayed.isAfter(calm) ? stayed : calm;
  }

  private Fact entered(ModeKey key, ModeTrigger trigger, String reason) {
    List<String> demands = ModeRules.phrases(rules.of(key, Set.of(trigger)));
    return new Fact(meta -> new ModeEvent.ModeEntered(meta, ModeNames.of(key), reason, demands));
  }

  private static Fact left(ModeKey key, KeptMode mode, String reason, Instant now) {
    long held = Math.max(0, Duration.between(mode.entered().at(), now).toMillis());
    return new Fact(meta -> new ModeEvent.ModeLeft(meta, ModeNames.of(key), reason, held));
  }

  private static Fact dropped(ModeKey key, String source, String reason) {
    return new Fact(meta -> new ModeEvent.GroundDropped(meta, ModeNames.of(key), source, reason));
  }

  private static Optional<KeptMode> kept(ModeState state, ModeKey key) {
    return state.find(ModeNames.of(key));
  }
}
