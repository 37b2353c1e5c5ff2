package io.mainstay.actors.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.ScriptedWorkers.Worker;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.persistence.history.DeviceEvent;
import io.mainstay.persistence.serialization.CausedEvent;
import io.mainstay.protocol.InjectedFault;
import io.mainstay.protocol.InjectionTrigger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The device domain from outside, with scripted workers on manual time. */
class DeviceSupervisorTest {
  private static final Duration BOUND = Duration.ofSeconds(5);
  private static final Duration BEAT = Duration.ofMillis(25);
  private static final String ONE_DEVICE =
      "mainstay.device.devices = [{ id = cpu-0, backend = cpu, threads = 1, memory-budget = 1GiB"
          + " }]";
  private static final String LOADED = "mainstay.device.standby = loaded";

  private final DeviceScript script = new DeviceScript();
  private final TestProbe<DeviceSignal> signals = script.kit.createTestProbe();
  private ActorRef<DeviceCommand> devices;

  @AfterEach
  void end() {
    script.close();
  }

  @Test
  void begin_registersEveryDeviceWithMemoryAndListsThemInOrder() {
    start();
    assertEquals(
        "cpu-0", script.memory.expectMessageClass(MemoryCommand.RegisterDevice.class).deviceId());
    MemoryCommand.RegisterDevice second =
        script.memory.expectMessageClass(MemoryCommand.RegisterDevice.class);
    assertEquals("cpu-1", second.deviceId());
    assertEquals(2L << 30, second.budgetBytes());
    assertEquals(List.of("cpu-0", "cpu-1"), list().stream().map(DeviceView::id).toList());
    awaitState("starting");
  }

  @Test
  void hello_isWorkerUp_andLateSubscribersLearnIt() throws Exception {
    start(ONE_DEVICE);
    Worker worker = up();
    assertEquals(worker.epoch(), next(DeviceSignal.WorkerUp.class).port().epoch());
    TestProbe<DeviceSignal> late = script.kit.createTestProbe();
    devices.tell(new DeviceCommand.Subscribe(late.ref()));
    assertEquals(
        worker.epoch(), late.expectMessageClass(DeviceSignal.WorkerUp.class, BOUND).port().epoch());
    awaitState("serving");
    DeviceView view = list().get(0);
    assertEquals("serving", view.state());
    assertEquals(worker.pid(), view.pid());
    assertEquals("paper", view.kind());
  }

  @Test
  void holdModel_isLoadedAnsweredAndTold_andLoadedAgainAfterDeath() throws Exception {
    start(ONE_DEVICE);
    Worker first = up();
    next(DeviceSignal.WorkerUp.class);
    TestProbe<StatusReply<LoadedModel>> reply = hold("cpu-0", DeviceScript.load("one"));
    first.loads(Duration.ofMillis(80));
    assertTrue(reply.receiveMessage(BOUND).isSuccess());
    assertEquals(Set.of("one"), next(DeviceSignal.ModelsChanged.class).models());
    // Held already: answered from memory.
    assertTrue(hold("cpu-0", DeviceScript.load("one")).receiveMessage(BOUND).isSuccess());
    first.dies(DeathCause.KILLED);
    DeviceSignal.WorkerDown down = next(DeviceSignal.WorkerDown.class);
    assertEquals(first.epoch(), down.epoch());
    Worker second = script.workers.next();
    second.hello();
    second.loads(Duration.ofMillis(80));
    DeviceSignal.WorkerUp up = next(DeviceSignal.WorkerUp.class);
    assertEquals(second.epoch(), up.port().epoch());
    assertEquals(Set.of("one"), up.models());
    Awaitility.await().atMost(BOUND).until(() -> list().get(0).restarts() == 1);
  }

  @Test
  void holdModel_ofOtherFilesUnderTheSameName_isRefused() throws Exception {
    Worker worker = servingWith("one", ONE_DEVICE);
    LoadCall other =
        new LoadCall(
            "one",
            List.of(
                new LoadCall.Component("model", Path.of("/other"), "other-sum", 1, false, null)),
            1,
            Duration.ZERO);
    assertEquals("model_held", refusal(hold("cpu-0", other)).code());
    assertTrue(worker.loads.isEmpty());
  }

  @Test
  void holdModel_onUnknownDevice_namesTheKnownOnes() {
    start();
    Refusal refusal = refusal(hold("gpu_0", DeviceScript.load("one")));
    assertEquals("unknown_device", refusal.code());
    assertTrue(refusal.getMessage().contains("[cpu-0, cpu-1]"), refusal::getMessage);
  }

  @Test
  void dropModel_unloadsAndAnswersTheBytes_andIsNotLoadedAgain() throws Exception {
    Worker worker = servingWith("one", ONE_DEVICE);
    TestProbe<StatusReply<Long>> reply = drop("one");
    worker.unloads.poll(5, TimeUnit.SECONDS).onDone().accept(new CallOutcome.Done<>(42L));
    assertEquals(42L, reply.receiveMessage(BOUND).getValue());
    assertEquals(Set.of(), next(DeviceSignal.ModelsChanged.class).models());
    devices.tell(new DeviceCommand.DropModel("cpu-0", "one", reply.ref()));
    assertEquals(0L, reply.receiveMessage(BOUND).getValue());
    worker.dies(DeathCause.KILLED);
    next(DeviceSignal.WorkerDown.class);
    script.workers.next().hello();
    assertEquals(Set.of(), next(DeviceSignal.WorkerUp.class).models());
  }

  @Test
  void death_isJournaledWithItsEvidence_andEachEventNamesItsCause() throws Exception {
    Worker first = servingWith("one", ONE_DEVICE);
    first.dies(DeathCause.CRASHED);
    DeviceSignal.WorkerDown down = next(DeviceSignal.WorkerDown.class);
    Worker second = script.workers.next();
    second.hello();
    second.loads(Duration.ofMillis(80));
    next(DeviceSignal.WorkerUp.class);
    Awaitility.await()
        .atMost(BOUND)
        .until(() -> script.log.events(DeviceEvent.WorkerRecovered.class).size() == 1);
    List<DeviceEvent> events = script.log.events();
    assertEquals(
        List.of(
            "DeviceRegistered",
            "WorkerLaunched",
            "WorkerReady",
            "WorkerDied",
            "DirectiveApplied",
            "RestartScheduled",
            "WorkerLaunched",
            "WorkerReady",
            "WorkerRecovered"),
        events.stream().map(event -> event.getClass().getSimpleName()).toList());
    DeviceEvent.WorkerDied died = assertInstanceOf(DeviceEvent.WorkerDied.class, events.get(3));
    assertEquals(down.cause(), died.meta());
    assertEquals("crashed", died.cause());
    assertEquals("its last line", died.stderrTail());
    // The device's first launch is one chain; the death of a ready worker begins another.
    for (int i : List.of(1, 2, 4, 5, 6, 7)) {
      CausedEvent before = events.get(i - 1);
      assertEquals(before.meta().eventId(), events.get(i).meta().causeId(), "event " + i);
    }
    assertEquals(died.meta().eventId(), died.meta().causeId());
    assertEquals(died.meta().eventId(), events.get(8).meta().causeId());
    for (int i = 0; i < events.size(); i++) {
      String root = events.get(i < 3 ? 0 : 3).meta().eventId();
      assertEquals(root, events.get(i).meta().rootId(), "root of event " + i);
    }
  }

  @Test
  void journalThatNeverAnswers_delaysASignalByThePatienceOnly() throws Exception {
    Worker first = servingWith("one", ONE_DEVICE);
    script.log.fallSilent();
    first.dies(DeathCause.KILLED);
    Worker second = script.workers.next(); // Recovery does not wait.
    second.hello();
    second.loads(Duration.ofMillis(80));
    Awaitility.await()
        .atMost(BOUND)
        .until(() -> script.log.events(DeviceEvent.WorkerRecovered.class).size() == 1);
    script.pass(Duration.ofMillis(20));
    next(DeviceSignal.WorkerDown.class);
    next(DeviceSignal.WorkerUp.class);
  }

  @Test
  void loadedStandby_takesOverAtDeath() throws Exception {
    start(ONE_DEVICE, LOADED);
    Worker a = up();
    Worker b = up();
    DeviceSignal.WorkerUp first = next(DeviceSignal.WorkerUp.class);
    hold("cpu-0", DeviceScript.load("one"));
    Worker serving = first.port().epoch() == a.epoch() ? a : b;
    Worker standby = serving == a ? b : a;
    serving.loads(Duration.ofMillis(80));
    next(DeviceSignal.ModelsChanged.class);
    standby.loads(Duration.ofMillis(80));
    awaitStandby("loaded");
    serving.dies(DeathCause.KILLED);
    next(DeviceSignal.WorkerDown.class);
    DeviceSignal.WorkerUp up = next(DeviceSignal.WorkerUp.class);
    assertEquals(standby.epoch(), up.port().epoch());
    assertEquals(Set.of("one"), up.models());
    Worker replacement = script.workers.next();
    replacement.hello();
    replacement.loads(Duration.ofMillis(80));
    awaitStandby("loaded");
    assertEquals(replacement.pid(), list().get(0).standbyPid());
  }

  @Test
  void loadedStandby_takesOverAtSuspicion_andTheClearedOneBecomesStandby() throws Exception {
    start(ONE_DEVICE, LOADED);
    Worker a = up();
    Worker b = up();
    DeviceSignal.WorkerUp first = next(DeviceSignal.WorkerUp.class);
    Worker serving = first.port().epoch() == a.epoch() ? a : b;
    Worker standby = serving == a ? b : a;
    awaitStandby("spawned");
    beat(serving, standby);
    serving.silent();
    for (int i = 0; i < 4; i++) {
      beat(serving, standby);
    }
    assertEquals(serving.epoch(), next(DeviceSignal.WorkerSuspected.class).epoch());
    assertEquals(standby.epoch(), next(DeviceSignal.WorkerUp.class).port().epoch());
    serving.answersAgain();
    beat(serving, standby);
    assertEquals(serving.epoch(), next(DeviceSignal.WorkerCleared.class).epoch());
    Awaitility.await().atMost(BOUND).until(() -> list().get(0).standbyPid() == serving.pid());
    assertEquals(standby.pid(), list().get(0).pid());
  }

  @Test
  void spawnedStandby_loadsTheModelsWhenItIsNeeded() throws Exception {
    start(ONE_DEVICE, "mainstay.device.standby = spawned");
    Worker a = up();
    Worker b = up();
    long servingEpoch = next(DeviceSignal.WorkerUp.class).port().epoch();
    Worker serving = servingEpoch == a.epoch() ? a : b;
    Worker standby = serving == a ? b : a;
    hold("cpu-0", DeviceScript.load("one"));
    serving.loads(Duration.ofMillis(80));
    next(DeviceSignal.ModelsChanged.class);
    awaitStandby("spawned");
    assertTrue(standby.loads.isEmpty());
    serving.dies(DeathCause.KILLED);
    next(DeviceSignal.WorkerDown.class);
    standby.loads(Duration.ofMillis(80));
    assertEquals(standby.epoch(), next(DeviceSignal.WorkerUp.class).port().epoch());
  }

  @Test
  void binaryThatCannotStart_failsTheDeviceAndIsTriedAgain() throws Exception {
    start(ONE_DEVICE);
    script.workers.next().dies(DeathCause.NOT_STARTED);
    DeviceSignal.DeviceFailed failed = next(DeviceSignal.DeviceFailed.class);
    assertTrue(failed.reason().contains("cpu-0"), failed::reason);
    awaitState("failed");
    assertEquals("primary_device_failure", refusal(hold("cpu-0", DeviceScript.load("one"))).code());
    TestProbe<DeviceSignal> late = script.kit.createTestProbe();
    devices.tell(new DeviceCommand.Subscribe(late.ref()));
    late.expectMessageClass(DeviceSignal.DeviceFailed.class, BOUND);
    script.pass(Duration.ofSeconds(30));
    script.workers.next().hello();
    next(DeviceSignal.WorkerUp.class);
    awaitState("serving");
  }

  @Test
  void slotThatFails_isRestartedAndServesAgain() throws Exception {
    Worker first = servingWith("one", ONE_DEVICE);
    script.workers.breakDown(new IllegalStateException("launcher is broken"));
    first.dies(DeathCause.KILLED);
    next(DeviceSignal.WorkerDown.class);
    repairLauncher();
    script.pass(Duration.ofMillis(100));
    Worker second = script.workers.next();
    second.hello();
    second.loads(Duration.ofMillis(80));
    assertEquals(Set.of("one"), next(DeviceSignal.WorkerUp.class).models());
  }

  @Test
  void deviceThatStops_isBegunAgainWithItsModels() throws Exception {
    ChildGuard none =
        new ChildGuard() {
          @Override
          public <M> Behavior<M> guard(Class<M> messageClass, Behavior<M> child) {
            return child;
          }
        };
    devices = script.spawn(DeviceSupervisor.create(script.collaborators(none, ONE_DEVICE)));
    devices.tell(new DeviceCommand.Subscribe(signals.ref()));
    Worker first = up();
    next(DeviceSignal.WorkerUp.class);
    hold("cpu-0", DeviceScript.load("one"));
    first.loads(Duration.ofMillis(80));
    next(DeviceSignal.ModelsChanged.class);
    script.workers.breakDown(new IllegalStateException("launcher is broken"));
    first.dies(DeathCause.KILLED);
    repairLauncher();
    // The slot threw and stopped, the device with it; two seconds later it begins again.
    awaitAnotherLaunch();
    Worker second = up();
    second.loads(Duration.ofMillis(80));
    DeviceSignal signal = signals.receiveMessage(BOUND);
    assertInstanceOf(DeviceSignal.WorkerDown.class, signal);
    assertEquals(Set.of("one"), next(DeviceSignal.WorkerUp.class).models());
  }

  @Test
  void supervisor_whenItFailsItself_saysThatItsWorkerEnded_andServesItsModelsAgain()
      throws Exception {
    startRestarting();
    Worker first = up();
    next(DeviceSignal.WorkerUp.class);
    hold("cpu-0", DeviceScript.load("one"));
    first.loads(Duration.ofMillis(80));
    next(DeviceSignal.ModelsChanged.class);

    failSupervisor();
    awaitAnotherLaunch();
    DeviceSignal.WorkerDown down = next(DeviceSignal.WorkerDown.class);
    assertEquals(first.epoch(), down.epoch());
    assertEquals(
        List.of(down.cause()),
        script.log.events(DeviceEvent.WorkerDied.class).stream()
            .map(DeviceEvent.WorkerDied::meta)
            .toList());
    Worker second = up();
    second.loads(Duration.ofMillis(80));
    DeviceSignal.WorkerUp served = next(DeviceSignal.WorkerUp.class);
    assertEquals(second.epoch(), served.port().epoch());
    assertEquals(Set.of("one"), served.models());
    Awaitility.await()
        .atMost(BOUND)
        .until(() -> script.log.events(DeviceEvent.WorkerRecovered.class).size() == 1);
  }

  @Test
  void deviceThatFails_answersWhoWaitsForItsWorker_andWhoAsksBeforeItHasBegunAgain()
      throws Exception {
    Worker first = servingWith("one", ONE_DEVICE);
    TestProbe<StatusReply<LoadedModel>> held = hold("cpu-0", DeviceScript.load("two"));
    first.load();
    TestProbe<StatusReply<Long>> dropped = drop("one");

    // No reply address: the answer fails inside the device.
    devices.tell(new DeviceCommand.DropModel("cpu-0", "three", null));
    assertTrue(refusal(held).isBusy());
    assertEquals(0L, dropped.receiveMessage(BOUND).getValue());
    TestProbe<StatusReply<Long>> asked = drop("two");
    TestProbe<StatusReply<LoadedModel>> heldAgain = hold("cpu-0", DeviceScript.load("one"));
    awaitAnotherLaunch();
    assertEquals(0L, asked.receiveMessage(BOUND).getValue());
    Worker second = up();
    second.loads(Duration.ofMillis(80));
    assertTrue(heldAgain.receiveMessage(BOUND).isSuccess());
    assertTrue(second.loads.isEmpty());
  }

  @Test
  void supervisor_whenItFailsItself_answersWhoWaitsForALoad_andTakesBackWhatIsHeld()
      throws Exception {
    startRestarting();
    Worker first = up();
    next(DeviceSignal.WorkerUp.class);
    hold("cpu-0", DeviceScript.load("one"));
    first.loads(Duration.ofMillis(80));
    next(DeviceSignal.ModelsChanged.class);
    TestProbe<StatusReply<LoadedModel>> held = hold("cpu-0", DeviceScript.load("two"));
    first.load();

    failSupervisor();
    assertTrue(refusal(held).isBusy());
    List<TestProbe<StatusReply<Long>>> dropped = List.of(drop("one"), drop("two"));
    awaitAnotherLaunch();
    for (TestProbe<StatusReply<Long>> reply : dropped) {
      assertEquals(0L, reply.receiveMessage(BOUND).getValue());
    }
    up();
    next(DeviceSignal.WorkerDown.class);
    assertEquals(Set.of(), next(DeviceSignal.WorkerUp.class).models());
  }

  @Test
  void stopAll_drainsEveryWorkerAndStaysStopped() throws Exception {
    start(ONE_DEVICE, LOADED);
    Worker a = up();
    Worker b = up();
    next(DeviceSignal.WorkerUp.class);
    awaitStandby("spawned");
    TestProbe<StatusReply<Done>> stopped = script.kit.createTestProbe();
    devices.tell(new DeviceCommand.StopAll(Duration.ofSeconds(3), stopped.ref()));
    assertEquals(Duration.ofSeconds(3), a.drained.get(5, TimeUnit.SECONDS));
    assertEquals(Duration.ofSeconds(3), b.drained.get(5, TimeUnit.SECONDS));
    a.dies(DeathCause.STOPPED);
    b.dies(DeathCause.STOPPED);
    assertTrue(stopped.receiveMessage(BOUND).isSuccess());
    next(DeviceSignal.WorkerDown.class);
    awaitState("stopped");
    assertEquals("device_stopped", refusal(hold("cpu-0", DeviceScript.load("one"))).code());
    assertFalse(script.workers.launchedMore());
  }

  @Test
  void copiesThatTheDiskRefuses_areAnsweredWithWhy(@TempDir Path cache) {
    start(ONE_DEVICE, "mainstay.device.cache-directory = \"" + cache + "\"");
    TestProbe<StatusReply<DeviceCommand.CopiesDropped>> dropped = script.kit.createTestProbe();
    devices.tell(new DeviceCommand.DropCopies(Set.of("no\u0000name"), dropped.ref()));
    StatusReply<DeviceCommand.CopiesDropped> answer = dropped.receiveMessage(BOUND);
    Refusal why = assertInstanceOf(Refusal.class, answer.getError());
    assertEquals("optimized_copies_unusable", why.code());
    assertTrue(why.getMessage().startsWith("Optimized copies of models were to be deleted: "));

    TestProbe<StatusReply<DeviceCommand.Copies>> checked = script.kit.createTestProbe();
    devices.tell(new DeviceCommand.CheckCopies(checked.ref()));
    assertEquals(List.of(), checked.receiveMessage(BOUND).getValue().copies());
  }

  @Test
  void armFault_withoutFaultInjection_isRefused() throws Exception {
    servingWith("one", ONE_DEVICE);
    TestProbe<StatusReply<Done>> reply = script.kit.createTestProbe();
    devices.tell(
        new DeviceCommand.ArmFault(
            "cpu-0",
            InjectedFault.CRASH,
            InjectionTrigger.NOW,
            0,
            new byte[0],
            false,
            reply.ref()));
    StatusReply<Done> answer = reply.receiveMessage(BOUND);
    assertTrue(answer.isError());
    assertTrue(answer.getError().getMessage().contains("fault-injection is off"));
  }

  /** Whatever failed begins again after its pause. */
  private void awaitAnotherLaunch() {
    Awaitility.await()
        .atMost(BOUND)
        .until(
            () -> {
              script.pass(Duration.ofSeconds(2));
              return script.workers.launchedMore();
            });
  }

  private void repairLauncher() {
    Awaitility.await().atMost(BOUND).until(() -> script.workers.failures() > 0);
    script.workers.breakDown(null);
  }

  private void start(String... overrides) {
    devices = script.spawn(DeviceSupervisor.create(script.collaborators(overrides)));
    devices.tell(new DeviceCommand.Subscribe(signals.ref()));
  }

  private void startRestarting() {
    devices =
        script.spawn(
            ChildGuard.restarting()
                .guard(
                    DeviceCommand.class,
                    DeviceSupervisor.create(script.collaborators(ONE_DEVICE))));
    devices.tell(new DeviceCommand.Subscribe(signals.ref()));
  }

  private void failSupervisor() {
    // No reply address: listing fails inside the supervisor.
    devices.tell(new DeviceCommand.ListDevices(null));
  }

  private Worker servingWith(String modelId, String... overrides) throws InterruptedException {
    start(overrides);
    Worker worker = up();
    next(DeviceSignal.WorkerUp.class);
    TestProbe<StatusReply<LoadedModel>> reply = hold("cpu-0", DeviceScript.load(modelId));
    worker.loads(Duration.ofMillis(80));
    assertTrue(reply.receiveMessage(BOUND).isSuccess());
    next(DeviceSignal.ModelsChanged.class);
    return worker;
  }

  private Worker up() throws InterruptedException {
    Worker worker = script.workers.next();
    worker.hello();
    return worker;
  }

  private void beat(Worker... workers) throws InterruptedException {
    script.pass(BEAT);
    for (Worker worker : workers) {
      assertNotNull(worker.pings.poll(5, TimeUnit.SECONDS), "no ping within 5 s");
    }
  }

  private TestProbe<StatusReply<LoadedModel>> hold(String deviceId, LoadCall load) {
    TestProbe<StatusReply<LoadedModel>> reply = script.kit.createTestProbe();
    devices.tell(new DeviceCommand.HoldModel(deviceId, load, null, reply.ref()));
    return reply;
  }

  private TestProbe<StatusReply<Long>> drop(String modelId) {
    TestProbe<StatusReply<Long>> reply = script.kit.createTestProbe();
    devices.tell(new DeviceCommand.DropModel("cpu-0", modelId, reply.ref()));
    return reply;
  }

  private static Refusal refusal(TestProbe<StatusReply<LoadedModel>> reply) {
    return assertInstanceOf(Refusal.class, reply.receiveMessage(BOUND).getError());
  }

  private List<DeviceView> list() {
    TestProbe<DeviceCommand.DeviceList> reply = script.kit.createTestProbe();
    devices.tell(new DeviceCommand.ListDevices(reply.ref()));
    return reply.receiveMessage(BOUND).devices();
  }

  /** A view follows the signal that it belongs to. */
  private void awaitState(String state) {
    Awaitility.await().atMost(BOUND).until(() -> list().get(0).state().equals(state));
  }

  private void awaitStandby(String state) {
    Awaitility.await().atMost(BOUND).until(() -> list().get(0).standby().equals(state));
  }

  private <S extends DeviceSignal> S next(Class<S> kind) {
    return signals.expectMessageClass(kind, BOUND);
  }
}
