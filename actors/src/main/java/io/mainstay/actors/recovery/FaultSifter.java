package io.mainstay.actors.recovery;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which faults are journaled one by one. The same fault said twice within a moment is one fault,
 * seen from two places; of one error only so many are journaled within a period, and the next one
 * afterwards says how many were not. Pure and immutable, bounded.
 *
 * @param seen when each fault was taken last, oldest first
 * @param quotas of each error that was raised in the last period
 */
record FaultSifter(Limits limits, Map<Key, Long> seen, Map<ErrorNames, Quota> quotas) {
  private static final int SEEN_MAX = 256;

  /**
   * Bounds.
   *
   * @param sameMillis within which the same fault is one
   * @param journaledMax of one error within a period
   * @param periodMillis of the quota
   */
  record Limits(long sameMillis, int journaledMax, long periodMillis) {}

  /** What makes two faults the same. */
  record Key(ErrorNames error, String component, String evidence) {}

  /** Of one error: how many were journaled and left out since then. */
  record Quota(long sinceMillis, int journaled, int leftOut) {}

  /** What is to be done with the fault. */
  enum Verdict {
    /** Journal it. */
    JOURNAL,
    /** Said before: one fault. */
    SAME,
    /** Count it, and leave it out of the journal. */
    LEAVE_OUT
  }

  /**
   * The next state, and what is to be done.
   *
   * @param leftOut faults of that error that were left out before this one and are told with it
   */
  record Step(FaultSifter next, Verdict verdict, int leftOut) {}

  FaultSifter {
    seen = new LinkedHashMap<>(seen);
    quotas = Map.copyOf(quotas);
  }

  /** Before the first fault. */
  static FaultSifter begin(Limits limits) {
    return new FaultSifter(limits, Map.of(), Map.of());
  }

  /** What the fault makes of this. */
  Step take(ErrorNames error, String component, String evidence, long nowMillis) {
    Key key = new Key(error, component, evidence);
    Long last = seen.get(key);
    if (last != null && nowMillis - last < limits.sameMillis()) {
      return new Step(this, Verdict.SAME, 0);
    }
    Map<Key, Long> nextSeen = new LinkedHashMap<>(seen);
    nextSeen.remove(key);
    nextSeen.put(key, nowMillis);
    if (nextSeen.size() > SEEN_MAX) {
      nextSeen.remove(nextSeen.keySet().iterator().next());
    }
    Quota quota = quotas.getOrDefault(error, new Quota(nowMillis, 0, 0));
    boolean over = nowMillis - quota.sinceMillis() >= limits.periodMillis();
    if (!over && quota.journaled() >= limits.journaledMax()) {
      Quota more = new Quota(quota.sinceMillis(), quota.journaled(), quota.leftOut() + 1);
      return new Step(with(nextSeen, error, more), Verdict.LEAVE_OUT, 0);
    }
    Quota next =
        over
            ? new Quota(nowMillis, 1, 0)
            : new Quota(quota.sinceMillis(), quota.journaled() + 1, 0);
    return new Step(with(nextSeen, error, next), Verdict.JOURNAL, quota.leftOut());
  }

  private FaultSifter with(Map<Key, Long> nextSeen, ErrorNames error, Quota quota) {
    Map<ErrorNames, Quota> next = new EnumMap<>(ErrorNames.class);
    next.putAll(quotas);
    next.put(error, quota);
    return new FaultSifter(limits, nextSeen, next);
  }
}
