package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.RequestRefusedException;
import io.mainstay.client.Submission;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with two devices, the real worker, and workers that are out of reach. */
class OutageIT {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String MODEL = "all-minilm-l6-v2-q";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Few restarts, so that a device is given up soon, and comes back by itself soon after. */
  private static final String CONF =
      """
      mainstay.device.worker.fault-injection = on
      mainstay.device.devices = [
        { id = cpu-0, backend = cpu, threads = 1, memory-budget = 256MiB }
        { id = cpu-1, backend = cpu, threads = 1, memory-budget = 256MiB }
      ]
      mainstay.device.restart.retry-after-failure = 20s
      mainstay.escalation.frequency.high-degrades = off
      mainstay.outage.reconnect-backoff = 200ms
      mainstay.transaction.frozen-wait = 40s
      mainstay.persistence.transaction.prepare-timeout = 50s
      mainstay.transaction.doubt-after = 60s
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
  void stoppedWorker_freezesItsDevice_untilItsSuccessorIsCompared() throws Exception {
    await("cpu-0 serves").atMost(BOUND).until(() -> device("cpu-0").state().equals("serving"));
    int known = events().size();
    DeviceView stopped = device("cpu-0");
    WorkerProcesses.signal(stopped.pid(), "STOP");
    await("cpu-0 is frozen")
        .atMost(BOUND)
        .until(() -> types(events()).lastIndexOf("StateFrozen") >= known);
    TransactionView waited =
        client.runTransaction(
            "atomic_device_memory_allocation",
            Map.of("device_id", "cpu-0", "allocation_size", "1MB"),
            BOUND);
    List<JsonNode> outage =
        await("the outage of cpu-0 is over")
            .atMost(BOUND)
            .until(
                () -> {
                  List<JsonNode> all = events();
                  return all.subList(known, all.size());
                },
                seen -> types(seen).contains("StateThawed"));
    List<String> types = new ArrayList<>(types(outage));
    types.removeIf("ReconnectionAttempted"::equals);
    assertEquals(List.of("StateFrozen", "Reconnected", "StateReconciled", "StateThawed"), types);
    assertEquals("committed", waited.state(), waited.toString());
    client.releaseTransaction(waited.transactionId());
    JsonNode thawed = outage.get(outage.size() - 1);
    assertTrue(waited.decidedAt().isAfter(at(thawed)), waited + " " + thawed);
    JsonNode frozen = outage.get(0);
    assertEquals("cpu-0", frozen.get("deviceId").asText());
    assertEquals(stopped.epoch(), frozen.get("epoch").asLong());
    assertEquals(MODEL, frozen.get("models").get(0).asText());
    JsonNode compared = outage.get(outage.size() - 2);
    assertEquals(0, compared.get("remaining").size(), compared.toString());
    assertEquals(0, compared.get("lost").size(), compared.toString());
    assertEquals(List.of(MODEL), device("cpu-0").models());
    assertEquals("normal", client.status().mode());
  }

  @Test
  void deviceThatDiesAtEveryLaunch_failsOver_itsWorkGoesOn_andItComesBack() throws Exception {
    await("cpu-0 serves").atMost(BOUND).until(() -> device("cpu-0").state().equals("serving"));
    int known = events().size();
    // Each of its workers dies while it loads, until the fault is forgotten.
    inject("cpu-0", "crash", "next-load");
    WorkerProcesses.signal(device("cpu-0").pid(), "KILL");
    await("cpu-0 is frozen")
        .atMost(BOUND)
        .until(() -> types(events()).lastIndexOf("StateFrozen") >= known);
    TransactionView refused =
        client.runTransaction(
            "atomic_device_memory_allocation",
            Map.of("device_id", "cpu-0", "allocation_size", "1MB"),
            BOUND);
    await("failover").atMost(BOUND).until(() -> client.status().mode().startsWith("graceful"));
    // With the isolation of the device beside it, if its restart budget is spent already.
    String mode = client.status().mode();
    assertTrue(mode.startsWith("graceful_degradation (without cpu-0)"), mode);
    assertEquals("degraded", client.status().state());
    GatewayReply.AlertView alert =
        await("the alert")
            .atMost(BOUND)
            .until(() -> client.alerts(true), alerts -> !alerts.isEmpty())
            .get(0);
    assertEquals("device_failover", alert.kind());
    assertEquals("cpu-0", alert.subject());
    await("the work is moved")
        .atMost(BOUND)
        .until(() -> types(events()).contains("FailoverActivated"));
    List<String> types = types(events());
    List<String> last = types.subList(types.lastIndexOf("StateFrozen"), types.size());
    assertEquals(3, last.stream().filter("ReconnectionAttempted"::equals).count(), last.toString());
    assertTrue(
        last.indexOf("FailoverDecided") < last.indexOf("FailoverActivated"), last.toString());
    List<JsonNode> all = events();
    Instant given = at(all.get(types(all).lastIndexOf("FailoverDecided")));
    if (refused.begunAt().isBefore(given)) { // Else the machine was too slow for the question.
      assertEquals("device_frozen", refused.code(), refused.toString());
    }
    if (refused.state().equals("committed")) {
      client.releaseTransaction(refused.transactionId());
    }

    String session =
        client.submit(
            Submission.of(
                    "text-embedding",
                    Corpus.write(directory.resolve("input.txt"), Corpus.documents(20, 7)))
                .with("batch-size", "8"));
    await("the other device does the work")
        .atMost(BOUND)
        .until(() -> client.session(session).state(), "completed"::equals);
    assertEquals(1, client.status().alerts());

    assertEquals(new GatewayReply.FaultArmed(), ask(new GatewayRequest.ClearFaults("cpu-0")));
    await("it is back").atMost(BOUND).until(() -> client.status().mode(), "normal"::equals);
    await("the alert is cleared").atMost(BOUND).until(() -> client.alerts(true).isEmpty());
    assertEquals("node", client.alert(alert.alertId()).clearedBy());
    assertTrue(types(events()).contains("FailoverEnded"));
    assertEquals(List.of(MODEL), device("cpu-0").models());
    Mainstay.Result told =
        Mainstay.run(
            "journal", "explain", alert.eventId(), "--data", node.dataDirectory().toString());
    assertEquals(0, told.exit(), told.toString());
    assertTrue(told.out().contains("StateFrozen"), told.out());
  }

  @Test
  void refusedLoad_isTakenBackInReverse_andNothingIsLeft() throws Exception {
    await("cpu-1 serves").atMost(BOUND).until(() -> device("cpu-1").state().equals("serving"));
    assertInstanceOf(
        GatewayReply.ModelUnloaded.class, ask(new GatewayRequest.UnloadModel(MODEL, "cpu-1")));
    inject("cpu-1", "refuse-load", "now");
    GatewayReply.Refused refused =
        assertInstanceOf(
            GatewayReply.Refused.class, ask(new GatewayRequest.LoadModel(MODEL, "cpu-1")));
    assertEquals("model_loading_failure", refused.code(), refused.toString());

    GatewayReply.SagaSummary saga = client.sagas(false, 1).sagas().get(0);
    assertEquals("compensated", saga.status(), saga.toString());
    assertEquals(
        List.of("undone", "undone", "undone", "undone"),
        saga.steps().stream().map(GatewayReply.SagaStepView::status).toList());
    assertEquals("unload_model_from_vram", saga.compensationSequence().get(0));
    List<String> history =
        client.journal("Saga|" + saga.sagaId(), 0, client.journalPage()).entries().stream()
            .map(GatewayReply.JournalLine::type)
            .toList();
    assertEquals(
        List.of("VerificationStarted", "ReleaseVerified", "SagaCompensated"),
        history.subList(history.size() - 3, history.size()));
    assertEquals(List.of(), device("cpu-1").models());

    DeviceView before = device("cpu-1");
    assertEquals(new GatewayReply.FaultArmed(), ask(new GatewayRequest.ClearFaults("cpu-1")));
    WorkerProcesses.signal(before.pid(), "KILL");
    await("a successor without the fault")
        .atMost(BOUND)
        .until(
            () ->
                device("cpu-1").epoch() > before.epoch()
                    && device("cpu-1").state().equals("serving"));
    await("it is loaded again")
        .atMost(BOUND)
        .until(
            () -> ask(new GatewayRequest.LoadModel(MODEL, "cpu-1")) instanceof GatewayReply.Model);
  }

  private static void inject(String device, String fault, String trigger) throws Exception {
    assertEquals(
        new GatewayReply.FaultArmed(),
        ask(new GatewayRequest.InjectFault(device, fault, trigger, 0, new byte[0], true)));
  }

  private static GatewayReply ask(GatewayRequest request) throws Exception {
    return client.ask(request).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static DeviceView device(String id) {
    return client.devices().stream().filter(d -> d.id().equals(id)).findFirst().orElseThrow();
  }

  private static List<JsonNode> events() throws IOException {
    List<JsonNode> events = new ArrayList<>();
    long after = 0;
    GatewayReply.Journal page;
    do {
      try {
        page = client.journal("Outages|" + client.status().node(), after, client.journalPage());
      } catch (RequestRefusedException none) {
        return events; // Before the first outage there is no such log.
      }
      after = page.lastOrdering();
      for (GatewayReply.JournalLine line : page.entries()) {
        events.add(((ObjectNode) JSON.readTree(line.json())).put("type", line.type()));
      }
    } while (page.more());
    return events;
  }

  private static Instant at(JsonNode event) {
    return Instant.parse(event.get("meta").get("at").asText());
  }

  private static List<String> types(List<JsonNode> events) {
    return events.stream().map(event -> event.get("type").asText()).toList();
  }
}
