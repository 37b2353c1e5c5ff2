package io.mainstay.actors.state.ownership;

import io.mainstay.persistence.serialization.WireMessage;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;

/**
 * One field of shared state and its one owner.
 *
 * @param field name in its group, such as {@code routing}
 * @param what it is, for people
 * @param type class that holds it, without its package
 * @param writers package whose classes alone make a new value of it
 * @param note what a reader would not expect; empty if nothing
 */
public record OwnedField(
    StateDomain domain,
    Side owner,
    String group,
    String field,
    String what,
    String type,
    String writers,
    String note)
    implements WireMessage {}
