package io.mainstay.actors.gateway;

import io.mainstay.actors.recovery.Domain;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.persistence.escalation.EscalationState;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An error of the catalog, and how often this node raised it.
 *
 * @param code stable name
 * @param numbers stable numbers, the first is the one shown
 * @param origin seed, named or own
 * @param impactScore how many other domains it reaches
 * @param cascade that it triggers, or empty
 * @param mechanism caused, or pending while nothing can raise it
 * @param faults since the journal began
 * @param perHour faults within the last hour that did not heal at the first attempt
 * @param lastAt null if it was never raised
 * @param gateClosed whether the protected state waits for a person
 */
public record ErrorView(
    String code,
    List<String> numbers,
    String origin,
    String domain,
    String severity,
    String category,
    String blame,
    int recoveryPriority,
    String directive,
    List<String> impacts,
    int impactScore,
    String pattern,
    String strategy,
    String cascade,
    List<String> modes,
    String mechanism,
    List<String> aliases,
    String message,
    String remedy,
    long faults,
    int perHour,
    Instant lastAt,
    String lastSeverity,
    String lastComponent,
    boolean gateClosed) {
  public ErrorView {
    numbers = List.copyOf(numbers);
    impacts = List.copyOf(impacts);
    modes = List.copyOf(modes);
    aliases = List.copyOf(aliases);
  }

  /** As the catalog has it; nothing is known of a node. */
  public static ErrorView of(ErrorDefinition error) {
    return of(error, Optional.empty(), 0, false);
  }

  /**
   * As the catalog and a node's ledger have it.
   *
   * @param tally empty if it was never raised
   * @param perHour counted within the last hour
   */
  static ErrorView of(
      ErrorDefinition error,
      Optional<EscalationState.Tally> tally,
      int perHour,
      boolean gateClosed) {
    return new ErrorView(
        error.name(),
        error.codes(),
        error.origin().code(),
        lower(error.domain()),
        lower(error.severity()),
        error.category().code(),
        lower(error.blame()),
        error.priority().number(),
        error.priority().directive(),
        error.impactsInOrder().stream().map((Domain domain) -> lower(domain)).toList(),
        error.impactScore(),
        error.pattern().code(),
        error.strategy().code(),
        error.cascade().map(CatalogName::code).orElse(""),
        error.modes().stream().map(CatalogName::code).sorted().toList(),
        error.mechanism().code(),
        error.aliases(),
        error.message(),
        error.remedy(),
        tally.map(EscalationState.Tally::faults).orElse(0L),
        perHour,
        tally.map(EscalationState.Tally::lastAt).orElse(null),
        tally.map(EscalationState.Tally::lastSeverity).orElse(""),
        tally.map(EscalationState.Tally::lastComponent).orElse(""),
        gateClosed);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
