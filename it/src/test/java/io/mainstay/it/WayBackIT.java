package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.NodeBusyException;
import io.mainstay.client.RequestRefusedException;
import io.mainstay.client.Submission;
import io.mainstay.persistence.session.SessionView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node that loses all its workers and cannot start others protects itself, and comes back when it
 * can: through all phases on its real domains, in the end killed in the middle of taking work again
 * step by step.
 */
class WayBackIT {
  private static final Duration BOUND = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String CONF =
      """
      mainstay.device.devices = [
        { id = cpu-0, backend = cpu, threads = 1, memory-budget = 512MiB }
        { id = cpu-1, backend = cpu, threads = 1, memory-budget = 512MiB }
      ]
      mainstay.device.worker.binary = "%s"
      mainstay.device.restart { intensity = 1, retry-after-failure = 500ms }
      mainstay.modes {
        protection { check-every = 200ms }
        modes.minimal_operation_mode { least-stay = 0s, quiet = 100ms }
        modes.device_isolation { least-stay = 0s, quiet = 100ms }
        parts.emergency_mode { least-stay = 0s, quiet = 100ms }
        restoration {
          look-every = 100ms, pause = 200ms, pause-max = 2s
          check-every = 100ms, watch-for = %s
          # A loaded machine is no failure of the node.
          checks-failed = 100
          intake { stages = [10, 50, 100], dwell = %s }
          probe { samples = 5, response-enough = 30s, per-second-enough = 0.1 }
        }
      }
      """;

  @TempDir Path directory;

  private String conf(String watch, String dwell) {
    return CONF.formatted(directory.resolve("mainstay-worker"), watch, dwell);
  }

  @Test
  void aNodeWithoutWorkers_protectsItself_andComesBackThroughAllPhases() throws Exception {
    Path link = directory.resolve("mainstay-worker");
    Files.createSymbolicLink(link, WorkerBinaryIT.WORKER);
    // Slow enough at its first stage to be killed there.
    NodeProcess node = NodeProcess.start(directory.resolve("data"), conf("8s", "1h"));
    try {
      MainstayClient client = node.client();
      assertEquals("normal", client.status().mode());
      List<String> accepted = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        accepted.add(client.submit(text()));
      }
      Files.delete(link);
      for (DeviceView device : client.devices()) {
        WorkerProcesses.signal(device.pid(), "KILL");
      }
      await("the node protects itself")
          .atMost(BOUND)
          .until(
              () ->
                  client.status().mode().contains("emergency_mode")
                      && client.status().mode().contains("minimal_operation_mode"));
      await("the cascade is a fault of the journal")
          .atMost(BOUND)
          .until(
              () ->
                  events(client, "Faults|" + client.status().node()).stream()
                      .anyMatch(event -> event.toString().contains("cascade_pattern_detected")));
      accepted.addAll(assertRefusedMostly(client));
      Files.createSymbolicLink(link, WorkerBinaryIT.WORKER);
      String id = "Restoration|" + client.status().node();
      await("the modes are left")
          .atMost(BOUND)
          // Before its first event the way back has no journal.
          .ignoreException(RequestRefusedException.class)
          .until(() -> types(client, id).contains("ModesRestored"));
      await("nothing holds, and the node watches itself")
          .atMost(BOUND)
          .untilAsserted(
              () -> {
                GatewayReply.Modes modes = client.modes();
                GatewayReply.RestorationLine back = modes.restoration();
                assertEquals("normal", client.status().mode(), modes::toString);
                assertNotNull(back);
                assertEquals("watching", back.stage());
                assertEquals(10, back.intakePercent());
              });
      assertAllTestsPassed(client, id);
      assertOneInTen(client);
      client.close();
      node.kill();
      node = NodeProcess.start(directory.resolve("data"), conf("1s", "100ms"));
      MainstayClient again = node.client();
      await("full function")
          .atMost(BOUND)
          // Earlier ones were superseded, if a mode was settled later than another.
          .until(() -> again.modes().restoration() == null);
      List<String> story = types(again, id);
      assertEquals(
          List.of("IntakeRaised", "IntakeRaised", "RestorationEnded"),
          story.subList(story.lastIndexOf("ModesRestored") + 1, story.size()).stream()
              .filter(type -> !type.equals("ActionsCompleted"))
              .toList());
      assertTrue(story.contains("ActionsCompleted"), story::toString);
      SessionView text = again.awaitSession(again.submit(text()), BOUND);
      assertEquals("completed", text.state(), text.toString());
      assertEquals(List.of(), text.degradations());
      for (int i = 0; i < 10; i++) {
        accepted.add(again.submit(text()));
      }
      assertNothingLost(again, accepted);
      again.close();
    } finally {
      node.close();
    }
  }

  /** The way back of the whole node went through all tests of all phases, with what they saw. */
  private static void assertAllTestsPassed(MainstayClient client, String id) throws IOException {
    List<JsonNode> all = events(client, id);
    int end = 0;
    for (int i = 0; i < all.size(); i++) {
      end = all.get(i).toString().contains("performance_validation") ? i : end;
    }
    String whole = all.get(end).get("restorationId").asText();
    List<JsonNode> passed =
        all.stream()
            .filter(event -> event.get("type").asText().equals("PhasePassed"))
            .filter(event -> event.get("restorationId").asText().equals(whole))
            .toList();
    List<JsonNode> last = passed.subList(passed.size() - 4, passed.size());
    List<String> tests = new ArrayList<>();
    for (JsonNode phase : last) {
      for (JsonNode test : phase.get("tests")) {
        // Such as a load of a model that a session of this test has in use on every device.
        assertTrue(
            test.get("passed").asBoolean() || test.path("skipped").asBoolean(), phase.toString());
        assertFalse(test.get("evidence").asText().isEmpty(), phase.toString());
        tests.add(test.get("test").asText());
      }
    }
    assertEquals(18, tests.size(), tests.toString());
    assertTrue(
        last.toString().contains("is completed with 3 of 3 texts"),
        "a session went the way that sessions go: " + last);
  }

  /** While the node protects itself it takes one of ten; the others hear when to come back. */
  private List<String> assertRefusedMostly(MainstayClient client) throws IOException {
    List<String> taken = new ArrayList<>();
    int refused = 0;
    for (int i = 0; i < 10; i++) {
      try {
        taken.add(client.submit(text()));
      } catch (NodeBusyException busy) {
        refused++;
        assertTrue(busy.retryAfter().toMillis() > 0, busy.getMessage());
      }
    }
    assertTrue(refused >= 8, refused + " of 10 refused");
    return taken;
  }

  /** What was accepted before, during and after is completed, each once. */
  private static void assertNothingLost(MainstayClient client, List<String> accepted)
      throws Exception {
    for (String session : accepted) {
      SessionView view = client.awaitSession(session, BOUND);
      assertEquals("completed", view.state(), view.toString());
      List<String> types = types(client, "Session|" + session);
      assertEquals(
          1, types.stream().filter("WorkflowCompleted"::equals).count(), session + ": " + types);
    }
  }

  /** Of ten that are offered one is taken, and the others are told when to come back. */
  private void assertOneInTen(MainstayClient client) throws IOException {
    int taken = 0;
    for (int i = 0; i < 10; i++) {
      try {
        client.submit(text());
        taken++;
      } catch (NodeBusyException busy) {
        assertTrue(busy.retryAfter().toMillis() > 0, busy.getMessage());
        assertTrue(busy.getMessage().contains("10 of 100 submissions"), busy.getMessage());
      }
    }
    assertEquals(1, taken);
  }

  private Submission text() throws IOException {
    return Submission.of(
        "text-embedding", Corpus.write(directory.resolve("input.txt"), Corpus.documents(5, 7)));
  }

  private static List<String> types(MainstayClient client, String id) throws IOException {
    return events(client, id).stream().map(event -> event.get("type").asText()).toList();
  }

  private static List<JsonNode> events(MainstayClient client, String id) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    long after = 0;
    GatewayReply.Journal page;
    do {
      page = client.journal(id, after, client.journalPage());
      after = page.lastOrdering();
      for (GatewayReply.JournalLine line : page.entries()) {
        events.add(((ObjectNode) JSON.readTree(line.json())).put("type", line.type()));
      }
    } while (page.more());
    return events;
  }
}
