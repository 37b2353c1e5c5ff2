package io.mainstay.actors.model.report;

import java.util.List;

/**
 * What the node believed of the models of a device, compared with what its worker says, and
 * repaired. Node-local.
 *
 * @param compared models and reservations that were looked at
 * @param differences that there were, each repaired
 * @param remaining those that a second look still found, one sentence each; empty if both sides
 *     agree
 */
public record Reconciled(
    String deviceId, int compared, List<Difference> differences, List<String> remaining) {
  /** The action of telling dependents; done where somebody has subscribed to be told. */
  public static final String NOTIFY = "notify_dependent_services_of_state_change";

  public Reconciled {
    differences = List.copyOf(differences);
    remaining = List.copyOf(remaining);
  }

  /** True if nothing is left to repair. */
  public boolean agree() {
    return remaining.isEmpty();
  }

  /**
   * One of them.
   *
   * @param field that both sides disagree about
   * @param authority who is right about it
   * @param actions that put it right, by the seeds' names
   * @param dependents who uses the model, for people
   */
  public record Difference(
      String modelId,
      String field,
      String orchestratorState,
      String workerState,
      String authority,
      List<String> actions,
      List<String> dependents) {
    public Difference {
      actions = List.copyOf(actions);
      dependents = List.copyOf(dependents);
    }

    /** For people. */
    public String text() {
      return modelId
          + "."
          + field
          + ": the node says "
          + orchestratorState
          + ", the worker says "
          + workerState
          + "; right is the "
          + authority;
    }
  }
}
