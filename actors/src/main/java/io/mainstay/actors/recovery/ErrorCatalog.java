package io.mainstay.actors.recovery;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.mainstay.protocol.WorkerBlame;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The errors that this node knows, read once from {@code mainstay.errors}. A missing or unknown
 * field, or an unknown name, stops the node with file and line.
 */
public final class ErrorCatalog {
  private static final Set<String> FIELDS =
      Set.of("domain", "severity", "recovery-priority", "blame", "message", "remedy");

  private final Map<String, ErrorDefinition> byName;

  private ErrorCatalog(Map<String, ErrorDefinition> byName) {
    this.byName = byName;
  }

  /** Reads the catalog; fails with file and line on anything that is not exactly right. */
  public static ErrorCatalog load(Config config) {
    Map<String, ErrorDefinition> definitions = new LinkedHashMap<>();
    ConfigObject errors = config.getObject("mainstay.errors");
    for (Map.Entry<String, ConfigValue> entry : errors.entrySet()) {
      definitions.put(entry.getKey(), define(entry.getKey(), entry.getValue()));
    }
    ErrorCatalog catalog = new ErrorCatalog(definitions);
    for (ErrorNames name : ErrorNames.values()) {
      if (!definitions.containsKey(name.code())) {
        throw new ConfigException.Missing(
            errors.origin().description() + ": mainstay.errors." + name.code());
      }
    }
    Set<String> raised = new TreeSet<>(definitions.keySet());
    for (ErrorNames name : ErrorNames.values()) {
      raised.remove(name.code());
    }
    if (!raised.isEmpty()) {
      String stray = raised.iterator().next();
      throw new ConfigException.BadValue(
          errors.get(stray).origin(),
          "mainstay.errors." + stray,
          "no code raises this error; remove it, or add it to ErrorNames where it is raised");
    }
    return catalog;
  }

  private static ErrorDefinition define(String name, ConfigValue value) {
    if (!(value instanceof ConfigObject object)) {
      throw new ConfigException.WrongType(
          value.origin(), "mainstay.errors." + name + " is no object");
    }
    for (String key : object.keySet()) {
      if (!FIELDS.contains(key)) {
        throw new ConfigException.BadValue(
            object.get(key).origin(), "mainstay.errors." + name, "unknown field " + key);
      }
    }
    Config fields = object.toConfig();
    return new ErrorDefinition(
        name,
        read(object, name, "domain", Domain::valueOf),
        read(object, name, "severity", Severity::valueOf),
        RecoveryPriority.of(fields.getInt("recovery-priority")),
        read(object, name, "blame", WorkerBlame::valueOf),
        fields.getString("message"),
        fields.getString("remedy"));
  }

  private static <T> T read(
      ConfigObject object, String name, String field, Function<String, T> as) {
    String text = object.toConfig().getString(field);
    try {
      return as.apply(text.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException unknown) {
      throw new ConfigException.BadValue(
          object.get(field).origin(), "mainstay.errors." + name + "." + field, "unknown: " + text);
    }
  }

  /** The definition of an error that code raises. */
  public ErrorDefinition get(ErrorNames name) {
    return byName.get(name.code());
  }

  /** All of them, in the order of the catalog. */
  public Collection<ErrorDefinition> all() {
    return byName.values();
  }
}
