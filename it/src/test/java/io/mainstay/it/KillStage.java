package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.client.ClientException;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.RequestRefusedException;
import io.mainstay.client.Submission;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A node that is ended, or its worker, at points of atomic operations, and looked at afterwards.
 */
final class KillStage implements AutoCloseable {
  /** Whom a point kills. */
  enum Whom {
    NODE,
    WORKER
  }

  /** What is run, one at a time; all that it holds is given back at its end. */
  enum Work {
    LOAD,
    REFUSED_LOAD,
    DEVICE_MEMORY,
    DEVICE_MEMORY_WITH_WORKER,
    REFUSED_DEVICE_MEMORY,
    MODEL_MEMORY,
    PROCESSING_INFERENCE,
    INFERENCE_POSTPROCESSING,
    SESSION
  }

  static final String MODEL = "all-minilm-l6-v2-q";
  private static final String DEVICE_MEMORY = "atomic_device_memory_allocation";
  private static final String MODEL_MEMORY = "atomic_model_memory_loading";
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final int LISTED = 12;
  private static final Set<String> ENDED = Set.of("aborted", "released", "committed");

  private final Path data;
  private final Path points;
  private final Path order;
  private final Path input;
  private final String conf;
  private long before = -1;
  private NodeProcess node;
  private MainstayClient client;
  // Null until one is accepted.
  private volatile String session;

  KillStage(Path directory) throws IOException {
    this.data = directory.resolve("data");
    this.points = directory.resolve("points");
    this.order = directory.resolve("points.order");
    this.input = Corpus.write(directory.resolve("lines.txt"), Corpus.documents(3, 7));
    this.conf =
        """
        mainstay.device.worker.fault-injection = on
        mainstay.device.devices = [
          { id = cpu-0, backend = cpu, threads = 1, memory-budget = 256MiB }
        ]
        mainstay.device.restart {
          intensity = 1000, backoff-min = 10ms, backoff-max = 50ms, load-attempts = 100
        }
        mainstay.node.preload = []
        mainstay.consistency { interval = 2s, answer-timeout = 1s, start-after = 500ms }
        mainstay.transaction { doubt-after = 300ms, kill-point.file = "%s" }
        mainstay.persistence.transaction { prepare-timeout = 3s }
        """
            .formatted(points);
    start();
  }

  private void start() throws IOException {
    node = NodeProcess.start(data, conf);
    client = node.client();
  }

  /** Runs it once and answers the points that it passes. */
  List<String> points(Work work) throws Exception {
    Files.deleteIfExists(points);
    ready(work);
    order("0 node");
    run(work);
    settled();
    Files.delete(order);
    return Files.readAllLines(points);
  }

  /**
   * Runs it once, with a kill at that point; answers which it was, or nothing if it came to none.
   */
  String killedAt(Work work, int number, Whom whom) throws Exception {
    Files.deleteIfExists(points);
    ready(work);
    order(number + " " + whom.name().toLowerCase(Locale.ROOT));
    AtomicReference<ClientException> failure = new AtomicReference<>();
    CompletableFuture<Void> running = CompletableFuture.runAsync(() -> tried(work, failure));
    await("the work ends, or its node does")
        .atMost(BOUND.multipliedBy(2))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> running.isDone() || !node.alive());
    ClientException refused = failure.get();
    if (Files.deleteIfExists(order)) {
      return "";
    }
    List<String> passed = Files.readAllLines(points);
    String last = passed.get(Math.min(passed.size(), number) - 1);
    if (whom == Whom.NODE) {
      long dead = node.pid();
      await("the node is gone").atMost(BOUND).until(() -> !node.alive());
      client.close();
      before = dead;
      await("no worker is left of it")
          .atMost(BOUND)
          .until(() -> WorkerProcesses.of(dead).isEmpty());
      start();
    }
    try {
      assertWhole(work, refused);
    } catch (AssertionError | RuntimeException wrong) {
      throw new AssertionError(work + " killed " + whom + " at " + last + ", " + refused, wrong);
    }
    return last;
  }

  /** At once, so that it is never read half. */
  private void order(String order) throws IOException {
    Path whole = points.resolveSibling("order");
    Files.writeString(whole, order);
    Files.move(whole, this.order, StandardCopyOption.ATOMIC_MOVE);
  }

  /** So that a work passes the same points every time. */
  private void ready(Work work) {
    // A load that was refused is refused at once for a while, unless the models are looked at
    // again.
    client.rescanModels(BOUND);
    boolean needed =
        work == Work.PROCESSING_INFERENCE
            || work == Work.INFERENCE_POSTPROCESSING
            || work == Work.SESSION;
    session = null;
    boolean loads = work == Work.LOAD || work == Work.REFUSED_LOAD;
    if (needed && !loaded()) {
      client.loadModel(MODEL, "cpu-0", BOUND);
    } else if (loads && loaded()) {
      unload();
    }
  }

  private void tried(Work work, AtomicReference<ClientException> failure) {
    try {
      run(work);
    } catch (ClientException dead) {
      failure.set(dead);
    }
  }

  private void run(Work work) {
    switch (work) {
      case LOAD -> load();
      case REFUSED_LOAD -> {
        // The device is reserved: the saga takes back what it has done.
        TransactionView full = begin(DEVICE_MEMORY, device("255MiB", "no"));
        try {
          if (full.state().equals("committed")) {
            client.loadModel(MODEL, "cpu-0", BOUND);
          }
        } catch (RequestRefusedException expected) {
          assertFalse(expected.code().isEmpty());
        }
        end(full);
      }
      case DEVICE_MEMORY -> end(begin(DEVICE_MEMORY, device("32MiB", "no")));
      case DEVICE_MEMORY_WITH_WORKER -> end(begin(DEVICE_MEMORY, device("32MiB", "yes")));
      case REFUSED_DEVICE_MEMORY -> end(begin(DEVICE_MEMORY, device("900GiB", "yes")));
      case MODEL_MEMORY -> end(begin(MODEL_MEMORY, model("32MiB")));
      case PROCESSING_INFERENCE ->
          end(
              begin(
                  "atomic_processing_inference",
                  Map.of(
                      "memory", "1MiB", "gpu_allocation", "cpu-0", "model_requirements", MODEL)));
      case INFERENCE_POSTPROCESSING ->
          end(
              begin(
                  "atomic_inference_postprocessing",
                  Map.of(
                      "device_id", "cpu-0",
                      "model_requirements", MODEL,
                      "processing_sequence", "safety_check,format_conversion")));
      case SESSION -> session();
    }
  }

  /** Of three batches; it reserves before the first one. */
  private void session() {
    try {
      session = client.submit(Submission.of("text-embedding", input).with("batch-size", "1"));
      client.awaitSession(session, BOUND);
      await("what it reserved is released")
          .atMost(BOUND)
          .pollInterval(Duration.ofMillis(10))
          .until(
              () ->
                  client.transactions(LISTED).stream()
                      .filter(each -> each.plan().owner().equals(Owners.session(session)))
                      .allMatch(each -> Set.of("aborted", "released").contains(each.state())));
    } catch (IOException | TimeoutException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** Whatever was killed, it goes on by itself, and its reservation neither helps nor hinders. */
  private void assertSessionDone() throws TimeoutException {
    if (session != null) {
      SessionView view = client.awaitSession(session, BOUND);
      assertEquals("completed", view.state(), view.toString());
      assertEquals(3, view.embedded(), view.toString());
    }
  }

  private static Map<String, String> model(String bytes) {
    return Map.of("model_id", MODEL, "target_device", "cpu-0", "reservation_size", bytes);
  }

  private static Map<String, String> device(String bytes, String worker) {
    Map<String, String> params = new HashMap<>();
    params.put("device_id", "cpu-0");
    params.put("operation_type", "exclusive");
    params.put("estimated_duration", "1h");
    params.put("allocation_size", bytes);
    params.put("with_worker", worker);
    return params;
  }

  private TransactionView begin(String operation, Map<String, String> params) {
    return client.runTransaction(operation, params, BOUND);
  }

  private void end(TransactionView begun) {
    if (begun.state().equals("committed")) {
      client.releaseTransaction(begun.transactionId());
    }
  }

  private void load() {
    client.loadModel(MODEL, "cpu-0", BOUND);
    unload();
  }

  private void unload() {
    client.unloadModel(MODEL, "");
  }

  private boolean loaded() {
    return client.devices().get(0).models().contains(MODEL);
  }

  /** Every transaction and saga has ended, and so it is at every participant. */
  private void settled() {
    await("transactions and sagas have ended")
        .atMost(BOUND)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> {
              assertEquals("serving", client.devices().get(0).state());
              for (TransactionView each : client.transactions(LISTED)) {
                assertTrue(ENDED.contains(each.state()), each.toString());
                assertFalse(each.stuck(), each.toString());
                // What a load held is the model's by now, or nobody's.
                assertTrue(
                    !each.state().equals("committed")
                        || each.plan().owner().equals(Owners.OPERATOR),
                    each.toString());
                String wanted = each.state();
                assertTrue(
                    each.participants().stream()
                        .allMatch(
                            part ->
                                part.result().equals(wanted)
                                    || wanted.equals("aborted") && part.result().isEmpty()),
                    each.toString());
              }
              for (GatewayReply.SagaSummary saga : client.sagas(false, LISTED).sagas()) {
                assertTrue(
                    Set.of("completed", "compensated").contains(saga.status()), saga.toString());
              }
            });
  }

  /** Wholly done or wholly undone, and after what is done is given back, nothing is left. */
  private void assertWhole(Work work, ClientException refused) throws Exception {
    assertSessionDone();
    settled();
    if (work == Work.LOAD && refused == null) {
      assertFalse(loaded(), "it was unloaded");
    }
    client.transactions(LISTED).stream()
        .filter(each -> each.state().equals("committed"))
        .forEach(each -> client.releaseTransaction(each.transactionId()));
    settled();
    if (loaded()) {
      // All of the load, or nothing: what is on the device computes.
      assertEquals(384, client.infer(MODEL, "all well").embedding().size());
      if (work == Work.LOAD || work == Work.REFUSED_LOAD) {
        unload();
      }
    }
    ConsistencyView view = client.consistency(true);
    assertTrue(
        view.consistencyChecks().stream().allMatch(check -> check.divergences() == 0),
        view.toString());
    assertEquals(0, view.divergencesFound(), view.toString());
    assertEquals(0, SharedMemory.of(before), "files of the node that was killed");
    await("one worker serves")
        .atMost(BOUND)
        .until(() -> WorkerProcesses.of(node.pid()).size() == 1);
    if (!loaded()) {
      // The lock, every byte of the ledger, and all that a worker does not need itself are free.
      for (Map<String, String> most : List.of(device("256MiB", "no"), device("236MiB", "yes"))) {
        TransactionView all = begin(DEVICE_MEMORY, most);
        assertEquals("committed", all.state(), all.toString());
        end(all);
      }
    }
  }

  void verifyJournal() throws Exception {
    Mainstay.assertJournalIntact(data);
  }

  @Override
  public void close() {
    client.close();
    node.close();
  }
}
