package io.mainstay.actors.model.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceReservation;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelSettings;
import io.mainstay.actors.model.registry.ModelFolder;
import io.mainstay.actors.model.registry.ModelScanner;
import io.mainstay.actors.model.registry.ScannedModel;
import io.mainstay.persistence.saga.SagaPlan;
import io.mainstay.persistence.saga.SagaStep;
import io.mainstay.persistence.saga.SagaWork;
import io.mainstay.persistence.saga.StepOutcome;
import io.mainstay.persistence.transaction.TransactionPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lease, ownership and overdue answers; the steps as a whole are in ModelSupervisorTest. */
class LoaderTest {
  @TempDir Path root;
  private ActorTestKit testKit;
  private ManualTime time;
  private ModelSettings settings;
  private ModelDescriptor model;
  private final ScriptedTransactions transactions = new ScriptedTransactions();
  private TestProbe<MemoryCommand> memory;
  private TestProbe<DeviceCommand> devices;
  private TestProbe<Loader.StepRefused> refusals;
  private TestProbe<LoadStage> stages;
  private TestProbe<StepOutcome> outcomes;
  private ActorRef<Loader.Command> loader;
  private SagaPlan.ModelLoad plan;

  private final LeaseBoard leases = new LeaseBoard();

  @BeforeEach
  void start() throws Exception {
    testKit = ActorTestKit.create(ManualTime.config());
    time = ManualTime.get(testKit.system());
    ModelFolder folder = new ModelFolder(root);
    folder.sound("tiny");
    settings = folder.settings();
    ModelScanner scanner = folder.scanner();
    model = ((ScannedModel.Sound) scanner.scan().get(0)).descriptor();
    plan =
        new SagaPlan.ModelLoad(
            "tiny", "1", model.components().get(0).sha256(), "cpu-0", model.memoryBytes());
    memory = testKit.createTestProbe();
    devices = testKit.createTestProbe();
    refusals = testKit.createTestProbe();
    stages = testKit.createTestProbe();
    outcomes = testKit.createTestProbe();
    loader =
        testKit.spawn(
            Loader.create(
                "cpu-0",
                settings,
                new LoadPort(
                    memory.ref(), devices.ref(), transactions, scanner, Runnable::run, leases),
                refusals.ref(),
                stages.ref()));
  }

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void reserveDevice_whileAnotherSagaLoads_isRefused() {
    reserveDevice("saga-1");

    perform("saga-2", SagaStep.RESERVE_DEVICE);

    assertEquals("device_busy_loading", failed().code());
    assertTrue(refusals.receiveMessage().refusal().getMessage().contains("saga-1"));
  }

  @Test
  void leaseThatNobodyGivesBack_isSeenByAll_andFreeOnceItsSagaCountsAsEnded() {
    loader.tell(new Loader.LoseLease("ghost"));
    perform("saga-1", SagaStep.RESERVE_DEVICE);
    assertEquals("device_busy_loading", failed().code());
    assertEquals(Map.of("cpu-0", "ghost"), leases.holders());
    loader.tell(new Loader.Ended("ghost"));
    reserveDevice("saga-1");
    assertEquals(Map.of("cpu-0", "saga-1"), leases.holders());
    loader.tell(new Loader.LoseLease("ghost"));
    loader.tell(new Loader.Ended("ghost"));
    perform("saga-2", SagaStep.RESERVE_DEVICE);
    assertEquals("device_busy_loading", failed().code());
    assertEquals(Map.of("cpu-0", "saga-1"), leases.holders());
  }

  @Test
  void reserveDevice_afterTheOtherSagaEnded_isGranted() {
    reserveDevice("saga-1");
    loader.tell(new Loader.Ended("saga-1"));

    reserveDevice("saga-2");
  }

  @Test
  void reserveDevice_whenTheHolderNeverEnds_isGrantedOnceItsLeaseIsOver() {
    reserveDevice("saga-1");
    time.timePasses(settings.loadDeadline().multipliedBy(2));

    reserveDevice("saga-2");
  }

  @Test
  void firstStepThatWaitsForTheDevice_isNotDoneOnceItsSagaIsTakenBackOrEnded() throws Exception {
    reserveDevice("saga-1");
    allocate("saga-1");
    loader.tell(new Loader.Ended("saga-1"));
    perform("saga-2", SagaStep.RESERVE_DEVICE);
    perform("saga-3", SagaStep.RESERVE_DEVICE);
    takeBack("saga-2", SagaStep.RESERVE_DEVICE);
    succeeded();
    loader.tell(new Loader.Ended("saga-3"));
    transactions.nextRelease().done();
    transactions.nextRelease().done();

    devices.expectNoMessage();
    reserveDevice("saga-4");
  }

  @Test
  void laterSteps_withoutTheLease_areRefused() {
    perform("saga-1", SagaStep.LOAD);

    assertEquals("device_busy_loading", failed().code());
    devices.expectNoMessage();
  }

  @Test
  void allocate_reservesTheDeviceWithItsMemoryInOneTransaction() throws Exception {
    reserveDevice("saga-1");
    perform("saga-1", SagaStep.ALLOCATE_MEMORY);
    ScriptedTransactions.Begun begun = transactions.nextBegun();

    assertEquals("saga-1.device", begun.id());
    TransactionPlan.DeviceMemory atomic =
        assertInstanceOf(TransactionPlan.DeviceMemory.class, begun.plan());
    assertEquals("model_loading", atomic.device().operationType());
    assertEquals(model.memoryBytes(), atomic.memory().bytes());
    assertEquals("load:saga-1", atomic.owner());
  }

  @Test
  void allocate_whenItsTransactionAborts_failsWithItsCause() throws Exception {
    reserveDevice("saga-1");
    perform("saga-1", SagaStep.ALLOCATE_MEMORY);
    transactions.nextBegun().abort("no_room");

    assertEquals("no_room", failed().code());
    assertEquals("remedy", refusals.receiveMessage().refusal().remedy());
  }

  @Test
  void allocate_whenItsTransactionsEndIsUnknown_givesItUpBeforeItFails() throws Exception {
    reserveDevice("saga-1");
    perform("saga-1", SagaStep.ALLOCATE_MEMORY);
    transactions.nextBegun().end().completeExceptionally(new TimeoutException("late"));

    ScriptedTransactions.Release release = transactions.nextRelease();
    assertFalse(release.handOver());
    release.done();

    assertEquals("domain_answer_overdue", failed().code());
  }

  @Test
  void allocate_whenEvenTheReleaseIsNotAnswered_staysUnansweredSoThatTheSagaCompensates()
      throws Exception {
    reserveDevice("saga-1");
    perform("saga-1", SagaStep.ALLOCATE_MEMORY);
    transactions.nextBegun().end().completeExceptionally(new TimeoutException("late"));
    transactions.nextRelease().end().completeExceptionally(new TimeoutException("late"));

    assertEquals("saga-1", refusals.receiveMessage().sagaId());
    outcomes.expectNoMessage();
  }

  @Test
  void reserveDevice_thatATransactionOfSomebodyElseHolds_isRefused() {
    perform("saga-1", SagaStep.RESERVE_DEVICE);
    answerDevices(
        new DeviceReservation("cpu-0", "tx-1", "operator", DeviceReservation.Kind.MODEL_LOADING));

    assertTrue(failed().message().contains("tx-1"));
  }

  @Test
  void load_thatEnds_handsItsMemoryOverAndFreesTheDeviceBeforeItAnswers() throws Exception {
    reserveDevice("saga-1");
    allocate("saga-1");
    perform("saga-1", SagaStep.CACHE);
    ScriptedTransactions.Begun pin = transactions.nextBegun();
    assertEquals("saga-1.model", pin.id());
    assertInstanceOf(TransactionPlan.ModelMemory.class, pin.plan());
    pin.commit();
    succeeded();
    perform("saga-1", SagaStep.LOAD);
    devices
        .expectMessageClass(DeviceCommand.HoldModel.class)
        .replyTo()
        .tell(
            StatusReply.success(
                new LoadedModel(
                    10,
                    Duration.ofMillis(1),
                    List.of(new LoadedModel.Component("model", "", List.of(), List.of())))));

    ScriptedTransactions.Release device = transactions.nextRelease();
    ScriptedTransactions.Release pinned = transactions.nextRelease();
    outcomes.expectNoMessage();
    assertEquals("saga-1.device", device.id());
    assertTrue(device.handOver() && pinned.handOver());
    device.done();
    pinned.done();
    succeeded();
  }

  @Test
  void undo_ofAnOldSaga_leavesANewerLoadAlone() throws Exception {
    reserveDevice("saga-1");
    allocate("saga-1");
    loader.tell(new Loader.Ended("saga-1"));
    transactions.nextRelease().done();
    transactions.nextRelease().done();
    reserveDevice("saga-2");
    allocate("saga-2");

    takeBack("saga-1", SagaStep.LOAD);
    assertTrue(succeeded().evidence().contains("newer load"));
    takeBack("saga-1", SagaStep.ALLOCATE_MEMORY);
    ScriptedTransactions.Release pinned = transactions.nextRelease();
    ScriptedTransactions.Release device = transactions.nextRelease();
    assertEquals("saga-1.model", pinned.id());
    assertEquals("saga-1.device", device.id());
    assertTrue(pinned.handOver() && device.handOver(), "the memory stays with the newer load");
    pinned.done();
    device.done();
    assertTrue(succeeded().evidence().contains("newer load"));

    devices.expectNoMessage();
    memory.expectNoMessage();
  }

  @Test
  void undo_afterARestartOfTheNode_checksThatNothingIsHeld() throws Exception {
    takeBack("saga-before", SagaStep.LOAD);
    devices
        .expectMessageClass(DeviceCommand.DropModel.class)
        .replyTo()
        .tell(StatusReply.success(0L));
    succeeded();

    takeBack("saga-before", SagaStep.ALLOCATE_MEMORY);
    transactions.nextRelease().done();
    transactions.nextRelease().done();
    memory.expectMessageClass(MemoryCommand.Release.class).replyTo().tell(Done.getInstance());
    memory
        .expectMessageClass(MemoryCommand.ListLedgers.class)
        .replyTo()
        .tell(new MemoryCommand.LedgerList(List.of()));
    assertEquals("model:tiny holds nothing of cpu-0", succeeded().evidence());
  }

  @Test
  void undo_whenTheLedgerStillHoldsIt_fails() throws Exception {
    takeBack("saga-1", SagaStep.ALLOCATE_MEMORY);
    transactions.nextRelease().done();
    transactions.nextRelease().done();
    memory.expectMessageClass(MemoryCommand.Release.class).replyTo().tell(Done.getInstance());
    memory
        .expectMessageClass(MemoryCommand.ListLedgers.class)
        .replyTo()
        .tell(
            new MemoryCommand.LedgerList(
                List.of(
                    new MemoryCommand.LedgerView(
                        "cpu-0",
                        100,
                        100,
                        10,
                        List.of(new MemoryCommand.Reservation("cpu-0", "model:tiny", 10))))));

    assertTrue(failed().message().contains("still holds memory"));
  }

  private void reserveDevice(String saga) {
    perform(saga, SagaStep.RESERVE_DEVICE);
    answerDevices();
    succeeded();
  }

  private void answerDevices(DeviceReservation... reserved) {
    devices
        .expectMessageClass(DeviceCommand.ListDevices.class)
        .replyTo()
        .tell(
            new DeviceCommand.DeviceList(
                List.of(
                    new DeviceView(
                        "cpu-0", "cpu", "test", "serving", 1, 3, 42, "none", 0, 0, 1 << 20, 0,
                        List.of(), 0, 0, "")),
                List.of(reserved)));
  }

  private void allocate(String saga) throws Exception {
    perform(saga, SagaStep.ALLOCATE_MEMORY);
    transactions.nextBegun().commit();
    succeeded();
  }

  private void perform(String saga, SagaStep step) {
    loader.tell(new Loader.Perform(new SagaWork.Do(saga, plan, step, outcomes.ref()), model));
  }

  private void takeBack(String saga, SagaStep step) {
    loader.tell(new Loader.TakeBack(new SagaWork.Undo(saga, plan, step, outcomes.ref())));
  }

  private StepOutcome.Succeeded succeeded() {
    return assertInstanceOf(StepOutcome.Succeeded.class, outcomes.receiveMessage());
  }

  private StepOutcome.Failed failed() {
    return assertInstanceOf(StepOutcome.Failed.class, outcomes.receiveMessage());
  }
}
