package io.mainstay.actors.processing.pause;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which sessions are paused on which device for want of memory. Pure and immutable. While so much
 * of a device's memory is taken, every session but the most urgent one is paused there; they go on
 * once enough is free, or after the longest pause, and then are not paused again before enough was
 * free.
 *
 * @param devices short of memory
 */
public record MemoryPauses(Map<String, Short> devices) {
  public MemoryPauses {
    devices = Collections.unmodifiableMap(new LinkedHashMap<>(devices));
  }

  /**
   * Bounds.
   *
   * @param pauseAt share of a device's memory that is taken, above 0, at most 1
   * @param resumeBelow below {@code pauseAt}
   * @param longest pause of a session
   */
  public record Limits(double pauseAt, double resumeBelow, Duration longest) {
    /** The condition for going on, as workers and operators are told it. */
    public String condition() {
      return "memory_usage_below_" + Math.round(resumeBelow * 100) + "_percent";
    }
  }

  /**
   * A device that is short of memory.
   *
   * @param since when each session was paused, in milliseconds
   * @param spared sessions whose longest pause is over
   */
  public record Short(Map<String, Long> since, Set<String> spared) {
    public Short {
      since = Collections.unmodifiableMap(new LinkedHashMap<>(since));
      spared = Set.copyOf(spared);
    }

    private static final Short NONE = new Short(Map.of(), Set.of());
  }

  /** Why a session goes on. */
  public enum Why {
    /** What was waited for is so. */
    CONDITION_HOLDS,
    /** It was paused for as long as may be. */
    LONGEST_PAUSE,
    /** The one that was more urgent is over. */
    MOST_URGENT,
    /** It is over, so nothing goes on. */
    SESSION_OVER;

    /** As it is journaled. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What is to be done. */
  public sealed interface Effect {
    /** Of which session. */
    String sessionId();

    /** Where. */
    String deviceId();

    /** Hold it back there. */
    record Pause(String sessionId, String deviceId, double share) implements Effect {}

    /** Let it go there. */
    record Resume(String sessionId, String deviceId, double share, Why why, long pausedMillis)
        implements Effect {}
  }

  /** The next state, and what is to be done, in order. */
  public record Decision(MemoryPauses next, List<Effect> effects) {
    public Decision {
      effects = List.copyOf(effects);
    }
  }

  /** Nothing is paused. */
  public static MemoryPauses none() {
    return new MemoryPauses(Map.of());
  }

  /** Whether the use of that device means anything as things are. */
  public boolean concerns(String deviceId, double share, Limits limits) {
    return share >= limits.pauseAt() || devices.containsKey(deviceId);
  }

  /**
   * So much of the device's memory is taken.
   *
   * @param share 0 to 1
   * @param running sessions, the most urgent first
   */
  public Decision used(
      String deviceId, double share, List<String> running, long now, Limits limits) {
    if (!concerns(deviceId, share, limits)) {
      return new Decision(this, List.of());
    }
    Short before = devices.getOrDefault(deviceId, Short.NONE);
    List<Effect> effects = new ArrayList<>();
    Map<String, Long> since = new LinkedHashMap<>(before.since());
    for (Map.Entry<String, Long> paused : before.since().entrySet()) {
      String session = paused.getKey();
      Why why = why(session, share, running, limits);
      if (why != null) {
        since.remove(session);
        effects.add(new Effect.Resume(session, deviceId, share, why, now - paused.getValue()));
      }
    }
    if (share < limits.resumeBelow()) {
      return new Decision(without(deviceId), effects);
    }
    if (share >= limits.pauseAt()) {
      for (String session : running.subList(Math.min(1, running.size()), running.size())) {
        if (!since.containsKey(session) && !before.spared().contains(session)) {
          since.put(session, now);
          effects.add(new Effect.Pause(session, deviceId, share));
        }
      }
    }
    Set<String> spared = new TreeSet<>(before.spared());
    spared.retainAll(running);
    return new Decision(with(deviceId, new Short(since, spared)), effects);
  }

  /** Null while it stays paused. */
  private static Why why(String session, double share, List<String> running, Limits limits) {
    if (!running.contains(session)) {
      return Why.SESSION_OVER;
    }
    if (share < limits.resumeBelow()) {
      return Why.CONDITION_HOLDS;
    }
    return running.get(0).equals(session) ? Why.MOST_URGENT : null;
  }

  /** Its longest pause, which began then, is over. */
  public Decision longest(String deviceId, String sessionId, long since, double share, long now) {
    Short before = devices.getOrDefault(deviceId, Short.NONE);
    if (!Long.valueOf(since).equals(before.since().get(sessionId))) {
      return new Decision(this, List.of());
    }
    Map<String, Long> rest = new LinkedHashMap<>(before.since());
    rest.remove(sessionId);
    Set<String> spared = new TreeSet<>(before.spared());
    spared.add(sessionId);
    return new Decision(
        with(deviceId, new Short(rest, spared)),
        List.of(new Effect.Resume(sessionId, deviceId, share, Why.LONGEST_PAUSE, now - since)));
  }

  private MemoryPauses with(String deviceId, Short state) {
    Map<String, Short> next = new LinkedHashMap<>(devices);
    next.put(deviceId, state);
    return new MemoryPauses(next);
  }

  private MemoryPauses without(String deviceId) {
    Map<String, Short> next = new LinkedHashMap<>(devices);
    next.remove(deviceId);
    return new MemoryPauses(next);
  }
}
