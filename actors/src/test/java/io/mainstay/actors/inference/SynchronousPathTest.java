package io.mainstay.actors.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.InferenceCommand.Embedded;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.actors.support.ScriptedDevices;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.actors.support.TestModels;
import io.mainstay.actors.support.WorkHarness;
import io.mainstay.protocol.WorkerBlame;
import io.mainstay.protocol.WorkerFaultCode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SynchronousPathTest {
  private static final String MODEL = TestModels.ID;

  @TempDir Path directory;
  private WorkHarness node;

  @BeforeEach
  void start() throws Exception {
    node =
        new WorkHarness(
            directory,
            """
            mainstay.inference.sync { queue-max = 6, window = 2, parked-max = 3, text-max = 2 KiB
              inline-text-max = 100 }
            """);
  }

  @AfterEach
  void end() {
    node.close();
  }

  private TestProbe<StatusReply<Embedded>> ask(String text, Duration deadline) {
    TestProbe<StatusReply<Embedded>> probe = node.kit().createTestProbe();
    node.inference.tell(new InferenceCommand.Embed(MODEL, text, deadline, probe.getRef()));
    return probe;
  }

  private TestProbe<StatusReply<Embedded>> ask(String text) {
    return ask(text, Duration.ZERO);
  }

  private static Embedded answer(TestProbe<StatusReply<Embedded>> probe) {
    return probe.receiveMessage(WorkHarness.PATIENCE).getValue();
  }

  private static Refusal refusal(TestProbe<StatusReply<Embedded>> probe) {
    return assertInstanceOf(Refusal.class, probe.receiveMessage(WorkHarness.PATIENCE).getError());
  }

  private static void awaitOpen(ScriptedWorker worker, int calls) {
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> worker.open().size() == calls);
  }

  private void awaitTaken(ScriptedWorker worker, int calls) {
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> worker.taken().size() == calls);
  }

  @Test
  void embed_whenLoaded_isAnsweredWithAUnitVectorAndItsFingerprint() {
    node.devices.up(new ScriptedWorker("cpu-0", 7), MODEL);

    Embedded embedded = answer(ask("hello world"));

    assertEquals(ScriptedWorker.DIMENSIONS, embedded.embedding().size());
    double squares = embedded.embedding().stream().mapToDouble(v -> v * v).sum();
    assertEquals(1, squares, 1e-5);
    assertEquals(4, embedded.tokens());
    assertEquals("cpu-0", embedded.device());
    assertEquals(7, embedded.epoch());
    assertEquals(1, embedded.attempts());
    assertEquals(
        "model=tiny@" + "ab".repeat(32) + ";backend=scripted/1;device=test-cpu;threads=1;batch=1",
        embedded.fingerprint());
  }

  @Test
  void embed_forOneDevice_isComputedThere_orNotAtAll() {
    node.devices.up(new ScriptedWorker("cpu-0", 1), MODEL);
    node.devices.up(new ScriptedWorker("cpu-1", 2), MODEL);
    for (String device : List.of("cpu-1", "cpu-0", "cpu-1")) {
      assertEquals(device, answer(askOf(device, Duration.ZERO)).device());
    }
    assertEquals(
        "inference_timeout_exceeded", refusal(askOf("cpu-2", Duration.ofMillis(50))).code());
  }

  private TestProbe<StatusReply<Embedded>> askOf(String device, Duration deadline) {
    TestProbe<StatusReply<Embedded>> probe = node.kit().createTestProbe();
    node.inference.tell(
        new InferenceCommand.Embed(MODEL, "hello", deadline, device, probe.getRef()));
    return probe;
  }

  @Test
  void embed_whenNoDeviceHoldsTheModel_loadsItFirst() {
    node.devices.up(new ScriptedWorker("cpu-0", 1));

    assertEquals("cpu-0", answer(ask("hello")).device());
    assertEquals(Set.of("cpu-0"), node.models.loadedOn());
  }

  @Test
  void embed_afterTheModelWasUnloaded_loadsItAgain() {
    node.devices.up(new ScriptedWorker("cpu-0", 1), MODEL);
    assertEquals("cpu-0", answer(ask("hello")).device());

    node.devices.tell(new DeviceSignal.ModelsChanged("cpu-0", 1, Set.of()));

    assertEquals("cpu-0", answer(ask("hello again")).device());
    assertEquals(Set.of("cpu-0"), node.models.loadedOn());
  }

  @Test
  void embed_whenEveryDeviceRefusesTheModel_saysWhy() {
    node.models.refuseOn("cpu-0");
    node.devices.up(new ScriptedWorker("cpu-0", 1));

    Refusal refusal = refusal(ask("hello"));
    assertEquals("memory_refused", refusal.code());
    assertEquals("Raise the budget", refusal.remedy());
  }

  @Test
  void embed_whenOneDeviceRefusesTheModel_usesAnother() {
    node.models.refuseOn("cpu-0");
    node.devices.up(new ScriptedWorker("cpu-0", 1));
    node.devices.up(new ScriptedWorker("cpu-1", 2));

    assertEquals("cpu-1", answer(ask("hello")).device());
  }

  @Test
  void embed_whenTheModelIsUnknown_isRefusedWithTheKnownOnes() {
    node.devices.up(new ScriptedWorker("cpu-0", 1));
    TestProbe<StatusReply<Embedded>> probe = node.kit().createTestProbe();
    node.inference.tell(new InferenceCommand.Embed("huge", "hello", Duration.ZERO, probe.getRef()));

    Refusal refusal = refusal(probe);
    assertEquals("unknown_model", refusal.code());
    assertTrue(refusal.remedy().contains("tiny"));
  }

  @Test
  void embed_whenTheTextIsBlankOrTooLong_isRefusedBeforeAnyWorker() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    node.devices.up(worker, MODEL);

    assertEquals("empty_text", refusal(ask(" \n")).code());
    Refusal tooLong = refusal(ask("word ".repeat(500)));
    assertEquals("text_too_long", tooLong.code());
    assertTrue(tooLong.getMessage().contains("2500"), tooLong.getMessage());
    assertEquals(List.of(), worker.taken());
  }

  @Test
  void embed_whenTheTextIsLong_isTokenizedBesideTheEngine() {
    node.devices.up(new ScriptedWorker("cpu-0", 1), MODEL);

    assertEquals(256, answer(ask("word ".repeat(400))).tokens());
  }

  @Test
  void workerDies_inFlightGoesToTheSuccessorInOrder_andCallersNoticeNothing() {
    ScriptedWorker first = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(first, MODEL);
    var one = ask("one");
    awaitTaken(first, 1);
    var two = ask("two two");
    awaitTaken(first, 2);
    var three = ask("three three three");
    Set<Integer> columns = Set.of(3, 4, 5);

    node.devices.kill(first);
    ScriptedWorker second = new ScriptedWorker("cpu-0", 2);
    node.devices.up(second, MODEL);

    assertEquals(2, answer(one).attempts());
    assertEquals(2, answer(two).attempts());
    assertEquals(1, answer(three).attempts());
    List<Integer> order =
        second.taken().stream().map(call -> call.inputs().get(0).dims().get(1).intValue()).toList();
    assertEquals(columns, Set.copyOf(order));
    assertEquals(List.of(3, 4, 5), order);
  }

  @Test
  void domainBeginsAnew_whoWaitsForADeviceIsToldToRetry_andWhatAnEngineHasGoesOn() {
    ActorRef<InferenceCommand> lasting =
        node.kit()
            .spawn(
                Behaviors.supervise(
                        InferenceSupervisor.create(
                            InferenceSettings.of(node.config()),
                            new InferenceCollaborators(
                                node.kit().spawn(node.devices.behavior()),
                                node.kit().spawn(node.models.behavior()),
                                node.models.textModels(),
                                ChildGuard.restarting())))
                    .onFailure(SupervisorStrategy.restart()));
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(worker, MODEL);
    var inFlight = ask(lasting, "cpu-0");
    awaitTaken(worker, 1);
    var parked = ask(lasting, "cpu-9");
    InferenceCommand defect = new InferenceCommand.GetFacts(null);
    lasting.tell(defect);

    Refusal refusal = refusal(parked);
    assertEquals("busy", refusal.code());
    assertEquals(1000, refusal.retryAfterMillis());
    worker.answerAll();
    assertEquals("cpu-0", answer(inFlight).device());
  }

  @Test
  void domainStops_whoeverIsNotAnsweredIsToldToRetry() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(worker, MODEL);
    var inFlight = ask("hello");
    awaitTaken(worker, 1);
    var parked = askOf("cpu-9", Duration.ZERO);
    awaitTaken(node.inference);

    node.kit().stop(node.inference);

    assertEquals("busy", refusal(inFlight).code());
    assertEquals("busy", refusal(parked).code());
  }

  /** A stop overtakes what was not looked at yet. */
  private void awaitTaken(ActorRef<InferenceCommand> domain) {
    TestProbe<InferenceCommand.Facts> facts = node.kit().createTestProbe();
    domain.tell(new InferenceCommand.GetFacts(facts.ref()));
    facts.receiveMessage(WorkHarness.PATIENCE);
  }

  private TestProbe<StatusReply<Embedded>> ask(ActorRef<InferenceCommand> domain, String deviceId) {
    TestProbe<StatusReply<Embedded>> probe = node.kit().createTestProbe();
    domain.tell(
        new InferenceCommand.Embed(MODEL, "hello", Duration.ZERO, deviceId, probe.getRef()));
    return probe;
  }

  @Test
  void requestThatKillsEachWorker_isGivenUpAfterTheBound() {
    ScriptedWorker[] workers = new ScriptedWorker[5];
    for (int i = 0; i < 5; i++) {
      int successor = i + 1;
      workers[i] = new ScriptedWorker("cpu-0", i + 1);
      workers[i].onTaken(
          mortal -> {
            node.devices.kill(mortal);
            if (successor < 5) {
              node.devices.up(workers[successor], MODEL);
            }
          });
    }
    node.devices.up(workers[0], MODEL);

    Refusal refusal = refusal(ask("poison"));

    assertEquals("inference_engine_failure", refusal.code());
    assertTrue(refusal.getMessage().contains("4 attempts"), refusal.getMessage());
    assertEquals(0, workers[4].taken().size());
  }

  @Test
  void deviceFails_itsRequestsGoToAnotherThatServes() {
    ScriptedWorker first = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(first, MODEL);
    var asked = ask("hello");
    awaitOpen(first, 1);
    node.devices.up(new ScriptedWorker("cpu-1", 2), MODEL);

    node.devices.kill(first);
    node.devices.tell(
        new DeviceSignal.DeviceFailed(
            "cpu-0", "budget spent", "replace it", ScriptedDevices.death(1)));

    assertEquals("cpu-1", answer(asked).device());
  }

  @Test
  void deviceIsSuspected_newRequestsGoToAnother_andComeBackOnceCleared() {
    ScriptedWorker first = new ScriptedWorker("cpu-0", 1);
    node.devices.up(first, MODEL);
    node.devices.up(new ScriptedWorker("cpu-1", 2), MODEL);
    assertEquals("cpu-0", answer(ask("hello")).device());

    node.devices.tell(new DeviceSignal.WorkerSuspected("cpu-0", 1, "silent"));
    assertEquals("cpu-1", answer(ask("hello")).device());

    node.devices.tell(new DeviceSignal.WorkerCleared("cpu-0", 1));
    assertEquals("cpu-0", answer(ask("hello")).device());
  }

  @Test
  void deadline_whileTheWorkerComputes_isAnsweredAndTheCallCancelled() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    node.devices.up(worker, MODEL);
    answer(ask("its tokenizer is open now"));
    worker.hold();

    Refusal refusal = refusal(ask("slow", Duration.ofMillis(600)));

    assertEquals("inference_timeout_exceeded", refusal.code());
    assertTrue(refusal.getMessage().contains("600 ms"), refusal.getMessage());
    Awaitility.await().atMost(WorkHarness.PATIENCE).until(() -> worker.cancelled().size() == 1);
    Duration carried = worker.taken().get(1).deadline();
    assertTrue(carried.toMillis() <= 600 && carried.toMillis() >= 0, carried.toString());
  }

  @Test
  void deadline_whileItWaits_isAnsweredAndItIsNeverSent() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(worker, MODEL);
    var one = ask("one");
    var two = ask("two");
    awaitOpen(worker, 2);

    assertEquals("inference_timeout_exceeded", refusal(ask("late", Duration.ofMillis(50))).code());
    worker.answerAll();
    answer(one);
    answer(two);
    assertEquals(2, worker.taken().size());
  }

  @Test
  void deadline_whileNoDeviceServes_isAnswered() {
    assertEquals(
        "inference_timeout_exceeded", refusal(ask("nobody", Duration.ofMillis(50))).code());
  }

  @Test
  void embed_whenTooManyWait_isToldToRetry() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    node.devices.up(worker, MODEL);
    answer(ask("its tokenizer is open now"));
    worker.hold();
    for (int i = 0; i < 6; i++) {
      ask("text " + i);
    }

    Refusal refusal = refusal(ask("one too many"));

    assertEquals("busy", refusal.code());
    assertTrue(refusal.retryAfterMillis() > 0);
    assertTrue(refusal.getMessage().contains("queue-max = 6"), refusal.getMessage());
  }

  @Test
  void embed_whenTooManyWaitForADevice_isToldToRetry() {
    for (int i = 0; i < 3; i++) {
      ask("text " + i);
    }
    assertEquals("busy", refusal(ask("one too many")).code());
  }

  @Test
  void badRequests_areAnsweredAndHurtNobody() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    worker.onTaken(
        alive ->
            alive.fail(
                alive.open().get(0), WorkerFaultCode.BAD_TENSOR, WorkerBlame.REQUEST, false));
    node.devices.up(worker, MODEL);

    for (int i = 0; i < 100; i++) {
      assertEquals("bad_tensor", refusal(ask("bad")).code());
    }
    worker.onTaken(alive -> {});
    assertEquals(1, answer(ask("good")).attempts());
    assertEquals(101, worker.taken().size());
    node.faults().expectNoMessage(Duration.ofMillis(1));
  }

  @Test
  void workerFails_butLives_theRequestIsSentAgain() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    worker.onTaken(
        alive -> {
          if (alive.taken().size() == 1) {
            alive.fail(
                alive.open().get(0), WorkerFaultCode.BACKEND_FAILED, WorkerBlame.WORKER, true);
          }
        });
    node.devices.up(worker, MODEL);

    assertEquals(2, answer(ask("again")).attempts());
  }

  @Test
  void workerLacksTheModel_itIsLoadedAgain() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1);
    worker.onTaken(
        alive -> {
          if (alive.taken().size() == 1) {
            alive.fail(
                alive.open().get(0), WorkerFaultCode.UNKNOWN_MODEL, WorkerBlame.REQUEST, false);
          }
        });
    node.devices.up(worker, MODEL);

    answer(ask("again"));
    assertEquals(Set.of("cpu-0"), node.models.loadedOn());
  }

  @Test
  void unusableNumbers_areRefusedAndNotDelivered() {
    ScriptedWorker worker = new ScriptedWorker("cpu-0", 1).brokenNumbers();
    node.devices.up(worker, MODEL);

    Refusal refusal = refusal(ask("nan"));
    assertEquals("unusable_output", refusal.code());
    assertTrue(refusal.getMessage().contains("not finite"), refusal.getMessage());
  }

  @Test
  void standbyTakesOver_beforeTheDeathIsTold_nothingIsLost() {
    ScriptedWorker first = new ScriptedWorker("cpu-0", 1).hold();
    node.devices.up(first, MODEL);
    var inFlight = ask("hello");
    awaitOpen(first, 1);
    node.devices.tell(new DeviceSignal.WorkerSuspected("cpu-0", 1, "silent"));
    ScriptedWorker standby = new ScriptedWorker("cpu-0", 2);
    node.devices.up(standby, MODEL);
    assertEquals(2, answer(ask("new")).epoch());

    node.devices.kill(first);

    assertEquals(2, answer(inFlight).epoch());
    assertEquals(2, answer(ask("after")).epoch());
  }

  @Test
  void olderStandbyTakesOver_andDiesToo_requestsWaitForALivingWorker() {
    ScriptedWorker serving = new ScriptedWorker("cpu-0", 9).hold();
    node.devices.up(serving, MODEL);
    var asked = ask("hello");
    awaitOpen(serving, 1);
    node.devices.kill(serving);
    ScriptedWorker standby = new ScriptedWorker("cpu-0", 3).hold();
    node.devices.up(standby, MODEL);
    awaitOpen(standby, 1);
    standby.die();
    node.devices.tell(ScriptedDevices.down(standby));
    node.devices.up(new ScriptedWorker("cpu-0", 10), MODEL);

    Embedded embedded = answer(asked);
    assertEquals(10, embedded.epoch());
    assertEquals(3, embedded.attempts());
  }

  @Test
  void workerDrains_theRequestWaitsForItsSuccessor_andCountsNoAttempt() {
    ScriptedWorker leaving = new ScriptedWorker("cpu-0", 1);
    leaving.onTaken(
        worker ->
            worker.fail(
                worker.open().get(0), WorkerFaultCode.DRAINING, WorkerBlame.INFRASTRUCTURE, true));
    node.devices.up(leaving, MODEL);
    var asked = ask("hello");
    awaitTaken(leaving, 1);
    node.devices.up(new ScriptedWorker("cpu-0", 2), MODEL);

    assertEquals(1, answer(asked).attempts());
  }
}
