package io.mainstay.actors.consistency.check;

import io.mainstay.actors.consistency.check.TransactionFacts.Held;
import io.mainstay.actors.consistency.check.TransactionFacts.Participation;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.Participants;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The transactions of the journal against who coordinates them, what their participants hold, and
 * what is prepared in the workers themselves: {@code validate_transaction_completeness}. A
 * participant that did not answer is left out, and so is what it works on; what may be on its way
 * counts from an age on.
 */
final class TransactionCompletenessCheck implements ConsistencyCheck {
  private final AgeLimits ages;

  TransactionCompletenessCheck(AgeLimits ages) {
    this.ages = ages;
  }

  @Override
  public CheckType type() {
    return CheckType.TRANSACTION_COMPLETENESS_CONSISTENCY;
  }

  @Override
  public List<Divergence> compare(NodeSnapshot snapshot) {
    List<Divergence> found = new ArrayList<>();
    TransactionFacts facts = snapshot.transactions();
    facts.awake().ifPresent(awake -> compareCoordinators(snapshot.journal(), awake, found));
    for (Participation participant : facts.participants()) {
      compareHoldings(participant, snapshot.journal(), found);
    }
    compareStanding(snapshot, found);
    for (DeviceFacts device : snapshot.devices()) {
      facts
          .of(Participants.worker(device.id()))
          .ifPresent(participant -> compareWorker(participant, device, found));
    }
    return found;
  }

  private void compareCoordinators(
      JournalFacts journal, Set<String> awake, List<Divergence> found) {
    new TreeMap<>(journal.transactions())
        .forEach(
            (id, going) -> {
              if (!awake.contains(id)) {
                found.add(open(DivergenceKind.TRANSACTION_FORGOTTEN, id, "asleep"));
              } else if (!going.stuck() && going.idle().compareTo(ages.transaction()) > 0) {
                found.add(open(DivergenceKind.TRANSACTION_STALLED, id, "idle"));
              }
            });
  }

  private void compareHoldings(
      Participation participant, JournalFacts journal, List<Divergence> found) {
    for (Held held : participant.holdings()) {
      String id = held.transactionId();
      boolean settled =
          !participant.working().contains(id) && held.age().compareTo(ages.holding()) > 0;
      if (settled && !journal.needs(id)) {
        found.add(
            new Divergence(
                DivergenceKind.HOLDING_WITHOUT_TRANSACTION,
                participant.participant(),
                id,
                "none or over",
                held.committed() ? "committed" : "prepared",
                ""));
      } else if (settled && !held.committed() && journal.standing().containsKey(id)) {
        found.add(
            new Divergence(
                DivergenceKind.HOLDING_UNCOMMITTED,
                participant.participant(),
                id,
                "committed",
                "prepared",
                ""));
      }
    }
  }

  private static void compareStanding(NodeSnapshot snapshot, List<Divergence> found) {
    TransactionFacts facts = snapshot.transactions();
    new TreeMap<>(snapshot.journal().standing())
        .forEach(
            (id, standing) -> {
              for (String participant : new TreeSet<>(standing.works().keySet())) {
                facts
                    .of(participant)
                    .filter(by -> !by.knows(id))
                    .ifPresent(
                        by ->
                            found.add(
                                new Divergence(
                                    DivergenceKind.TRANSACTION_WITHOUT_HOLDING,
                                    participant,
                                    id,
                                    "committed",
                                    "none",
                                    "")));
              }
            });
  }

  /** What is reserved for a load is used up by it while its transaction goes on. */
  private static void compareWorker(
      Participation participant, DeviceFacts device, List<Divergence> found) {
    device
        .settled()
        .ifPresent(
            slot ->
                slot.account()
                    .ifPresent(
                        account -> {
                          for (Held held : participant.settled()) {
                            if (!Owners.isLoad(held.owner())
                                && !account.reservations().containsKey(held.transactionId())) {
                              found.add(
                                  new Divergence(
                                      DivergenceKind.HOLDING_WITHOUT_WORKER_BYTES,
                                      device.id(),
                                      held.transactionId(),
                                      "held",
                                      "none",
                                      String.valueOf(slot.epoch())));
                            }
                          }
                        }));
  }

  private static Divergence open(DivergenceKind kind, String id, String how) {
    return new Divergence(kind, "", id, "open", how, "");
  }
}
