package io.mainstay.persistence.transaction.participant;

import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.transaction.ParticipantWork;
import java.time.Instant;

/**
 * What a participant holds for one transaction.
 *
 * @param owner for whom
 * @param life of the domains in which it was put in place
 * @param committed it has taken effect; otherwise it is prepared and awaits the outcome
 * @param resourceStatus once it is committed, or empty
 * @param since when it was prepared
 * @param last its latest event
 */
public record Holding(
    String transactionId,
    ParticipantWork work,
    String owner,
    String life,
    boolean committed,
    String resourceStatus,
    Instant since,
    EventMeta last) {
  Holding committed(String status, EventMeta meta) {
    return new Holding(transactionId, work, owner, life, true, status, since, meta);
  }

  Holding in(String newLife, EventMeta meta) {
    return new Holding(transactionId, work, owner, newLife, committed, resourceStatus, since, meta);
  }
}
