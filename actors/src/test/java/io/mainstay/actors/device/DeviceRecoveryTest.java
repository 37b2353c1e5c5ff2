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
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.device.worker.WorkerPort;
import io.mainstay.actors.device.worker.process.WorkerSpawner;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.persistence.history.DeviceEvent;
import io.mainstay.persistence.identity.EventStamper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against the real worker with a real model: whatever kills it, the device serves again. */
class DeviceRecoveryTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final Path HOME = Path.of(System.getProperty("mainstay.home"));
  private static final Path DIST = HOME.resolve("native-worker/target/dist");

  @TempDir static Path directory;
  private static ActorTestKit kit;
  private static MiniLm miniLm;
  private static WorkerSpawner spawner;

  private final RecordingLog log = new RecordingLog();
  private ActorRef<DeviceCommand> devices;
  private TestProbe<DeviceSignal> signals;

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
    assertEquals(java.util.Set.of(MiniLm.ID), up.models());
    assertGood(up.port());
    assertEquals(1, log.events(DeviceEvent.WorkerRecovered.class).size());
  }

  private void start(String standby, String... overrides) {
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
                    spawner,
                    log::behavior,
                    kit.<io.mainstay.actors.memory.MemoryCommand>createTestProbe().ref(),
                    ChildGuard.restarting(),
                    EventStamper.system())));
    signals = kit.createTestProbe();
    devices.tell(new DeviceCommand.Subscribe(signals.ref()));
    next(DeviceSignal.WorkerUp.class);
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

  private static void assertGood(WorkerPort worker) {
    CompletableFuture<CallOutcome<InferenceResult>> outcome = new CompletableFuture<>();
    worker.infer(MiniLm.call(), outcome::complete);
    assertInstanceOf(
        CallOutcome.Done.class, outcome.orTimeout(20, TimeUnit.SECONDS).join(), "inference");
  }
}
