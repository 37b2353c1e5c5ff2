package io.mainstay.actors.consistency.check;

import io.mainstay.actors.device.DeviceReservation;
import io.mainstay.persistence.transaction.ParticipantWork;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the participants of transactions say they hold, and what is set aside for transactions in
 * the books of the domains that are no part of another one's facts.
 *
 * @param participants those that answered
 * @param devices reserved
 * @param heap bytes by transaction
 * @param awake transactions whose coordinators live on this node; empty if that is not known
 */
public record TransactionFacts(
    List<Participation> participants,
    List<DeviceReservation> devices,
    Map<String, Long> heap,
    Optional<Set<String>> awake) {
  /** Nothing is held. */
  public static final TransactionFacts NONE =
      new TransactionFacts(List.of(), List.of(), Map.of(), Optional.empty());

  public TransactionFacts {
    participants = List.copyOf(participants);
    devices = List.copyOf(devices);
    heap = Map.copyOf(heap);
    awake = awake.map(Set::copyOf);
  }

  /** That participant, if it answered. */
  public Optional<Participation> of(String participant) {
    return participants.stream().filter(p -> p.participant().equals(participant)).findFirst();
  }

  /**
   * A participant.
   *
   * @param working transactions that it works on: nothing can be said of their claims
   */
  public record Participation(String participant, List<Held> holdings, Set<String> working) {
    public Participation {
      holdings = List.copyOf(holdings);
      working = Set.copyOf(working);
    }

    /** Whether it knows of the transaction. */
    public boolean knows(String transactionId) {
      return working.contains(transactionId)
          || holdings.stream().anyMatch(held -> held.transactionId().equals(transactionId));
    }

    /** Holdings whose claims must be in the books now. */
    public List<Held> settled() {
      return holdings.stream()
          .filter(held -> held.inPlace() && !working.contains(held.transactionId()))
          .toList();
    }
  }

  /**
   * A holding.
   *
   * @param owner for whom
   * @param inPlace it was put in place in this life of the domains
   * @param committed otherwise it is prepared
   * @param age since it was prepared
   */
  public record Held(
      String transactionId,
      ParticipantWork work,
      String owner,
      boolean inPlace,
      boolean committed,
      Duration age) {}
}
