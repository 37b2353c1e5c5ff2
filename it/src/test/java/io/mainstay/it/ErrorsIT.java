package io.mainstay.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.ErrorView;
import io.mainstay.client.RequestRefusedException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Real workers fail in every way that they can act out; the journal has the error's own code, blame
 * and evidence, then the directive, then how far it was escalated.
 */
class ErrorsIT {
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
    "crash, worker_process_died, worker, restart, inference_engine_recovery",
    "hang-compute, inference_timeout_exceeded, worker, restart, inference_engine_recovery",
    "garbage-frame, message_corruption, worker, restart, corruption_isolation",
    "oom, inference_resource_exhaustion, device, restart-keeping-children, dynamic_resource_scaling"
  })
  void workerThatFailsWithABatch_isJournaledAsItsOwnError(
      String fault, String code, String blame, String directive, String strategy) throws Exception {
    long before = stage.client().error(code).faults();
    DeviceView device = stage.device("cpu-1");
    stage.inject("cpu-1", fault, "next-inference", 0, false);
    stage.assertSurvived(stage.submit(), 1);
    stage.awaitSuccessorOf(device);
    assertRecovered(strategy, assertJournaled(before, code, blame, directive));
  }

  private static RecoveryJournal.Ended assertRecovered(String recovery, String escalated) {
    RecoveryJournal.Ended ended =
        new RecoveryJournal(stage.client()).awaitEnded(recovery, escalated);
    assertEquals("RECOVERED", ended.end(), ended.toString());
    return ended;
  }

  @Test
  void workerWhoseMemoryIsGone_isAnErrorOfMemory() throws Exception {
    long before = stage.client().error("memory_corruption_detected").faults();
    DeviceView device = stage.device("cpu-0");
    WorkerProcesses.signal(device.pid(), "BUS");
    stage.awaitSuccessorOf(device);
    String escalated =
        assertJournaled(before, "memory_corruption_detected", "infrastructure", "stop");
    assertRecovered("corruption_isolation", escalated);
    ErrorView error = stage.client().error("memory_corruption_detected");
    assertTrue(error.gateClosed(), "a critical error waits for a person");
    assertEquals("device/cpu-0", error.lastComponent());
    assertEquals(
        false, stage.client().acknowledgeError("memory_corruption_detected", "seen").gateClosed());
  }

  @Test
  void workerThatIsSilent_isSuspectedAndThenLost() throws Exception {
    long missed = stage.client().error("missed_heartbeat").faults();
    long lost = stage.client().error("python_worker_communication_timeout").faults();
    DeviceView device = stage.device("cpu-0");
    stage.inject("cpu-0", "hang-io", "now", 0, false);
    stage.awaitSuccessorOf(device);
    String escalated = assertJournaled(missed, "missed_heartbeat", "worker", "resume");
    assertJournaled(lost, "python_worker_communication_timeout", "worker", "stop");
    // Both are answered by one: the second joins what the first began.
    assertRecovered("progressive_reconnection", escalated);
  }

  @Test
  void inferenceThatIsGivenUp_setsOffItsCascade_thenItsStrategy() throws Exception {
    long engine = stage.client().error("inference_engine_failure").faults();
    long retries = stage.client().error("retry_exhausted").faults();
    for (String device : TwoDevices.IDS) {
      stage.inject(device, "crash", "next-inference", 0, true);
    }
    RequestRefusedException refused =
        assertThrows(
            RequestRefusedException.class,
            () -> stage.client().infer("all-minilm-l6-v2-q", "it kills every worker"));
    assertEquals("inference_engine_failure", refused.code());
    stage.restore();

    String exhausted = FaultChain.await(stage.client(), "retry_exhausted", retries).escalatedId();
    String escalated =
        FaultChain.await(stage.client(), "inference_engine_failure", engine).escalatedId();
    RecoveryJournal.Ended cascade = assertRecovered("inference_engine_failure_restart", escalated);
    assertEquals("graceful_engine_shutdown", cascade.steps().get(0));
    assertEquals(6, cascade.steps().size(), cascade.toString());
    assertRecovered("inference_engine_recovery", escalated);
    assertRecovered("dynamic_resource_scaling", exhausted);
    assertEquals(384, stage.client().infer("all-minilm-l6-v2-q", "well again").embedding().size());
  }

  /** Fault, directive and escalation are there, each caused by the one before. */
  private String assertJournaled(long before, String code, String blame, String directive)
      throws IOException {
    FaultChain chain = FaultChain.await(stage.client(), code, before);
    assertEquals(blame, chain.fault().get("blame").asText(), chain.toString());
    String evidence = chain.fault().get("evidence").asText();
    assertTrue(evidence.contains("cpu-") || code.equals("missed_heartbeat"), evidence);
    assertEquals(directive, chain.directive().get("directive").asText());
    return chain.escalatedId();
  }
}
