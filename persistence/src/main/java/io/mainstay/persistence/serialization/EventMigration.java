package io.mainstay.persistence.serialization;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Brings the JSON of an old manifest to the form that today's class reads. Pure. */
@FunctionalInterface
public interface EventMigration {
  /**
   * The new form; may change and return what it is given.
   *
   * @param old what the row holds
   */
  ObjectNode migrate(ObjectNode old);
}
