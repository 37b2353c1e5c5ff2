package io.mainstay.actors.degradation;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The modes of a node, {@code mainstay-modes.conf}. An unknown or a missing name, a limit out of
 * its bounds, stops the node with file and line.
 *
 * @param partOf the mode that a part belongs to where none is named
 */
public record ModeSettings(
    int groundsMax,
    int subscribersMax,
    int snapshotEvery,
    int snapshotsKept,
    Duration retryAfter,
    Watch watch,
    Map<DegradationMode, ModeDefinition> modes,
    Map<DegradationSubState, ModeDefinition> parts,
    Map<DegradationSubState, DegradationMode> partOf) {
  /** Where the settings lie. */
  public static final String PATH = "mainstay.modes";

  private static final int GROUNDS_MAX = 10_000;
  private static final int SUBSCRIBERS_MAX = 1_000;
  private static final int SNAPSHOTS_MAX = 100;

  /**
   * What a node watches by itself.
   *
   * @param memorySustained for which pressure must last
   */
  public record Watch(boolean memory, Duration memorySustained, boolean devices) {}

  public ModeSettings {
    within("grounds-max", groundsMax, GROUNDS_MAX);
    within("subscribers-max", subscribersMax, SUBSCRIBERS_MAX);
    within("snapshot-every", snapshotEvery, Integer.MAX_VALUE);
    within("snapshots-kept", snapshotsKept, SNAPSHOTS_MAX);
    Limit.positive(PATH + ".retry-after", retryAfter);
    Limit.positive(PATH + ".watch.memory-sustained", watch.memorySustained());
    modes = Map.copyOf(modes);
    parts = Map.copyOf(parts);
    partOf = Map.copyOf(partOf);
  }

  /** Reads {@link #PATH}. */
  public static ModeSettings of(Config root) {
    Config config = root.getConfig(PATH);
    boolean tested = config.getBoolean("restoration.on");
    Map<DegradationMode, ModeDefinition> modes = new EnumMap<>(DegradationMode.class);
    each(config, "modes", DegradationMode.class)
        .forEach((mode, fields) -> modes.put(mode, DefinitionReader.mode(fields, tested)));
    Map<DegradationSubState, ModeDefinition> parts = new EnumMap<>(DegradationSubState.class);
    Map<DegradationSubState, DegradationMode> partOf = new EnumMap<>(DegradationSubState.class);
    each(config, "parts", DegradationSubState.class)
        .forEach(
            (part, fields) -> {
              parts.put(part, DefinitionReader.part(fields, tested));
              partOf.put(part, parent(part, fields));
            });
    return new ModeSettings(
        config.getInt("grounds-max"),
        config.getInt("subscribers-max"),
        config.getInt("snapshot-every"),
        config.getInt("snapshots-kept"),
        config.getDuration("retry-after"),
        new Watch(
            config.getBoolean("watch.memory"),
            config.getDuration("watch.memory-sustained"),
            config.getBoolean("watch.devices")),
        modes,
        parts,
        partOf);
  }

  /** What that mode, or part of one, is. */
  public ModeDefinition definition(ModeKey key) {
    return key.part().isPresent() ? parts.get(key.part().get()) : modes.get(key.mode());
  }

  /** The mode, or part of one, that a condition leads to; for recovery. */
  public Optional<ModeKey> keyOf(ModeTrigger trigger, String subject) {
    for (DegradationMode mode : DegradationMode.values()) {
      if (modes.get(mode).triggers().contains(trigger)) {
        return Optional.of(ModeKey.of(mode, subject));
      }
    }
    for (DegradationSubState part : DegradationSubState.values()) {
      if (parts.get(part).triggers().contains(trigger)) {
        return Optional.of(ModeKey.of(partOf.get(part), part, subject));
      }
    }
    return Optional.empty();
  }

  /**
   * Whether a condition leads there: the mode lists it, or the part does. A person's word and a
   * relapse lead to any.
   */
  public boolean leads(ModeTrigger trigger, ModeKey key) {
    return trigger == ModeTrigger.OPERATOR
        || trigger == ModeTrigger.RELAPSE
        || modes.get(key.mode()).triggers().contains(trigger)
        || definition(key).triggers().contains(trigger);
  }

  /** The mode or the part that people call so. */
  public Optional<ModeKey> named(String name, String subject) {
    Optional<ModeKey> part =
        CatalogName.find(DegradationSubState.class, name)
            .map(found -> ModeKey.of(partOf.get(found), found, subject));
    return part.isPresent()
        ? part
        : CatalogName.find(DegradationMode.class, name).map(found -> ModeKey.of(found, subject));
  }

  private static <E extends Enum<E> & CatalogName> Map<E, ConfigObject> each(
      Config config, String section, Class<E> names) {
    ConfigObject all = config.getObject(section);
    Map<E, ConfigObject> found = new EnumMap<>(names);
    all.forEach(
        (name, value) -> {
          E known =
              CatalogName.find(names, name)
                  .orElseThrow(
                      () ->
                          new ConfigException.BadValue(
                              value.origin(),
                              PATH + "." + section + "." + name,
                              "no code enforces it"));
          found.put(known, (ConfigObject) value);
        });
    for (E name : names.getEnumConstants()) {
      if (!found.containsKey(name)) {
        throw new ConfigException.Missing(
            all.origin().description() + ": " + PATH + "." + section + "." + name.code());
      }
    }
    return found;
  }

  private static DegradationMode parent(DegradationSubState part, ConfigObject fields) {
    String of = fields.toConfig().getString("of");
    return CatalogName.find(DegradationMode.class, of)
        .filter(part.parents()::contains)
        .orElseThrow(
            () ->
                new ConfigException.BadValue(
                    fields.get("of").origin(),
                    PATH + ".parts." + part.code() + ".of",
                    "is '"
                        + of
                        + "'; allowed are "
                        + part.parents().stream().map(CatalogName::code).sorted().toList()));
  }

  private static void within(String name, int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(
          PATH + "." + name + " is " + value + "; allowed are 1 to " + most);
    }
  }
}
