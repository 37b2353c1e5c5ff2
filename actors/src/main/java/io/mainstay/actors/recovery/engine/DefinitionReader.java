package io.mainstay.actors.recovery.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.mainstay.actors.recovery.Domain;
import io.mainstay.actors.recovery.engine.RecoveryDefinition.StepDefinition;
import io.mainstay.persistence.recovery.RecoveryPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * One entry of {@code mainstay.cascades} or {@code mainstay.strategies}: whatever is wrong with it
 * is named with file and line.
 */
final class DefinitionReader {
  private static final Set<String> FIELDS = Set.of("flow", "limit", "steps");
  private static final Set<String> STEP_FIELDS =
      Set.of(
          "domain",
          "action",
          "limit",
          "attempts",
          "on-failure",
          "rollback",
          "proves",
          "parameters",
          "describes");

  private final RecoveryPlan.Kind kind;
  private final String path;
  private final String name;
  private final ConfigObject object;
  private final Set<String> actions;
  private final ParameterCheck check;

  private DefinitionReader(
      RecoveryPlan.Kind kind,
      String root,
      String name,
      ConfigObject object,
      Set<String> actions,
      ParameterCheck check) {
    this.kind = kind;
    this.path = root + "." + name;
    this.name = name;
    this.object = object;
    this.actions = actions;
    this.check = check;
  }

  /**
   * @param root path of the catalog
   * @param actions names that there is code for
   * @param check of the parameters that they read
   */
  static RecoveryDefinition read(
      RecoveryPlan.Kind kind,
      String root,
      String name,
      ConfigValue value,
      Set<String> actions,
      ParameterCheck check) {
    if (!(value instanceof ConfigObject object)) {
      throw new ConfigException.WrongType(value.origin(), root + "." + name + " is no object");
    }
    return new DefinitionReader(kind, root, name, object, actions, check).definition();
  }

  private RecoveryDefinition definition() {
    check(object, path, FIELDS, FIELDS);
    ConfigValue list = object.get("steps");
    if (!(list instanceof ConfigList steps) || steps.isEmpty()) {
      throw bad(list, path + ".steps", "at least one step is needed");
    }
    List<StepDefinition> read = new ArrayList<>();
    Duration sum = Duration.ZERO;
    for (int i = 0; i < steps.size(); i++) {
      StepDefinition step = step(path + ".steps[" + (i + 1) + "]", steps.get(i));
      read.add(step);
      sum = sum.plus(step.limit());
    }
    RecoveryPlan.Flow flow = one(object, path, "flow", RecoveryPlan.Flow::valueOf);
    Duration limit = positive(object, path);
    if (flow == RecoveryPlan.Flow.ALL && limit.compareTo(sum) < 0) {
      throw bad(
          object.get("limit"),
          path + ".limit",
          "%d ms are less than its steps may take together, %d ms"
              .formatted(limit.toMillis(), sum.toMillis()));
    }
    AimCheck.of(flow, path + ".steps", steps, read);
    return new RecoveryDefinition(kind, name, flow, limit, read);
  }

  private StepDefinition step(String at, ConfigValue value) {
    if (!(value instanceof ConfigObject step)) {
      throw new ConfigException.WrongType(value.origin(), at + " is no object");
    }
    check(step, at, STEP_FIELDS, Set.of("domain", "action", "limit"));
    Config fields = step.toConfig();
    int attempts = step.containsKey("attempts") ? fields.getInt("attempts") : 1;
    if (attempts < 1) {
      throw bad(step.get("attempts"), at + ".attempts", attempts + " are less than 1");
    }
    String action = action(step, at, "action");
    String rollback = step.containsKey("rollback") ? action(step, at, "rollback") : "";
    check.of(step, at, action, rollback);
    return new StepDefinition(
        one(step, at, "domain", Domain::valueOf),
        action,
        positive(step, at),
        attempts,
        step.containsKey("on-failure")
            ? one(step, at, "on-failure", RecoveryPlan.OnFailure::valueOf)
            : RecoveryPlan.OnFailure.ROLL_BACK,
        rollback,
        texts(step, at, ParameterCheck.PARAMETERS),
        texts(step, at, ParameterCheck.DESCRIBES),
        step.containsKey(AimCheck.PROVES) && fields.getBoolean(AimCheck.PROVES));
  }

  private String action(ConfigObject step, String at, String field) {
    String action = step.toConfig().getString(field);
    if (!actions.contains(action)) {
      throw bad(step.get(field), at + "." + field, "no code does '" + action + "'");
    }
    return action;
  }

  private static Map<String, String> texts(ConfigObject step, String at, String field) {
    if (!step.containsKey(field)) {
      return Map.of();
    }
    if (!(step.get(field) instanceof ConfigObject given)) {
      throw bad(step.get(field), at + "." + field, "it is no object");
    }
    Map<String, String> texts = new TreeMap<>();
    given.forEach(
        (key, value) -> {
          if (value.valueType() == ConfigValueType.OBJECT
              || value.valueType() == ConfigValueType.LIST) {
            throw bad(value, at + "." + field + "." + key, "it is neither text nor number");
          }
          texts.put(key, String.valueOf(value.unwrapped()));
        });
    return texts;
  }

  private static Duration positive(ConfigObject in, String at) {
    Duration limit = in.toConfig().getDuration("limit");
    if (limit.toMillis() < 1) {
      throw bad(in.get("limit"), at + ".limit", limit + " is less than 1 ms");
    }
    return limit;
  }

  private static <T> T one(ConfigObject in, String at, String field, Function<String, T> as) {
    String text = in.toConfig().getString(field);
    try {
      return as.apply(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw bad(in.get(field), at + "." + field, "unknown: " + text);
    }
  }

  private static void check(ConfigObject in, String at, Set<String> known, Set<String> required) {
    for (String key : in.keySet()) {
      if (!known.contains(key)) {
        throw bad(in.get(key), at, "unknown field " + key);
      }
    }
    for (String key : required) {
      if (!in.containsKey(key)) {
        throw new ConfigException.BadValue(in.origin(), at, "field " + key + " missing");
      }
    }
  }

  private static ConfigException.BadValue bad(ConfigValue value, String at, String why) {
    return new ConfigException.BadValue(value.origin(), at, why);
  }
}
