package io.mainstay.actors.recovery.engine;

import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Steps that two recoveries have in common are done once: the same action, with the same
 * parameters, on the same subject. What one has done counts for the other as long as either runs;
 * it is taken back only when the last of them takes it back. Pure but for its books; belongs to the
 * recovery desk. Not in the journal: after a restart of the node each does its own steps again,
 * which comes to the same.
 */
final class SharedSteps {
  /** What makes two steps the same. */
  record Key(String action, String subject, Map<String, String> parameters) {
    static Key of(RecoveryPlan plan, RecoveryPlan.Step step) {
      return new Key(step.action(), plan.subject(), step.parameters());
    }
  }

  /**
   * Of one step.
   *
   * @param by who does it or did it
   */
  private static final class Entry {
    private final String by;
    private final Set<String> holders = new LinkedHashSet<>();
    private RecoveryStepOutcome.Done done;

    private Entry(String by) {
      this.by = by;
      holders.add(by);
    }
  }

  private final Map<Key, Entry> entries = new HashMap<>();

  /** What to do about a step that is asked for. */
  sealed interface Claim {
    /** Nobody does it: do it. */
    record Yours() implements Claim {}

    /** That recovery does it just now: wait for its outcome. */
    record Wait(String by) implements Claim {}

    /** That recovery has done it. */
    record Has(RecoveryStepOutcome.Done outcome) implements Claim {}
  }

  /** Somebody asks for the step. Its own recovery does it again, since it asks again. */
  Claim claim(String recoveryId, Key key) {
    Entry entry = entries.get(key);
    if (entry == null || entry.by.equals(recoveryId)) {
      if (entry == null) {
        entries.put(key, new Entry(recoveryId));
      }
      return new Claim.Yours();
    }
    entry.holders.add(recoveryId);
    if (entry.done == null) {
      return new Claim.Wait(entry.by);
    }
    return new Claim.Has(
        new RecoveryStepOutcome.Done(entry.done.evidence(), entry.done.enough(), entry.by));
  }

  /**
   * The step has ended. One that failed is nobody's.
   *
   * @return whether that recovery was doing it; a late answer to one that is over counts for nobody
   */
  boolean ended(String recoveryId, Key key, RecoveryStepOutcome outcome) {
    Entry entry = entries.get(key);
    if (entry == null || !entry.by.equals(recoveryId)) {
      return false;
    }
    if (outcome instanceof RecoveryStepOutcome.Done done) {
      entry.done = done;
    } else {
      entries.remove(key);
    }
    return true;
  }

  /**
   * It is to be taken back.
   *
   * @return another one that still counts on it; empty if it is to be done
   */
  Optional<String> takenBack(String recoveryId, Key key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    entry.holders.remove(recoveryId);
    if (entry.holders.isEmpty()) {
      entries.remove(key);
    }
    return entry.holders.stream().findFirst();
  }

  /**
   * That recovery is over and asks for nothing more.
   *
   * @return steps that it was doing and whose outcome it does not wait for: whoever does is to do
   *     them itself
   */
  Set<Key> over(String recoveryId) {
    Set<Key> abandoned = new LinkedHashSet<>();
    entries.forEach(
        (key, entry) -> {
          entry.holders.remove(recoveryId);
          if (entry.by.equals(recoveryId) && entry.done == null) {
            abandoned.add(key);
          }
        });
    entries.keySet().removeAll(abandoned);
    entries.values().removeIf(entry -> entry.holders.isEmpty());
    return abandoned;
  }

  int size() {
    return entries.size();
  }
}
