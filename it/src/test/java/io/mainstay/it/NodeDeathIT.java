package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.consistency.ConsistencyView;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.Submission;
import io.mainstay.persistence.session.SessionView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The node itself is killed, again and again, on the same data directory. */
class NodeDeathIT {
  private static final int DOCUMENTS = 2000;
  private static final int KILLS = 4;

  /** Before this kill of the node one of its workers is killed. */
  private static final int WORKER_TOO = 1;

  private static final long SEED = 20261121;

  @TempDir Path directory;

  @Test
  void killedAtRandomMoments_theSessionCompletesByItself_withNothingLostOrTwice() throws Exception {
    Random random = new Random(SEED);
    Path input = Corpus.write(directory.resolve("input.txt"), Corpus.documents(DOCUMENTS, SEED));
    Path data = directory.resolve("data");
    String conf =
        "mainstay.consistency { interval = 1s, answer-timeout = 500ms, start-after = 6s }";
    String session;
    byte[] undisturbed;

    try (NodeProcess node = NodeProcess.start(directory.resolve("quiet"), conf);
        MainstayClient client = node.client()) {
      String quiet = client.submit(Submission.of("text-embedding", input));
      assertEquals("completed", client.awaitSession(quiet, Duration.ofSeconds(120)).state());
      client.fetch(quiet, directory.resolve("quiet-out"));
      undisturbed = Files.readAllBytes(directory.resolve("quiet-out/embeddings.jsonl"));
    }

    NodeProcess node = NodeProcess.start(data, conf);
    try (MainstayClient client = node.client()) {
      session = client.submit(Submission.of("text-embedding", input));
    }
    for (int kill = 0; kill < KILLS; kill++) {
      int target = random.nextInt(DOCUMENTS * (kill + 1) / (KILLS + 1) + 1);
      try (MainstayClient client = node.client()) {
        await("the session is past " + target)
            .atMost(Duration.ofSeconds(60))
            .pollInterval(2, TimeUnit.MILLISECONDS)
            .until(() -> client.session(session).embedded() >= target);
      }
      long hostPid = node.pid();
      if (kill == WORKER_TOO) {
        WorkerProcesses.signal(WorkerProcesses.of(hostPid).get(0), "KILL");
      }
      node.kill();
      await("no worker is left from the earlier life")
          .atMost(Duration.ofSeconds(2))
          .until(() -> WorkerProcesses.of(hostPid).isEmpty());
      node = NodeProcess.start(data, conf);
    }

    try (NodeProcess last = node;
        MainstayClient client = last.client()) {
      SessionView view = client.awaitSession(session, Duration.ofSeconds(120));
      assertEquals("completed", view.state(), view.toString());
      assertEquals(DOCUMENTS, view.embedded());
      Path out = directory.resolve("out");
      client.fetch(session, out);
      Embeddings.assertExactly(Embeddings.indexes(DOCUMENTS), out.resolve("embeddings.jsonl"));
      ConsistencyView consistent = client.consistency(true);
      assertEquals(1.0, consistent.overallConsistencyScore(), consistent.toString());
      assertEquals(0, consistent.divergencesFound(), consistent.toString());
      assertArrayEquals(undisturbed, Files.readAllBytes(out.resolve("embeddings.jsonl")));
    }
    Mainstay.assertJournalIntact(data);
    assertEquals(0, SharedMemory.leftovers(), "shared memory files are swept");
  }
}
