package io.mainstay.actors.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.device.DeviceCollaborators;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSettings;
import io.mainstay.actors.device.DeviceSupervisor;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.device.worker.process.WorkerSpawner;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemorySettings;
import io.mainstay.actors.memory.MemorySupervisor;
import io.mainstay.actors.model.load.SagaDesk;
import io.mainstay.actors.model.registry.ModelFolder;
import io.mainstay.actors.model.registry.OnnxBytes;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.persistence.history.DeviceEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.saga.SagaSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory, device and model domains together, with the real worker and the real model. */
class RealWorkerLoadTest {
  private static final Path DIST =
      Path.of(System.getProperty("mainstay.home"), "native-worker", "target", "dist");
  private static final String MINILM = "all-minilm-l6-v2-q";
  private static final Duration BOUND = Duration.ofSeconds(30);

  @TempDir Path root;
  private ActorTestKit testKit;
  private WorkerSpawner spawner;
  private ActorRef<DeviceCommand> devices;
  private ActorRef<MemoryCommand> memory;
  private ActorRef<ModelCommand> models;
  private MemorySagas sagas;
  private ModelFolder folder;

  @BeforeEach
  void start() throws Exception {
    assertTrue(
        Files.isExecutable(DIST.resolve("bin/mainstay-worker")),
        "no worker in " + DIST + "; build it: mvn -DskipTests package -pl native-worker -am");
    Config config = config();
    testKit = ActorTestKit.create("loads", config);
    spawner = WorkerSpawner.create("loads");
    folder = new ModelFolder(root);
    memory =
        testKit.spawn(MemorySupervisor.create(MemorySettings.of(config), ChildGuard.restarting()));
    devices =
        testKit.spawn(
            DeviceSupervisor.create(
                DeviceCollaborators.of(
                    DeviceSettings.of(config),
                    spawner,
                    id -> durableAtOnce(),
                    memory,
                    ChildGuard.restarting(),
                    EventStamper.system())));
    sagas = new MemorySagas(testKit, SagaSettings.of(config));
  }

  @AfterEach
  void stop() {
    TestProbe<StatusReply<Done>> stopped = testKit.createTestProbe();
    devices.tell(new DeviceCommand.StopAll(Duration.ofSeconds(2), stopped.ref()));
    stopped.receiveMessage(BOUND);
    testKit.shutdownTestKit();
    spawner.close();
  }

  @Test
  void bundledModel_loadsWithinItsEstimateAndComesBackAfterItsWorkersDeath() throws Exception {
    startModels();
    awaitServing();
    assertEquals(MINILM, ensure(MINILM).getValue().id());
    assertEquals("loaded", view(MINILM).state());

    // The manifest's estimate must cover what the load is measured to take, or later loads
    // would be granted room that is not there.
    TestProbe<MemoryCommand.LedgerList> ledgers = testKit.createTestProbe();
    Awaitility.await()
        .atMost(BOUND)
        .until(
            () -> {
              memory.tell(new MemoryCommand.ListLedgers(ledgers.ref()));
              return ledgers.receiveMessage(BOUND).ledgers().stream()
                  .filter(ledger -> ledger.deviceId().equals("cpu-0"))
                  .mapToLong(MemoryCommand.LedgerView::reservedBytes)
                  .sum();
            },
            reserved -> reserved > 20 << 20 && reserved < 128 << 20);

    long pid = device().pid();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    Awaitility.await()
        .atMost(BOUND)
        .until(() -> device().pid() != pid && device().state().equals("serving"));

    assertTrue(ensure(MINILM).isSuccess());
    assertEquals(List.of("cpu-0"), view(MINILM).devices());
    assertEquals(1, sagas.started.size(), "the device domain loaded it again by itself");
  }

  @Test
  void corruptModel_isRefusedByTheWorkerTakenBackAndRestartsNothing() throws Exception {
    byte[] graphWithoutSense = OnnxBytes.model();
    folder.model(
        "corrupt",
        graphWithoutSense,
        ModelFolder.manifest(
            "corrupt", ModelFolder.sha256(graphWithoutSense), graphWithoutSense.length));
    startModels();
    awaitServing();
    long pid = device().pid();

    Refusal refusal = assertInstanceOf(Refusal.class, ensure("corrupt").getError());

    assertEquals("model_loading_failure", refusal.code(), refusal.getMessage());
    assertTrue(
        refusal.getMessage().contains("corrupt was not loaded on cpu-0"), refusal.getMessage());
    assertTrue(refusal.remedy().length() > 10, refusal.remedy());
    assertEquals("available", view("corrupt").state());
    assertTrue(ensure(MINILM).isSuccess(), "everything else goes on");
    assertEquals(pid, device().pid(), "no worker was restarted for it");
    assertEquals(0, device().restarts());
  }

  private void startModels() {
    models =
        testKit.spawn(
            ModelSupervisor.create(
                folder.settingsWith("load-deadline = 25s\nanswer-timeout = 5s", MINILM),
                ModelCollaborators.of(memory, devices, sagas, ChildGuard.restarting())));
    sagas.workGoesTo(
        testKit.spawn(SagaDesk.create(models, testKit.<AlertCommand>createTestProbe().ref())));
  }

  private Config config() {
    return ConfigFactory.parseMap(
            Map.of(
                "mainstay.device.worker.binary",
                DIST + "/bin/mainstay-worker",
                "mainstay.device.worker.onnx-runtime",
                DIST + "/lib/libonnxruntime.so",
                "mainstay.device.standby",
                "none",
                "mainstay.device.cache-directory",
                root.resolve("cache").toString(),
                "akka.persistence.testkit.events.serialize",
                "off"))
        .withFallback(
            ConfigFactory.parseString(
                "mainstay.device.devices = [{ id = cpu-0, backend = cpu, threads = 1,"
                    + " memory-budget = 1GiB }]"))
        .withFallback(PersistenceTestKitPlugin.getInstance().config())
        .withFallback(PersistenceTestKitSnapshotPlugin.config())
        .withFallback(ConfigFactory.load());
  }

  /** The device's journal, as a log that never fails. */
  private static Behavior<HistoryLog.Command<DeviceEvent>> durableAtOnce() {
    return Behaviors.receiveMessage(
        command -> {
          if (command instanceof HistoryLog.Record<DeviceEvent> write && write.replyTo() != null) {
            write.replyTo().tell(write.event().meta());
          }
          return Behaviors.same();
        });
  }

  private void awaitServing() {
    Awaitility.await().atMost(BOUND).until(() -> device().state().equals("serving"));
  }

  private DeviceView device() {
    TestProbe<DeviceCommand.DeviceList> probe = testKit.createTestProbe();
    devices.tell(new DeviceCommand.ListDevices(probe.ref()));
    return probe.receiveMessage(BOUND).devices().get(0);
  }

  private StatusReply<ModelDescriptor> ensure(String model) {
    TestProbe<StatusReply<ModelDescriptor>> probe = testKit.createTestProbe();
    models.tell(new ModelCommand.EnsureLoaded(model, "cpu-0", probe.ref()));
    return probe.receiveMessage(BOUND);
  }

  private ModelView view(String id) {
    TestProbe<ModelCommand.ModelList> probe = testKit.createTestProbe();
    models.tell(new ModelCommand.ListModels(probe.ref()));
    return probe.receiveMessage(BOUND).models().stream()
        .filter(model -> model.id().equals(id))
        .findFirst()
        .orElseThrow();
  }
}
