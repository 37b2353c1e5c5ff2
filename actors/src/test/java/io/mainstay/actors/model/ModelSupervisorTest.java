package io.mainstay.actors.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemorySettings;
import io.mainstay.actors.memory.MemorySupervisor;
import io.mainstay.actors.model.load.SagaDesk;
import io.mainstay.actors.model.registry.ModelFolder;
import io.mainstay.actors.model.registry.OnnxBytes;
import io.mainstay.actors.model.report.Unloaded;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.actors.transaction.MemoryTransactions;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.saga.SagaEvent;
import io.mainstay.persistence.saga.SagaSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The domain with its real registry, loaders, ledgers and saga entities; devices are scripted. */
class ModelSupervisorTest {
  private static final Config CONFIG =
      PersistenceTestKitPlugin.getInstance()
          .config()
          .withFallback(PersistenceTestKitSnapshotPlugin.config())
          .withFallback(
              ConfigFactory.parseString(
                  """
                  akka.persistence.testkit.events.serialize = off
                  mainstay.persistence.saga.step-deadline.load = 1s
                  mainstay.persistence.saga.undo-pause = 10ms
                  """))
          .withFallback(ConfigFactory.load());
  private static final Duration BOUND = Duration.ofSeconds(10);

  /** A clock that stands where the test puts it. */
  private static final class TestClock extends Clock {
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  @TempDir Path root;
  private final ScriptedDevices devices = new ScriptedDevices();
  private final TestClock clock = new TestClock();
  private ModelFolder folder;
  private ActorTestKit testKit;
  private PersistenceTestKit journal;
  private ActorRef<MemoryCommand> memory;
  private MemorySagas sagas;
  private ActorRef<ModelCommand> models;

  @BeforeEach
  void start() throws Exception {
    folder = new ModelFolder(root);
    folder.sound("tiny");
    folder.sound("other");
    testKit = ActorTestKit.create("models", CONFIG);
    journal = PersistenceTestKit.create(testKit.system());
    memory =
        testKit.spawn(MemorySupervisor.create(MemorySettings.of(CONFIG), ChildGuard.restarting()));
    memory.tell(new MemoryCommand.RegisterDevice("cpu-0", 64 << 20));
    sagas = new MemorySagas(testKit, SagaSettings.of(CONFIG));
    MemoryTransactions transactions = new MemoryTransactions(testKit);
    ActorRef<DeviceCommand> deviceDomain = testKit.spawn(devices.behavior());
    models =
        testKit.spawn(
            ModelSupervisor.create(
                folder.settings(),
                new ModelCollaborators(
                    memory,
                    deviceDomain,
                    sagas,
                    transactions,
                    ChildGuard.restarting(),
                    getClass().getClassLoader(),
                    clock)));
    sagas.workGoesTo(
        testKit.spawn(SagaDesk.create(models, testKit.<AlertCommand>createTestProbe().ref())));
    transactions.participantsAre(deviceDomain, memory, models);
  }

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void ensureLoaded_whenAllIsWell_loadsByASagaAndSettlesItsMemory() {
    ModelDescriptor model = ensure("tiny", "cpu-0").getValue();

    assertEquals("tiny", model.id());
    assertEquals(List.of("hold tiny cpu-0"), devices.calls);
    assertEquals(
        List.of(
            "SagaStarted",
            "StepStarted",
            "StepSucceeded",
            "StepStarted",
            "StepSucceeded",
            "StepStarted",
            "StepSucceeded",
            "StepStarted",
            "StepSucceeded",
            "SagaCompleted"),
        history(0));
    assertEquals("loaded", view("tiny").state());
    assertEquals(List.of("cpu-0"), view("tiny").devices());
    awaitReserved(5 << 20);

    assertTrue(ensure("tiny", "cpu-0").isSuccess());
    assertEquals(1, sagas.started.size(), "what is loaded is not loaded again");
  }

  @Test
  void ensureLoaded_whenALoadRuns_joinsIt() throws Exception {
    devices.answerLoads = false;
    TestProbe<StatusReply<ModelDescriptor>> first = ask("tiny", "cpu-0");
    DeviceCommand.HoldModel load = devices.nextLoad();
    TestProbe<StatusReply<ModelDescriptor>> second = ask("tiny", "cpu-0");
    assertEquals("loading", view("tiny").state());

    load.replyTo().tell(StatusReply.success(devices.loaded));

    assertTrue(first.receiveMessage(BOUND).isSuccess());
    assertTrue(second.receiveMessage(BOUND).isSuccess());
    assertEquals(1, sagas.started.size());
  }

  @Test
  void ensureLoaded_whenAnotherModelLoads_waitsForTheDevice() throws Exception {
    devices.answerLoads = false;
    TestProbe<StatusReply<ModelDescriptor>> first = ask("tiny", "cpu-0");
    DeviceCommand.HoldModel load = devices.nextLoad();
    TestProbe<StatusReply<ModelDescriptor>> second = ask("other", "cpu-0");
    view("other");
    assertEquals(1, sagas.started.size(), "one load at a time on a device");

    load.replyTo().tell(StatusReply.success(devices.loaded));
    assertTrue(first.receiveMessage(BOUND).isSuccess());
    devices.nextLoad().replyTo().tell(StatusReply.success(devices.loaded));

    assertTrue(second.receiveMessage(BOUND).isSuccess());
    assertEquals(List.of("hold tiny cpu-0", "hold other cpu-0"), devices.calls);
  }

  @Test
  void load_whenTheDeviceDoesNotServe_failsAtItsFirstStep() {
    devices.states.put("cpu-0", "restarting");

    Refusal refusal = refused("tiny", "cpu-0");

    assertEquals("device_not_serving", refusal.code());
    assertTrue(refusal.getMessage().contains("cpu-0 is restarting"), refusal.getMessage());
    assertEquals(
        List.of(
            "SagaStarted",
            "StepStarted",
            "StepFailed",
            "CompensationStarted",
            "CompensationSucceeded",
            "VerificationStarted",
            "ReleaseVerified",
            "SagaCompensated"),
        history(0));
    assertNothingLeft();
  }

  @Test
  void load_whenTheDeviceIsUnknown_isRefusedWithoutASaga() {
    Refusal refusal = refused("tiny", "cuda-9");

    assertEquals("device_unknown", refusal.code());
    assertTrue(refusal.getMessage().contains("known: cpu-0"), refusal.getMessage());
    assertEquals(List.of(), sagas.started);
  }

  @Test
  void load_whenMemoryIsShort_failsAtItsSecondStepAndFreesTheDevice() {
    memory.tell(new MemoryCommand.RegisterDevice("cpu-0", 1 << 20));

    Refusal refusal = refused("tiny", "cpu-0");

    assertEquals("device_memory_allocation_failure", refusal.code());
    assertTrue(refusal.getMessage().contains("model:tiny asked for 10.0 MiB"));
    assertTrue(refusal.remedy().contains("raise the memory budget of cpu-0"), refusal.remedy());
    assertEquals(List.of("ALLOCATE_MEMORY", "RESERVE_DEVICE"), compensated(0));
    assertNothingLeft();
  }

  @Test
  void load_whenTheFileChanged_failsAtItsThirdStepAndTheModelIsBroken() throws Exception {
    view("tiny");
    byte[] changed = OnnxBytes.model();
    changed[5] ^= 1;
    Files.write(root.resolve("models/tiny/model.onnx"), changed);

    Refusal refusal = refused("tiny", "cpu-0");

    assertEquals("model_checksum_mismatch", refusal.code());
    assertEquals(List.of("CACHE", "ALLOCATE_MEMORY", "RESERVE_DEVICE"), compensated(0));
    assertNothingLeft();
    assertEquals("broken", view("tiny").state());
    assertTrue(view("tiny").problem().startsWith("model_checksum_mismatch"));

    clock.now = clock.now.plusSeconds(100_000);
    assertEquals("model_checksum_mismatch", refused("tiny", "cpu-0").code());
    assertEquals(1, sagas.started.size(), "a broken file is not tried again");
    assertTrue(ensure("other", "cpu-0").isSuccess(), "everything else goes on");

    folder.sound("tiny");
    rescan();
    assertTrue(ensure("tiny", "cpu-0").isSuccess(), "a rescan finds it mended");
  }

  @Test
  void load_whenTheWorkerRefuses_takesEverythingBackInReverseOrder() {
    devices.loadRefusal =
        Refusal.of("model_loading_failure", "MODEL_CORRUPT, bad graph", "Fetch it");

    Refusal refusal = refused("tiny", "cpu-0");

    assertEquals("model_loading_failure", refusal.code());
    assertEquals("MODEL_CORRUPT, bad graph", refusal.getMessage());
    assertEquals("Fetch it", refusal.remedy());
    assertEquals(List.of("LOAD", "CACHE", "ALLOCATE_MEMORY", "RESERVE_DEVICE"), compensated(0));
    assertEquals(List.of("hold tiny cpu-0", "drop tiny cpu-0", "drop tiny cpu-0"), devices.calls);
    List<String> history = history(0);
    assertEquals(
        List.of("VerificationStarted", "ReleaseVerified", "SagaCompensated"),
        history.subList(history.size() - 3, history.size()));
    assertNothingLeft();
  }

  @Test
  void load_whenTheWorkerDoesNotAnswer_dropsTheModelToo() throws Exception {
    devices.answerLoads = false;

    Refusal refusal = refused("tiny", "cpu-0");

    assertEquals("step_deadline_exceeded", refusal.code());
    assertEquals(List.of("LOAD", "CACHE", "ALLOCATE_MEMORY", "RESERVE_DEVICE"), compensated(0));
    assertEquals(List.of("hold tiny cpu-0", "drop tiny cpu-0"), devices.calls);
    assertNothingLeft();
  }

  @Test
  void load_whenACompensationFailsOnce_isTriedAgain() {
    devices.answerLoads = false;
    devices.dropsRefused.set(1);

    assertEquals("step_deadline_exceeded", refused("tiny", "cpu-0").code());

    assertTrue(history(0).contains("CompensationFailed"), history(0).toString());
    assertEquals("SagaCompensated", history(0).get(history(0).size() - 1));
    assertNothingLeft();
  }

  @Test
  void load_whenACompensationNeverSucceeds_isStuckAndSaysSo() {
    devices.answerLoads = false;
    devices.dropsRefused.set(100);

    Refusal refusal = refused("tiny", "cpu-0");

    assertEquals("SagaStuck", history(0).get(history(0).size() - 1));
    assertTrue(refusal.getMessage().contains("could not all be taken back"));
    assertTrue(refusal.remedy().contains("unload tiny from cpu-0"), refusal.remedy());

    devices.dropsRefused.set(0);
    assertUnloaded("tiny", "cpu-0");
    assertNothingLeft();
  }

  @Test
  void unload_whileTheTransactionOfAnEndedLoadLetsGo_waitsForIt() {
    ensure("tiny", "cpu-0");
    TestProbe<StatusReply<ModelDescriptor>> pinned = testKit.createTestProbe();
    models.tell(new ModelCommand.Pin("tiny", "transaction 01L.model", 0, pinned.ref()));
    assertTrue(pinned.receiveMessage(BOUND).isSuccess());

    TestProbe<StatusReply<Unloaded>> unloaded = testKit.createTestProbe();
    models.tell(new ModelCommand.Unload("tiny", "cpu-0", unloaded.ref()));
    assertEquals("loaded", view("tiny").state());
    models.tell(
        new ModelCommand.Unpin("transaction 01L.model", testKit.<Done>createTestProbe().ref()));

    assertTrue(unloaded.receiveMessage(BOUND).isSuccess());
    assertNothingLeft();
  }

  @Test
  void unload_whenThatTransactionNeverLetsGo_isRefusedInBoundedTime() {
    ensure("tiny", "cpu-0");
    TestProbe<StatusReply<ModelDescriptor>> pinned = testKit.createTestProbe();
    models.tell(new ModelCommand.Pin("tiny", "transaction 01L.model", 0, pinned.ref()));
    assertTrue(pinned.receiveMessage(BOUND).isSuccess());

    StatusReply<Unloaded> reply = unload("tiny", "cpu-0");

    assertEquals("model_in_use", assertInstanceOf(Refusal.class, reply.getError()).code());
  }

  @Test
  void ensureLoaded_afterAFailure_isRefusedAtOnceUntilRetryAfter() {
    devices.loadRefusal = Refusal.of("model_loading_failure", "no", "Fetch it");
    refused("tiny", "cpu-0");
    devices.loadRefusal = null;

    assertEquals("model_loading_failure", refused("tiny", "cpu-0").code());
    assertEquals(1, sagas.started.size(), "not tried blindly");

    clock.now = clock.now.plusSeconds(11);
    assertTrue(ensure("tiny", "cpu-0").isSuccess());
  }

  @Test
  void ensureLoaded_afterAFailureAndARescan_triesAgain() {
    devices.loadRefusal = Refusal.of("model_loading_failure", "no", "Fetch it");
    refused("tiny", "cpu-0");
    devices.loadRefusal = null;
    rescan();

    assertTrue(ensure("tiny", "cpu-0").isSuccess());
  }

  @Test
  void registry_followsADeviceThatDiesAndComesBack() {
    ensure("tiny", "cpu-0");

    devices.signal(new DeviceSignal.WorkerDown("cpu-0", 3, null, EventStamper.system().root()));
    assertEquals("loading", view("tiny").state());
    TestProbe<StatusReply<ModelDescriptor>> waiting = ask("tiny", "cpu-0");
    view("tiny");
    waiting.expectNoMessage(Duration.ofMillis(50));

    devices.signal(new DeviceSignal.WorkerUp("cpu-0", null, Set.of("tiny")));
    assertTrue(waiting.receiveMessage(BOUND).isSuccess());
    assertEquals("loaded", view("tiny").state());
    assertEquals(1, sagas.started.size(), "the device domain loaded it again by itself");
  }

  @Test
  void registry_whenTheSuccessorLacksTheModel_loadsItForWhoWaits() {
    ensure("tiny", "cpu-0");
    devices.signal(new DeviceSignal.WorkerDown("cpu-0", 3, null, EventStamper.system().root()));
    TestProbe<StatusReply<ModelDescriptor>> waiting = ask("tiny", "cpu-0");

    devices.signal(new DeviceSignal.WorkerUp("cpu-0", null, Set.of()));

    assertTrue(waiting.receiveMessage(BOUND).isSuccess());
    assertEquals(2, sagas.started.size());
  }

  @Test
  void registry_whenADeviceFails_refusesWithItsReason() {
    ensure("tiny", "cpu-0");
    devices.signal(
        new DeviceSignal.DeviceFailed(
            "cpu-0", "5 deaths", "Look at the log", EventStamper.system().root()));

    Refusal refusal = refused("tiny", "cpu-0");

    assertEquals("device_not_serving", refusal.code());
    assertTrue(refusal.getMessage().contains("5 deaths"), refusal.getMessage());
    assertEquals("Look at the log", refusal.remedy());
  }

  @Test
  void unload_givesBackModelAndMemory() {
    ensure("tiny", "cpu-0");

    assertEquals(
        new Unloaded("tiny", List.of(new Unloaded.Freed("cpu-0", 1000))),
        unload("tiny", "cpu-0").getValue());
    assertEquals("available", view("tiny").state());
    assertNothingLeft();
  }

  @Test
  void load_whenTheSignatureIsNotTheManifests_isDroppedAndRefused() throws Exception {
    byte[] onnx = OnnxBytes.model();
    Path tokenizer = Files.createDirectories(root.resolve("models/text")).resolve("tokenizer.json");
    Files.writeString(tokenizer, "{}");
    folder.model(
        "text",
        onnx,
        ModelFolder.manifest("text", ModelFolder.sha256(onnx), onnx.length)
                .replace("kind = test", "kind = text-embedding")
            + String.format(
                "files += { role = tokenizer, file = tokenizer.json, sha256 = %s, bytes = 2 }%n",
                ModelFolder.sha256("{}".getBytes(StandardCharsets.UTF_8)))
            + "text { input-ids = ids, attention-mask = mask, output = out, dimensions = 4,"
            + " tokens-max = 8 }\n");
    rescan();

    Refusal refusal = refused("text", "cpu-0");

    assertEquals("model_signature_mismatch", refusal.code());
    assertTrue(refusal.getMessage().contains("no input 'ids'"), refusal.getMessage());
    assertEquals(List.of("hold text cpu-0", "drop text cpu-0", "drop text cpu-0"), devices.calls);
    assertNothingLeft();
  }

  private StatusReply<Unloaded> unload(String model, String device) {
    TestProbe<StatusReply<Unloaded>> probe = testKit.createTestProbe();
    models.tell(new ModelCommand.Unload(model, device, probe.ref()));
    return probe.receiveMessage(BOUND);
  }

  private void assertUnloaded(String model, String device) {
    StatusReply<Unloaded> reply = unload(model, device);
    assertTrue(reply.isSuccess(), () -> "the remedy works, not " + reply.getError());
  }

  private StatusReply<ModelDescriptor> ensure(String model, String device) {
    return ask(model, device).receiveMessage(BOUND);
  }

  private TestProbe<StatusReply<ModelDescriptor>> ask(String model, String device) {
    TestProbe<StatusReply<ModelDescriptor>> probe = testKit.createTestProbe();
    models.tell(new ModelCommand.EnsureLoaded(model, device, probe.ref()));
    return probe;
  }

  private Refusal refused(String model, String device) {
    return assertInstanceOf(Refusal.class, ensure(model, device).getError());
  }

  private ModelView view(String id) {
    TestProbe<ModelCommand.ModelList> probe = testKit.createTestProbe();
    models.tell(new ModelCommand.ListModels(probe.ref()));
    return probe.receiveMessage(BOUND).models().stream()
        .filter(model -> model.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private void rescan() {
    TestProbe<ModelCommand.ModelList> probe = testKit.createTestProbe();
    models.tell(new ModelCommand.Rescan(probe.ref()));
    probe.receiveMessage(BOUND);
  }

  /** Releases and settlements travel on their own: awaited, with a bound. */
  private void awaitReserved(long bytes) {
    TestProbe<MemoryCommand.LedgerList> probe = testKit.createTestProbe();
    Awaitility.await()
        .atMost(BOUND)
        .until(
            () -> {
              memory.tell(new MemoryCommand.ListLedgers(probe.ref()));
              return probe.receiveMessage(BOUND).ledgers().stream()
                  .filter(ledger -> ledger.deviceId().equals("cpu-0"))
                  .mapToLong(MemoryCommand.LedgerView::reservedBytes)
                  .sum();
            },
            reserved -> reserved == bytes);
  }

  private void assertNothingLeft() {
    awaitReserved(0);
  }

  private List<SagaEvent> events(int saga) {
    return journal.persistedInStorage("Saga|" + sagas.started.get(saga)).stream()
        .map(SagaEvent.class::cast)
        .toList();
  }

  private List<String> history(int saga) {
    return events(saga).stream().map(event -> event.getClass().getSimpleName()).toList();
  }

  private List<String> compensated(int saga) {
    return events(saga).stream()
        .filter(SagaEvent.CompensationSucceeded.class::isInstance)
        .map(event -> ((SagaEvent.CompensationSucceeded) event).step().name())
        .toList();
  }
}
