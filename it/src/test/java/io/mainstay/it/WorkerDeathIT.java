package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.DeviceView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One node, two devices, real workers, and signals at every moment of a worker's life. */
class WorkerDeathIT {
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

  @AfterEach
  void bothDevicesServeAgain() throws Exception {
    stage.restore();
  }

  @Test
  void killedWhileIdle_aSuccessorServes() throws Exception {
    DeviceView before = stage.device("cpu-0");
    stage.kill(before);
    stage.awaitSuccessorOf(before);
    assertNotEquals(before.pid(), stage.device("cpu-0").pid());
    stage.assertDiedOf("cpu-0", "killed");
    assertEquals(384, stage.client().infer("all-minilm-l6-v2-q", "still here").embedding().size());
  }

  @Test
  void killedInTheMiddleOfABatch_nothingIsLost_andTheJournalSaysWhy() throws Exception {
    stage.slow("cpu-0", "cpu-1");
    String session = stage.submit();
    stage.kill(stage.awaitInFlight(session, "cpu-0"));
    stage.assertSurvived(session, 1);

    Mainstay.Result told =
        Mainstay.run("journal", "explain", session, "--data", stage.dataDirectory().toString());
    assertEquals(0, told.exit(), told.toString());
    assertInOrder(told.out(), "WorkerDied", "BatchInterrupted", "BatchDispatched");
  }

  /** Each word is found after the one before it. */
  private static void assertInOrder(String text, String... words) {
    int from = 0;
    for (String word : words) {
      int at = text.indexOf(word, from);
      assertTrue(at >= 0, "'" + word + "' is missing after " + from + " in\n" + text);
      from = at + word.length();
    }
  }

  @Test
  void killedTwiceInARow_nothingIsLost() throws Exception {
    stage.slow("cpu-0", "cpu-1");
    String session = stage.submit();
    DeviceView first = stage.awaitInFlight(session, "cpu-1");
    stage.kill(first);
    stage.awaitSuccessorOf(first);
    stage.kill(stage.awaitInFlight(session, "cpu-1"));
    stage.assertSurvived(session, 2);
  }

  @Test
  void killedAtTheMomentOfItsHello_theNextOneServes() throws Exception {
    DeviceView before = stage.device("cpu-0");
    List<Long> known = stage.workers();
    stage.kill(before);
    // The successor's process exists before it has said hello; kill it the moment it appears.
    await("the successor's process appears")
        .atMost(Duration.ofSeconds(10))
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              for (long pid : stage.workers()) {
                if (!known.contains(pid)) {
                  WorkerProcesses.signal(pid, "KILL");
                  return true;
                }
              }
              return false;
            });
    await("two deaths")
        .atMost(Duration.ofSeconds(20))
        .until(() -> stage.device("cpu-0").restarts() >= before.restarts() + 2);
    stage.awaitSuccessorOf(before);
    stage.assertUndisturbedResult(stage.submit());
  }

  @Test
  void bothKilledAtOnce_nothingIsLost() throws Exception {
    stage.slow("cpu-0", "cpu-1");
    String session = stage.submit();
    stage.awaitInFlight(session, "cpu-0");
    DeviceView second = stage.awaitInFlight(session, "cpu-1");
    DeviceView first = stage.awaitInFlight(session, "cpu-0");
    stage.kill(first);
    stage.kill(second);
    stage.assertSurvived(session, 1);
    stage.assertDiedOf("cpu-0", "killed");
    stage.assertDiedOf("cpu-1", "killed");
  }

  @Test
  void stoppedBySignal_isSuspectedKilledAndReplaced() throws Exception {
    stage.slow("cpu-0", "cpu-1");
    String session = stage.submit();
    DeviceView before = stage.awaitInFlight(session, "cpu-0");
    WorkerProcesses.signal(before.pid(), "STOP");
    stage.assertSurvived(session, 1);
    stage.awaitSuccessorOf(before);
    stage.assertDiedOf("cpu-0", "unresponsive");
    assertTrue(
        ProcessHandle.of(before.pid()).filter(ProcessHandle::isAlive).isEmpty(),
        "the stopped process is gone");
  }
}
