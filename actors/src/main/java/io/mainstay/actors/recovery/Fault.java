package io.mainstay.actors.recovery;

import io.mainstay.persistence.serialization.EventMeta;

/**
 * Something that went wrong and has a name.
 *
 * @param definition its entry in the catalog
 * @param component path of the actor that failed, without the node
 * @param evidence what was seen, one line with values
 * @param cause event that led here, or null when there is none
 */
public record Fault(
    ErrorDefinition definition, String component, String evidence, EventMeta cause) {}
