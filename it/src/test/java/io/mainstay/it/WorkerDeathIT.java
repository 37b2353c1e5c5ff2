package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.Submission;
import io.mainstay.persistence.session.SessionView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One node, two devices, real workers, and everything that can happen to a worker. */
class WorkerDeathIT {
  private static final Duration SESSION_BOUND = Duration.ofSeconds(60);
  private static final int DOCUMENTS = 120;

  @TempDir static Path directory;
  private static NodeProcess node;
  private static MainstayClient client;
  private static int sessions;

  @BeforeAll
  static void start() throws IOException {
    node =
        NodeProcess.start(directory.resolve("data"), "mainstay.device.worker.fault-injection = on");
    client = node.client();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    client.close();
    // 128 + SIGTERM: the end of every JVM that was asked to leave.
    assertEquals(143, node.terminate(), node.stderr());
    assertTrue(WorkerProcesses.of(node.pid()).isEmpty(), "no worker outlives its node");
  }

  @AfterEach
  void bothDevicesServeAgain() {
    await("both devices serve, each by one process")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertEquals(
                  List.of("serving", "serving"),
                  client.devices().stream().map(DeviceView::state).toList());
              assertEquals(2, WorkerProcesses.of(node.pid()).size());
            });
  }

  private static DeviceView device(String id) {
    return client.devices().stream().filter(d -> d.id().equals(id)).findFirst().orElseThrow();
  }

  private static String submit() throws IOException {
    Path input =
        Corpus.write(
            directory.resolve("input-" + ++sessions + ".txt"),
            Corpus.documents(DOCUMENTS, sessions));
    return client.submit(Submission.of("text-embedding", input).with("batch-size", "8"));
  }

  /** The session is done and every document has exactly one embedding. */
  private static SessionView assertComplete(String sessionId) throws Exception {
    SessionView view = client.awaitSession(sessionId, SESSION_BOUND);
    assertEquals("completed", view.state(), view.toString());
    assertEquals(DOCUMENTS, view.embedded());
    Path out = directory.resolve("out-" + sessionId);
    client.fetch(sessionId, out);
    Embeddings.assertExactly(Embeddings.indexes(DOCUMENTS), out.resolve("embeddings.jsonl"));
    return view;
  }

  private static void awaitProgress(String sessionId, int documents) {
    await("some batches are done")
        .atMost(SESSION_BOUND)
        .pollInterval(5, TimeUnit.MILLISECONDS)
        .until(() -> client.session(sessionId).embedded() >= documents);
  }

  private static void awaitSuccessorOf(DeviceView before) {
    await("a successor serves " + before.id())
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              DeviceView now = device(before.id());
              return now.epoch() > before.epoch() && now.state().equals("serving");
            });
  }

  private static void inject(
      String device, String fault, String trigger, long argument, boolean standing)
      throws Exception {
    GatewayReply reply =
        ask(
            new GatewayRequest.InjectFault(
                device, fault, trigger, argument, new byte[0], standing));
    assertEquals(new GatewayReply.FaultArmed(), reply);
  }

  private static GatewayReply ask(GatewayRequest request) throws Exception {
    return client.ask(request).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void killedWhileIdle_aSuccessorServes() throws Exception {
    DeviceView before = device("cpu-0");
    WorkerProcesses.signal(before.pid(), "KILL");
    awaitSuccessorOf(before);
    DeviceView after = device("cpu-0");
    assertNotEquals(before.pid(), after.pid());
    assertTrue(
        after.lastDeath().toLowerCase(java.util.Locale.ROOT).contains("kill"), after.lastDeath());
    assertEquals(384, client.infer("all-minilm-l6-v2-q", "still here").embedding().size());
  }

  @Test
  void killedInTheMiddleOfABatch_nothingIsLost() throws Exception {
    String session = submit();
    awaitProgress(session, 16);
    WorkerProcesses.signal(device("cpu-0").pid(), "KILL");
    assertComplete(session);
  }

  @Test
  void killedTwiceInARow_nothingIsLost() throws Exception {
    String session = submit();
    awaitProgress(session, 16);
    DeviceView first = device("cpu-1");
    WorkerProcesses.signal(first.pid(), "KILL");
    awaitSuccessorOf(first);
    WorkerProcesses.signal(device("cpu-1").pid(), "KILL");
    assertComplete(session);
  }

  @Test
  void killedAtTheMomentOfItsHello_theNextOneServes() throws Exception {
    DeviceView before = device("cpu-0");
    WorkerProcesses.signal(before.pid(), "KILL");
    // The successor's process exists before it has said hello; kill it the moment it appears.
    List<Long> known = WorkerProcesses.of(node.pid());
    await("the successor's process appears")
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              for (long pid : WorkerProcesses.of(node.pid())) {
                if (!known.contains(pid)) {
                  WorkerProcesses.signal(pid, "KILL");
                  return true;
                }
              }
              return false;
            });
    awaitSuccessorOf(before);
    assertComplete(submit());
  }

  @Test
  void bothKilledAtOnce_nothingIsLost() throws Exception {
    String session = submit();
    awaitProgress(session, 8);
    for (long pid : WorkerProcesses.of(node.pid())) {
      WorkerProcesses.signal(pid, "KILL");
    }
    assertComplete(session);
  }

  @Test
  void stoppedBySignal_isSuspectedKilledAndReplaced() throws Exception {
    DeviceView before = device("cpu-0");
    String session = submit();
    awaitProgress(session, 8);
    WorkerProcesses.signal(before.pid(), "STOP");
    assertComplete(session);
    awaitSuccessorOf(before);
    assertTrue(
        ProcessHandle.of(before.pid()).filter(ProcessHandle::isAlive).isEmpty(),
        "the stopped process is gone");
  }

  @ParameterizedTest
  @CsvSource({
    "crash, next-inference",
    "hang-compute, next-inference",
    "hang-io, now",
    "garbage-frame, next-inference",
    "partial-frame, next-inference",
    "wrong-epoch, next-inference",
    "oom, next-inference"
  })
  void actsOutAFault_workGoesOnAndASuccessorServes(String fault, String trigger) throws Exception {
    DeviceView before = device("cpu-1");
    inject("cpu-1", fault, trigger, 0, false);
    assertComplete(submit());
    awaitSuccessorOf(before);
  }

  @Test
  void killedWhileLoading_theModelIsLoadedAgain() throws Exception {
    DeviceView before = device("cpu-0");
    inject("cpu-0", "crash", "next-load", 0, true);
    // The armed worker dies at its next load; standing, so does its successor: two deaths while
    // loading.
    WorkerProcesses.signal(before.pid(), "KILL");
    await("at least one successor died while loading")
        .atMost(Duration.ofSeconds(30))
        .until(() -> device("cpu-0").restarts() >= before.restarts() + 2);
    assertEquals(new GatewayReply.FaultArmed(), ask(new GatewayRequest.ClearFaults("cpu-0")));
    awaitSuccessorOf(before);
    assertComplete(submit());
  }
}
