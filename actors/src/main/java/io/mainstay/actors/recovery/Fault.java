package io.mainstay.actors.recovery;

import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.protocol.WorkerBlame;

/**
 * Something that went wrong and has a name.
 *
 * @param definition its entry in the catalog
 * @param component path of the actor that failed without the node, or what the fault is about, such
 *     as {@code device/cpu-0}
 * @param blame whose fault it is this time
 * @param evidence what was seen, one line with values
 * @param cause event that led here, or null when there is none
 */
public record Fault(
    ErrorDefinition definition,
    String component,
    WorkerBlame blame,
    String evidence,
    EventMeta cause) {
  /** One that is whose fault the catalog says. */
  public Fault(ErrorDefinition definition, String component, String evidence, EventMeta cause) {
    this(definition, component, definition.blame(), evidence, cause);
  }
}
