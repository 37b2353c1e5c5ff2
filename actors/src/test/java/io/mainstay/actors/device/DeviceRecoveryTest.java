package io.mainstay.actors.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.device.worker.WorkerControl;
import io.mainstay.actors.device.worker.WorkerListener;
import io.mainstay.actors.device.worker.WorkerPort;
import io.mainstay.actors.device.worker.WorkerSpec;
import io.mainstay.actors.device.worker.process.WorkerSpawner;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.persistence.history.DeviceEvent;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.protocol.InjectedFault;
import io.mainstay.protocol.InjectionTrigger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the real worker with a real model: whatever kills it, the device serves again. */
class DeviceRecoveryTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final int KILLS = Integer.getInteger("mainstay.test.kills", 10);
  private static final Path HOME = Path.of(System.getProperty("mainstay.home"));
  private static final Path DIST = HOME.resolve("native-worker/target/dist");

  @TempDir static Path directory;
  private static ActorTestKit kit;
  private static MiniLm miniLm;
  private static WorkerSpawner spawner;

  private final AtomicInteger beforeHello = new AtomicInteger();
  private final RecordingLog log = new RecordingLog();
  private ActorRef<DeviceCommand> devices;
  private TestProbe<DeviceSignal> signals;
  private DeviceSignal.WorkerUp up;

  @BeforeAll
  static void begin() throws Exception {
    assertTrue(
        Files.isExecutable(DIST.resolve("bin/mainstay-worker")),
        "no worker in " + DIST + "; build it: mvn -DskipTests package -pl native-worker -am");
    kit = ActorTestKit.create("recovery", ConfigFactory.load());
    miniLm = MiniLm.in(directory);
    spawner = WorkerSpawner.create("test");
  }

  @AfterAll
  static void end() {
    kit.shutdownTestKit();
    spawner.close();
  }

  @AfterEach
  void stopAll() {
    if (devices != null) {
      TestProbe<StatusReply<Done>> stopped = kit.createTestProbe();
      devices.tell(new DeviceCommand.StopAll(Duration.ofSeconds(1), stopped.ref()));
      assertTrue(stopped.receiveMessage(BOUND).isSuccess());
      kit.stop(devices);
    }
  }

  @Test
  void killedWhileIdle_servesAgainWithItsModel() {
    start("none");
    WorkerPort first = holdMiniLm();
    kill(first, "KILL");
    DeviceSignal.WorkerDown down = next(DeviceSignal.WorkerDown.class);
    assertEquals(first.epoch(), down.epoch());
    assertEquals(DeathCause.KILLED, down.report().cause());
    DeviceSignal.WorkerUp up = next(DeviceSignal.WorkerUp.class);
    assertTrue(up.port().epoch() > first.epoch());
    assertEquals(Set.of(MiniLm.ID), up.models());
    assertGood(up.port());
    assertEquals(1, log.events(DeviceEvent.WorkerRecovered.class).size());
  }

  @Test
  void killedTwiceInARow_servesAgain() {
    start("none");
    WorkerPort first = holdMiniLm();
    kill(first, "KILL");
    DeviceSignal.WorkerUp second = afterDeathOf(first, DeathCause.KILLED);
    kill(second.port(), "KILL");
    DeviceSignal.WorkerUp third = afterDeathOf(second.port(), DeathCause.KILLED);
    assertGood(third.port());
    assertEquals(
        List.of(0L, 50L),
        log.events(DeviceEvent.RestartScheduled.class).stream()
            .map(event -> event.delayMillis() / 10 * 10 >= 50 ? 50L : event.delayMillis())
            .toList());
  }

  @Test
  void stopped_isSuspectedThenKilledAndReplaced() {
    start("none");
    WorkerPort first = holdMiniLm();
    long stoppedAt = System.nanoTime();
    kill(first, "STOP");
    DeviceSignal.WorkerSuspected suspected = next(DeviceSignal.WorkerSuspected.class);
    long suspectedMillis = (System.nanoTime() - stoppedAt) / 1_000_000;
    assertEquals(first.epoch(), suspected.epoch());
    assertTrue(suspectedMillis < 1_000, () -> "suspected after " + suspectedMillis + " ms");
    kit.system().log().info("suspected suspectedMillis={}", suspectedMillis);
    DeviceSignal.WorkerUp up = afterDeathOf(first, DeathCause.UNRESPONSIVE);
    assertGood(up.port());
  }

  @Test
  void stopped_withLoadedStandby_standbyServesBeforeTheVerdict() {
    start("loaded");
    WorkerPort first = holdMiniLm();
    awaitStandby("loaded");
    kill(first, "STOP");
    next(DeviceSignal.WorkerSuspected.class);
    DeviceSignal.WorkerUp up = next(DeviceSignal.WorkerUp.class);
    assertGood(up.port());
    assertEquals(first.epoch(), next(DeviceSignal.WorkerDown.class).epoch());
    awaitStandby("loaded");
  }

  @Test
  void hangInCompute_isKilledAsWedgedAndReplaced() {
    start("none", "mainstay.device.progress.floor = 300ms", "mainstay.device.progress.factor = 3");
    WorkerPort first = holdMiniLm();
    assertGood(first);
    arm(InjectedFault.HANG_COMPUTE, InjectionTrigger.NEXT_INFERENCE);
    CompletableFuture<CallOutcome<InferenceResult>> lost = infer(first);
    DeviceSignal.WorkerUp up = afterDeathOf(first, DeathCause.WEDGED);
    assertEquals(new CallOutcome.WorkerLost<>(first.epoch()), lost.join());
    assertGood(up.port());
  }

  @Test
  void hangInIo_isKilledAndReplaced() {
    dies(InjectedFault.HANG_IO, DeathCause.UNRESPONSIVE, true);
  }

  @Test
  void crash_isReplaced() {
    dies(InjectedFault.CRASH, DeathCause.CRASHED, false);
  }

  @Test
  void garbageOnStdout_isKilledAndReplaced() {
    dies(InjectedFault.GARBAGE_FRAME, DeathCause.PROTOCOL_ERROR, false);
  }

  @Test
  void outOfMemory_isReplaced() {
    dies(InjectedFault.OOM, DeathCause.OUT_OF_MEMORY, false);
  }

  @Test
  void killedWhileLoading_theLoadIsAnsweredByTheSuccessor() {
    start("none");
    TestProbe<StatusReply<LoadedModel>> reply = kit.createTestProbe();
    TestProbe<LoadProgress> progress = kit.createTestProbe();
    devices.tell(new DeviceCommand.HoldModel("cpu-0", miniLm.load(), progress.ref(), reply.ref()));
    progress.receiveMessage(BOUND);
    kill(up.port(), "KILL");
    assertTrue(reply.receiveMessage(BOUND).isSuccess());
    next(DeviceSignal.WorkerDown.class);
    DeviceSignal.WorkerUp successor = next(DeviceSignal.WorkerUp.class);
    assertEquals(Set.of(MiniLm.ID), successor.models());
    assertGood(successor.port());
  }

  @Test
  void killedAtHello_isLaunchedAgain() {
    start("none");
    WorkerPort first = holdMiniLm();
    beforeHello.set(2);
    kill(first, "KILL");
    DeviceSignal.WorkerUp up = afterDeathOf(first, DeathCause.KILLED);
    assertGood(up.port());
    assertEquals(3, log.events(DeviceEvent.WorkerDied.class).size());
    assertEquals(0, beforeHello.get());
  }

  @Test
  void binaryMissing_deviceFailsAtOnceAndSaysWhatToDo() {
    launch("none", "mainstay.device.worker.binary = /nowhere/mainstay-worker");
    DeviceSignal.DeviceFailed failed = next(DeviceSignal.DeviceFailed.class);
    assertTrue(failed.reason().contains("/nowhere/mainstay-worker"), failed::reason);
    assertTrue(failed.remedy().contains("doctor"), failed::remedy);
  }

  @Test
  void cudaDeviceThatIsNotThere_failsWithOneMessage_andTheOthersServe() {
    launch(
        "none",
        "mainstay.device.devices = ["
            + "{ id = cpu-0, backend = cpu, threads = 1, memory-budget = 1GiB },"
            + "{ id = cuda-0, backend = cuda, threads = 1, memory-budget = 1GiB,"
            + " device-plugin = "
            + "/nowhere/libmainstay-cuda.so }]");
    Map<String, DeviceSignal> heard = new HashMap<>();
    for (int i = 0; i < 2; i++) {
      DeviceSignal signal = signals.receiveMessage(BOUND);
      heard.put(signal.deviceId(), signal);
    }
    DeviceSignal.WorkerUp cpu = assertInstanceOf(DeviceSignal.WorkerUp.class, heard.get("cpu-0"));
    assertEquals("onnxruntime-cpu", cpu.port().identity().backend());
    DeviceSignal.DeviceFailed cuda =
        assertInstanceOf(DeviceSignal.DeviceFailed.class, heard.get("cuda-0"));
    assertTrue(cuda.reason().contains("exit status 17"), cuda::reason);
    assertTrue(cuda.reason().contains("/nowhere/libmainstay-cuda.so"), cuda::reason);
    assertEquals(1, log.events(DeviceEvent.WorkerDied.class).size());
    assertGood(holdMiniLm());
  }

  @Test
  void optimizedCopy_isWrittenOnceAndUsedAfterwards() {
    start("none");
    WorkerPort first = holdMiniLm();
    Awaitility.await()
        .atMost(BOUND)
        .until(() -> directory.resolve("cache/optimized").toFile().list().length >= 2);
    kill(first, "KILL");
    assertGood(afterDeathOf(first, DeathCause.KILLED).port());
    assertTrue(
        Arrays.stream(directory.resolve("cache/optimized").toFile().list())
            .noneMatch(name -> name.endsWith(".part")));
  }

  /** A figure for people: what recovery takes here and now. Bounds are those of a broken build. */
  @ParameterizedTest
  @ValueSource(strings = {"none", "loaded"})
  void killedManyTimes_recoversEachTime(String standby) {
    start(standby);
    WorkerPort worker = holdMiniLm();
    List<Double> noticed = new ArrayList<>();
    List<Double> good = new ArrayList<>();
    for (int i = 0; i < KILLS; i++) {
      if (standby.equals("loaded")) {
        awaitStandby("loaded");
      }
      assertGood(worker);
      long killedAt = System.nanoTime();
      ProcessHandle.of(worker.identity().pid()).orElseThrow().destroyForcibly();
      DeviceSignal.WorkerDown down = next(DeviceSignal.WorkerDown.class);
      worker = next(DeviceSignal.WorkerUp.class).port();
      assertGood(worker);
      good.add((System.nanoTime() - killedAt) / 1e6);
      noticed.add((down.report().noticedAtNanos() - killedAt) / 1e6);
    }
    kit.system()
        .log()
        .info(
            "recovery standby={} kills={} noticedMillis={} goodMillis={}",
            standby,
            KILLS,
            quantiles(noticed),
            quantiles(good));
    assertEquals(KILLS, log.events(DeviceEvent.WorkerRecovered.class).size());
    assertEquals(0, log.events(DeviceEvent.BudgetSpent.class).size());
  }

  private static String quantiles(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return String.format(
        "p50 %.1f p99 %.1f max %.1f",
        sorted.get(sorted.size() / 2),
        sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1),
        sorted.get(sorted.size() - 1));
  }

  private void dies(InjectedFault fault, DeathCause cause, boolean suspected) {
    start("none");
    WorkerPort first = holdMiniLm();
    arm(fault, InjectionTrigger.NOW);
    if (suspected) {
      next(DeviceSignal.WorkerSuspected.class);
    }
    assertGood(afterDeathOf(first, cause).port());
  }

  private DeviceSignal.WorkerUp afterDeathOf(WorkerPort worker, DeathCause cause) {
    DeviceSignal signal = signals.receiveMessage(BOUND);
    while (signal instanceof DeviceSignal.WorkerSuspected
        || signal instanceof DeviceSignal.WorkerCleared) {
      signal = signals.receiveMessage(BOUND); // A busy machine may cause a suspicion on the way.
    }
    DeviceSignal.WorkerDown down = assertInstanceOf(DeviceSignal.WorkerDown.class, signal);
    assertEquals(worker.epoch(), down.epoch());
    assertEquals(cause, down.report().cause(), down::toString);
    DeviceSignal.WorkerUp successor = next(DeviceSignal.WorkerUp.class);
    assertTrue(successor.port().epoch() > worker.epoch());
    assertEquals(Set.of(MiniLm.ID), successor.models());
    return successor;
  }

  private void arm(InjectedFault fault, InjectionTrigger trigger) {
    TestProbe<StatusReply<Done>> armed = kit.createTestProbe();
    devices.tell(
        new DeviceCommand.ArmFault("cpu-0", fault, trigger, 0, new byte[0], false, armed.ref()));
    StatusReply<Done> answer = armed.receiveMessage(BOUND);
    assertTrue(answer.isSuccess(), answer::toString);
  }

  private void awaitStandby(String state) {
    TestProbe<DeviceCommand.DeviceList> list = kit.createTestProbe();
    Awaitility.await()
        .atMost(BOUND)
        .pollInterval(Duration.ofMillis(5))
        .until(
            () -> {
              devices.tell(new DeviceCommand.ListDevices(list.ref()));
              return list.receiveMessage(BOUND).devices().get(0).standby().equals(state);
            });
  }

  private void start(String standby, String... overrides) {
    launch(standby, overrides);
    up = next(DeviceSignal.WorkerUp.class);
  }

  private void launch(String standby, String... overrides) {
    Config config =
        ConfigFactory.parseString(String.join("\n", overrides))
            .withFallback(
                ConfigFactory.parseMap(
                    Map.of(
                        "mainstay.device.standby",
                        standby,
                        "mainstay.device.worker.binary",
                        DIST + "/bin/mainstay-worker",
                        "mainstay.device.worker.onnx-runtime",
                        DIST + "/lib/libonnxruntime.so",
                        "mainstay.device.worker.fault-injection",
                        true,
                        "mainstay.device.cache-directory",
                        directory.resolve("cache").toString())))
            .withFallback(
                ConfigFactory.parseString(
                    "mainstay.device.devices = [{ id = cpu-0, backend = cpu, threads = 1,"
                        + " memory-budget = 1GiB }]"))
            .withFallback(ConfigFactory.load());
    devices =
        kit.spawn(
            DeviceSupervisor.create(
                DeviceCollaborators.of(
                    DeviceSettings.of(config),
                    this::launchAndMaybeKill,
                    log::behavior,
                    kit.<io.mainstay.actors.memory.MemoryCommand>createTestProbe().ref(),
                    ChildGuard.restarting(),
                    EventStamper.system())));
    signals = kit.createTestProbe();
    devices.tell(new DeviceCommand.Subscribe(signals.ref()));
  }

  private WorkerPort holdMiniLm() {
    TestProbe<StatusReply<LoadedModel>> reply = kit.createTestProbe();
    devices.tell(new DeviceCommand.HoldModel("cpu-0", miniLm.load(), null, reply.ref()));
    StatusReply<LoadedModel> answer = reply.receiveMessage(BOUND);
    assertTrue(answer.isSuccess(), answer::toString);
    next(DeviceSignal.ModelsChanged.class);
    TestProbe<DeviceSignal> present = kit.createTestProbe();
    devices.tell(new DeviceCommand.Subscribe(present.ref()));
    return present.expectMessageClass(DeviceSignal.WorkerUp.class, BOUND).port();
  }

  /** Launches for real; while {@link #beforeHello} says so, ends the process before its hello. */
  private WorkerControl launchAndMaybeKill(WorkerSpec spec, WorkerListener listener) {
    WorkerControl worker = spawner.launch(spec, listener);
    if (beforeHello.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      Awaitility.await().pollInterval(Duration.ofMillis(1)).until(() -> worker.pid() != 0);
      ProcessHandle.of(worker.pid()).ifPresent(ProcessHandle::destroyForcibly);
    }
    return worker;
  }

  private <S extends DeviceSignal> S next(Class<S> kind) {
    return signals.expectMessageClass(kind, BOUND);
  }

  private static void kill(WorkerPort worker, String signal) {
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(worker.identity().pid()))
          .start()
          .waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static CompletableFuture<CallOutcome<InferenceResult>> infer(WorkerPort worker) {
    CompletableFuture<CallOutcome<InferenceResult>> outcome = new CompletableFuture<>();
    worker.infer(MiniLm.call(), outcome::complete);
    return outcome.orTimeout(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  private static void assertGood(WorkerPort worker) {
    assertInstanceOf(CallOutcome.Done.class, infer(worker).join(), "inference");
  }
}
