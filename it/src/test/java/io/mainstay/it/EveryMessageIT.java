package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.state.StateKind;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.Submission;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * All that happens to a node in its life: text and pictures, loads and unloads, too little memory,
 * work called off, the death of a worker. Each of the 24 messages is told of it by somebody, and
 * shown by the command line.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EveryMessageIT {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String TEXT_MODEL = "all-minilm-l6-v2-q";

  /** So low that every machine's memory is under pressure. */
  private static final String CONF =
      """
      mainstay.device.devices = [
        { id = cpu-0, backend = cpu, threads = 1, memory-budget = 1GiB }
        { id = cpu-1, backend = cpu, threads = 1, memory-budget = 1GiB }
      ]
      mainstay.memory.pressure { moderate-at = 0.002, high-at = 0.003, hysteresis = 0.001 }
      """;

  @TempDir static Path directory;
  private static PictureStage stage;

  @BeforeAll
  static void start() throws IOException {
    stage = PictureStage.start(directory, CONF);
  }

  @AfterAll
  static void stop() {
    stage.close();
  }

  private static MainstayClient client() {
    return stage.client();
  }

  private static DeviceView device(String id) {
    return client().devices().stream().filter(d -> d.id().equals(id)).findFirst().orElseThrow();
  }

  private static List<GatewayReply.StateMessageView> messages() {
    List<GatewayReply.StateMessageView> all = new ArrayList<>();
    GatewayReply.StateMessages page;
    long after = 0;
    do {
      page = client().stateMessages(after, 500);
      all.addAll(page.messages());
      after = page.last();
    } while (!page.messages().isEmpty());
    return all;
  }

  private static String kind(GatewayReply.StateMessageView message) {
    try {
      return new ObjectMapper().readTree(message.json()).get("event_type").asText();
    } catch (IOException unreadable) {
      throw new IllegalStateException(message.json(), unreadable);
    }
  }

  private static Set<String> told() {
    return messages().stream()
        .filter(message -> message.outcome().equals("applied"))
        .map(EveryMessageIT::kind)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static List<GatewayReply.StateMessageView> of(StateKind kind) {
    return messages().stream().filter(told -> kind(told).equals(kind.eventType())).toList();
  }

  /** The last of that kind that says so. */
  private static void awaitTold(StateKind kind, String... words) {
    await(kind + " " + List.of(words))
        .atMost(BOUND)
        .until(
            () ->
                of(kind).stream()
                    .anyMatch(
                        message -> List.of(words).stream().allMatch(message.json()::contains)));
  }

  @Test
  @Order(1)
  void devices_areConfiguredAndRouted_andShortMemoryChangesThat() {
    awaitTold(
        StateKind.DEVICE_CONFIG_UPDATE, "cpu-1", "\"memory_allocation_policy\":\"conservative\"");
    awaitTold(
        StateKind.DEVICE_ROUTING_UPDATE,
        "\"inference_primary\":\"cpu-0\"",
        "\"inference_secondary\":\"cpu-1\"");
    awaitTold(StateKind.DEVICE_CAPABILITY_DISCOVERED, "cpu-0");
    assertConfirmed(StateKind.DEVICE_CONFIG_UPDATE);
    assertConfirmed(StateKind.MEMORY_POLICY_UPDATE);
    assertConfirmed(StateKind.DEVICE_ROUTING_UPDATE);
  }

  private static void assertConfirmed(StateKind kind) {
    assertEquals(
        List.of(),
        of(kind).stream().flatMap(message -> message.notes().stream()).toList(),
        kind.toString());
  }

  @Test
  @Order(2)
  void textWork_tellsOfItsModelBatchesAndMemory() throws Exception {
    Path texts = Corpus.write(directory.resolve("texts.txt"), longDocuments(32));
    String session =
        client().submit(Submission.of("text-embedding", texts).with("batch-size", "16"));
    awaitTold(StateKind.PROCESSING_SESSION_CREATED, session, "cpu-0");
    awaitTold(StateKind.INFERENCE_REQUEST, session + "/0-16", "text_embedding");
    awaitTold(StateKind.INFERENCE_ORCHESTRATION, session + "/0-16", "\"batch_size\":16");
    awaitTold(StateKind.INFERENCE_COMPLETED, session + "/16-32");
    awaitTold(StateKind.MEMORY_ALLOCATION_REQUEST, "inference_activations");
    awaitTold(StateKind.SYSTEM_MEMORY_ALLOCATED, "/growth");
    assertEquals("completed", completed(session));
  }

  private static List<String> longDocuments(int count) {
    return Corpus.documents(count, 20261122).stream()
        .map(document -> String.join(" ", Collections.nCopies(40, document)))
        .toList();
  }

  private static String completed(String session) {
    return await("the end of " + session)
        .atMost(BOUND)
        .until(() -> client().session(session), view -> view.finishedAt() != null)
        .state();
  }

  @Test
  @Order(3)
  void pictureWork_tellsOfItsPostprocessing() throws Exception {
    Path prompts = Prompts.write(directory.resolve("prompts.txt"), Prompts.scenes(1, 20261122));
    stage.submitOfAnyQuality("out", "text-to-image", prompts, "steps=2", "upscale=2");
    awaitTold(StateKind.CROSS_DOMAIN_COORDINATION, "\"requires_model_loading\":\"shapes-64\"");
    awaitTold(StateKind.INFERENCE_REQUEST, "text_to_image", "\"steps\":2");
    awaitTold(StateKind.POSTPROCESSING_REQUEST, "upscaling");
    awaitTold(StateKind.POSTPROCESSING_PROGRESS, "upscaling");
    awaitTold(StateKind.POSTPROCESSING_COMPLETED, "content_safety_score");
  }

  @Test
  @Order(4)
  void workThatIsCalledOff_isCalledOffWithTheWorkers() throws Exception {
    Path texts = Corpus.write(directory.resolve("more.txt"), longDocuments(400));
    String session = client().submit(Submission.of("text-embedding", texts));
    awaitTold(StateKind.INFERENCE_ORCHESTRATION, session);
    client().cancel(session, "not needed any more");
    awaitTold(StateKind.SESSION_CONTROL_COMMAND, session, "cancel_operations", "not needed");
  }

  @Test
  @Order(5)
  void unloadedModel_isToldToBeGone() {
    await("nobody uses the model any more")
        .atMost(BOUND)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              client().unloadModel(TEXT_MODEL, "cpu-0");
              assertEquals(List.of(), textModels("cpu-0"));
            });
    awaitTold(StateKind.MODEL_RUNTIME_UPDATE, TEXT_MODEL, "\"inference_ready\":false");
  }

  private static List<String> textModels(String id) {
    return device(id).models().stream().filter(TEXT_MODEL::equals).toList();
  }

  @Test
  @Order(6)
  void deathOfAWorker_isToldBeforeAnythingElse_andWorkGoesToTheOther() throws Exception {
    DeviceView before = device("cpu-0");
    WorkerProcesses.signal(before.pid(), "KILL");
    await("critical health")
        .atMost(BOUND)
        .until(
            () ->
                of(StateKind.DEVICE_HEALTH_UPDATE).stream()
                    .anyMatch(
                        message ->
                            message.source().equals("cpu-0")
                                && message.priority().equalsIgnoreCase("p0")));
    awaitTold(StateKind.DEVICE_ROUTING_UPDATE, "\"inference_primary\":\"cpu-1\"");
    await("a successor serves")
        .atMost(BOUND)
        .until(
            () -> {
              DeviceView now = device("cpu-0");
              return now.state().equals("serving") && now.pid() != before.pid();
            });
  }

  @Test
  @Order(7)
  void everyMessage_isShownByTheCommandLine() throws Exception {
    Set<String> all = new TreeSet<>();
    for (StateKind kind : StateKind.values()) {
      all.add(kind.eventType());
    }
    await("all 24").atMost(BOUND).untilAsserted(() -> assertEquals(Set.of(), missing(all, told())));
    Mainstay.Result watched =
        stage.cli(
            "state",
            "watch",
            "--from-start",
            "-n",
            Integer.toString(messages().size()),
            "-o",
            "json");
    assertEquals(0, watched.exit(), watched.err());
    Set<String> shown = new TreeSet<>();
    for (String line : watched.out().lines().toList()) {
      JsonNode message = new ObjectMapper().readTree(line).get("message");
      shown.add(message.get("event_type").asText());
    }
    assertEquals(Set.of(), missing(all, shown));
  }

  private static Set<String> missing(Set<String> all, Set<String> some) {
    Set<String> left = new TreeSet<>(all);
    left.removeAll(some);
    return left;
  }
}
