package io.mainstay.it;

import static org.awaitility.Awaitility.await;

import io.mainstay.actors.device.DeviceView;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One node, two devices, real workers, and every failure that a worker can act out. */
class WorkerFaultIT {
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

  @ParameterizedTest
  @CsvSource({
    "crash, crashed",
    "hang-compute, wedged",
    "garbage-frame, protocol_error",
    "partial-frame, protocol_error",
    "wrong-epoch, protocol_error",
    "oom, out_of_memory"
  })
  void failsWithABatch_theBatchIsDoneAgain_andTheCauseIsNamed(String fault, String cause)
      throws Exception {
    DeviceView before = stage.device("cpu-1");
    stage.inject("cpu-1", fault, "next-inference", 0, false);
    stage.assertSurvived(stage.submit(), 1);
    stage.awaitSuccessorOf(before);
    stage.assertDiedOf("cpu-1", cause);
  }

  @Test
  void stopsAnsweringWithABatch_isKilledAsUnresponsive() throws Exception {
    stage.slow("cpu-0", "cpu-1");
    String session = stage.submit();
    DeviceView before = stage.awaitInFlight(session, "cpu-1");
    stage.inject("cpu-1", "hang-io", "now", 0, false);
    stage.assertSurvived(session, 1);
    stage.awaitSuccessorOf(before);
    stage.assertDiedOf("cpu-1", "unresponsive");
  }

  @Test
  void killedWhileLoading_theModelIsLoadedAgain() throws Exception {
    DeviceView before = stage.device("cpu-0");
    stage.inject("cpu-0", "crash", "next-load", 0, true);
    // The armed worker dies at its next load; standing, so does its successor: two deaths while
    // loading.
    stage.kill(before);
    await("at least one successor died while loading")
        .atMost(Duration.ofSeconds(30))
        .until(() -> stage.device("cpu-0").restarts() >= before.restarts() + 2);
    stage.assertDiedOf("cpu-0", "crashed");
    stage.forget("cpu-0");
    stage.awaitSuccessorOf(before);
    stage.assertUndisturbedResult(stage.submit());
  }
}
