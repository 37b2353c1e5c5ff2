package io.mainstay.runtime.cli.document;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.runtime.cli.JsonPrinter;
import java.time.Instant;

/** One event of the journal, with the row's JSON as it stands there. */
public record EventDocument(
    long ordering,
    String persistenceId,
    long sequenceNr,
    String type,
    String eventId,
    String causeId,
    String rootId,
    Instant at,
    JsonNode event) {
  /** From the wire's form. */
  public static EventDocument of(GatewayReply.JournalLine line) {
    return new EventDocument(
        line.ordering(),
        line.persistenceId(),
        line.sequenceNr(),
        line.type(),
        line.eventId(),
        line.causeId(),
        line.rootId(),
        line.at(),
        JsonPrinter.parse(line.json()));
  }
}
