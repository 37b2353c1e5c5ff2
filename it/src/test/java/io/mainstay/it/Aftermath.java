package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.client.MainstayClient;
import io.mainstay.persistence.database.DataDirectoryProblem;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.journal.PersistenceIdSummary;
import io.mainstay.persistence.journal.Verification;
import io.mainstay.persistence.serialization.EntityFolds;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** What transactions and sagas left on a node with one device, looked at from all sides. */
final class Aftermath {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int LISTED = 12;
  private static final Set<String> ENDED = Set.of("aborted", "released", "committed");
  private static final EntityFolds FOLDS = EntityFolds.of(ConfigFactory.load());

  private final MainstayClient client;

  Aftermath(MainstayClient client) {
    this.client = client;
  }

  /** All have ended, at every participant too; what an operator held he has given back. */
  void settledAndGivenBack() {
    settled();
    client.transactions(LISTED).stream()
        .filter(each -> each.state().equals("committed"))
        .forEach(each -> client.releaseTransaction(each.transactionId()));
    settled();
  }

  private void settled() {
    await("transactions and sagas have ended")
        .atMost(BOUND)
        .pollDelay(Duration.ZERO)
        .pollInterval(POLL)
        .untilAsserted(
            () -> {
              assertEquals("serving", client.devices().get(0).state());
              client.transactions(LISTED).forEach(Aftermath::assertEnded);
              for (GatewayReply.SagaSummary saga : client.sagas(false, LISTED).sagas()) {
                assertTrue(
                    Set.of("completed", "compensated").contains(saga.status()), saga.toString());
              }
            });
  }

  private static void assertEnded(TransactionView each) {
    String state = each.state();
    assertTrue(ENDED.contains(state), each.toString());
    assertFalse(each.stuck(), each.toString());
    // What a load held is the model's by now, or nobody's.
    assertTrue(
        !state.equals("committed") || each.plan().owner().equals(Owners.OPERATOR), each.toString());
    assertTrue(
        each.participants().stream()
            .allMatch(
                part ->
                    part.result().equals(state)
                        || state.equals("aborted") && part.result().isEmpty()),
        each.toString());
  }

  /** No lock, reservation or allocation is left: somebody else can have all there is. */
  void assertNothingHeld(Path data) throws DataDirectoryProblem {
    if (KillWork.loaded(client)) {
      // All of a load, or nothing of it: what is on the device computes.
      assertEquals(384, client.infer(KillWork.MODEL, "all well").embedding().size());
      client.unloadModel(KillWork.MODEL, "");
      settled();
    }
    assertConsistent();
    assertLogsEmpty(data);
    assertGranted(KillWork.reserve(client, "256MiB", false));
    // All that the worker does not need itself.
    assertGranted(KillWork.reserve(client, "236MiB", true));
  }

  private void assertGranted(TransactionView all) {
    assertEquals("committed", all.state(), all.toString());
    KillWork.end(client, all);
  }

  /** The monitor's looks at everything, taken after this was called, find nothing. */
  private void assertConsistent() {
    Instant now = Instant.now();
    await("the monitor has seen everything")
        .atMost(BOUND)
        .pollDelay(Duration.ZERO)
        .pollInterval(POLL)
        .untilAsserted(
            () -> {
              for (ConsistencyView.Check check : client.consistency(true).consistencyChecks()) {
                assertTrue(
                    check.lastCheck() != null && check.lastCheck().isAfter(now), check.toString());
              }
            });
    ConsistencyView view = client.consistency(false);
    assertEquals(0, view.divergencesFound(), view.toString());
    assertTrue(
        view.consistencyChecks().stream().allMatch(check -> check.divergences() == 0),
        view.toString());
  }

  /** By the logs of all participants nothing is held. */
  private static void assertLogsEmpty(Path data) throws DataDirectoryProblem {
    try (JournalReader journal = JournalReader.open(data)) {
      for (PersistenceIdSummary id : journal.list()) {
        if (id.persistenceId().startsWith("Participant|")) {
          long last = journal.lastSequenceNr(id.persistenceId());
          String state =
              journal.replay(id.persistenceId(), last, FOLDS).orElseThrow().state().toString();
          assertTrue(state.contains("\"holdings\":{}"), id.persistenceId() + " " + state);
        }
      }
    }
  }

  /** What {@code mainstay journal verify} checks. */
  static void assertJournalSound(Path data) throws DataDirectoryProblem {
    try (JournalReader journal = JournalReader.open(data)) {
      Verification found = journal.verify(FOLDS);
      assertTrue(found.intact(), found.toString());
    }
  }
}
