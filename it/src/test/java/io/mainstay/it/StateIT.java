package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.state.json.StateJson;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real workers tell their state, are told the node's, and the command line shows both. */
class StateIT {
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

  private static List<GatewayReply.StateMessageView> messages() {
    return stage.client().stateMessages(0, 10_000).messages();
  }

  private static Set<String> applied(String source) {
    return messages().stream()
        .filter(message -> message.outcome().equals("applied") && message.source().equals(source))
        .map(message -> StateJson.parse(message.json()).getClass().getSimpleName())
        .collect(Collectors.toSet());
  }

  @Test
  void workAndWorkers_areToldOf_eachByItsOwner() throws Exception {
    stage.client().infer("all-minilm-l6-v2-q", "hello");
    stage.assertSurvived(stage.submit(), 0);

    await("what the node owns")
        .atMost(BOUND)
        .untilAsserted(
            () ->
                assertTrue(
                    applied("node")
                        .containsAll(
                            Set.of(
                                "SafetyPolicyUpdate",
                                "MemoryPolicyUpdate",
                                "SystemMemoryAllocated",
                                "ModelLoadRequest",
                                "ModelCacheUpdate",
                                "ProcessingSessionCreated")),
                    () -> applied("node").toString()));
    await("what the workers own")
        .atMost(BOUND)
        .untilAsserted(
            () ->
                assertTrue(
                    applied("cpu-0").containsAll(Set.of("DeviceHealthUpdate", "VramUsageUpdate")),
                    () -> applied("cpu-0").toString()));
    assertTrue(
        applied("runners")
            .containsAll(
                Set.of("ModelLoadingProgress", "SessionProgressUpdate", "InferenceCompleted")),
        () -> applied("runners").toString());
    assertEquals(
        List.of(),
        messages().stream().filter(message -> message.outcome().equals("refused")).toList());
  }

  @Test
  void copies_growYoungWithEachMessage_andFollowTheSuccessorOfAWorker() throws Exception {
    Map<String, Long> versions = new HashMap<>();
    await("health is told twice")
        .atMost(BOUND)
        .until(
            () -> {
              long version = health("cpu-1").version();
              Long first = versions.putIfAbsent("first", version);
              return first != null && version > first;
            });
    DeviceView before = stage.device("cpu-1");
    stage.kill(before);
    stage.awaitSuccessorOf(before);
    await("health of the successor")
        .atMost(BOUND)
        .until(() -> health("cpu-1").epoch() == stage.device("cpu-1").epoch());
    assertTrue(health("cpu-1").ageMillis() < BOUND.toMillis());
  }

  private static GatewayReply.StateCopyView health(String device) {
    return stage.client().state(device).copies().stream()
        .filter(copy -> copy.eventType().equals("device_health_update"))
        .findFirst()
        .orElseGet(
            () -> new GatewayReply.StateCopyView(device, "", "", "", 0, 0, Instant.EPOCH, 0, ""));
  }

  @Test
  void watch_printsOneDocumentALine_asInTheStateProtocol() throws Exception {
    Mainstay.Result watched =
        Mainstay.run(
            "state",
            "watch",
            "--from-start",
            "-n",
            "5",
            "-o",
            "json",
            "--data",
            stage.dataDirectory().toString());
    assertEquals(0, watched.exit(), watched.toString());
    List<String> lines = watched.out().lines().toList();
    assertEquals(5, lines.size(), watched.toString());
    for (String line : lines) {
      JsonNode message = new ObjectMapper().readTree(line).get("message");
      assertEquals(message.toString(), StateJson.print(StateJson.parse(message.toString())));
    }
  }
}
