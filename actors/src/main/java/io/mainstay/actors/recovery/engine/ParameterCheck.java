package io.mainstay.actors.recovery.engine;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.mainstay.persistence.recovery.RecoveryPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Whether the parameters of a configured step are those that its code reads. What is wrong is named
 * with file and line. Immutable.
 */
final class ParameterCheck {
  /** Field of a step: what its action reads. */
  static final String PARAMETERS = "parameters";

  /** Field of a step: words for people, which no code reads. */
  static final String DESCRIBES = "describes";

  private static final StepParameter ENDS_AS =
      StepParameter.oneOf(RecoveryPlan.Step.ENDS_AS, RecoveryPlan.Step.ABORTED).optional();

  private final Optional<RecoveryActions> actions;

  private ParameterCheck(Optional<RecoveryActions> actions) {
    this.actions = actions;
  }

  static ParameterCheck of(RecoveryActions actions) {
    return new ParameterCheck(Optional.of(actions));
  }

  /** Everything goes. */
  static ParameterCheck none() {
    return new ParameterCheck(Optional.empty());
  }

  /**
   * Of one step.
   *
   * @param at its path
   * @param rollback empty for none; it is given the same parameters
   */
  void of(ConfigObject step, String at, String action, String rollback) {
    if (actions.isEmpty()) {
      return;
    }
    List<StepParameter> read = new ArrayList<>(actions.get().parameters(action));
    actions.get().parameters(rollback).stream()
        .filter(parameter -> read.stream().noneMatch(one -> one.name().equals(parameter.name())))
        .forEach(read::add);
    read.add(ENDS_AS);
    Map<String, ConfigValue> given = object(step, PARAMETERS);
    given.forEach((name, value) -> known(read, at, action, name, value));
    for (StepParameter parameter : read) {
      if (parameter.required() && !given.containsKey(parameter.name())) {
        throw new ConfigException.BadValue(
            step.origin(),
            at + "." + PARAMETERS,
            action + " reads " + parameter.name() + ", and it is missing");
      }
    }
    object(step, DESCRIBES)
        .forEach(
            (name, value) -> {
              if (read.stream().anyMatch(parameter -> parameter.name().equals(name))) {
                throw new ConfigException.BadValue(
                    value.origin(),
                    at + "." + DESCRIBES + "." + name,
                    action + " reads it: it belongs to " + PARAMETERS);
              }
            });
  }

  private static void known(
      List<StepParameter> read, String at, String action, String name, ConfigValue value) {
    String path = at + "." + PARAMETERS + "." + name;
    StepParameter known =
        read.stream()
            .filter(parameter -> parameter.name().equals(name))
            .findFirst()
            .orElseThrow(
                () ->
                    new ConfigException.BadValue(
                        value.origin(),
                        path,
                        "no code of %s reads it; it reads %s; what explains belongs to %s"
                            .formatted(
                                action,
                                read.stream().map(StepParameter::name).sorted().toList(),
                                DESCRIBES)));
    known
        .problem(String.valueOf(value.unwrapped()))
        .ifPresent(
            problem -> {
              throw new ConfigException.BadValue(value.origin(), path, problem);
            });
  }

  private static Map<String, ConfigValue> object(ConfigObject step, String field) {
    return step.get(field) instanceof ConfigObject given ? given : Map.of();
  }
}
