package io.mainstay.persistence.transaction;

import io.mainstay.persistence.transaction.TransactionProtocol.ParticipantView;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;

/** What users see of a transaction's state. Pure. */
final class TransactionViews {
  private TransactionViews() {}

  static TransactionView of(TransactionState state) {
    return new TransactionView(
        state.transactionId(),
        state.plan(),
        TransactionState.name(state.phase()),
        state.stuck(),
        state.parts().stream().map(TransactionViews::of).toList(),
        state.code(),
        state.message(),
        state.remedy(),
        state.begunAt(),
        state.decidedAt(),
        state.endedAt());
  }

  private static ParticipantView of(TransactionState.Part part) {
    return new ParticipantView(
        part.participant(),
        part.vote().isEmpty() ? "" : "vote_" + part.vote(),
        part.locks(),
        part.rollbackCapability(),
        part.reason(),
        part.result(),
        part.resourceStatus(),
        part.acknowledgedAt(),
        part.stuck());
  }
}
