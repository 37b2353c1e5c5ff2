package io.mainstay.actors.recovery.engine;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.mainstay.actors.recovery.engine.RecoveryDefinition.StepDefinition;
import io.mainstay.persistence.recovery.RecoveryPlan.Flow;
import io.mainstay.persistence.recovery.RecoveryPlan.OnFailure;
import java.util.List;
import java.util.Locale;

/**
 * Whether a configured recovery can fail, and what takes its steps back can come to pass. With flow
 * all some step must prove the aim; with the others the steps' answers do. What is wrong is named
 * with file and line.
 */
final class AimCheck {
  /** Field of a step: whether the aim is reached only if it is done. */
  static final String PROVES = "proves";

  private AimCheck() {}

  /**
   * @param at path of the steps
   * @param given as they stand in the file
   * @param read the same, read
   */
  static void of(Flow flow, String at, ConfigList given, List<StepDefinition> read) {
    if (flow != Flow.ALL) {
      for (int i = 0; i < read.size(); i++) {
        if (read.get(i).proves()) {
          throw bad(
              ((ConfigObject) given.get(i)).get(PROVES),
              at + "[" + (i + 1) + "]." + PROVES,
              "with flow %s the answer of a step says whether the aim is reached"
                  .formatted(flow.name().toLowerCase(Locale.ROOT)));
        }
      }
      return;
    }
    if (read.stream().noneMatch(StepDefinition::proves)) {
      throw bad(
          given,
          at,
          "with flow all a step must say that it proves the aim, with %s = true: else nothing that fails makes the recovery fail"
              .formatted(PROVES));
    }
    for (int i = 0; i < read.size(); i++) {
      if (!read.get(i).rollback().isEmpty() && !canTurnBack(read, i)) {
        throw bad(
            ((ConfigObject) given.get(i)).get("rollback"),
            at + "[" + (i + 1) + "].rollback",
            "it never comes to pass: no step from this one on has on-failure = roll_back, and none"
                + " that has go_on proves the aim");
      }
    }
  }

  /** A step that proves the aim and goes on has all taken back at the end. */
  private static boolean canTurnBack(List<StepDefinition> steps, int from) {
    return steps.stream().anyMatch(step -> step.proves() && step.onFailure() == OnFailure.GO_ON)
        || steps.subList(from, steps.size()).stream()
            .anyMatch(step -> step.onFailure() == OnFailure.ROLL_BACK);
  }

  private static ConfigException.BadValue bad(ConfigValue value, String at, String why) {
    return new ConfigException.BadValue(value.origin(), at, why);
  }
}
