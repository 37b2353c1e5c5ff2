package io.mainstay.persistence.journal;

import com.fasterxml.jackson.databind.JsonNode;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;

/**
 * A row of the journal.
 *
 * @param ordering position in the whole journal; grows, may have gaps
 * @param sequenceNr position in its entity's events, from 1
 * @param type manifest without its family and version, such as WorkflowAccepted
 * @param manifest as stored, such as session.WorkflowAccepted.v1
 * @param meta identity and cause; null if the row cannot be read
 * @param writtenAt when the row was written
 * @param json the event as stored; a JSON text with the reason if it cannot be read
 */
public record JournalEntry(
    long ordering,
    String persistenceId,
    long sequenceNr,
    String type,
    String manifest,
    EventMeta meta,
    Instant writtenAt,
    JsonNode json) {}
