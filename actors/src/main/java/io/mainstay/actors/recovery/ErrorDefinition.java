package io.mainstay.actors.recovery;

import io.mainstay.actors.recovery.catalog.CascadeName;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.ErrorCategory;
import io.mainstay.actors.recovery.catalog.ErrorOrigin;
import io.mainstay.actors.recovery.catalog.Mechanism;
import io.mainstay.actors.recovery.catalog.PropagationPattern;
import io.mainstay.actors.recovery.catalog.StrategyName;
import io.mainstay.protocol.WorkerBlame;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One error of the catalog.
 *
 * @param error which
 * @param origin where it comes from
 * @param codes stable numbers, at least one; the first is the one shown
 * @param domain whose error it is
 * @param severity before context is looked at
 * @param category decides whether and how its operation is tried again
 * @param priority decides the supervisor's directive
 * @param blame whose fault it usually is
 * @param impacts the other domains that it reaches, in the order of the domains
 * @param pattern how it spreads
 * @param strategy what recovers it
 * @param cascade that it triggers, if it reaches so far
 * @param modes of degradation that it can lead to
 * @param mechanism whether code raises it
 * @param aliases other names by which people may ask for it
 * @param message what it means, for people
 * @param remedy what to do about it
 */
public record ErrorDefinition(
    ErrorNames error,
    ErrorOrigin origin,
    List<String> codes,
    Domain domain,
    Severity severity,
    ErrorCategory category,
    RecoveryPriority priority,
    WorkerBlame blame,
    Set<Domain> impacts,
    PropagationPattern pattern,
    StrategyName strategy,
    Optional<CascadeName> cascade,
    Set<DegradationMode> modes,
    Mechanism mechanism,
    List<String> aliases,
    String message,
    String remedy) {
  public ErrorDefinition {
    codes = List.copyOf(codes);
    impacts = Set.copyOf(impacts);
    modes = Set.copyOf(modes);
    aliases = List.copyOf(aliases);
  }

  /** Stable name, as journaled and shown. */
  public String name() {
    return error.code();
  }

  /** The number that is shown. */
  public String number() {
    return codes.get(0);
  }

  /** The other domains that it reaches, in the order of the domains. */
  public List<Domain> impactsInOrder() {
    return impacts.isEmpty() ? List.of() : List.copyOf(EnumSet.copyOf(impacts));
  }

  /** How many other domains it reaches: 1 to 5, 6 for an error of the platform that reaches all. */
  public int impactScore() {
    return impacts.size();
  }

  /** Whether that is its name, one of its numbers or an alias. */
  public boolean isCalled(String asked) {
    return name().equals(asked) || codes.contains(asked) || aliases.contains(asked);
  }

  /** Whether that is the name of its strategy or cascade. */
  public boolean isAnsweredBy(String recovery) {
    return strategy.code().equals(recovery)
        || cascade.filter(one -> one.code().equals(recovery)).isPresent();
  }
}
