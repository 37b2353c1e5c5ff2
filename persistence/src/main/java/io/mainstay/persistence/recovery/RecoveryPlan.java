package io.mainstay.persistence.recovery;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is to be done about one fault, fixed when it begins: a later change of the configuration
 * does not change a recovery that runs.
 *
 * @param kind of the two catalogs
 * @param name in its catalog
 * @param nodeId of the node whose components it is about; only that one carries it out
 * @param error name in the error catalog
 * @param subject what failed: a device, a model, a session, or the node
 * @param priority 1 to 4, the lowest first, where two want the same
 * @param flow which steps are enough
 * @param limitMillis for all steps together, at least 1; begins anew when the node was restarted
 * @param steps at least one, numbered from 1
 */
public record RecoveryPlan(
    Kind kind,
    String name,
    String nodeId,
    String error,
    String subject,
    int priority,
    Flow flow,
    long limitMillis,
    List<Step> steps) {

  /** Where its name is explained. */
  public enum Kind {
    CASCADE,
    STRATEGY
  }

  /** Which steps are enough. */
  public enum Flow {
    /** All, in order. */
    ALL,
    /** In order, until one of them says that the aim is reached. */
    UNTIL_ENOUGH,
    /** In order, until one of them succeeds. */
    FIRST_THAT_WORKS
  }

  /** What the failure of a step means in {@link Flow#ALL}. */
  public enum OnFailure {
    /** What was done and can be taken back is taken back, in reverse order. */
    ROLL_BACK,
    /**
     * The others are done all the same. Then the recovery ends as a part of itself, or, if the step
     * proves the aim, is taken back.
     */
    GO_ON
  }

  /**
   * One step. Done once or again, it comes to the same.
   *
   * @param number from 1
   * @param domain who does it, by its catalog name
   * @param action the seeds' name
   * @param limitMillis from the question to the answer, at least 1
   * @param attempts how often it is begun at most, restarts of the node included, at least 1
   * @param rollback the name of what takes it back; empty where nothing needs to
   * @param parameters the catalog's figures and names, as texts
   * @param proves whether the aim of the whole, with {@link Flow#ALL}, is reached only if this is
   *     done; false in plans of earlier releases
   */
  public record Step(
      int number,
      String domain,
      String action,
      long limitMillis,
      int attempts,
      OnFailure onFailure,
      String rollback,
      Map<String, String> parameters,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean proves) {
    /** The parameter that every step may have, and its only value. */
    public static final String ENDS_AS = "ends_as";

    /** See {@link #aborts}. */
    public static final String ABORTED = "aborted";

    public Step {
      parameters = Map.copyOf(new TreeMap<>(parameters));
      if (!ABORTED.equals(parameters.getOrDefault(ENDS_AS, ABORTED))) {
        throw new IllegalArgumentException(
            "Step %d of a recovery has %s = %s; allowed is %s"
                .formatted(number, ENDS_AS, parameters.get(ENDS_AS), ABORTED));
      }
      if (number < 1 || limitMillis < 1 || attempts < 1) {
        throw new IllegalArgumentException(
            "Step %d of a recovery has the limit %d ms and %d attempts; each is at least 1"
                .formatted(number, limitMillis, attempts));
      }
    }

    /** One that the aim does not depend on. */
    public Step(
        int number,
        String domain,
        String action,
        long limitMillis,
        int attempts,
        OnFailure onFailure,
        String rollback,
        Map<String, String> parameters) {
      this(number, domain, action, limitMillis, attempts, onFailure, rollback, parameters, false);
    }

    /**
     * Whether the recovery, when this step is what it comes to, brought nothing back and ended the
     * operation: the parameter {@code ends_as = aborted}. A step that found nothing to be ended
     * says that it is enough.
     */
    public boolean aborts() {
      return ABORTED.equals(parameters.get(ENDS_AS));
    }

    /** For a question to its domain. */
    public Duration limit() {
      return Duration.ofMillis(limitMillis);
    }
  }

  public RecoveryPlan {
    steps = List.copyOf(steps);
    if (limitMillis < 1) {
      throw new IllegalArgumentException(
          "Recovery " + name + " has the limit " + limitMillis + " ms; at least 1");
    }
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("Recovery " + name + " has no steps");
    }
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).number() != i + 1) {
        throw new IllegalArgumentException(
            "Step " + (i + 1) + " of recovery " + name + " has number " + steps.get(i).number());
      }
    }
  }

  /** Whether it is that recovery of that subject. */
  public boolean is(String otherName, String otherSubject) {
    return name.equals(otherName) && subject.equals(otherSubject);
  }

  Step step(int number) {
    return steps.get(number - 1);
  }

  Optional<Step> after(int number) {
    return number < steps.size() ? Optional.of(steps.get(number)) : Optional.empty();
  }
}
