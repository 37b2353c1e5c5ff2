package io.mainstay.actors.recovery;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import io.mainstay.actors.recovery.catalog.CascadeName;
import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.actors.recovery.catalog.Mechanism;
import io.mainstay.actors.recovery.catalog.StrategyName;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The errors that this node knows, read once from {@code mainstay.errors}. Whatever is missing,
 * unknown or said twice stops the node with file and line. Immutable.
 */
public final class ErrorCatalog {
  private static final String PATH = "mainstay.errors";

  private final Map<ErrorNames, ErrorDefinition> byName;
  private final Map<ErrorNames, ConfigOrigin> places;

  private ErrorCatalog(
      Map<ErrorNames, ErrorDefinition> byName, Map<ErrorNames, ConfigOrigin> places) {
    this.byName = byName;
    this.places = places;
  }

  /** Reads the catalog; fails with file and line on anything that is not exactly right. */
  public static ErrorCatalog load(Config config) {
    ConfigObject errors = config.getObject(PATH);
    Map<ErrorNames, ErrorDefinition> definitions = new EnumMap<>(ErrorNames.class);
    Map<ErrorNames, ConfigOrigin> places = new EnumMap<>(ErrorNames.class);
    errors.forEach(
        (name, value) -> {
          ErrorDefinition definition = ErrorEntry.read(name, value);
          definitions.put(definition.error(), definition);
          places.put(definition.error(), value.origin());
        });
    for (ErrorNames name : ErrorNames.values()) {
      if (!definitions.containsKey(name)) {
        throw missing(errors, PATH + "." + name.code());
      }
    }
    ErrorCatalog catalog = new ErrorCatalog(definitions, places);
    catalog.checkUnique();
    catalog.checkCascades(errors);
    catalog.checkStrategies(errors);
    return catalog;
  }

  private void checkUnique() {
    Map<String, ErrorNames> owners = new HashMap<>();
    for (ErrorDefinition definition : byName.values()) {
      claim(owners, definition.name(), definition);
      definition.codes().forEach(code -> claim(owners, code, definition));
      definition.aliases().forEach(alias -> claim(owners, alias, definition));
    }
  }

  private void claim(Map<String, ErrorNames> owners, String called, ErrorDefinition definition) {
    ErrorNames other = owners.putIfAbsent(called, definition.error());
    if (other != null) {
      throw bad(definition, called + " belongs to " + other.code() + " already");
    }
  }

  /** Each cascade has exactly one trigger. */
  private void checkCascades(ConfigObject errors) {
    Map<CascadeName, ErrorNames> triggers = new EnumMap<>(CascadeName.class);
    for (ErrorDefinition definition : byName.values()) {
      if (definition.cascade().isPresent()) {
        CascadeName cascade = definition.cascade().get();
        ErrorNames other = triggers.putIfAbsent(cascade, definition.error());
        if (other != null) {
          throw bad(definition, cascade.code() + " is triggered by " + other.code() + " already");
        }
      }
    }
    for (CascadeName cascade : CascadeName.values()) {
      if (!triggers.containsKey(cascade)) {
        throw missing(errors, "an error with cascade = " + cascade.code());
      }
    }
  }

  private void checkStrategies(ConfigObject errors) {
    for (StrategyName strategy : StrategyName.values()) {
      if (byName.values().stream().noneMatch(known -> known.strategy() == strategy)) {
        throw missing(errors, "an error with strategy = " + strategy.code());
      }
    }
  }

  /**
   * Fails with file and line if an error that code raises maps to a strategy or cascade that
   * nothing carries out.
   */
  public void require(ImplementedRecoveries implemented) {
    for (ErrorDefinition definition : byName.values()) {
      if (definition.mechanism() == Mechanism.PENDING) {
        continue;
      }
      if (!implemented.strategies().contains(definition.strategy())) {
        throw bad(definition, "no code carries out strategy " + definition.strategy().code());
      }
      definition
          .cascade()
          .filter(cascade -> !implemented.cascades().contains(cascade))
          .ifPresent(
              cascade -> {
                throw bad(definition, "no code carries out cascade " + cascade.code());
              });
    }
  }

  private ConfigException.BadValue bad(ErrorDefinition definition, String why) {
    return new ConfigException.BadValue(
        places.get(definition.error()), PATH + "." + definition.name(), why);
  }

  private static ConfigException.Missing missing(ConfigObject errors, String what) {
    return new ConfigException.Missing(errors.origin().description() + ": " + what);
  }

  /** The definition of an error. */
  public ErrorDefinition get(ErrorNames name) {
    return byName.get(name);
  }

  /** The error of that name, number or alias. */
  public Optional<ErrorDefinition> find(String asked) {
    return byName.values().stream().filter(known -> known.isCalled(asked)).findFirst();
  }

  /** The error that has that stable name; empty for what no release of this catalog knew. */
  public Optional<ErrorDefinition> named(String name) {
    return CatalogName.find(ErrorNames.class, name).map(byName::get);
  }

  /** All of them, in the order of {@link ErrorNames}. */
  public Collection<ErrorDefinition> all() {
    return List.copyOf(byName.values());
  }
}
