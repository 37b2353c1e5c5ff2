package io.mainstay.actors.recovery.engine;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import io.mainstay.actors.recovery.ImplementedRecoveries;
import io.mainstay.actors.recovery.catalog.CascadeName;
import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.actors.recovery.catalog.StrategyName;
import io.mainstay.persistence.recovery.RecoveryPlan;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The cascades and strategies that this node carries out, read once from {@code mainstay.cascades}
 * and {@code mainstay.strategies}. An unknown name, a field that is missing or too many, a step
 * that no code does stop the node with file and line. Immutable.
 */
public final class RecoveryBook {
  /** Path of the cascades. */
  public static final String CASCADES = "mainstay.cascades";

  /** Path of the strategies. */
  public static final String STRATEGIES = "mainstay.strategies";

  private final Map<CascadeName, RecoveryDefinition> cascades;
  private final Map<StrategyName, RecoveryDefinition> strategies;

  private RecoveryBook(
      Map<CascadeName, RecoveryDefinition> cascades,
      Map<StrategyName, RecoveryDefinition> strategies) {
    this.cascades = cascades;
    this.strategies = strategies;
  }

  /**
   * @param actions what steps and rollbacks can do, and which parameters that reads
   */
  public static RecoveryBook load(Config config, RecoveryActions actions) {
    return load(config, actions.names(), ParameterCheck.of(actions));
  }

  /**
   * Without a look at parameters, where there is no code yet.
   *
   * @param actions names of the steps and rollbacks
   */
  public static RecoveryBook load(Config config, Set<String> actions) {
    return load(config, actions, ParameterCheck.none());
  }

  private static RecoveryBook load(Config config, Set<String> actions, ParameterCheck check) {
    return new RecoveryBook(
        read(config, CASCADES, RecoveryPlan.Kind.CASCADE, CascadeName.class, actions, check),
        read(config, STRATEGIES, RecoveryPlan.Kind.STRATEGY, StrategyName.class, actions, check));
  }

  private static <E extends Enum<E> & CatalogName> Map<E, RecoveryDefinition> read(
      Config config,
      String root,
      RecoveryPlan.Kind kind,
      Class<E> names,
      Set<String> actions,
      ParameterCheck check) {
    Map<E, RecoveryDefinition> read = new EnumMap<>(names);
    config
        .getObject(root)
        .forEach(
            (name, value) ->
                read.put(
                    CatalogName.find(names, name)
                        .orElseThrow(
                            () ->
                                new ConfigException.BadValue(
                                    value.origin(), root + "." + name, "no such name")),
                    DefinitionReader.read(kind, root, name, value, actions, check)));
    return read;
  }

  /** What the catalog of errors may refer to. */
  public ImplementedRecoveries implemented() {
    return new ImplementedRecoveries(strategies.keySet(), cascades.keySet());
  }

  /** The cascade of that name; empty if it is not carried out. */
  public Optional<RecoveryDefinition> cascade(CascadeName name) {
    return Optional.ofNullable(cascades.get(name));
  }

  /** The strategy of that name; empty if it is not carried out. */
  public Optional<RecoveryDefinition> strategy(StrategyName name) {
    return Optional.ofNullable(strategies.get(name));
  }

  /** All cascades, in the order of their names' enumeration. */
  public Collection<RecoveryDefinition> cascades() {
    return List.copyOf(cascades.values());
  }

  /** All strategies, in the order of their names' enumeration. */
  public Collection<RecoveryDefinition> strategies() {
    return List.copyOf(strategies.values());
  }

  /** Cascades, then strategies. */
  public Stream<RecoveryDefinition> all() {
    return Stream.concat(cascades.values().stream(), strategies.values().stream());
  }
}
