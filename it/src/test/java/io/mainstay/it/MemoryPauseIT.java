package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.processing.pause.PauseView;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.Submission;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real worker short of memory, and the sessions that rest until it is not. */
class MemoryPauseIT {
  private static final Duration BOUND = Duration.ofSeconds(120);
  private static final String MODEL = "all-minilm-l6-v2-q";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The model takes a small share of the budget; what a transaction sets aside takes the most. */
  private static final String CONF =
      """
      mainstay.device.devices = [
        { id = cpu-0, backend = cpu, threads = 1, memory-budget = 2GiB }
      ]
      mainstay.processing.memory-pause {
        pause-at = 0.5
        resume-below = 0.4
        longest = 5 minutes
      }
      """;

  @TempDir static Path directory;
  private static NodeProcess node;
  private static MainstayClient client;

  @BeforeAll
  static void start() throws Exception {
    node = NodeProcess.start(directory.resolve("data"), CONF);
    client = node.client();
  }

  @AfterAll
  static void stop() {
    client.close();
    node.close();
  }

  @Test
  void sessionThatBeganLater_rests_whileMemoryIsShort_andGoesOnWhenItIsNot() throws Exception {
    String first = submit(1);
    String later = submit(2);
    await("both run").atMost(BOUND).until(() -> embedded(later) > 0 && embedded(first) > 0);

    TransactionView held =
        client.runTransaction(
            "atomic_model_memory_loading",
            Map.of("model_id", MODEL, "target_device", "cpu-0", "reservation_size", "1GB"),
            BOUND);
    assertEquals("committed", held.state(), held.toString());
    JsonNode paused =
        await("it is paused")
            .atMost(BOUND)
            .until(() -> event("SessionPaused"), Optional::isPresent)
            .get();
    assertEquals(later, paused.get("sessionId").asText());
    assertEquals("memory_usage_below_40_percent", paused.get("resumeCondition").asText());
    List<PauseView> shown = client.status().pauses();
    assertEquals(List.of(later), shown.stream().map(PauseView::sessionId).toList());
    JsonNode told =
        await("it is told").atMost(BOUND).until(() -> control(later), Optional::isPresent).get();
    assertEquals("pause_operations", told.get("command").asText());
    assertEquals("memory_usage_below_40_percent", told.get("resume_condition").asText());

    AtomicInteger before = new AtomicInteger(-1);
    await("its work rests")
        .atMost(BOUND)
        .during(Duration.ofSeconds(2))
        .until(() -> before.getAndSet(embedded(later)) == before.get());
    int resting = embedded(later);
    int others = embedded(first);
    await("the more urgent one goes on").atMost(BOUND).until(() -> embedded(first) > others);
    assertEquals(resting, embedded(later));
    assertTrue(event("SessionResumed").isEmpty());

    client.releaseTransaction(held.transactionId());
    JsonNode resumed =
        await("it may go on")
            .atMost(BOUND)
            .until(() -> event("SessionResumed"), Optional::isPresent)
            .get();
    assertEquals("condition_holds", resumed.get("reason").asText());
    assertEquals(
        paused.get("meta").get("eventId").asText(), resumed.get("meta").get("causeId").asText());
    await("it goes on").atMost(BOUND).until(() -> embedded(later) > resting);
    client.cancel(later, "seen");
    client.cancel(first, "seen");
  }

  private static int embedded(String session) {
    return client.session(session).embedded();
  }

  /** More than any machine computes meanwhile. */
  private static String submit(long seed) throws Exception {
    Path input = directory.resolve("input-" + seed + ".txt");
    return client.submit(
        Submission.of("text-embedding", Corpus.write(input, Corpus.documents(30_000, seed)))
            .with("batch-size", "8"));
  }

  private static Optional<JsonNode> event(String type) throws IOException {
    long after = 0;
    GatewayReply.Journal page;
    do {
      page = client.journal("Node|" + client.status().node(), after, client.journalPage());
      after = page.lastOrdering();
      for (GatewayReply.JournalLine line : page.entries()) {
        if (line.type().equals(type)) {
          return Optional.of(JSON.readTree(line.json()));
        }
      }
    } while (page.more());
    return Optional.empty();
  }

  /** What the node last told of the session, as 'mainstay state' shows it. */
  private static Optional<JsonNode> control(String session) throws IOException {
    for (GatewayReply.StateCopyView copy : client.state("").copies()) {
      if (copy.eventType().equals("session_control_command") && copy.subject().equals(session)) {
        return Optional.of(JSON.readTree(copy.json()));
      }
    }
    return Optional.empty();
  }
}
