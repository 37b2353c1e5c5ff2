package io.mainstay.persistence.serialization;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Stable names of journaled classes: what a row's manifest says. A class may be renamed or moved,
 * its name here never. Nothing that is not in this table is written to the journal or read from it.
 * Immutable.
 */
public final class EventManifests {
  /** Loaded on first use, once. */
  private static final class Holder {
    private static final EventManifests CURRENT =
        of(ServiceLoader.load(EventFamily.class, EventFamily.class.getClassLoader()));
  }

  private final Map<String, Class<? extends JournalEvent>> byName;
  private final Map<Class<?>, String> byClass;
  private final Map<String, EventMigration> migrations;

  private EventManifests(
      Map<String, Class<? extends JournalEvent>> byName, Map<String, EventMigration> migrations) {
    this.byName = Collections.unmodifiableMap(byName);
    this.migrations = Map.copyOf(migrations);
    Map<Class<?>, String> inverse = new LinkedHashMap<>();
    byName.forEach((name, type) -> inverse.put(type, name));
    this.byClass = Collections.unmodifiableMap(inverse);
  }

  /** The table of this release: all families on the class path. */
  public static EventManifests current() {
    return Holder.CURRENT;
  }

  static EventManifests of(Iterable<EventFamily> families) {
    Map<String, Class<? extends JournalEvent>> table = new LinkedHashMap<>();
    Map<String, EventMigration> migrations = new LinkedHashMap<>();
    for (EventFamily family : families) {
      migrations.putAll(family.migrations());
      family
          .manifests()
          .forEach(
              (name, type) -> {
                Class<?> other = table.putIfAbsent(name, type);
                if (other != null && other != type) {
                  throw new IllegalStateException(
                      "Manifest " + name + " names both " + other + " and " + type);
                }
              });
    }
    for (String manifest : migrations.keySet()) {
      if (!table.containsKey(manifest)) {
        throw new IllegalStateException("Migration of " + manifest + ", which names no class");
      }
    }
    return new EventManifests(table, migrations);
  }

  /** Name under which objects of the class are written. */
  public String nameOf(Class<?> type) {
    String name = byClass.get(type);
    if (name == null) {
      throw new IllegalArgumentException(
          "Class "
              + type.getName()
              + " has no manifest, so it cannot be journaled; add it to its package's EventFamily");
    }
    return name;
  }

  /** The class behind a name, if this release knows it. */
  public Optional<Class<? extends JournalEvent>> classOf(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** What to do to a row under this name before it is read, if anything. */
  public Optional<EventMigration> migrationOf(String name) {
    return Optional.ofNullable(migrations.get(name));
  }

  /** Names with their classes, in the order of the families. */
  public Map<String, Class<? extends JournalEvent>> all() {
    return byName;
  }
}
