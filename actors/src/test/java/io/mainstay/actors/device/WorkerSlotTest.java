package io.mainstay.actors.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.ScriptedWorkers.Worker;
import io.mainstay.actors.device.SlotEvent.Seat;
import io.mainstay.actors.device.verdict.PaceWatch;
import io.mainstay.actors.device.verdict.StepTimes;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.protocol.InjectedFault;
import io.mainstay.protocol.InjectionTrigger;
import io.mainstay.protocol.WorkerBlame;
import io.mainstay.protocol.WorkerFault;
import io.mainstay.protocol.WorkerFaultCode;
import io.mainstay.protocol.state.DeviceCapabilityDiscovered;
import io.mainstay.protocol.state.StateEnvelope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every transition of a slot, with a scripted worker on manual time. */
class WorkerSlotTest {
  private static final Duration BEAT = Duration.ofMillis(25);

  private final DeviceScript script = new DeviceScript();
  private final TestProbe<SlotEvent> device = script.kit.createTestProbe();
  private ActorRef<SlotCommand> slot;

  @AfterEach
  void end() {
    script.close();
  }

  @Test
  void start_thenHello_isUpWithoutModels() throws Exception {
    Worker worker = served();
    assertTrue(worker.loads.isEmpty());
  }

  @Test
  void whatAWorkerTells_isPassedOnToTheDevice() throws Exception {
    Worker worker = served();
    StateEnvelope told =
        new StateEnvelope(
            worker.epoch(),
            41,
            7,
            41,
            Instant.EPOCH,
            new DeviceCapabilityDiscovered(
                "cpu-0",
                List.of("fp32_inference"),
                new DeviceCapabilityDiscovered.CapabilityScores(3, 9)));
    worker.tells(told);
    assertEquals(told, expect(SlotEvent.Stated.class).told());
  }

  @Test
  void wantedModels_areLoadedInOrderBeforeUp() throws Exception {
    spawn();
    slot.tell(new SlotCommand.Want(List.of(DeviceScript.load("one"), DeviceScript.load("two"))));
    slot.tell(new SlotCommand.Start());
    Worker worker = script.workers.next();
    worker.hello();
    expect(SlotEvent.Launched.class);
    expect(SlotEvent.Greeted.class);
    ScriptedWorkers.PendingLoad first = worker.load();
    assertEquals("one", first.call().modelId());
    first.onProgress().accept(new LoadProgress("hashing", 10, 0, "model"));
    assertEquals("one", expect(SlotEvent.Loading.class).modelId());
    first.onDone().accept(done());
    assertEquals(Set.of("one"), expect(SlotEvent.Loaded.class).models());
    worker.loads(Duration.ofMillis(80));
    expect(SlotEvent.Loaded.class);
    assertEquals(Set.of("one", "two"), expect(SlotEvent.Up.class).models());
  }

  @Test
  void wantedLess_unloadsWhileServing() throws Exception {
    Worker worker = servedWith("one");
    slot.tell(new SlotCommand.Want(List.of()));
    ScriptedWorkers.PendingUnload unload = worker.unloads.poll(5, TimeUnit.SECONDS);
    assertEquals("one", unload.modelId());
    unload.onDone().accept(new CallOutcome.Done<>(77L));
    SlotEvent.Unloaded unloaded = expect(SlotEvent.Unloaded.class);
    assertEquals(77, unloaded.freedBytes());
    assertEquals(Set.of(), unloaded.models());
  }

  @Test
  void died_isLaunchedAgainAtOnceAndLoadsItsModelsBeforeUp() throws Exception {
    Worker first = servedWith("one");
    first.dies(DeathCause.KILLED);
    SlotEvent.Died died = expect(SlotEvent.Died.class);
    assertEquals(Duration.ZERO, died.restartDelay());
    Worker second = script.workers.next();
    assertTrue(second.epoch() > first.epoch());
    second.hello();
    expect(SlotEvent.Launched.class);
    expect(SlotEvent.Greeted.class);
    second.loads(Duration.ofMillis(80));
    expect(SlotEvent.Loaded.class);
    assertEquals(second.epoch(), expect(SlotEvent.Up.class).port().epoch());
  }

  @Test
  void diedTwiceUnproven_waitsBeforeTheSecondRestart() throws Exception {
    served().dies(DeathCause.KILLED);
    assertEquals(Duration.ZERO, expect(SlotEvent.Died.class).restartDelay());
    script.workers.next().dies(DeathCause.KILLED);
    expect(SlotEvent.Launched.class);
    assertEquals(Duration.ofMillis(50), expect(SlotEvent.Died.class).restartDelay());
    script.pass(Duration.ofMillis(49));
    assertFalse(script.workers.launchedMore());
    script.pass(Duration.ofMillis(1));
    script.workers.next();
  }

  @Test
  void diedTwiceWithGoodResultBetween_restartsAtOnceBothTimes() throws Exception {
    served().dies(DeathCause.KILLED);
    expect(SlotEvent.Died.class);
    Worker second = script.workers.next();
    second.hello();
    expect(SlotEvent.Launched.class);
    expect(SlotEvent.Greeted.class);
    SlotEvent.Up up = expect(SlotEvent.Up.class);
    up.port().infer(call(), outcome -> {});
    second.gives(new InferenceResult(List.of(), Duration.ZERO, Duration.ofMillis(3), 0));
    second.dies(DeathCause.KILLED);
    assertEquals(Duration.ZERO, expect(SlotEvent.Died.class).restartDelay());
  }

  @Test
  void forgivenDeath_endsTheWait() throws Exception {
    served().dies(DeathCause.KILLED);
    expect(SlotEvent.Died.class);
    Worker second = script.workers.next();
    second.dies(DeathCause.CRASHED);
    expect(SlotEvent.Launched.class);
    assertEquals(Duration.ofMillis(50), expect(SlotEvent.Died.class).restartDelay());
    slot.tell(new SlotCommand.Forgive(second.epoch()));
    script.workers.next();
  }

  @Test
  void budgetSpent_givesUpAndTriesAgainLater() throws Exception {
    spawn("mainstay.device.restart.intensity = 2");
    slot.tell(new SlotCommand.Start());
    script.workers.next().dies(DeathCause.CRASHED);
    expect(SlotEvent.Launched.class);
    expect(SlotEvent.Died.class);
    script.workers.next().dies(DeathCause.CRASHED);
    expect(SlotEvent.Launched.class);
    expect(SlotEvent.Died.class);
    script.pass(Duration.ofMillis(50));
    script.workers.next().dies(DeathCause.CRASHED);
    expect(SlotEvent.Launched.class);
    SlotEvent.GaveUp gaveUp = expect(SlotEvent.GaveUp.class);
    assertEquals(3, gaveUp.deaths());
    script.pass(Duration.ofSeconds(29));
    assertFalse(script.workers.launchedMore());
    script.pass(Duration.ofSeconds(1));
    script.workers.next();
  }

  @Test
  void neverStarted_givesUpAtOnce() throws Exception {
    spawn();
    slot.tell(new SlotCommand.Start());
    script.workers.next().dies(DeathCause.NOT_STARTED);
    expect(SlotEvent.Launched.class);
    assertEquals(DeathCause.NOT_STARTED, expect(SlotEvent.GaveUp.class).report().cause());
  }

  @Test
  void silent_isSuspectedThenKilled() throws Exception {
    Worker worker = servedWith("one");
    beat(worker);
    worker.silent();
    // The last answer came after the last beat, so the first silent beat counts already.
    beats(worker, 4);
    SlotEvent.Suspected suspected = expect(SlotEvent.Suspected.class);
    assertEquals(100, suspected.silentMillis());
    beats(worker, 3);
    beat(worker);
    assertEquals(DeathCause.UNRESPONSIVE, expect(SlotEvent.Died.class).report().cause());
  }

  @Test
  void silentThenAnswering_isCleared() throws Exception {
    Worker worker = servedWith("one");
    beat(worker);
    worker.silent();
    beats(worker, 4);
    expect(SlotEvent.Suspected.class);
    worker.answersAgain();
    beat(worker);
    assertEquals(worker.epoch(), expect(SlotEvent.Cleared.class).epoch());
    beats(worker, 20);
    worker.dies(DeathCause.KILLED);
    expect(SlotEvent.Died.class); // Nothing was said in between.
  }

  @Test
  void hostThatStandsStill_suspectsNobody() throws Exception {
    Worker worker = servedWith("one");
    beat(worker);
    worker.silent();
    script.stall(Duration.ofSeconds(2));
    beat(worker);
    worker.answersAgain();
    beats(worker, 4);
    worker.dies(DeathCause.KILLED);
    expect(SlotEvent.Died.class); // Nothing was said in between.
  }

  @Test
  void computingWithoutProgressPastTheLimit_isKilledAsWedged() throws Exception {
    Worker worker = served();
    worker.computesFor(Duration.ofSeconds(29));
    beats(worker, 3);
    worker.computesFor(Duration.ofSeconds(31));
    beats(worker, 2);
    assertEquals(DeathCause.WEDGED, expect(SlotEvent.Died.class).report().cause());
  }

  @Test
  void loadRefused_isToldAndNoLongerWanted() throws Exception {
    spawn();
    slot.tell(new SlotCommand.Want(List.of(DeviceScript.load("broken"))));
    slot.tell(new SlotCommand.Start());
    Worker worker = script.workers.next();
    worker.hello();
    expect(SlotEvent.Launched.class);
    expect(SlotEvent.Greeted.class);
    worker.refusesLoad(
        new WorkerFault(
            WorkerFaultCode.MODEL_CORRUPT, WorkerBlame.REQUEST, false, "no graph in it"));
    SlotEvent.LoadRefused refused = expect(SlotEvent.LoadRefused.class);
    assertEquals("model_loading_failure", refused.refusal().code());
    assertTrue(refused.refusal().getMessage().contains("no graph in it"));
    assertEquals(Set.of(), expect(SlotEvent.Up.class).models());
  }

  @Test
  void workersDyingInAFirstLoad_refuseTheModelAndSpendNoBudget() throws Exception {
    spawn("mainstay.device.restart.intensity = 1");
    slot.tell(new SlotCommand.Want(List.of(DeviceScript.load("deadly"))));
    slot.tell(new SlotCommand.Start());
    for (int death = 1; death <= 3; death++) {
      Worker worker = script.workers.next();
      worker.hello();
      expect(SlotEvent.Launched.class);
      expect(SlotEvent.Greeted.class);
      worker.load();
      worker.dies(DeathCause.CRASHED);
      assertEquals(Duration.ZERO, expect(SlotEvent.Died.class).restartDelay());
    }
    assertTrue(
        expect(SlotEvent.LoadRefused.class).refusal().getMessage().contains("load-attempts = 3"));
    script.workers.next().hello();
    expect(SlotEvent.Launched.class);
    expect(SlotEvent.Greeted.class);
    assertEquals(Set.of(), expect(SlotEvent.Up.class).models());
  }

  @Test
  void standingFault_isArmedInEverySuccessor() throws Exception {
    Worker first = served();
    TestProbe<StatusReply<Done>> reply = script.kit.createTestProbe();
    ArmedFault crash =
        new ArmedFault(InjectedFault.CRASH, InjectionTrigger.NEXT_INFERENCE, 0, new byte[0]);
    slot.tell(new SlotCommand.Arm(crash, true, reply.ref()));
    assertTrue(reply.receiveMessage().isSuccess());
    assertEquals(InjectedFault.CRASH, first.armed.take());
    first.dies(DeathCause.CRASHED);
    expect(SlotEvent.Died.class);
    Worker second = script.workers.next();
    second.hello();
    expect(SlotEvent.Launched.class);
    expect(SlotEvent.Greeted.class);
    expect(SlotEvent.Up.class);
    assertEquals(InjectedFault.CRASH, second.armed.poll(5, TimeUnit.SECONDS));
    slot.tell(new SlotCommand.Disarm());
    second.dies(DeathCause.CRASHED);
    expect(SlotEvent.Died.class);
    script.pass(Duration.ofMillis(50));
    Worker third = script.workers.next();
    third.hello();
    expect(SlotEvent.Launched.class);
    expect(SlotEvent.Greeted.class);
    expect(SlotEvent.Up.class);
    assertTrue(third.armed.isEmpty());
  }

  @Test
  void drained_endsAndStaysEmpty() throws Exception {
    Worker worker = served();
    slot.tell(new SlotCommand.Drain(Duration.ofSeconds(3)));
    assertEquals(Duration.ofSeconds(3), worker.drained.get(5, TimeUnit.SECONDS));
    worker.dies(DeathCause.STOPPED);
    assertEquals(
        Optional.of(DeathCause.STOPPED),
        expect(SlotEvent.Emptied.class).report().map(report -> report.cause()));
    slot.tell(new SlotCommand.Drain(Duration.ZERO));
    assertEquals(Optional.empty(), expect(SlotEvent.Emptied.class).report());
    script.pass(Duration.ofMinutes(1));
    assertFalse(script.workers.launchedMore());
  }

  @Test
  void drainedBeforeHello_isClosed() throws Exception {
    spawn();
    slot.tell(new SlotCommand.Start());
    Worker worker = script.workers.next();
    slot.tell(new SlotCommand.Drain(Duration.ofSeconds(3)));
    expect(SlotEvent.Emptied.class);
    assertTrue(worker.terminated().toCompletableFuture().isDone());
  }

  @Test
  void slotStopped_endsItsProcess() throws Exception {
    Worker worker = served();
    script.kit.stop(slot);
    assertEquals(
        DeathCause.STOPPED,
        worker.terminated().toCompletableFuture().get(5, TimeUnit.SECONDS).cause());
  }

  private void spawn(String... overrides) {
    DeviceCollaborators with = script.collaborators(overrides);
    slot =
        script.spawn(
            WorkerSlot.create(
                Seat.A,
                DeviceScript.CPU_0,
                with,
                new StepTimes(with.settings().progress(), new PaceWatch.Limits(5, 10, 32)),
                OptimizedCopies.open(Optional.empty(), Runnable::run),
                device.ref()));
    expect(SlotEvent.Born.class);
  }

  @Test
  void inspected_tellsItsBooks_andThenTheAccountOfTheWorkerItself() throws Exception {
    Worker worker = servedWith("one");
    worker.has("one", "two");
    TestProbe<DeviceInspection.Said> inspection = script.kit.createTestProbe();
    slot.tell(new SlotCommand.Inspect(inspection.ref()));
    DeviceInspection.OfSlot books = inspection.expectMessageClass(DeviceInspection.OfSlot.class);
    assertTrue(books.asked());
    assertEquals(Set.of("one"), books.facts().models().keySet());
    DeviceInspection.OfWorker said = inspection.expectMessageClass(DeviceInspection.OfWorker.class);
    assertEquals(worker.epoch(), said.epoch());
    assertEquals(Set.of("one", "two"), said.account().orElseThrow().models().keySet());
  }

  @Test
  void accountOfAWorker_isTaken_whatItLacksIsLoadedAgain_whatIsTooMuchUnloaded() throws Exception {
    Worker worker = servedWith("one");
    worker.has("stray");
    slot.tell(new SlotCommand.TakeAccount(worker.epoch() - 1)); // Of another one: nothing happens.
    slot.tell(new SlotCommand.TakeAccount(worker.epoch()));
    assertEquals(Set.of("stray"), expect(SlotEvent.Recounted.class).models());
    ScriptedWorkers.PendingUnload unload = worker.unloads.poll(5, TimeUnit.SECONDS);
    assertEquals("stray", unload.modelId());
    unload.onDone().accept(new CallOutcome.Done<>(1L));
    assertEquals(Set.of(), expect(SlotEvent.Unloaded.class).models());
    worker.loads(Duration.ofMillis(80));
    assertEquals(Set.of("one"), expect(SlotEvent.Loaded.class).models());
    worker.has("one");
    slot.tell(new SlotCommand.TakeAccount(worker.epoch()));
    slot.tell(new SlotCommand.Recount()); // Its books agree: the next word is the answer to this.
    assertEquals(Set.of("one"), expect(SlotEvent.Recounted.class).models());
    device.expectNoMessage();
  }

  @Test
  void accountThatComesWhileItLoads_isLeftAlone() throws Exception {
    Worker worker = servedWith("one");
    worker.keepsQuiet();
    slot.tell(new SlotCommand.TakeAccount(worker.epoch()));
    slot.tell(new SlotCommand.Want(List.of(DeviceScript.load("one"), DeviceScript.load("two"))));
    ScriptedWorkers.PendingLoad second = worker.load();
    worker.reports(); // It has nothing, it says, but that was before.
    second.onDone().accept(done());
    assertEquals(Set.of("one", "two"), expect(SlotEvent.Loaded.class).models());
    assertTrue(worker.loads.isEmpty());
  }

  private Worker served() throws InterruptedException {
    spawn();
    slot.tell(new SlotCommand.Start());
    Worker worker = script.workers.next();
    worker.hello();
    assertEquals(worker.pid(), expect(SlotEvent.Launched.class).pid());
    assertEquals(worker.epoch(), expect(SlotEvent.Greeted.class).epoch());
    expect(SlotEvent.Up.class);
    return worker;
  }

  private Worker servedWith(String modelId) throws InterruptedException {
    Worker worker = served();
    slot.tell(new SlotCommand.Want(List.of(DeviceScript.load(modelId))));
    worker.loads(Duration.ofMillis(80));
    expect(SlotEvent.Loaded.class);
    return worker;
  }

  private void beats(Worker worker, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      beat(worker);
    }
  }

  /** One beat, and everything that the slot does because of it. */
  private void beat(Worker worker) throws InterruptedException {
    script.pass(BEAT);
    assertNotNull(worker.pings.poll(5, TimeUnit.SECONDS), "no ping within 5 s");
  }

  /** The next event; state that is told in between counts only where it is what is expected. */
  private <E extends SlotEvent> E expect(Class<E> kind) {
    while (true) {
      SlotEvent next = device.receiveMessage(Duration.ofSeconds(5));
      if (kind == SlotEvent.Stated.class || !(next instanceof SlotEvent.Stated)) {
        return assertInstanceOf(kind, next);
      }
    }
  }

  private static CallOutcome<LoadedModel> done() {
    return new CallOutcome.Done<>(ScriptedWorkers.model(Duration.ofMillis(80)));
  }

  private static InferenceCall call() {
    return new InferenceCall("one", "model", List.of(), List.of(), Duration.ZERO, 1);
  }
}
