package io.mainstay.actors.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.pattern.StatusReply;
import io.mainstay.actors.degradation.ModelLimits;
import io.mainstay.actors.degradation.ScriptedModes;
import io.mainstay.actors.device.DeviceReservation;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.registry.ModelFolder;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.model.report.Unloaded;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.persistence.saga.SagaPlan;
import io.mainstay.persistence.saga.SagaStep;
import io.mainstay.persistence.saga.SagaWork;
import io.mainstay.persistence.saga.StepOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of state that wait for a device out of reach, failover, and the comparison after it. */
class FrozenDeviceTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  @TempDir Path root;
  private ModelHarness harness;

  @BeforeEach
  void start() throws Exception {
    ModelFolder folder = new ModelFolder(root);
    folder.sound("tiny");
    folder.sound("other");
    harness = new ModelHarness(folder, "");
  }

  @AfterEach
  void stop() {
    harness.close();
  }

  @Test
  void loadsAndUnloads_waitForTheThaw_inOrder_andNothingIsLost() {
    assertTrue(harness.ensure("tiny", "cpu-0").isSuccess());
    harness.models.tell(new ModelCommand.Freeze("cpu-0", LONG));
    TestProbe<StatusReply<ModelDescriptor>> loads = load("other", "cpu-0");
    TestProbe<StatusReply<Unloaded>> unloads = unload("tiny", "");
    assertTrue(harness.ensure("tiny", "cpu-0").isSuccess(), "what is there is no change of state");
    assertTrue(harness.ensure("other", "cpu-1").isSuccess(), "other devices go on");
    assertEquals(List.of("hold tiny cpu-0", "hold other cpu-1"), harness.devices.calls);

    harness.models.tell(new ModelCommand.Thaw("cpu-0"));
    assertTrue(loads.receiveMessage(ModelHarness.BOUND).isSuccess());
    assertEquals(
        "cpu-0", unloads.receiveMessage(ModelHarness.BOUND).getValue().devices().get(0).deviceId());
    assertTrue(harness.devices.calls.containsAll(List.of("hold other cpu-0", "drop tiny cpu-0")));
  }

  @Test
  void domainBeginsAnew_queuedLoadsAndParkedUnloadsAreToldToRetry() {
    assertTrue(harness.ensure("tiny", "cpu-0").isSuccess());
    harness.models.tell(new ModelCommand.Freeze("cpu-0", LONG));
    TestProbe<StatusReply<ModelDescriptor>> loads = load("other", "cpu-0");
    TestProbe<StatusReply<Unloaded>> unloads = unload("tiny", "");

    harness.beginAnew();

    assertBusy(loads);
    assertBusy(unloads);
    assertTrue(harness.ensure("other", "cpu-0").isSuccess());
  }

  @Test
  void domainBeginsAnew_whoWaitsForARunningLoadOrUnloadIsToldToRetry() throws Exception {
    assertTrue(harness.ensure("tiny", "cpu-0").isSuccess());
    harness.devices.answerDrops = false;
    TestProbe<StatusReply<Unloaded>> unloads = unload("tiny", "cpu-0");
    harness.devices.nextDrop();
    TestProbe<StatusReply<ModelDescriptor>> deferred = load("tiny", "cpu-0");
    harness.devices.answerLoads = false;
    TestProbe<StatusReply<ModelDescriptor>> loads = load("other", "cpu-1");
    harness.devices.nextLoad();

    harness.beginAnew();

    assertBusy(unloads);
    assertBusy(deferred);
    assertBusy(loads);
  }

  private static <T> void assertBusy(TestProbe<StatusReply<T>> waiter) {
    Refusal refused = (Refusal) waiter.receiveMessage(ModelHarness.BOUND).getError();
    assertEquals("busy", refused.code());
    assertTrue(refused.retryAfterMillis() > 0);
  }

  @Test
  void freeze_endsAfterItsBoundByItself() {
    harness.models.tell(new ModelCommand.Freeze("cpu-0", Duration.ofMillis(50)));
    TestProbe<StatusReply<ModelDescriptor>> loads = load("tiny", "cpu-0");
    assertTrue(loads.receiveMessage(ModelHarness.BOUND).isSuccess());
  }

  @Test
  void failover_refusesWhatWaits_andLoadsOntoOthersWhatTheDeviceAloneHad() {
    assertTrue(harness.ensure("tiny", "cpu-0").isSuccess());
    harness.models.tell(new ModelCommand.Freeze("cpu-0", LONG));
    TestProbe<StatusReply<ModelDescriptor>> loads = load("other", "cpu-0");
    ModelCommand.Moved moved =
        harness.ask(
            to -> new ModelCommand.FailOver("cpu-0", "it is silent", List.of("cpu-1"), LONG, to));
    assertEquals(List.of("tiny onto cpu-1"), moved.models());
    assertEquals(List.of(), moved.notMoved());
    assertTrue(harness.devices.calls.contains("hold tiny cpu-1"), "it is there by now");
    assertEquals(moved, failOver("cpu-1"), "told again it moves nothing twice");
    String refused = loads.receiveMessage(ModelHarness.BOUND).getError().getMessage();
    assertTrue(refused.contains("its work goes elsewhere"), refused);
    assertTrue(harness.ensure("tiny", "cpu-1").isSuccess());
    assertTrue(harness.devices.calls.contains("hold tiny cpu-1"));
    assertTrue(harness.ensure("other", "cpu-0").isError());

    harness.models.tell(new ModelCommand.Thaw("cpu-0"));
    harness.devices.signal(
        new DeviceSignal.WorkerUp("cpu-0", new ScriptedWorker("cpu-0", 9), Set.of("tiny")));
    Awaitility.await()
        .atMost(ModelHarness.BOUND)
        .until(() -> harness.ensure("other", "cpu-0").isSuccess());
  }

  @Test
  void failover_saysWhatCouldNotBeMoved() {
    assertTrue(harness.ensure("tiny", "cpu-0").isSuccess());
    harness.devices.loadRefusal = Refusal.of("worker_broken", "it does not load", "replace it");
    ModelCommand.Moved moved = failOver("cpu-1");
    assertEquals(List.of(), moved.models());
    assertEquals(1, moved.notMoved().size(), moved.toString());
    assertTrue(moved.notMoved().get(0).contains("it does not load"), moved.toString());
  }

  @Test
  void failover_withNoOtherDevice_saysSo() {
    assertTrue(harness.ensure("tiny", "cpu-0").isSuccess());
    assertEquals(List.of("tiny: no other device serves"), failOver().notMoved());
  }

  @Test
  void failover_whileAModeHolds_loadsNoMoreThanItAllows() {
    assertTrue(harness.ensure("tiny", "cpu-0").isSuccess());
    assertTrue(harness.ensure("other", "cpu-1").isSuccess());
    TestProbe<Object> user = harness.testKit.createTestProbe();
    harness.models.tell(new ModelCommand.Hold("other", "session 7", user.ref()));
    ScriptedModes.restrict(harness.testKit.system(), new ModelLimits(Long.MAX_VALUE, 1, 1));
    ModelCommand.Moved moved = failOver("cpu-1");
    assertEquals(List.of(), moved.models());
    assertTrue(moved.notMoved().get(0).contains("1 models may be on devices"), moved.toString());
  }

  @Test
  void loadThatWaitsForAnUnloading_meetsTheModeThatCameMeanwhile() throws Exception {
    assertTrue(harness.ensure("tiny", "cpu-0").isSuccess());
    harness.devices.answerDrops = false;
    unload("tiny", "cpu-0");
    var drop = harness.devices.nextDrop();
    TestProbe<StatusReply<ModelDescriptor>> loads = load("tiny", "cpu-0");
    harness.<ModelCommand.ModelList>ask(ModelCommand.ListModels::new);
    ScriptedModes.restrict(harness.testKit.system(), new ModelLimits(1, 1, 1));
    harness.devices.answerDrops = true;
    drop.replyTo().tell(StatusReply.success(5L << 20));
    Refusal refused = (Refusal) loads.receiveMessage(ModelHarness.BOUND).getError();
    assertEquals(ModeGate.TOO_LARGE, refused.code());
  }

  private ModelCommand.Moved failOver(String... others) {
    return harness.ask(
        to -> new ModelCommand.FailOver("cpu-0", "it is silent", List.of(others), LONG, to));
  }

  @Test
  void failover_refusesWhatWaitsBehindALoadThatRuns() throws Exception {
    harness.devices.answerLoads = false;
    TestProbe<StatusReply<ModelDescriptor>> runs = load("tiny", "cpu-0");
    var underWay = harness.devices.nextLoad();
    TestProbe<StatusReply<ModelDescriptor>> waits = load("other", "cpu-0");
    harness.<ModelCommand.Moved>ask(
        to -> new ModelCommand.FailOver("cpu-0", "it is silent", List.of(), LONG, to));
    String refused = waits.receiveMessage(ModelHarness.BOUND).getError().getMessage();
    assertTrue(refused.contains("its work goes elsewhere"), refused);
    underWay.replyTo().tell(StatusReply.success(harness.devices.loaded));
    String late = runs.receiveMessage(ModelHarness.BOUND).getError().getMessage();
    assertTrue(late.contains("its work goes elsewhere"), late);
  }

  @Test
  void loadRefusedBecauseOfAReservation_isNotRemembered_onceThatIsOver() {
    harness.devices.reserved.put(
        "cpu-0",
        new DeviceReservation("cpu-0", "01TX", "operator", DeviceReservation.Kind.MODEL_LOADING));
    String refused = harness.ensure("tiny", "cpu-0").getError().getMessage();
    assertTrue(refused.contains("01TX"), refused);
    harness.devices.reserved.clear();
    assertTrue(harness.ensure("tiny", "cpu-0").isSuccess(), "at once");
  }

  @Test
  void lookAtADevice_saysWhatTheWorkerReports_andChangesNothing() {
    assertTrue(harness.ensure("tiny", "cpu-0").isSuccess());
    harness.devices.held.put("cpu-0", List.of("other"));
    StatusReply<Reconciled> look = harness.ask(to -> new ModelCommand.Compare("cpu-0", to));
    assertEquals(4, look.getValue().differences().size(), look.toString());
    assertEquals(4, look.getValue().remaining().size());
    assertTrue(harness.reserved("cpu-0") > 0);
    assertTrue(harness.ensure("tiny", "cpu-0").isSuccess(), "still believed");
  }

  @Test
  void modelThatTheWorkerDoesNotHold_isSetToFailed_itsEntriesCleared_andLoadedAnewLater() {
    assertTrue(harness.ensure("tiny", "cpu-0").isSuccess());
    assertTrue(harness.reserved("cpu-0") > 0);
    TestProbe<Object> user = harness.testKit.createTestProbe();
    harness.models.tell(new ModelCommand.Hold("tiny", "session 7", user.ref()));
    harness.devices.held.put("cpu-0", List.of());

    Reconciled result = reconcile().getValue();

    assertTrue(result.agree(), result.toString());
    assertEquals(2, result.differences().size(), result.toString());
    Reconciled.Difference state = result.differences().get(0);
    assertEquals("model_availability", state.field());
    assertEquals("loaded", state.orchestratorState());
    assertEquals("absent", state.workerState());
    assertEquals("worker", state.authority());
    assertEquals(List.of("session 7"), state.dependents());
    assertTrue(state.actions().contains("clear_inconsistent_cache_entries"));
    assertEquals(0, harness.reserved("cpu-0"));
    StatusReply<ModelDescriptor> early = harness.ensure("tiny", "cpu-0");
    assertTrue(early.getError().getMessage().contains("does not hold tiny"), early.toString());
    harness.clock.now = harness.clock.now.plusSeconds(100_000);
    assertTrue(harness.ensure("tiny", "cpu-0").isSuccess());
  }

  @Test
  void modelThatTheNodeDoesNotKnowOf_isAdoptedWithItsMemory_andAStrayReservationIsReleased() {
    harness.devices.held.put("cpu-0", List.of("tiny"));
    TestProbe<StatusReply<MemoryCommand.Reservation>> room = harness.testKit.createTestProbe();
    harness.memory.tell(new MemoryCommand.Reserve("cpu-0", "model:other", 1 << 20, room.ref()));
    room.receiveMessage(ModelHarness.BOUND);

    Reconciled result = reconcile().getValue();

    assertTrue(result.agree(), result.toString());
    assertEquals(3, result.differences().size(), result.toString());
    assertEquals("loaded", harness.show("tiny").model().state());
    assertEquals(10 << 20, harness.reserved("cpu-0"), "tiny's estimate, and other's no more");
    assertTrue(reconcile().getValue().differences().isEmpty());
  }

  @Test
  void modelThatNobodyKnows_staysADisagreement_andADeviceWithoutWorkerIsRefused() {
    harness.devices.held.put("cpu-0", List.of("stranger"));
    Reconciled result = reconcile().getValue();
    assertEquals(1, result.remaining().size(), result.toString());
    assertTrue(result.remaining().get(0).contains("stranger.allocated_bytes"));
    harness.devices.states.put("cpu-0", "restarting");
    assertTrue(reconcile().getError().getMessage().contains("cpu-0 is restarting"));
  }

  @Test
  void memoryOfALoadThatAnEarlierLifeBegan_isLeftToItsSaga() {
    TestProbe<StepOutcome> outcomes = harness.testKit.createTestProbe();
    SagaPlan plan = new SagaPlan.ModelLoad("tiny", "1", "", "cpu-0", 1 << 20);
    // Refused, as this life's loader leased nothing; that the saga is under way is known now.
    harness.models.tell(
        new ModelCommand.CarryOut(
            new SagaWork.Do("saga-before", plan, SagaStep.CACHE, outcomes.ref())));
    outcomes.receiveMessage(ModelHarness.BOUND);
    TestProbe<StatusReply<MemoryCommand.Reservation>> room = harness.testKit.createTestProbe();
    harness.memory.tell(new MemoryCommand.Reserve("cpu-0", "model:tiny", 1 << 20, room.ref()));
    room.receiveMessage(ModelHarness.BOUND);

    assertEquals(List.of(), reconcile().getValue().differences());
    assertEquals(1 << 20, harness.reserved("cpu-0"));
  }

  private StatusReply<Reconciled> reconcile() {
    return harness.ask(to -> new ModelCommand.Reconcile("cpu-0", to));
  }

  private TestProbe<StatusReply<ModelDescriptor>> load(String model, String device) {
    TestProbe<StatusReply<ModelDescriptor>> probe = harness.testKit.createTestProbe();
    harness.models.tell(new ModelCommand.EnsureLoaded(model, device, probe.ref()));
    return probe;
  }

  private TestProbe<StatusReply<Unloaded>> unload(String model, String device) {
    TestProbe<StatusReply<Unloaded>> probe = harness.testKit.createTestProbe();
    harness.models.tell(new ModelCommand.Unload(model, device, probe.ref()));
    return probe;
  }
}
