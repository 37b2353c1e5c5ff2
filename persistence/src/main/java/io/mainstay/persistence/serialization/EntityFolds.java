package io.mainstay.persistence.serialization;

import com.typesafe.config.Config;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/** The folds of all entity types on the class path, by the type of their persistence ids. */
public final class EntityFolds {
  private final Map<String, EntityFold<?>> byType;

  private EntityFolds(Map<String, EntityFold<?>> byType) {
    this.byType = Collections.unmodifiableMap(byType);
  }

  /** The folds of this release, with the bounds that the configuration sets. */
  public static EntityFolds of(Config root) {
    Map<String, EntityFold<?>> table = new LinkedHashMap<>();
    for (EventFamily family :
        ServiceLoader.load(EventFamily.class, EventFamily.class.getClassLoader())) {
      for (EntityFold<?> fold : family.folds(root)) {
        if (table.put(fold.type(), fold) != null) {
          throw new IllegalStateException("Two families fold entities of type " + fold.type());
        }
      }
    }
    return new EntityFolds(table);
  }

  /** The fold for a persistence id, if its type is known to this release. */
  public Optional<EntityFold<?>> of(String persistenceId) {
    int bar = persistenceId.indexOf('|');
    return Optional.ofNullable(
        byType.get(bar < 0 ? persistenceId : persistenceId.substring(0, bar)));
  }

  /** All of them, in the order of the families. */
  public Collection<EntityFold<?>> all() {
    return byType.values();
  }
}
