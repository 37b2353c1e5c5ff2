package io.mainstay.persistence.serialization;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Map;

/**
 * Names of one package's journaled classes. Found with {@link java.util.ServiceLoader}; a module
 * that has entities of its own adds a family and lists it under {@code META-INF/services}.
 */
public interface EventFamily {
  /**
   * Manifest to class, in a fixed order. Names look like {@code session.WorkflowAccepted.v1}; the
   * number goes up when old rows need a migration. A class may have several names: it is written
   * under the last one.
   */
  Map<String, Class<? extends JournalEvent>> manifests();

  /** What brings rows under old manifests to the form that today's class reads. */
  default Map<String, EventMigration> migrations() {
    return Map.of();
  }

  /**
   * How the states of this package's entities follow from their events.
   *
   * @param root configuration, for what bounds a state; the same as the entities have
   */
  default List<EntityFold<?>> folds(Config root) {
    return List.of();
  }
}
