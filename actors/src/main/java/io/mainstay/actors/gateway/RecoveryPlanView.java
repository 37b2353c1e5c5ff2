package io.mainstay.actors.gateway;

import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.actors.recovery.engine.RecoveryDefinition;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.serialization.WireMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A cascade or strategy of the catalogs, as clients see it.
 *
 * @param kind cascade or strategy
 * @param flow which of its steps are enough: all, until_enough or first_that_works
 * @param limitMillis for all steps together
 * @param errors that it answers
 */
public record RecoveryPlanView(
    String kind,
    String name,
    String flow,
    long limitMillis,
    List<String> errors,
    List<PlannedStep> steps)
    implements WireMessage {
  /**
   * A step.
   *
   * @param attempts how often it is begun at most
   * @param onFailure roll_back or go_on
   * @param rollback what takes it back, or empty
   * @param parameters that code reads, as {@code name=value}
   * @param describes how it is done in the seeds' words, as {@code name=value}
   * @param proves whether the recovery fails unless it is done; false of a node of an earlier
   *     release
   */
  public record PlannedStep(
      int step,
      String domain,
      String action,
      long limitMillis,
      int attempts,
      String onFailure,
      String rollback,
      List<String> parameters,
      List<String> describes,
      boolean proves) {
    public PlannedStep {
      parameters = List.copyOf(parameters);
      // Of a node of an earlier release.
      describes = describes == null ? List.of() : List.copyOf(describes);
    }
  }

  public RecoveryPlanView {
    errors = List.copyOf(errors);
    steps = List.copyOf(steps);
  }

  /**
   * @param catalog that says which errors it answers
   */
  public static RecoveryPlanView of(RecoveryDefinition definition, ErrorCatalog catalog) {
    List<PlannedStep> steps = new ArrayList<>();
    for (RecoveryDefinition.StepDefinition step : definition.steps()) {
      steps.add(
          new PlannedStep(
              steps.size() + 1,
              lower(step.domain()),
              step.action(),
              step.limit().toMillis(),
              step.attempts(),
              lower(step.onFailure()),
              step.rollback(),
              lines(step.parameters()),
              lines(step.describes()),
              step.proves()));
    }
    return new RecoveryPlanView(
        lower(definition.kind()),
        definition.name(),
        lower(definition.flow()),
        definition.limit().toMillis(),
        catalog.all().stream()
            .filter(error -> isAnswered(error, definition))
            .map(ErrorDefinition::name)
            .toList(),
        steps);
  }

  private static List<String> lines(Map<String, String> texts) {
    return new TreeMap<>(texts)
        .entrySet().stream().map(one -> one.getKey() + "=" + one.getValue()).toList();
  }

  private static boolean isAnswered(ErrorDefinition error, RecoveryDefinition definition) {
    return definition.kind() == RecoveryPlan.Kind.CASCADE
        ? error.cascade().map(CatalogName::code).filter(definition.name()::equals).isPresent()
        : error.strategy().code().equals(definition.name());
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
