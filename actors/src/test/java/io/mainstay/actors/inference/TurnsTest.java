package io.mainstay.actors.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.inference.InferenceCommand.TurnReply;
import io.mainstay.actors.inference.InferenceCommand.TurnReply.Outcome;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelTraits;
import io.mainstay.actors.outage.OutageCommand;
import io.mainstay.actors.outage.OutageNotice;
import io.mainstay.actors.support.ScriptedDevices;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.support.TestModels;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.protocol.WorkerBlame;
import io.mainstay.protocol.WorkerFaultCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TurnsTest {
  private static final String MODEL = TestModels.ID;
  private static final Duration QUIET = Duration.ofMillis(150);

  @TempDir Path directory;
  private WorkHarness node;
  private TestProbe<TurnReply> turns;
  private TestProbe<Outcome> outcomes;

  @BeforeEach
  void start() throws Exception {
    node = new WorkHarness(directory, "mainstay.inference.turns.lease = 400ms");
    turns = node.kit().createTestProbe();
    outcomes = node.kit().createTestProbe();
  }

  @AfterEach
  void end() {
    node.close();
  }

  private void request(String turnId, WorkClass workClass) {
    node.inference.tell(
        new InferenceCommand.RequestTurn(turnId, MODEL, workClass, false, "", turns.getRef()));
  }

  private TurnReply.Granted granted() {
    return (TurnReply.Granted) turns.receiveMessage(WorkHarness.PATIENCE);
  }

  private void use(String turnId) {
    use(turnId, false);
  }

  private void use(String turnId, boolean keep) {
    TextModel model = node.models.textModels().of(node.models.descriptor());
    InferenceCall call = model.call(model.encode(List.of("a batch")), Duration.ZERO, 2);
    node.inference.tell(new InferenceCommand.UseTurn(turnId, call, keep, outcomes.getRef()));
  }

  @Test
  void turns_aboveTheWindow_waitUntilOneIsOver() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(worker, MODEL);
    for (String id : List.of("a", "b", "c")) {
      request(id, WorkClass.STANDARD);
    }
    assertEquals("a", granted().turnId());
    assertEquals("b", granted().turnId());
    turns.expectNoMessage(QUIET);

    use("a");
    worker.answerAll();

    assertEquals("a", ((Outcome.Done) outcomes.receiveMessage()).turnId());
    TurnReply.Granted next = granted();
    assertEquals("c", next.turnId());
    assertEquals("cpu-0", next.deviceId());
    assertEquals(1, next.epoch());
    assertTrue(next.fingerprint().startsWith("model=tiny@"));
  }

  @Test
  void deviceOutOfReach_getsNoTurn_untilItIsThawed() {
    node.devices.up(new ScriptedWorker("cpu-0", 1), MODEL);
    request("first", WorkClass.STANDARD);
    assertEquals("first", granted().turnId());
    tellOutage(new OutageNotice.Frozen("cpu-0", Duration.ofMinutes(5)));
    request("a", WorkClass.STANDARD);
    use("first");
    outcomes.expectMessageClass(Outcome.Done.class);
    turns.expectNoMessage(QUIET);
    node.devices.up(new ScriptedWorker("cpu-1", 2), MODEL);
    assertEquals("cpu-1", granted().deviceId());

    tellOutage(new OutageNotice.Thawed("cpu-0", false));
    for (String id : List.of("b", "c", "d")) {
      request(id, WorkClass.STANDARD);
    }
    assertEquals(
        Set.of("cpu-0", "cpu-1"),
        Stream.generate(this::granted)
            .limit(3)
            .map(TurnReply.Granted::deviceId)
            .collect(Collectors.toSet()));
  }

  @Test
  void freezeThatNobodyEnds_endsAfterItsBound() {
    node.devices.up(new ScriptedWorker("cpu-0", 1), MODEL);
    tellOutage(new OutageNotice.Frozen("cpu-0", Duration.ofMillis(50)));
    request("a", WorkClass.STANDARD);
    assertEquals("a", granted().turnId());
  }

  @Test
  void modelThatTurnedOutToBeAbsent_isLoadedAgainBeforeAnyTurn_andThatIsConfirmed() {
    node.devices.up(new ScriptedWorker("cpu-0", 1), MODEL);
    request("a", WorkClass.STANDARD);
    granted();
    TestProbe<OutageCommand> keeper = node.kit().createTestProbe();
    node.models.refuseOn("cpu-0");
    tellOutage(
        new OutageNotice.ModelStateChanged(7, "cpu-0", MODEL, "absent", List.of(), keeper.ref()));
    assertEquals(
        new OutageCommand.Confirm("inference", 7), keeper.receiveMessage(WorkHarness.PATIENCE));
    request("b", WorkClass.STANDARD);
    assertEquals(
        "b",
        assertInstanceOf(TurnReply.Refused.class, turns.receiveMessage(WorkHarness.PATIENCE))
            .turnId(),
        "no device can have it");
  }

  private void tellOutage(OutageNotice notice) {
    node.inference.tell(new InferenceSupervisor.Outage(notice));
  }

  @Test
  void turns_areGivenByClassThenInOrder() {
    request("batch", WorkClass.BATCH);
    request("standard-1", WorkClass.STANDARD);
    request("standard-2", WorkClass.STANDARD);
    request("interactive", WorkClass.INTERACTIVE);
    turns.expectNoMessage(QUIET);

    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    node.devices.up(worker, MODEL);

    for (String expected : List.of("interactive", "standard-1", "standard-2", "batch")) {
      assertEquals(expected, granted().turnId());
      use(expected);
      outcomes.expectMessageClass(Outcome.Done.class);
    }
  }

  @Test
  void acceptedWork_spreadsOverAllDevicesWithMemory() {
    node.models.refuseOn("cpu-2");
    for (int i = 0; i < 3; i++) {
      node.devices.up(new ScriptedWorker("cpu-" + i, i + 1));
    }
    for (String id : List.of("a", "b", "c", "d", "e")) {
      request(id, WorkClass.STANDARD);
    }

    List<String> devices = Stream.generate(() -> granted().deviceId()).limit(4).sorted().toList();
    assertEquals(List.of("cpu-0", "cpu-0", "cpu-1", "cpu-1"), devices);
    turns.expectNoMessage(QUIET);
    assertEquals(Set.of("cpu-0", "cpu-1"), node.models.loadedOn());
  }

  @Test
  void everyDeviceRefusesTheModel_theTurnIsRefusedWithCauseAndRemedy() {
    node.models.refuseOn("cpu-0");
    node.devices.up(new ScriptedWorker("cpu-0", 1));
    request("a", WorkClass.STANDARD);

    TurnReply.Refused refused = (TurnReply.Refused) turns.receiveMessage();
    assertEquals("memory_refused", refused.code());
    assertEquals("Raise the budget", refused.remedy());
  }

  @Test
  void workerDiesInFlight_theOutcomeCarriesTheJournalsCause() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 5).hold();
    node.devices.up(worker, MODEL);
    request("a", WorkClass.STANDARD);
    granted();
    use("a");
    node.kit().createTestProbe().awaitAssert(() -> assertOne(worker));

    worker.die();
    outcomes.expectNoMessage(Duration.ofMillis(50));
    node.devices.tell(ScriptedDevices.down(worker));

    Outcome.Interrupted interrupted = (Outcome.Interrupted) outcomes.receiveMessage();
    assertEquals("cpu-0", interrupted.deviceId());
    assertEquals(5, interrupted.epoch());
    assertEquals("killed by SIGKILL", interrupted.reason());
    assertEquals(ScriptedDevices.death(5), interrupted.cause());
  }

  private static Void assertOne(ScriptedWorker worker) {
    assertEquals(1, worker.open().size());
    return null;
  }

  @Test
  void journalNamesNoCauseInTime_theOutcomeComesWithoutOne() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 5).hold();
    node.devices.up(worker, MODEL);
    request("a", WorkClass.STANDARD);
    granted();
    use("a");
    node.kit().createTestProbe().awaitAssert(() -> assertOne(worker));

    worker.die();

    Outcome.Interrupted interrupted = (Outcome.Interrupted) outcomes.receiveMessage();
    assertNull(interrupted.cause());
  }

  @Test
  void domainStopsDuringACall_theRunnerIsToldAllTheSameWhatBecomesOfIt() {
    ScriptedWorker first = new ScriptedWorker("cpu-0", 5).hold();
    ScriptedWorker second = new ScriptedWorker("cpu-1", 6).hold();
    node.devices.up(first, MODEL);
    request("a", WorkClass.STANDARD);
    granted();
    use("a");
    node.kit().createTestProbe().awaitAssert(() -> assertOne(first));
    node.devices.tell(new DeviceSignal.WorkerSuspected("cpu-0", 5, "silent"));
    node.devices.up(second, MODEL);
    request("b", WorkClass.STANDARD);
    granted();
    use("b");
    node.kit().createTestProbe().awaitAssert(() -> assertOne(second));

    node.kit().stop(node.inference);
    first.die();

    Outcome.Interrupted interrupted =
        assertInstanceOf(Outcome.Interrupted.class, outcomes.receiveMessage());
    assertEquals("a", interrupted.turnId());
    assertNull(interrupted.cause());
    second.fail(second.open().get(0), WorkerFaultCode.BAD_TENSOR, WorkerBlame.REQUEST, false);
    assertEquals("b", assertInstanceOf(Outcome.Failed.class, outcomes.receiveMessage()).turnId());
  }

  @Test
  void workerDiesBeforeTheTurnIsUsed_nothingIsSent() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    node.devices.up(worker, MODEL);
    request("a", WorkClass.STANDARD);
    granted();

    node.devices.kill(worker);
    ScriptedWorker successor = new ScriptedWorker("cpu-0", 2);
    node.devices.up(successor, MODEL);
    use("a");

    assertEquals("a", ((Outcome.NotSent) outcomes.receiveMessage()).turnId());
    assertEquals(0, successor.taken().size());
    request("b", WorkClass.STANDARD);
    assertEquals(2, granted().epoch());
  }

  @Test
  void suspectedDevice_getsNoTurns() {
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(node.devices::heard);
    node.devices.up(new ScriptedWorker("cpu-0", 1), MODEL);
    node.devices.tell(new DeviceSignal.WorkerSuspected("cpu-0", 1, "silent"));
    request("a", WorkClass.STANDARD);
    turns.expectNoMessage(QUIET);

    node.devices.tell(new DeviceSignal.WorkerCleared("cpu-0", 1));
    assertEquals("a", granted().turnId());
  }

  @Test
  void workerRefusesTheCall_theOutcomeSaysSo_andTheTurnIsOver() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    worker.onTaken(
        alive ->
            alive.fail(
                alive.open().get(0), WorkerFaultCode.BAD_TENSOR, WorkerBlame.REQUEST, false));
    node.devices.up(worker, MODEL);
    for (String id : List.of("a", "b", "c")) {
      request(id, WorkClass.STANDARD);
    }
    granted();
    granted();
    use("a");

    Outcome.Failed failed = (Outcome.Failed) outcomes.receiveMessage();
    assertEquals(WorkerFaultCode.BAD_TENSOR, failed.fault().code());
    assertEquals("c", granted().turnId());
  }

  @Test
  void release_whileComputing_cancelsAndFreesTheDevice() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(worker, MODEL);
    for (String id : List.of("a", "b", "c")) {
      request(id, WorkClass.STANDARD);
    }
    granted();
    granted();
    use("a");
    node.kit().createTestProbe().awaitAssert(() -> assertOne(worker));

    node.inference.tell(new InferenceCommand.ReleaseTurn("a"));

    assertEquals(
        WorkerFaultCode.CANCELLED, ((Outcome.Failed) outcomes.receiveMessage()).fault().code());
    assertEquals("c", granted().turnId());
    assertEquals(1, worker.cancelled().size());
  }

  @Test
  void turnThatNobodyUses_isGivenToTheNextAfterItsLease() {
    node.devices.up(new ScriptedWorker("cpu-0", 1), MODEL);
    for (String id : List.of("a", "b", "c")) {
      request(id, WorkClass.STANDARD);
    }
    granted();
    granted();

    assertEquals("c", granted().turnId());
    use("a");
    assertEquals("a", ((Outcome.NotSent) outcomes.receiveMessage()).turnId());
  }

  @Test
  void holderEnds_itsTurnsAreGivenToOthers() {
    node.devices.up(new ScriptedWorker("cpu-0", 1), MODEL);
    TestProbe<TurnReply> other = node.kit().createTestProbe();
    for (String id : List.of("x", "y")) {
      node.inference.tell(
          new InferenceCommand.RequestTurn(
              id, MODEL, WorkClass.STANDARD, false, "", other.getRef()));
    }
    other.expectMessageClass(TurnReply.Granted.class);
    other.expectMessageClass(TurnReply.Granted.class);
    request("a", WorkClass.STANDARD);

    other.stop();

    assertEquals("a", granted().turnId());
  }

  @Test
  void requestedTwice_isGrantedOnce() {
    node.devices.up(new ScriptedWorker("cpu-0", 1), MODEL);
    request("a", WorkClass.STANDARD);
    request("a", WorkClass.STANDARD);
    granted();
    turns.expectNoMessage(QUIET);
  }

  @Test
  void turnThatIsKept_servesCallAfterCall_andFreesItsPlaceOnceReleased() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    node.devices.up(worker, MODEL);
    for (String id : List.of("a", "b", "c")) {
      request(id, WorkClass.STANDARD);
    }
    granted();
    granted();
    for (int call = 0; call < 3; call++) {
      use("a", true);
      outcomes.expectMessageClass(Outcome.Done.class);
    }
    turns.expectNoMessage(QUIET);

    node.inference.tell(new InferenceCommand.ReleaseTurn("a"));

    assertEquals("c", granted().turnId());
    use("a", true);
    assertEquals("a", ((Outcome.NotSent) outcomes.receiveMessage()).turnId());
    assertEquals(3, worker.taken().size());
  }

  @Test
  void turnThatIsKept_yieldsToAHigherClass_beforeItsNextCall() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    node.devices.up(worker, MODEL);
    for (String id : List.of("a", "b")) {
      request(id, WorkClass.BATCH);
      granted();
      use(id, true);
      outcomes.expectMessageClass(Outcome.Done.class);
    }
    request("i", WorkClass.INTERACTIVE);

    use("a", true);

    assertEquals("a", ((Outcome.NotSent) outcomes.receiveMessage()).turnId());
    assertEquals("i", granted().turnId());
    assertEquals(2, worker.taken().size());
    // The other one stays: one place was asked for.
    use("b", true);
    assertEquals("b", ((Outcome.Done) outcomes.receiveMessage()).turnId());
    request("a-again", WorkClass.BATCH);
    use("i");
    outcomes.expectMessageClass(Outcome.Done.class);
    assertEquals("a-again", granted().turnId());
  }

  @Test
  void turnThatIsKept_andForgotten_isGivenToTheNextAfterItsLease() {
    node.devices.up(new ScriptedWorker("cpu-0", 1), MODEL);
    request("a", WorkClass.STANDARD);
    granted();
    use("a", true);
    outcomes.expectMessageClass(Outcome.Done.class);
    request("b", WorkClass.STANDARD);
    granted();
    use("b", true);
    outcomes.expectMessageClass(Outcome.Done.class);
    request("c", WorkClass.STANDARD);

    assertEquals("c", granted().turnId());
  }

  @Test
  void turnThatIsKept_isVoidOnceItsWorkerDied() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    node.devices.up(worker, MODEL);
    request("a", WorkClass.STANDARD);
    granted();
    use("a", true);
    outcomes.expectMessageClass(Outcome.Done.class);

    node.devices.kill(worker);
    node.devices.up(new ScriptedWorker("cpu-0", 2), MODEL);
    use("a", true);

    assertEquals("a", ((Outcome.NotSent) outcomes.receiveMessage()).turnId());
  }

  @Test
  void modelThatIsReplaced_isNamedWithItsNewHashAndTheOldOneNoMore() {
    node.models.add(picture("1", "aa"));
    node.devices.up(new ScriptedWorker("cpu-0", 1), "picture");
    assertEquals("picture@" + "aa".repeat(32), modelOfATurn("before"));

    node.models.add(picture("2", "bb"));
    node.devices.tell(new DeviceSignal.ModelsChanged("cpu-0", 1, Set.of()));

    assertEquals("picture@" + "bb".repeat(32), modelOfATurn("after"));
  }

  private String modelOfATurn(String turnId) {
    node.inference.tell(
        new InferenceCommand.RequestTurn(
            turnId, "picture", WorkClass.STANDARD, false, "", turns.getRef()));
    String fingerprint = granted().fingerprint();
    node.inference.tell(new InferenceCommand.ReleaseTurn(turnId));
    return fingerprint.substring("model=".length(), fingerprint.indexOf(';'));
  }

  private ModelDescriptor picture(String version, String hashByte) {
    return new ModelDescriptor(
        "picture",
        version,
        "text-to-image",
        List.of(
            new ModelDescriptor.Component(
                "model", directory.resolve("picture.onnx"), hashByte.repeat(32), 1, 13)),
        null,
        1 << 20,
        false,
        null,
        "Apache-2.0",
        "test",
        ModelTraits.none());
  }

  @Test
  void builtinKernels_needNoModel() {
    node.devices.up(new ScriptedWorker("cpu-0", 1));
    node.inference.tell(
        new InferenceCommand.RequestTurn(
            "k", BuiltinModel.ID, WorkClass.STANDARD, false, "", turns.getRef()));
    assertTrue(granted().fingerprint().startsWith("model=builtin@"));
    assertTrue(node.models.loadedOn().isEmpty());
  }
}
