package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.ErrorView;
import io.mainstay.actors.gateway.GatewayReply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real workers fail in every way that they can act out; the journal has the error's own code, blame
 * and evidence, then the directive, then how far it was escalated.
 */
class ErrorsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration BOUND = Duration.ofSeconds(60);

  @TempDir static Path directory;
  private static TwoDevices stage;

  @BeforeAll
  static void start() throws Exception {
    stage = TwoDevices.start(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    stage.stop();
  }

  @AfterEach
  void bothDevicesServeAgain() throws Exception {
    stage.restore();
  }

  @ParameterizedTest
  @CsvSource({
    "crash, worker_process_died, worker, restart, inference_engine_recovery",
    "hang-compute, inference_timeout_exceeded, worker, restart, inference_engine_recovery",
    "garbage-frame, message_corruption, worker, restart, corruption_isolation",
    "oom, inference_resource_exhaustion, device, restart-keeping-children, dynamic_resource_scaling"
  })
  void workerThatFailsWithABatch_isJournaledAsItsOwnError(
      String fault, String code, String blame, String directive, String strategy) throws Exception {
    long before = stage.client().error(code).faults();
    DeviceView device = stage.device("cpu-1");
    stage.inject("cpu-1", fault, "next-inference", 0, false);
    stage.assertSurvived(stage.submit(), 1);
    stage.awaitSuccessorOf(device);
    assertRecovered(strategy, assertJournaled(before, code, blame, directive));
  }

  private static RecoveryJournal.Ended assertRecovered(String recovery, String escalated) {
    RecoveryJournal.Ended ended =
        new RecoveryJournal(stage.client()).awaitEnded(recovery, escalated);
    assertEquals("RECOVERED", ended.end(), ended.toString());
    return ended;
  }

  @Test
  void workerWhoseMemoryIsGone_isAnErrorOfMemory() throws Exception {
    long before = stage.client().error("memory_corruption_detected").faults();
    DeviceView device = stage.device("cpu-0");
    WorkerProcesses.signal(device.pid(), "BUS");
    stage.awaitSuccessorOf(device);
    String escalated =
        assertJournaled(before, "memory_corruption_detected", "infrastructure", "stop");
    assertRecovered("corruption_isolation", escalated);
    ErrorView error = stage.client().error("memory_corruption_detected");
    assertTrue(error.gateClosed(), "a critical error waits for a person");
    assertEquals("device/cpu-0", error.lastComponent());
    assertEquals(
        false, stage.client().acknowledgeError("memory_corruption_detected", "seen").gateClosed());
  }

  @Test
  void workerThatIsSilent_isSuspectedAndThenLost() throws Exception {
    long missed = stage.client().error("missed_heartbeat").faults();
    long lost = stage.client().error("python_worker_communication_timeout").faults();
    DeviceView device = stage.device("cpu-0");
    stage.inject("cpu-0", "hang-io", "now", 0, false);
    stage.awaitSuccessorOf(device);
    String escalated = assertJournaled(missed, "missed_heartbeat", "worker", "resume");
    assertJournaled(lost, "python_worker_communication_timeout", "worker", "stop");
    // Both are answered by one: the second joins what the first began.
    assertRecovered("progressive_reconnection", escalated);
  }

  /** Fault, directive and escalation are there, each caused by the one before. */
  private String assertJournaled(long before, String code, String blame, String directive)
      throws IOException {
    await(code + " is escalated")
        .atMost(BOUND)
        .until(() -> stage.client().error(code).faults() > before);
    List<GatewayReply.JournalLine> faults = history("Faults|");
    GatewayReply.JournalLine raised = last(faults, "FaultRaised", "code", code).orElseThrow();
    JsonNode fault = JSON.readTree(raised.json());
    assertEquals(blame, fault.get("blame").asText(), fault.toString());
    assertTrue(fault.get("evidence").asText().contains("cpu-") || code.equals("missed_heartbeat"));
    String eventId = raised.eventId();
    GatewayReply.JournalLine directed = caused(faults, "DirectiveChosen", eventId);
    assertEquals(directive, JSON.readTree(directed.json()).get("directive").asText());
    await("it is escalated")
        .atMost(BOUND)
        .until(() -> isCaused(history("Escalation|"), "EscalationDecided", eventId));
    GatewayReply.JournalLine decided = caused(history("Escalation|"), "EscalationDecided", eventId);
    JsonNode escalation = JSON.readTree(decided.json());
    assertEquals(fault.get("severity"), escalation.get("severity"));
    assertTrue(
        raised.ordering() < directed.ordering() && directed.ordering() < decided.ordering(),
        raised.ordering() + ", " + directed.ordering() + ", " + decided.ordering());
    return decided.eventId();
  }

  private static Optional<GatewayReply.JournalLine> last(
      List<GatewayReply.JournalLine> lines, String type, String field, String value)
      throws IOException {
    Optional<GatewayReply.JournalLine> last = Optional.empty();
    for (GatewayReply.JournalLine line : lines) {
      if (line.type().equals(type)
          && JSON.readTree(line.json()).path(field).asText().equals(value)) {
        last = Optional.of(line);
      }
    }
    return last;
  }

  private static boolean isCaused(
      List<GatewayReply.JournalLine> lines, String type, String eventId) {
    return lines.stream()
        .anyMatch(line -> line.type().equals(type) && line.causeId().equals(eventId));
  }

  private static GatewayReply.JournalLine caused(
      List<GatewayReply.JournalLine> lines, String type, String eventId) {
    return lines.stream()
        .filter(line -> line.type().equals(type) && line.causeId().equals(eventId))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + type + " is caused by " + eventId));
  }

  private static List<GatewayReply.JournalLine> history(String of) {
    String id =
        stage.client().persistenceIds().stream()
            .map(summary -> summary.persistenceId())
            .filter(known -> known.startsWith(of))
            .findFirst()
            .orElseThrow();
    List<GatewayReply.JournalLine> lines = new ArrayList<>();
    GatewayReply.Journal page;
    long after = 0;
    do {
      page = stage.client().journal(id, after, stage.client().journalPage());
      after = page.lastOrdering();
      lines.addAll(page.entries());
    } while (page.more());
    return lines;
  }
}
