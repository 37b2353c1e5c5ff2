package io.mainstay.actors.recovery;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.mainstay.actors.recovery.catalog.CascadeName;
import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.ErrorCategory;
import io.mainstay.actors.recovery.catalog.ErrorOrigin;
import io.mainstay.actors.recovery.catalog.Mechanism;
import io.mainstay.actors.recovery.catalog.PropagationPattern;
import io.mainstay.actors.recovery.catalog.StrategyName;
import io.mainstay.protocol.WorkerBlame;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** One entry of {@code mainstay.errors}: whatever is wrong with it is named with file and line. */
final class ErrorEntry {
  private static final String ROOT = "mainstay.errors.";
  private static final Pattern CODE = Pattern.compile("[A-Z]{3}_[0-9]{3}");
  private static final Set<String> REQUIRED =
      Set.of(
          "origin",
          "codes",
          "domain",
          "severity",
          "category",
          "recovery-priority",
          "blame",
          "impacts",
          "pattern",
          "strategy",
          "mechanism",
          "message",
          "remedy");
  private static final Set<String> OPTIONAL = Set.of("cascade", "modes", "aliases");

  private final String name;
  private final ConfigObject object;
  private final Config fields;

  private ErrorEntry(String name, ConfigObject object) {
    this.name = name;
    this.object = object;
    this.fields = object.toConfig();
  }

  /** Reads the entry of that name. */
  static ErrorDefinition read(String name, ConfigValue value) {
    if (!(value instanceof ConfigObject object)) {
      throw new ConfigException.WrongType(value.origin(), ROOT + name + " is no object");
    }
    ErrorNames error =
        CatalogName.find(ErrorNames.class, name)
            .orElseThrow(
                () ->
                    new ConfigException.BadValue(
                        value.origin(),
                        ROOT + name,
                        "no such error; its name must be one of ErrorNames"));
    ErrorEntry entry = new ErrorEntry(name, object);
    entry.checkFields();
    return entry.define(error);
  }

  private void checkFields() {
    for (String key : object.keySet()) {
      if (!REQUIRED.contains(key) && !OPTIONAL.contains(key)) {
        throw new ConfigException.BadValue(
            object.get(key).origin(), ROOT + name, "unknown field " + key);
      }
    }
    for (String key : REQUIRED) {
      if (!object.containsKey(key)) {
        throw new ConfigException.BadValue(
            object.origin(), ROOT + name, "field " + key + " missing");
      }
    }
  }

  private ErrorDefinition define(ErrorNames error) {
    Domain domain = one("domain", upper(Domain::valueOf));
    return new ErrorDefinition(
        error,
        named("origin", ErrorOrigin.class),
        codes(),
        domain,
        one("severity", upper(Severity::valueOf)),
        named("category", ErrorCategory.class),
        one("recovery-priority", text -> RecoveryPriority.of(Integer.parseInt(text))),
        one("blame", upper(WorkerBlame::valueOf)),
        impacts(domain),
        named("pattern", PropagationPattern.class),
        named("strategy", StrategyName.class),
        object.containsKey("cascade")
            ? Optional.of(named("cascade", CascadeName.class))
            : Optional.empty(),
        object.containsKey("modes")
            ? many("modes", text -> find(DegradationMode.class, text))
            : Set.of(),
        named("mechanism", Mechanism.class),
        object.containsKey("aliases") ? List.copyOf(many("aliases", text -> text)) : List.of(),
        text("message"),
        text("remedy"));
  }

  private List<String> codes() {
    List<String> codes = List.copyOf(many("codes", text -> text));
    if (codes.isEmpty()) {
      throw bad("codes", "at least one code is needed, such as DEV_001");
    }
    for (String code : codes) {
      if (!CODE.matcher(code).matches()) {
        throw bad("codes", "'" + code + "' is no code; they look like DEV_001");
      }
    }
    return codes;
  }

  private Set<Domain> impacts(Domain own) {
    Set<Domain> impacts = many("impacts", upper(Domain::valueOf));
    if (impacts.isEmpty()) {
      throw bad("impacts", "at least one other domain is needed");
    }
    if (impacts.contains(own) || impacts.contains(Domain.PLATFORM)) {
      throw bad("impacts", "only other domains count, and the platform is none");
    }
    return impacts;
  }

  private String text(String field) {
    String text = fields.getString(field);
    if (text.isBlank()) {
      throw bad(field, "it is empty");
    }
    return text;
  }

  private <E extends Enum<E> & CatalogName> E named(String field, Class<E> names) {
    return one(field, text -> find(names, text));
  }

  private <T> T one(String field, Function<String, T> as) {
    String text = fields.getString(field);
    try {
      return as.apply(text);
    } catch (IllegalArgumentException unknown) {
      throw bad(field, "unknown: " + text);
    }
  }

  private <T> Set<T> many(String field, Function<String, T> as) {
    Set<T> values = new LinkedHashSet<>();
    for (String text : fields.getStringList(field)) {
      try {
        if (!values.add(as.apply(text))) {
          throw bad(field, "said twice: " + text);
        }
      } catch (IllegalArgumentException unknown) {
        throw bad(field, "unknown: " + text);
      }
    }
    return values;
  }

  private ConfigException.BadValue bad(String field, String why) {
    return new ConfigException.BadValue(object.get(field).origin(), ROOT + name + "." + field, why);
  }

  private static <T> Function<String, T> upper(Function<String, T> as) {
    return text -> as.apply(text.toUpperCase(Locale.ROOT));
  }

  private static <E extends Enum<E> & CatalogName> E find(Class<E> names, String text) {
    return CatalogName.find(names, text)
        .orElseThrow(() -> new IllegalArgumentException("unknown: " + text));
  }
}
