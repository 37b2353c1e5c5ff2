package io.mainstay.actors.model.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
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
import java.nio.file.Path;
import java.util.List;
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
  private TestProbe<MemoryCommand> memory;
  private TestProbe<DeviceCommand> devices;
  private TestProbe<Loader.StepRefused> refusals;
  private TestProbe<LoadStage> stages;
  private TestProbe<StepOutcome> outcomes;
  private ActorRef<Loader.Command> loader;
  private SagaPlan.ModelLoad plan;

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
                new LoadPort(memory.ref(), devices.ref(), scanner, Runnable::run),
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
  void laterSteps_withoutTheLease_areRefused() {
    perform("saga-1", SagaStep.LOAD);

    assertEquals("device_busy_loading", failed().code());
    devices.expectNoMessage();
  }

  @Test
  void allocate_whenMemoryDoesNotAnswer_releasesBeforeItFails() {
    reserveDevice("saga-1");
    perform("saga-1", SagaStep.ALLOCATE_MEMORY);
    memory.expectMessageClass(MemoryCommand.Reserve.class);
    time.timePasses(settings.answerTimeout());

    memory.expectMessageClass(MemoryCommand.Release.class).replyTo().tell(Done.getInstance());

    assertEquals("domain_answer_overdue", failed().code());
  }

  @Test
  void allocate_whenEvenTheReleaseIsNotAnswered_staysUnansweredSoThatTheSagaCompensates() {
    reserveDevice("saga-1");
    perform("saga-1", SagaStep.ALLOCATE_MEMORY);
    memory.expectMessageClass(MemoryCommand.Reserve.class);
    time.timePasses(settings.answerTimeout());
    memory.expectMessageClass(MemoryCommand.Release.class);
    time.timePasses(settings.answerTimeout());

    assertEquals("saga-1", refusals.receiveMessage().sagaId());
    outcomes.expectNoMessage();
  }

  @Test
  void undo_ofAnOldSaga_leavesANewerLoadAlone() {
    reserveDevice("saga-1");
    allocate("saga-1");
    loader.tell(new Loader.Ended("saga-1"));
    reserveDevice("saga-2");
    allocate("saga-2");

    takeBack("saga-1", SagaStep.LOAD);
    assertTrue(succeeded().evidence().contains("newer load"));
    takeBack("saga-1", SagaStep.ALLOCATE_MEMORY);
    assertTrue(succeeded().evidence().contains("newer load"));

    devices.expectNoMessage();
    memory.expectNoMessage();
  }

  @Test
  void undo_afterARestartOfTheNode_checksThatNothingIsHeld() {
    takeBack("saga-before", SagaStep.LOAD);
    devices
        .expectMessageClass(DeviceCommand.DropModel.class)
        .replyTo()
        .tell(StatusReply.success(0L));
    succeeded();

    takeBack("saga-before", SagaStep.ALLOCATE_MEMORY);
    memory.expectMessageClass(MemoryCommand.Release.class).replyTo().tell(Done.getInstance());
    memory
        .expectMessageClass(MemoryCommand.ListLedgers.class)
        .replyTo()
        .tell(new MemoryCommand.LedgerList(List.of()));
    assertEquals("model:tiny holds nothing of cpu-0", succeeded().evidence());
  }

  @Test
  void undo_whenTheLedgerStillHoldsIt_fails() {
    takeBack("saga-1", SagaStep.ALLOCATE_MEMORY);
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
    devices
        .expectMessageClass(DeviceCommand.ListDevices.class)
        .replyTo()
        .tell(
            new DeviceCommand.DeviceList(
                List.of(
                    new DeviceView(
                        "cpu-0", "cpu", "test", "serving", 1, 3, 42, "none", 0, 0, 1 << 20, 0,
                        List.of(), 0, 0, ""))));
    succeeded();
  }

  private void allocate(String saga) {
    perform(saga, SagaStep.ALLOCATE_MEMORY);
    memory
        .expectMessageClass(MemoryCommand.Reserve.class)
        .replyTo()
        .tell(
            StatusReply.success(
                new MemoryCommand.Reservation("cpu-0", "model:tiny", model.memoryBytes())));
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
