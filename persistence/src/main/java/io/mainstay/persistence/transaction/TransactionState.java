package io.mainstay.persistence.transaction;

import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.serialization.JournalEvent;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * How far a transaction is. Immutable; {@link #after} gives the next one.
 *
 * @param plan null before it begins
 * @param parts one for each participant, in the order of the plan
 * @param code why it did not commit, or was released, or empty
 * @param handOver of a release: the resources stay with their owner
 * @param last latest event, or null before the first
 */
record TransactionState(
    String transactionId,
    TransactionPlan plan,
    Phase phase,
    List<Part> parts,
    String code,
    String message,
    String remedy,
    boolean handOver,
    EventMeta last,
    Instant begunAt,
    Instant decidedAt,
    Instant endedAt)
    implements JournalEvent {

  /** Life of a transaction. */
  enum Phase {
    NEW,
    PREPARING,
    COMMITTING,
    ABORTING,
    COMMITTED,
    ABORTED,
    RELEASING,
    RELEASED;

    /** Nothing is to be done. */
    boolean rests() {
      return this == NEW || this == COMMITTED || this == ABORTED || this == RELEASED;
    }

    /** Participants are being told something until they answer. */
    boolean tells() {
      return this == COMMITTING || this == ABORTING || this == RELEASING;
    }
  }

  /**
   * A participant.
   *
   * @param vote commit, abort or empty
   * @param reason of a vote to abort
   * @param result of the phase that it last answered: committed, aborted, released or empty
   * @param stuck it did not answer as often as allowed
   */
  record Part(
      String participant,
      String vote,
      List<String> locks,
      String rollbackCapability,
      String reason,
      String result,
      String resourceStatus,
      Instant acknowledgedAt,
      boolean stuck) {
    Part {
      locks = List.copyOf(locks);
    }

    static Part of(ParticipantWork work) {
      return new Part(work.participant(), "", List.of(), "", "", "", "", null, false);
    }

    Part stuck(boolean now) {
      return new Part(
          participant,
          vote,
          locks,
          rollbackCapability,
          reason,
          result,
          resourceStatus,
          acknowledgedAt,
          now);
    }
  }

  TransactionState {
    parts = List.copyOf(parts);
  }

  static TransactionState empty() {
    return new TransactionState(
        "", null, Phase.NEW, List.of(), "", "", "", false, null, null, null, null);
  }

  /** What the participants are told now, and answer with when it is carried out. */
  String awaited() {
    return switch (phase) {
      case COMMITTING -> "committed";
      case ABORTING -> "aborted";
      case RELEASING -> "released";
      case NEW, PREPARING, COMMITTED, ABORTED, RELEASED -> "";
    };
  }

  /** Those who have not carried out what they are told now. */
  List<String> open() {
    return phase.tells()
        ? parts.stream()
            .filter(part -> !part.result().equals(awaited()))
            .map(Part::participant)
            .toList()
        : List.of();
  }

  Optional<Part> part(String participant) {
    return parts.stream().filter(part -> part.participant().equals(participant)).findFirst();
  }

  boolean stuck() {
    return parts.stream().anyMatch(Part::stuck);
  }

  /** What the event makes of this. */
  TransactionState after(TransactionEvent event) {
    if (event instanceof TransactionEvent.TransactionBegun begun) {
      EventMeta meta = begun.meta();
      return new TransactionState(
          begun.transactionId(),
          begun.plan(),
          Phase.PREPARING,
          begun.plan().works().stream().map(Part::of).toList(),
          "",
          "",
          "",
          false,
          meta,
          meta.at(),
          null,
          null);
    }
    if (event instanceof TransactionEvent.Voted voted) {
      return changed(
          voted.participant(),
          part ->
              new Part(
                  part.participant(),
                  name(voted.vote()),
                  voted.locks(),
                  voted.rollbackCapability(),
                  voted.reason(),
                  part.result(),
                  part.resourceStatus(),
                  part.acknowledgedAt(),
                  part.stuck()),
          event);
    }
    if (event instanceof TransactionEvent.Decided decided) {
      Phase next =
          decided.decision() == TransactionEvent.Decision.COMMIT
              ? Phase.COMMITTING
              : Phase.ABORTING;
      return new TransactionState(
          transactionId,
          plan,
          next,
          parts,
          decided.code(),
          decided.reason(),
          decided.remedy(),
          handOver,
          event.meta(),
          begunAt,
          event.meta().at(),
          endedAt);
    }
    if (event instanceof TransactionEvent.Acknowledged done) {
      return changed(
          done.participant(),
          part ->
              new Part(
                  part.participant(),
                  part.vote(),
                  part.locks(),
                  part.rollbackCapability(),
                  part.reason(),
                  done.result(),
                  done.resourceStatus(),
                  done.acknowledgedAt(),
                  false),
          event);
    }
    if (event instanceof TransactionEvent.TransactionStuck stuck) {
      return changed(stuck.participant(), part -> part.stuck(true), event);
    }
    if (event instanceof TransactionEvent.TransactionRedriven) {
      return in(phase, parts.stream().map(part -> part.stuck(false)).toList(), event, endedAt);
    }
    if (event instanceof TransactionEvent.TransactionEnded ended) {
      Phase end = ended.end() == TransactionEvent.End.COMMITTED ? Phase.COMMITTED : Phase.ABORTED;
      return in(end, parts, event, event.meta().at());
    }
    if (event instanceof TransactionEvent.ReleaseAsked asked) {
      return new TransactionState(
          transactionId,
          plan,
          Phase.RELEASING,
          parts,
          "released",
          asked.reason(),
          "",
          asked.handOver(),
          event.meta(),
          begunAt,
          decidedAt,
          endedAt);
    }
    if (event instanceof TransactionEvent.TransactionReleased) {
      return in(Phase.RELEASED, parts, event, endedAt);
    }
    return in(phase, parts, event, endedAt);
  }

  private TransactionState changed(
      String participant, UnaryOperator<Part> change, TransactionEvent event) {
    return in(
        phase,
        parts.stream()
            .map(part -> part.participant().equals(participant) ? change.apply(part) : part)
            .toList(),
        event,
        endedAt);
  }

  private TransactionState in(Phase next, List<Part> now, TransactionEvent event, Instant end) {
    return new TransactionState(
        transactionId,
        plan,
        next,
        now,
        code,
        message,
        remedy,
        handOver,
        event.meta(),
        begunAt,
        decidedAt,
        end);
  }

  static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
