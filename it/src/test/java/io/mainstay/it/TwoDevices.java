package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.Submission;
import io.mainstay.persistence.session.SessionView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A node with two devices whose workers can be made to fail, and one input whose undisturbed result
 * is known to the byte.
 */
final class TwoDevices {
  static final List<String> IDS = List.of("cpu-0", "cpu-1");
  static final int DOCUMENTS = 120;
  private static final Duration SESSION_BOUND = Duration.ofSeconds(60);

  /** Far longer than a look at the journal and a signal take, far shorter than the watchdog's. */
  private static final long SLOW_NANOS = 400_000_000;

  /** Memory so small that a worker which takes all of it is done before it counts as hung. */
  private static final String CONF =
      """
      mainstay.device.worker { fault-injection = on, data-limit-headroom = 512MiB }
      mainstay.device.devices = [
        { id = cpu-0, backend = cpu, threads = 1, memory-budget = 256MiB }
        { id = cpu-1, backend = cpu, threads = 1, memory-budget = 256MiB }
      ]
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final NodeProcess node;
  private final MainstayClient client;
  private final Path input;
  private final byte[] undisturbed;

  private TwoDevices(Path directory, String more) throws Exception {
    this.directory = directory;
    this.input =
        Corpus.write(directory.resolve("input.txt"), Corpus.documents(DOCUMENTS, 20261121));
    this.node = NodeProcess.start(directory.resolve("data"), CONF + more);
    this.client = node.client();
    String quiet = submit();
    assertEquals(0, completed(quiet).interruptions());
    this.undisturbed = fetched(quiet);
  }

  static TwoDevices start(Path directory) throws Exception {
    return new TwoDevices(directory, "");
  }

  /** The same with more settings. */
  static TwoDevices start(Path directory, String more) throws Exception {
    return new TwoDevices(directory, more);
  }

  long hostPid() {
    return node.pid();
  }

  MainstayClient client() {
    return client;
  }

  Path dataDirectory() {
    return node.dataDirectory();
  }

  List<Long> workers() {
    return WorkerProcesses.of(node.pid());
  }

  DeviceView device(String id) {
    return client.devices().stream().filter(d -> d.id().equals(id)).findFirst().orElseThrow();
  }

  String submit() throws IOException {
    return client.submit(Submission.of("text-embedding", input).with("batch-size", "8"));
  }

  /** Every batch of these devices takes long from now on, also in successors of their workers. */
  void slow(String... devices) throws Exception {
    for (String device : devices) {
      inject(device, "slow", "now", SLOW_NANOS, true);
    }
  }

  /** Both devices serve, each by one process, with nothing armed. */
  void restore() throws Exception {
    for (String device : IDS) {
      forget(device);
    }
    await("both devices serve, each by one process")
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              assertEquals(
                  List.of("serving", "serving"),
                  client.devices().stream().map(DeviceView::state).toList());
              assertEquals(2, workers().size());
            });
    for (String device : IDS) {
      inject(device, "slow", "now", 0, false);
    }
  }

  void inject(String device, String fault, String trigger, long argument, boolean standing)
      throws Exception {
    GatewayReply reply =
        ask(
            new GatewayRequest.InjectFault(
                device, fault, trigger, argument, new byte[0], standing));
    assertEquals(new GatewayReply.FaultArmed(), reply);
  }

  void forget(String device) throws Exception {
    assertEquals(new GatewayReply.FaultArmed(), ask(new GatewayRequest.ClearFaults(device)));
  }

  GatewayReply ask(GatewayRequest request) throws Exception {
    return client.ask(request).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  void kill(DeviceView device) throws Exception {
    WorkerProcesses.signal(device.pid(), "KILL");
  }

  /** The device as it is while its worker computes a batch of that session. */
  DeviceView awaitInFlight(String session, String id) {
    return await("a batch is in flight on " + id)
        .atMost(SESSION_BOUND)
        .pollInterval(2, TimeUnit.MILLISECONDS)
        .until(
            () -> {
              DeviceView seen = device(id);
              return seen.pid() > 0 && dispatchedTo(session, id).contains(seen.epoch())
                  ? seen
                  : null;
            },
            seen -> seen != null);
  }

  /**
   * Epochs of the device's workers that have a batch without result. One that a worker died with
   * before does not count: a second death would split it, and its numbers with it.
   */
  private Set<Long> dispatchedTo(String session, String device) throws IOException {
    Map<String, Long> open = new HashMap<>();
    Set<String> interrupted = new HashSet<>();
    String history = "Session|" + session;
    GatewayReply.Journal page;
    long after = 0;
    do {
      page = client.journal(history, after, client.journalPage());
      after = page.lastOrdering();
      for (GatewayReply.JournalLine line : page.entries()) {
        JsonNode event = JSON.readTree(line.json());
        if (!event.has("range")) {
          continue;
        }
        String range = event.get("range").toString();
        open.remove(range);
        if (line.type().equals("BatchInterrupted")) {
          interrupted.add(range);
        } else if (line.type().equals("BatchDispatched")
            && !interrupted.contains(range)
            && event.path("device").asText().equals(device)) {
          open.put(range, event.path("epoch").asLong());
        }
      }
    } while (page.more());
    return Set.copyOf(open.values());
  }

  void awaitSuccessorOf(DeviceView before) {
    await("a successor serves " + before.id())
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              DeviceView now = device(before.id());
              return now.epoch() > before.epoch() && now.state().equals("serving");
            });
  }

  void assertDiedOf(String device, String... causes) {
    String death = device(device).lastDeath();
    assertTrue(List.of(causes).contains(death.split(" ", 2)[0]), death);
  }

  /** The session ends with what an undisturbed one writes, to the byte. */
  SessionView assertUndisturbedResult(String session) throws Exception {
    SessionView view = completed(session);
    assertEquals(0, view.replanned(), view.toString());
    assertArrayEquals(undisturbed, fetched(session), view.toString());
    return view;
  }

  /** The same, and workers took that many batches at least with them. */
  void assertSurvived(String session, int interruptions) throws Exception {
    SessionView view = assertUndisturbedResult(session);
    assertTrue(view.interruptions() >= interruptions, view.toString());
  }

  private SessionView completed(String session) throws Exception {
    SessionView view = client.awaitSession(session, SESSION_BOUND);
    assertEquals("completed", view.state(), view.toString());
    assertEquals(DOCUMENTS, view.embedded());
    return view;
  }

  private byte[] fetched(String session) throws IOException {
    Path out = directory.resolve("out-" + session);
    client.fetch(session, out);
    Path file = out.resolve("embeddings.jsonl");
    Embeddings.assertExactly(Embeddings.indexes(DOCUMENTS), file);
    return Files.readAllBytes(file);
  }

  /** Stops the node in order; its journal must be whole then. */
  void stop() throws Exception {
    client.close();
    // 128 + SIGTERM: the end of every JVM that was asked to leave.
    assertEquals(143, node.terminate(), node.stderr());
    assertTrue(workers().isEmpty(), "no worker outlives its node");
    Mainstay.assertJournalIntact(node.dataDirectory());
  }
}
