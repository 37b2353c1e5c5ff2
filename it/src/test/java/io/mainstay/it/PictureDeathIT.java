package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.Submission;
import io.mainstay.it.BatchWatch.InFlight;
import io.mainstay.it.BatchWatch.Interruption;
import io.mainstay.persistence.session.SessionView;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pictures, one at a time, and while they are made workers are killed again and again, and the node
 * too; and fewer, four at a time. With {@code -Psoak} they are fifty, with 25 kills of workers and
 * 3 of the node. Every file is what an undisturbed run writes, to the byte; a worker's death costs
 * no step but the one in flight, and the node's none of a checkpoint.
 */
class PictureDeathIT {
  private static final int STEPS = 20;
  private static final long SEED = 20261122;
  private static final Duration BOUND = Duration.ofSeconds(120);

  /** Checkpoints so often that the death of the node falls between some. */
  private static final String CONF =
      """
      mainstay.device.devices = [
        { id = cpu-0, backend = cpu, threads = 1, memory-budget = 1GiB }
        { id = cpu-1, backend = cpu, threads = 1, memory-budget = 1GiB }
      ]
      mainstay.processing.checkpoint { steps = %d, cost-share-max = 1 }
      mainstay.inference.turns.window = %d
      mainstay.escalation.frequency.high-degrades = off
      """;

  private static final int CHECKPOINT_STEPS = 3;
  private static final int DEVICES = 2;

  @TempDir Path directory;

  private Load load;
  private Path prompts;
  private NodeProcess node;
  private MainstayClient client;
  private final Set<Long> killed = new HashSet<>();

  /**
   * What is made, and how often it is disturbed.
   *
   * @param batch pictures of a batch; a divisor of {@code pictures}
   * @param window batches that a worker may have at once; it computes one at a time
   */
  private record Load(int pictures, int batch, int workerKills, int nodeKills, int window) {
    String conf() {
      return CONF.formatted(CHECKPOINT_STEPS, window);
    }
  }

  private enum Victim {
    WORKER,
    NODE
  }

  /**
   * A worker to kill, and how far its batch was then.
   *
   * @param pid of the worker that has the batch
   */
  private record Kill(InFlight batch, long pid) {}

  static Stream<Arguments> loads() {
    return Stream.of(
        Boolean.getBoolean("mainstay.soak")
            ? Arguments.of(50, 1, 25, 3, 2)
            : Arguments.of(18, 1, 9, 1, 2),
        Arguments.of(12, 4, 4, 1, 2),
        Arguments.of(12, 1, 6, 0, 1));
  }

  @ParameterizedTest
  @MethodSource("loads")
  void killedAgainAndAgain_allPicturesAreTheUndisturbedOnes(
      int pictures, int batch, int workerKills, int nodeKills, int window) throws Exception {
    load = new Load(pictures, batch, workerKills, nodeKills, window);
    prompts = Prompts.write(directory.resolve("prompts.txt"), Prompts.scenes(pictures, SEED));
    Map<String, byte[]> undisturbed = undisturbed();
    assertEquals(pictures, undisturbed.size(), undisturbed.keySet().toString());

    node = NodeProcess.startWith(WorkerRequests.LOGGED, directory.resolve("data"), load.conf());
    client = node.client();
    List<Kill> kills;
    try {
      String session = client.submit(submission());
      kills = disturb(session);
      SessionView view = client.awaitSession(session, BOUND);
      assertEquals("completed", view.state(), view.toString());
      assertEquals(pictures, view.embedded(), view.toString());
      assertEquals(List.of(), view.poisoned(), view.toString());
      assertEquals(1, view.fingerprints().size(), view.toString());
      // A checkpoint that cannot be used would be one.
      assertEquals(List.of(), view.degradations(), view.toString());
      assertTrue(view.checkpoints() > 0, view.toString());

      client.fetch(session, directory.resolve("out"));
      assertSame(undisturbed, PictureFiles.bytes(directory.resolve("out")));
      assertNoStepButTheOneInFlightWasLost(session, kills);
      assertEquals(attemptsOf(session), attempts(directory.resolve("out")));
    } finally {
      client.close();
      node.terminate();
    }
    assertWorkersWereAskedOnceMoreAtMost(kills);
    assertTrue(WorkerProcesses.of(node.pid()).isEmpty(), "no worker outlives its node");
    assertEquals(0, SharedMemory.leftovers(), "shared memory files are swept");
    Mainstay.assertJournalIntact(node.dataDirectory());
  }

  private Submission submission() {
    return Submission.of("text-to-image", prompts)
        .with("steps", Integer.toString(STEPS))
        .with("batch-size", Integer.toString(load.batch()));
  }

  private Map<String, byte[]> undisturbed() throws Exception {
    try (NodeProcess quiet =
            NodeProcess.startWith(WorkerRequests.LOGGED, directory.resolve("quiet"), load.conf());
        MainstayClient there = quiet.client()) {
      String session = there.submit(submission());
      SessionView view = there.awaitSession(session, BOUND);
      assertEquals("completed", view.state(), view.toString());
      assertEquals(0, view.interruptions(), view.toString());
      there.fetch(session, directory.resolve("quiet-out"));
      assertEquals(
          Collections.nCopies(load.pictures(), 1), attempts(directory.resolve("quiet-out")));
      assertEquals(List.of(), view.retried(), view.toString());
      return PictureFiles.bytes(directory.resolve("quiet-out"));
    }
  }

  /** The kills in seeded order, each at a seeded moment of the work; answers those of workers. */
  private List<Kill> disturb(String session) throws Exception {
    Random random = new Random(SEED);
    List<Victim> victims = new ArrayList<>(Collections.nCopies(load.workerKills(), Victim.WORKER));
    victims.addAll(Collections.nCopies(load.nodeKills(), Victim.NODE));
    Collections.shuffle(victims, random);
    // Spread over all of the work but its end, so that each kill still finds some, long enough to
    // be seen by who looks a few times a second.
    int stride = load.pictures() * STEPS * 7 / 10 / victims.size();
    BatchWatch watch = new BatchWatch(session);
    List<Kill> kills = new ArrayList<>();
    int checkpointed = 0;
    for (int i = 0; i < victims.size(); i++) {
      int moment = i * stride + 1 + random.nextInt(stride);
      Victim victim = victims.get(i);
      Kill kill = awaitInFlight(watch, session, moment, random.nextInt(2), victim);
      if (victim == Victim.WORKER) {
        kills.add(kill);
        // The node may not have noticed yet when the next victim is chosen.
        killed.add(kill.pid());
        WorkerProcesses.signal(kill.pid(), "KILL");
      } else {
        restartNode();
        checkpointed += watch.nodeDied(client);
      }
    }
    assertTrue(
        checkpointed > 0 || load.nodeKills() == 0, "no batch had a checkpoint when the node died");
    return kills;
  }

  /**
   * Waits until that many steps of pictures are done and a worker has a step of a batch in flight
   * that it may die with: the batch got further since its last death. A node dies only when there
   * is a checkpoint that it can lose.
   *
   * @param preferred device, if both have one
   */
  private Kill awaitInFlight(
      BatchWatch watch, String session, int moment, int preferred, Victim victim) {
    return await("step " + moment + " of the session, with a batch in flight")
        .atMost(BOUND)
        .pollInterval(2, TimeUnit.MILLISECONDS)
        .until(
            () -> {
              List<InFlight> seen = watch.look(client);
              int done = client.session(session).embedded() * STEPS;
              for (InFlight batch : seen) {
                done += load.batch() * Math.min(STEPS, batch.done());
              }
              boolean tooSoon =
                  done < moment
                      || (victim == Victim.NODE
                          && seen.stream().noneMatch(each -> watch.hasCheckpoint(each.from())));
              return tooSoon ? Optional.<Kill>empty() : victim(seen, preferred);
            },
            Optional::isPresent)
        .orElseThrow();
  }

  private Optional<Kill> victim(List<InFlight> seen, int preferred) {
    List<Kill> open = new ArrayList<>();
    List<DeviceView> devices = client.devices();
    for (InFlight batch : seen) {
      for (DeviceView device : devices) {
        boolean has = device.id().equals(batch.device()) && device.epoch() == batch.epoch();
        boolean lives = device.pid() > 0 && !killed.contains(device.pid());
        if (has && lives && batch.acquitted() && batch.done() < STEPS) {
          open.add(new Kill(batch, device.pid()));
        }
      }
    }
    return open.stream()
        .filter(kill -> kill.batch().device().equals("cpu-" + preferred))
        .findFirst()
        .or(() -> open.stream().findFirst());
  }

  private void restartNode() throws IOException {
    client.close();
    long hostPid = node.pid();
    node.kill();
    await("no worker is left from the earlier life")
        .atMost(Duration.ofSeconds(5))
        .until(() -> WorkerProcesses.of(hostPid).isEmpty());
    node = NodeProcess.startWith(WorkerRequests.LOGGED, node.dataDirectory(), load.conf());
    client = node.client();
  }

  /**
   * The journal has how many steps a batch had when its worker died. All that were seen done before
   * the kill are among them; with what {@link BatchWatch} holds (no batch is ever seen behind
   * itself), the call in flight is the only one that was asked for twice.
   */
  private void assertNoStepButTheOneInFlightWasLost(String session, List<Kill> kills)
      throws IOException {
    List<Interruption> journaled = new BatchWatch(session).interruptions(client);
    int hits = 0;
    for (Kill kill : kills) {
      List<Interruption> deaths =
          journaled.stream().filter(each -> each.epoch() == kill.batch().epoch()).toList();
      hits += deaths.isEmpty() ? 0 : 1;
      for (Interruption death : deaths) {
        if (death.from() == kill.batch().from()) {
          assertTrue(death.progress() >= kill.batch().done(), death + " but was at " + kill);
        }
      }
    }
    // A kill between two requests costs nothing, and the journal has no interruption then.
    assertTrue(hits * 4 >= kills.size() * 3, hits + " of " + kills.size() + " kills hit a step");
  }

  /**
   * By the requests that went into the workers' pipes. A worker computes one at a time, so of those
   * that die with it at most one had been begun; an answered one is asked for again only where a
   * node died, which goes on from its checkpoints.
   */
  private void assertWorkersWereAskedOnceMoreAtMost(List<Kill> kills) throws IOException {
    WorkerRequests needed = WorkerRequests.of(directory.resolve("quiet"));
    WorkerRequests made = WorkerRequests.of(node.dataDirectory());
    assertEquals(needed.asked(), needed.answered(), "undisturbed: " + needed);
    assertTrue(needed.asked() >= load.pictures() / load.batch() * STEPS, needed.toString());
    for (Kill kill : kills) {
      int lost = made.lostWith(kill.batch().device(), kill.batch().epoch());
      assertTrue(lost <= load.window(), lost + " requests died with " + kill);
    }
    // Since the checkpoint, while it was written, the one in flight, and the encoding of the text.
    int again = load.nodeKills() * DEVICES * load.window() * (2 * CHECKPOINT_STEPS + 2);
    assertTrue(
        made.answered() >= needed.answered() && made.answered() <= needed.answered() + again,
        "needed: " + needed + "; made: " + made);
    int wasted = made.asked() - needed.asked();
    assertTrue(wasted <= kills.size() * load.window() + again, wasted + " wasted; made: " + made);
  }

  /** At each picture, by its manifest. */
  private static List<Integer> attempts(Path out) throws IOException {
    List<Integer> attempts = new ArrayList<>();
    for (JsonNode picture :
        new ObjectMapper().readTree(out.resolve("manifest.json").toFile()).get("pictures")) {
      attempts.add(picture.get("attempts").asInt());
    }
    return attempts;
  }

  /** The same by the journal: no death of a worker or a node is left out. */
  private List<Integer> attemptsOf(String session) throws IOException {
    Map<Integer, Integer> last = new BatchWatch(session).attempts(client);
    List<Integer> attempts = new ArrayList<>();
    for (int index = 0; index < load.pictures(); index++) {
      attempts.add(last.get(index - index % load.batch()));
    }
    for (Interruption death : new BatchWatch(session).interruptions(client)) {
      assertTrue(attempts.get(death.from()) >= 2, death + " but attempts are " + attempts);
    }
    return attempts;
  }

  private static void assertSame(Map<String, byte[]> expected, Map<String, byte[]> found) {
    assertEquals(expected.keySet(), found.keySet());
    expected.forEach((name, bytes) -> assertArrayEquals(bytes, found.get(name), name));
  }
}
