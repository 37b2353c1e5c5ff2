package io.mainstay.actors.consistency.check;

import io.mainstay.persistence.transaction.Owners;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * The open sagas of the journal against those that run, and what is set aside for sagas against
 * those that are open. A stuck one is for a person to drive, who was called; what its transactions
 * hold is for the redrive to take back.
 */
final class SagaDriverCheck implements ConsistencyCheck {
  private final AgeLimits ages;

  SagaDriverCheck(AgeLimits ages) {
    this.ages = ages;
  }

  @Override
  public CheckType type() {
    return CheckType.SAGA_DRIVER_CONSISTENCY;
  }

  @Override
  public List<Divergence> compare(NodeSnapshot snapshot) {
    List<Divergence> found = new ArrayList<>();
    JournalFacts journal = snapshot.journal();
    snapshot.sagas().awake().ifPresent(awake -> compareDrivers(journal, awake, found));
    new TreeMap<>(snapshot.models().leases())
        .forEach(
            (device, sagaId) -> {
              JournalFacts.Going going = journal.sagas().get(sagaId);
              if (going == null || going.stuck()) {
                found.add(
                    new Divergence(
                        DivergenceKind.LEASE_WITHOUT_SAGA, device, sagaId, "over", "leased", ""));
              }
            });
    new TreeMap<>(journal.standing())
        .forEach(
            (id, standing) ->
                Owners.sagaOf(standing.owner())
                    .filter(saga -> !journal.sagas().containsKey(saga))
                    .filter(saga -> standing.age().compareTo(ages.holding()) > 0)
                    .ifPresent(
                        saga ->
                            found.add(
                                new Divergence(
                                    DivergenceKind.TRANSACTION_WITHOUT_SAGA,
                                    "",
                                    id,
                                    "saga " + saga + " is over",
                                    "committed",
                                    ""))));
    return found;
  }

  private void compareDrivers(JournalFacts journal, Set<String> awake, List<Divergence> found) {
    new TreeMap<>(journal.sagas())
        .forEach(
            (id, going) -> {
              if (going.stuck()) {
                return;
              }
              if (!awake.contains(id)) {
                found.add(open(DivergenceKind.SAGA_FORGOTTEN, id, "asleep"));
              } else if (going.idle().compareTo(ages.saga()) > 0) {
                found.add(open(DivergenceKind.SAGA_STALLED, id, "idle"));
              }
            });
  }

  private static Divergence open(DivergenceKind kind, String id, String how) {
    return new Divergence(kind, "", id, "open", how, "");
  }
}
