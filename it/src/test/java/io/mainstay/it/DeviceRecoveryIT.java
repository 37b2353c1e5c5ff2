package io.mainstay.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.gateway.GatewayReply;
import io.mainstay.actors.gateway.GatewayRequest;
import io.mainstay.client.NodeBusyException;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Devices and memory fail for real; the journal has the fault, the directive, the escalation and
 * each recovery, which ends well within its limit; then the node is as before and the work is done.
 */
class DeviceRecoveryIT {
  private static final Logger LOG = LoggerFactory.getLogger(DeviceRecoveryIT.class);
  private static final Duration BOUND = Duration.ofSeconds(60);
  private static final String MODEL = "all-minilm-l6-v2-q";

  /** Share of a device's memory that is taken: above the warning, below the emergency. */
  private static final double PRESSURE = 0.925;

  private static final Pattern FREE = Pattern.compile("only ([0-9.]+) MiB are free");
  private static final double MIB = 1 << 20;

  private static final String CONF =
      """
      mainstay.device.restart { intensity = 3, retry-after-failure = 3s }
      mainstay.consistency { interval = 2s, answer-timeout = 1s, start-after = 1s }
      mainstay.modes.parts.memory_conservation_mode { least-stay = 1s, quiet = 1s }
      mainstay.modes.modes.performance_conservation_mode { least-stay = 1s, quiet = 1s }
      mainstay.modes.modes.memory_domain_isolation { least-stay = 1s, quiet = 1s }
      """;

  @TempDir static Path directory;
  private static TwoDevices stage;

  @BeforeAll
  static void start() throws Exception {
    stage = TwoDevices.start(directory, CONF);
  }

  @AfterAll
  static void stop() throws Exception {
    stage.stop();
  }

  @Test
  void deviceWhoseWorkersAllDie_failsOver_andComesBack() throws Exception {
    FaultTrail trail = FaultTrail.from(stage.client(), "primary_device_failure");
    stage.slow("cpu-0");
    String session = submit();
    stage.awaitInFlight(session, "cpu-1");
    stage.inject("cpu-1", "crash", "now", 0, true);
    String escalated = trail.awaitEscalated("stop");
    List<RecoveryJournal.Ended> ended =
        trail.awaitRecovered(escalated, "device_failure_memory_cleanup", "primary_device_failover");
    log(trail, ended);
    assertEquals(5, ended.get(0).steps().size(), ended.toString());
    assertEquals(5, ended.get(1).steps().size(), ended.toString());
    assertTrue(ended.get(0).millis() < 62_000, ended.toString());
    assertTrue(ended.get(1).millis() < 35_000, ended.toString());
    stage.forget("cpu-0");
    stage.forget("cpu-1");
    await("it is back, in normal operation")
        .atMost(BOUND)
        .untilAsserted(
            () -> {
              assertEquals("serving", stage.device("cpu-1").state());
              assertEquals(stage.device("cpu-0").models(), stage.device("cpu-1").models());
              assertEquals("normal", stage.client().status().mode());
            });
    stage.assertUndisturbedResult(session);
    stage.restore();
  }

  @Test
  void partsThatDisagree_areReconciled() throws Exception {
    FaultTrail trail = FaultTrail.from(stage.client(), "state_divergence_detected");
    DeviceView device = stage.device("cpu-0");
    GatewayReply reply = stage.ask(new GatewayRequest.InjectDivergences("ghost-residence", 1, 7));
    assertEquals(
        Map.of("ghost-residence", 1),
        assertInstanceOf(GatewayReply.DivergencesInjected.class, reply).ways());
    String escalated = trail.awaitEscalated("restart");
    log(trail, trail.awaitRecovered(escalated, "state_reconciliation"));
    assertEquals(device.epoch(), stage.device("cpu-0").epoch());
    await("it is consistent")
        .atMost(BOUND)
        .until(() -> stage.client().consistency(true).overallConsistencyScore() == 1.0);
    stage.assertUndisturbedResult(submit());
  }

  /** What a transaction set aside cannot be had, so the model that nobody uses goes. */
  @Test
  void memoryThatIsShort_isFreedPhaseByPhase_andTheNodeIsAsBefore() throws Exception {
    stage.assertUndisturbedResult(submit());
    long budget = stage.device("cpu-0").memoryBudgetBytes();
    long aside = free("cpu-0", budget) - (long) ((1 - PRESSURE) * budget);
    FaultTrail trail = FaultTrail.from(stage.client(), "memory_pressure_warning");
    TransactionView held = setAside(aside);
    assertEquals("committed", held.state(), held.toString());
    try {
      String escalated = trail.awaitEscalated("restart");
      List<RecoveryJournal.Ended> ended =
          trail.awaitRecovered(
              escalated, "memory_pressure_proactive_cleanup", "progressive_memory_recovery");
      log(trail, ended);
      assertTrue(ended.get(0).millis() < 20_000, ended.toString());
      assertTrue(ended.get(1).millis() < 150_000, ended.toString());
      assertTrue(ended.get(1).steps().contains("unload_all_non_active_models"), ended.toString());
      assertEquals(List.of(), stage.device("cpu-0").models());
    } finally {
      stage.client().releaseTransaction(held.transactionId());
    }
    awaitNormal();
    stage.assertUndisturbedResult(submit());
  }

  @Test
  void workerThatRunsOutOfMemory_whileItLoads_hasItsModelAllTheSame() throws Exception {
    stage.client().unloadModel(MODEL, "cpu-1");
    FaultTrail trail = FaultTrail.from(stage.client(), "device_memory_allocation_failure");
    DeviceView before = stage.device("cpu-1");
    stage.inject("cpu-1", "oom", "next-load", 0, false);
    CompletableFuture<?> loaded =
        CompletableFuture.runAsync(() -> stage.client().loadModel(MODEL, "cpu-1", BOUND));
    String escalated = trail.awaitEscalated("restart");
    log(trail, trail.awaitRecovered(escalated, "alternative_device_allocation"));
    stage.awaitSuccessorOf(before);
    loaded.get(BOUND.toSeconds(), TimeUnit.SECONDS);
    assertEquals(List.of(MODEL), stage.device("cpu-1").models());
    stage.assertUndisturbedResult(submit());
    awaitNormal();
  }

  /** Of that many bytes, as the refusal of all of them says; what that sets off is over then. */
  private static long free(String device, long budget) throws Exception {
    FaultTrail trail = FaultTrail.from(stage.client(), "device_memory_allocation_failure");
    TransactionView refused = setAside(budget);
    Matcher free = FREE.matcher(refused.message());
    assertTrue(free.find(), refused.toString());
    trail.awaitRecovered(trail.awaitEscalated("restart"), "alternative_device_allocation");
    assertEquals(List.of(MODEL), stage.device(device).models());
    return (long) (Double.parseDouble(free.group(1)) * MIB);
  }

  private static TransactionView setAside(long bytes) {
    return stage
        .client()
        .runTransaction(
            "atomic_device_memory_allocation",
            Map.of(
                "device_id",
                "cpu-0",
                "allocation_size",
                String.valueOf(bytes),
                "estimated_duration",
                "1h"),
            BOUND);
  }

  /** Asks again while the node takes only a share of what is submitted. */
  private static String submit() {
    return await("it is accepted")
        .atMost(BOUND)
        .ignoreException(NodeBusyException.class)
        .until(stage::submit, session -> !session.isEmpty());
  }

  private static void awaitNormal() {
    await("normal operation")
        .atMost(BOUND)
        .until(() -> stage.client().status().mode(), "normal"::equals);
  }

  private static void log(FaultTrail trail, List<RecoveryJournal.Ended> all) {
    for (RecoveryJournal.Ended ended : all) {
      LOG.info(
          "recovery={} millis={} steps={} journal={}",
          ended.name(),
          ended.millis(),
          ended.steps(),
          trail.text(ended));
    }
  }
}
