package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.client.MainstayClient;
import io.mainstay.client.Submission;
import io.mainstay.persistence.session.SessionView;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Errors that come often, counted whether they healed or not: the node does with less, says why,
 * and does with all again by itself.
 */
class FrequencyIT {
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String MODE = "performance_conservation_mode";

  /** mainstay.escalation.frequency.high-from, as shipped. */
  private static final int OFTEN = 5;

  private static final String CONF =
      """
      mainstay.escalation.frequency { counting = every, high-quiet = 3s }
      mainstay.modes.modes.performance_conservation_mode { least-stay = 1s, quiet = 1s }
      """;

  @TempDir Path directory;

  @Test
  void workersThatDieOften_haveTheNodeDoWithLess_untilTheyDoNot() throws Exception {
    try (NodeProcess node = NodeProcess.start(directory.resolve("data"), CONF);
        MainstayClient client = node.client()) {
      long last = 0;
      for (int death = 0; death < OFTEN; death++) {
        assertEquals("normal", client.status().mode(), "after " + death + " deaths");
        last = killNext(client, last);
      }
      await("the node does with less")
          .atMost(BOUND)
          .until(() -> client.status().mode().contains(MODE));
      assertTrue(
          client.modes().toString().contains("error_frequency"), () -> client.modes().toString());
      SessionView degraded = embed(client);
      assertTrue(
          degraded.degradations().stream().anyMatch(said -> said.contains(MODE)),
          () -> degraded.toString());

      await("it does with all again").atMost(BOUND).until(() -> isNormal(client));
      assertEquals("completed", embed(client).state());
    }
  }

  private static boolean isNormal(MainstayClient client) {
    return client.status().mode().equals("normal");
  }

  /** Waits for a worker that is another one, and kills it. */
  private static long killNext(MainstayClient client, long before) throws Exception {
    await("another worker serves")
        .atMost(BOUND)
        .until(
            () -> {
              DeviceView device = client.devices().get(0);
              return device.serves() && device.pid() > 0 && device.pid() != before;
            });
    long pid = client.devices().get(0).pid();
    WorkerProcesses.signal(pid, "KILL");
    return pid;
  }

  private SessionView embed(MainstayClient client) throws Exception {
    Path input = Corpus.write(directory.resolve("input.txt"), Corpus.documents(4, 7));
    String session = client.submit(Submission.of("text-embedding", input).with("batch-size", "4"));
    SessionView view = client.awaitSession(session, BOUND);
    assertEquals("completed", view.state(), view.toString());
    return view;
  }
}
