package io.mainstay.actors.recovery.engine;

import io.mainstay.actors.recovery.Domain;
import io.mainstay.persistence.recovery.RecoveryPlan;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A cascade or strategy of the catalogs. Immutable.
 *
 * @param name as configured
 * @param flow which steps are enough
 * @param limit for all steps together
 * @param steps in order, at least one
 */
public record RecoveryDefinition(
    RecoveryPlan.Kind kind,
    String name,
    RecoveryPlan.Flow flow,
    Duration limit,
    List<StepDefinition> steps) {

  /**
   * One step.
   *
   * @param action the name of what is done
   * @param rollback the name of what takes it back, or empty
   * @param attempts at least 1
   * @param parameters figures and names that the action reads
   * @param describes the seeds' words for how it is done, for people; no code reads them
   * @param proves whether the aim is reached only if it is done, with flow all
   */
  public record StepDefinition(
      Domain domain,
      String action,
      Duration limit,
      int attempts,
      RecoveryPlan.OnFailure onFailure,
      String rollback,
      Map<String, String> parameters,
      Map<String, String> describes,
      boolean proves) {
    public StepDefinition {
      parameters = Map.copyOf(parameters);
      describes = Map.copyOf(describes);
    }
  }

  public RecoveryDefinition {
    steps = List.copyOf(steps);
  }

  /**
   * What is to be done about one fault.
   *
   * @param subject what failed: a device, a model, a session, or the node
   * @param priority of the error, 1 to 4
   */
  public RecoveryPlan plan(String nodeId, String error, String subject, int priority) {
    RecoveryPlan.Step[] planned = new RecoveryPlan.Step[steps.size()];
    for (int i = 0; i < planned.length; i++) {
      StepDefinition step = steps.get(i);
      planned[i] =
          new RecoveryPlan.Step(
              i + 1,
              step.domain().name().toLowerCase(Locale.ROOT),
              step.action(),
              step.limit().toMillis(),
              step.attempts(),
              step.onFailure(),
              step.rollback(),
              step.parameters(),
              step.proves());
    }
    return new RecoveryPlan(
        kind, name, nodeId, error, subject, priority, flow, limit.toMillis(), List.of(planned));
  }
}
