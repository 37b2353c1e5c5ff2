package io.mainstay.persistence.journal;

import java.time.Instant;

/** One entity's events in short. */
public record PersistenceIdSummary(
    String persistenceId, long events, Instant firstAt, Instant lastAt) {}
