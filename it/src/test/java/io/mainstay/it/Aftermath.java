package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.RecoverySummary;
import io.mainstay.client.MainstayClient;
import io.mainstay.persistence.database.DataDirectoryProblem;
import io.mainstay.persistence.journal.JournalEntry;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.journal.PersistenceIdSummary;
import io.mainstay.persistence.journal.Verification;
import io.mainstay.persistence.serialization.EntityFolds;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What transactions and sagas left on a node with one device, looked at from all sides. */
final class Aftermath {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final int LISTED = 12;
  private static final Set<String> ENDED = Set.of("aborted", "released", "committed");

  /** Also of a recovery that was given up, and of the modes that hold because of that. */
  private static final Set<String> OVER =
      Set.of("recovered", "partly-recovered", "rolled-back", "aborted", "given-up", "protected");

  private static final EntityFolds FOLDS = EntityFolds.of(ConfigFactory.load());

  private final MainstayClient client;
  private final Set<Long> ours;

  Aftermath(MainstayClient client) {
    this(client, Set.of());
  }

  /**
   * @param ours pids of nodes of which nothing may be left
   */
  Aftermath(MainstayClient client, Set<Long> ours) {
    this.client = client;
    this.ours = Set.copyOf(ours);
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
    await("transactions, sagas and recoveries have ended")
        .atMost(BOUND)
        .pollDelay(Duration.ZERO)
        .pollInterval(POLL)
        .untilAsserted(
            () -> {
              assertEquals("serving", client.devices().get(0).state());
              // What was accepted is finished, whoever died.
              for (SessionView session : client.sessions(LISTED)) {
                assertEquals("completed", session.state(), session.toString());
                assertEquals(KillWork.SESSION_DOCUMENTS, session.embedded(), session.toString());
              }
              client.transactions(LISTED).forEach(Aftermath::assertEnded);
              for (RecoverySummary recovery :
                  client.recoveries().newest(KillWork.RECOVERIES).recoveries()) {
                assertTrue(OVER.contains(recovery.status()), recovery.toString());
                // The others have nothing to fall back on with one device.
                assertTrue(
                    !recovery.name().equals("inference_engine_recovery")
                        || recovery.status().equals("recovered"),
                    recovery.toString());
              }
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
    assertConsistent(data);
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
  private void assertConsistent(Path data) throws DataDirectoryProblem {
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
    long found = client.consistency(false).divergencesFound();
    if (found > 0) {
      try (JournalReader journal = JournalReader.open(data)) {
        await("the journal says which")
            .atMost(BOUND)
            .until(() -> divergences(journal).count() >= found);
        assertEquals(
            List.of(),
            divergences(journal)
                .filter(each -> !isOfOthers(each))
                .map(JsonNode::toString)
                .toList());
      }
    }
  }

  private static Stream<JsonNode> divergences(JournalReader journal) {
    return journal.list().stream()
        .filter(id -> id.persistenceId().startsWith("Consistency|"))
        .flatMap(id -> journal.entries(id.persistenceId()).stream())
        .filter(entry -> entry.type().equals("DivergenceFound"))
        .map(JournalEntry::json);
  }

  /** A node sees what dead nodes left that are none of this test's. */
  private boolean isOfOthers(JsonNode divergence) {
    return Set.of("worker_without_host", "file_without_host")
            .contains(divergence.path("kind").asText())
        && ours.stream()
            .noneMatch(pid -> divergence.path("ownerValue").asText().startsWith(pid + " "));
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
