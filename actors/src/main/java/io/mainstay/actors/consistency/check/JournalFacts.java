package io.mainstay.actors.consistency.check;

import io.mainstay.persistence.session.OpenWork;
import io.mainstay.persistence.transaction.ParticipantWork;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What is durable.
 *
 * @param open sessions that are accepted and not finished
 * @param transactions that have something left to do, by id
 * @param standing transactions that are committed and not released, by id
 * @param sagas that are neither completed nor compensated, by id
 */
public record JournalFacts(
    Set<String> open,
    Map<String, Going> transactions,
    Map<String, Standing> standing,
    Map<String, Going> sagas) {
  /** An empty journal. */
  public static final JournalFacts NONE = new JournalFacts(Set.of(), Map.of(), Map.of(), Map.of());

  public JournalFacts {
    open = Set.copyOf(open);
    transactions = Map.copyOf(transactions);
    standing = Map.copyOf(standing);
    sagas = Map.copyOf(sagas);
  }

  /** What a look at the journal found, with ages at that moment. */
  public static JournalFacts of(OpenWork.Look look, Instant now) {
    Map<String, Going> transactions = new HashMap<>();
    look.transactions()
        .forEach((id, open) -> transactions.put(id, going(open.lastAt(), open.stuck(), now)));
    Map<String, Going> sagas = new HashMap<>();
    look.sagas().forEach((id, open) -> sagas.put(id, going(open.lastAt(), open.stuck(), now)));
    Map<String, Standing> standing = new HashMap<>();
    look.standing()
        .forEach(
            (id, each) ->
                standing.put(
                    id,
                    new Standing(
                        each.plan().owner(),
                        each.plan().works().stream()
                            .collect(
                                Collectors.toMap(
                                    ParticipantWork::participant, UnaryOperator.identity())),
                        Duration.between(each.since(), now))));
    return new JournalFacts(look.sessions(), transactions, standing, sagas);
  }

  private static Going going(Instant last, boolean stuck, Instant now) {
    return new Going(Duration.between(last, now), stuck);
  }

  /** Whether the journal has a use for what is held for that transaction. */
  public boolean needs(String transactionId) {
    return transactions.containsKey(transactionId) || standing.containsKey(transactionId);
  }

  /**
   * A transaction or saga that goes on.
   *
   * @param idle since its last event
   * @param stuck it waits for a person, who was called
   */
  public record Going(Duration idle, boolean stuck) {}

  /**
   * A transaction whose participants hold what they committed.
   *
   * @param owner for whom, as {@code Owners} names them
   * @param works by participant: what each of them holds
   * @param age since it ended
   */
  public record Standing(String owner, Map<String, ParticipantWork> works, Duration age) {
    public Standing {
      works = Map.copyOf(works);
    }
  }
}
