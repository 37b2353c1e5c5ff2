package io.mainstay.actors.consistency.check;

import io.mainstay.actors.consistency.check.WatchEffect.Found;
import io.mainstay.actors.consistency.check.WatchEffect.Gone;
import io.mainstay.actors.consistency.check.WatchEffect.LookAgain;
import io.mainstay.actors.consistency.check.WatchEffect.Repair;
import io.mainstay.actors.consistency.check.WatchEffect.RepairBegins;
import io.mainstay.actors.consistency.check.WatchEffect.RepairEnds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What counts as divergence, when it is repaired, and whether that succeeded. Pure and immutable.
 * The parts of a snapshot are read at different moments, so a divergence counts only when the next
 * sample shows the very same, and is gone as soon as a sample does not.
 *
 * @param results of all checks, by type
 * @param suspected by type: in the last sample for the first time
 * @param run the repair under way
 * @param givenUp repairs failed: no new one begins before this moment
 */
public record Watch(
    Map<CheckType, CheckResult> results,
    Map<CheckType, List<Divergence>> suspected,
    Optional<Run> run,
    Instant givenUp) {
  /**
   * A repair.
   *
   * @param tried divergences that a repair was carried out for
   */
  public record Run(Instant began, Set<Divergence> tried) {
    public Run {
      tried = Set.copyOf(tried);
    }
  }

  /** The watch after a sample, and what to do. */
  public record Step(Watch next, List<WatchEffect> effects) {
    public Step {
      effects = List.copyOf(effects);
    }
  }

  public Watch {
    results = Map.copyOf(results);
    suspected = Map.copyOf(suspected);
  }

  /** Before the first sample. */
  public static Watch begin() {
    Map<CheckType, CheckResult> results = new EnumMap<>(CheckType.class);
    for (CheckType type : CheckType.values()) {
      results.put(type, new CheckResult(type, Instant.EPOCH, 1, List.of()));
    }
    return new Watch(results, Map.of(), Optional.empty(), Instant.EPOCH);
  }

  /** In the order of the checks. */
  public List<CheckResult> inOrder() {
    List<CheckResult> all = new ArrayList<>();
    for (CheckType type : CheckType.values()) {
      all.add(results.get(type));
    }
    return all;
  }

  /** Mean of all scores. */
  public double overall() {
    return CheckResult.overall(inOrder());
  }

  /** All that counts now. */
  public List<Divergence> open() {
    return inOrder().stream().flatMap(result -> result.divergences().stream()).toList();
  }

  /** A snapshot was taken. Checks whose parts did not answer stay as they are. */
  public Step sampled(
      NodeSnapshot snapshot, List<ConsistencyCheck> checks, RepairLimits limits, Instant now) {
    Map<CheckType, CheckResult> next = new EnumMap<>(results);
    Map<CheckType, List<Divergence>> first = new EnumMap<>(CheckType.class);
    first.putAll(suspected);
    List<WatchEffect> effects = new ArrayList<>();
    boolean lookAgain = false;
    for (ConsistencyCheck check : checks) {
      if (!snapshot.allows(check.type())) {
        continue;
      }
      List<Divergence> seen = check.compare(snapshot);
      Verdict verdict = judge(check.type(), seen, effects);
      next.put(check.type(), CheckResult.of(check.type(), now, verdict.counting()));
      first.put(check.type(), verdict.fresh());
      lookAgain |= !verdict.fresh().isEmpty();
    }
    if (lookAgain) {
      effects.add(new LookAgain());
    }
    return new Watch(next, first, run, givenUp).decide(limits, now, effects);
  }

  private record Verdict(List<Divergence> counting, List<Divergence> fresh) {}

  private Verdict judge(CheckType type, List<Divergence> seen, List<WatchEffect> effects) {
    List<Divergence> before = results.get(type).divergences();
    Index known = Index.of(before);
    Index suspects = Index.of(suspected.getOrDefault(type, List.of()));
    List<Divergence> counting = new ArrayList<>();
    List<Divergence> fresh = new ArrayList<>();
    for (Divergence divergence : seen) {
      if (known.hasSame(divergence)) {
        counting.add(divergence);
      } else if (suspects.hasSame(divergence)) {
        counting.add(divergence);
        effects.add(new Found(divergence));
      } else {
        fresh.add(divergence);
      }
    }
    Index still = Index.of(counting);
    for (Divergence divergence : before) {
      if (!still.hasSame(divergence)) {
        effects.add(new Gone(divergence, isTried(divergence)));
      }
    }
    return new Verdict(counting, fresh);
  }

  private boolean isTried(Divergence divergence) {
    return run.map(running -> running.tried().contains(divergence)).orElse(false);
  }

  private Step decide(RepairLimits limits, Instant now, List<WatchEffect> effects) {
    if (run.isEmpty()) {
      return worst() < limits.below() && !now.isBefore(givenUp)
          ? beginRepair(now, effects)
          : new Step(this, effects);
    }
    Duration took = Duration.between(run.get().began(), now);
    if (worst() > limits.above()) {
      effects.add(new RepairEnds(true, overall(), took, List.of()));
      return new Step(new Watch(results, suspected, Optional.empty(), Instant.EPOCH), effects);
    }
    if (took.compareTo(limits.within()) >= 0) {
      effects.add(new RepairEnds(false, overall(), took, open()));
      // What a person does not mend is tried again, as rarely as it was tried long.
      Instant again = now.plus(limits.within());
      return new Step(new Watch(results, suspected, Optional.empty(), again), effects);
    }
    return carryOn(effects);
  }

  private Step beginRepair(Instant now, List<WatchEffect> effects) {
    Set<RepairScope> scopes = EnumSet.noneOf(RepairScope.class);
    open().forEach(divergence -> scopes.add(divergence.kind().repair().scope()));
    effects.add(new RepairBegins(overall(), scopes, open().size()));
    Run begun = new Run(now, Set.of());
    return new Watch(results, suspected, Optional.of(begun), givenUp).carryOn(effects);
  }

  private Step carryOn(List<WatchEffect> effects) {
    List<Divergence> work =
        open().stream().filter(open -> open.kind().repair() != RepairAction.NONE).toList();
    effects.add(new Repair(work));
    Set<Divergence> tried = new HashSet<>(run.orElseThrow().tried());
    // Those of before that are gone are of no more interest.
    tried.retainAll(new HashSet<>(open()));
    tried.addAll(work);
    Run going = new Run(run.orElseThrow().began(), tried);
    return new Step(new Watch(results, suspected, Optional.of(going), givenUp), effects);
  }

  /** The lowest score there is: a single check counts as much as all together. */
  private double worst() {
    return Math.min(overall(), inOrder().stream().mapToDouble(CheckResult::score).min().orElse(1));
  }

  /** Divergences by what they are about, so that thousands can be compared. */
  private record Index(Map<Object, Divergence> byThing) {
    static Index of(List<Divergence> divergences) {
      Map<Object, Divergence> byThing = new HashMap<>();
      divergences.forEach(divergence -> byThing.put(thing(divergence), divergence));
      return new Index(byThing);
    }

    boolean hasSame(Divergence divergence) {
      Divergence known = byThing.get(thing(divergence));
      return known != null && known.isSameAs(divergence);
    }

    private static Object thing(Divergence divergence) {
      return List.of(divergence.kind(), divergence.place(), divergence.subject());
    }
  }
}
