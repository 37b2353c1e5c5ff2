package io.mainstay.actors.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.eventstream.EventStream;
import akka.pattern.StatusReply;
import io.mainstay.actors.device.ScriptedWorkers.Worker;
import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemoryCommand.Reservation;
import io.mainstay.actors.memory.PressureSignal;
import io.mainstay.actors.state.propagation.StateCommand;
import io.mainstay.protocol.PressureLevel;
import io.mainstay.protocol.state.CrossDomainCoordination;
import io.mainstay.protocol.state.DeviceConfigUpdate;
import io.mainstay.protocol.state.DeviceHealthUpdate;
import io.mainstay.protocol.state.MemoryAllocationPolicy;
import io.mainstay.protocol.state.MemoryAllocationRequest;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.StatePriority;
import io.mainstay.protocol.state.StateRefused;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the device domain tells of its state, and does about what its workers tell. */
class DeviceStateTest {
  private static final Duration BOUND = Duration.ofSeconds(10);

  private final DeviceScript script = new DeviceScript();
  private final TestProbe<StateCommand> said = script.kit.createTestProbe();
  private Worker worker;

  @BeforeEach
  void start() throws Exception {
    script
        .kit
        .system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(StateCommand.class, said.ref()));
    script.spawn(
        DeviceSupervisor.create(
            script.collaborators(
                "mainstay.device.devices = [{ id = cpu-0, backend = cpu, threads = 1,"
                    + " memory-budget = 1GiB }], mainstay.device.grant-timeout = 50ms")));
    worker = script.workers.next();
    worker.hello();
    next(StateCommand.WorkerServes.class, served -> served.epoch() == worker.epoch());
  }

  @AfterEach
  void end() {
    script.kit.system().eventStream().tell(new EventStream.Unsubscribe<>(said.ref()));
    script.close();
  }

  private <C extends StateCommand> C next(Class<C> type, Predicate<C> wanted) {
    List<StateCommand> found =
        said.fishForMessage(
            BOUND,
            command ->
                type.isInstance(command) && wanted.test(type.cast(command))
                    ? FishingOutcomes.complete()
                    : FishingOutcomes.continueAndIgnore());
    return type.cast(found.get(0));
  }

  private <C extends MemoryCommand> C asked(Class<C> type) {
    List<MemoryCommand> found =
        script.memory.fishForMessage(
            BOUND,
            command ->
                type.isInstance(command)
                    ? FishingOutcomes.complete()
                    : FishingOutcomes.continueAndIgnore());
    return type.cast(found.get(0));
  }

  private void tells(long sequence, StateMessage message) {
    worker.tells(
        new StateEnvelope(
            worker.epoch(), sequence, 70 + sequence, sequence, Instant.EPOCH, message));
  }

  private DeviceHealthUpdate health(double memory) {
    return new DeviceHealthUpdate(
        "cpu-0",
        new DeviceHealthUpdate.HealthMetrics(OptionalDouble.empty(), 50, memory, 0),
        Instant.EPOCH,
        StatePriority.NORMAL);
  }

  private static MemoryAllocationRequest growth(long bytes) {
    return new MemoryAllocationRequest(
        "growth", bytes, "inference_activations", StatePriority.NORMAL, Duration.ofMinutes(5));
  }

  @Test
  void fullMemory_isCritical_andSoIsTheDeathThatNobodyStandsInFor() {
    tells(1, health(1));
    StateCommand.Heard full =
        next(StateCommand.Heard.class, heard -> heard.told().epoch() == worker.epoch());
    assertEquals(
        StatePriority.CRITICAL, ((DeviceHealthUpdate) full.told().message()).propagationUrgency());

    tells(2, health(0.5));
    worker.dies(DeathCause.KILLED);

    StateCommand.Heard last = next(StateCommand.Heard.class, heard -> heard.told().sequence() == 3);
    DeviceHealthUpdate dead = (DeviceHealthUpdate) last.told().message();
    assertEquals(StatePriority.CRITICAL, dead.propagationUrgency());
    assertEquals(1, dead.healthMetrics().errorCount());
    next(StateCommand.WorkerEnded.class, ended -> ended.epoch() == worker.epoch());
  }

  @Test
  void growth_isReservedUnderTheWorkersName_andReleasedWhenItSaysSo() {
    tells(1, growth(64 << 20));
    MemoryCommand.Reserve reserve = asked(MemoryCommand.Reserve.class);
    assertEquals("worker:" + worker.epoch() + "/growth", reserve.owner());
    assertEquals(64 << 20, reserve.bytes());
    reserve
        .replyTo()
        .tell(StatusReply.success(new Reservation("cpu-0", reserve.owner(), reserve.bytes())));

    tells(2, growth(0));
    assertEquals(reserve.owner(), asked(MemoryCommand.Release.class).owner());
  }

  @Test
  void growth_isReleasedAtTheWorkersDeath() {
    tells(1, growth(64 << 20));
    MemoryCommand.Reserve reserve = asked(MemoryCommand.Reserve.class);
    reserve
        .replyTo()
        .tell(StatusReply.success(new Reservation("cpu-0", reserve.owner(), reserve.bytes())));
    worker.dies(DeathCause.KILLED);
    assertEquals(reserve.owner(), asked(MemoryCommand.Release.class).owner());
  }

  @Test
  void growthBeyondTheLedger_isRefusedWithItsReason() {
    tells(1, growth(2L << 30));
    asked(MemoryCommand.Reserve.class)
        .replyTo()
        .tell(StatusReply.error(Refusal.of("full", "1 GiB is all there is", "Unload a model")));
    Awaitility.await().atMost(BOUND).until(() -> !worker.refused.isEmpty());
    StateRefused refused = worker.refused.peek();
    assertEquals(71, refused.correlationId());
    assertTrue(refused.reason().contains("Unload a model"), refused.reason());
  }

  @Test
  void grantThatComesTooLate_isGivenBack_andTheWorkerIsRefused() {
    tells(1, growth(64 << 20));
    MemoryCommand.Reserve reserve = asked(MemoryCommand.Reserve.class);
    script.pass(Duration.ofMillis(60));
    // Behind the question in the ledger's mailbox, so that it undoes the grant.
    assertEquals(reserve.owner(), asked(MemoryCommand.Release.class).owner());
    Awaitility.await().atMost(BOUND).until(() -> !worker.refused.isEmpty());
  }

  @Test
  void growthOfAGrantThatComesTooLate_leavesWhatWasGrantedBefore() {
    tells(1, growth(64 << 20));
    MemoryCommand.Reserve first = asked(MemoryCommand.Reserve.class);
    first
        .replyTo()
        .tell(StatusReply.success(new Reservation("cpu-0", first.owner(), first.bytes())));
    tells(2, growth(96 << 20));
    assertEquals(96 << 20, asked(MemoryCommand.Reserve.class).bytes());
    script.pass(Duration.ofMillis(60));
    MemoryCommand.Reserve back = asked(MemoryCommand.Reserve.class);
    assertEquals(first.owner(), back.owner());
    assertEquals(first.bytes(), back.bytes());
  }

  @Test
  void missingModelOfASession_makesTheBooksTakeTheWorkersAccount() {
    worker.has("stray");
    tells(
        1,
        new CrossDomainCoordination(
            "s",
            new CrossDomainCoordination.CoordinationRequest(
                Optional.of("one"), OptionalLong.empty(), StatePriority.HIGH),
            List.of("model")));
    Awaitility.await().atMost(BOUND).until(() -> !worker.unloads.isEmpty());
    assertEquals("stray", worker.unloads.peek().modelId());
  }

  @Test
  void pressure_makesWorkersKeepLess_untilItIsOver() {
    ActorRef<PressureSignal> subscriber = asked(MemoryCommand.SubscribePressure.class).subscriber();
    subscriber.tell(pressure("cpu-0", PressureLevel.LOW, PressureLevel.HIGH));
    assertEquals(StatePriority.HIGH, config(MemoryAllocationPolicy.CONSERVATIVE));
    subscriber.tell(pressure("system", PressureLevel.LOW, PressureLevel.CRITICAL));
    subscriber.tell(pressure("cpu-0", PressureLevel.HIGH, PressureLevel.LOW));
    subscriber.tell(pressure("system", PressureLevel.CRITICAL, PressureLevel.LOW));
    assertEquals(StatePriority.NORMAL, config(MemoryAllocationPolicy.BALANCED));
  }

  private static PressureSignal pressure(String memory, PressureLevel before, PressureLevel now) {
    return new PressureSignal(memory, before, now, 0.9);
  }

  private StatePriority config(MemoryAllocationPolicy policy) {
    StateCommand.Announce announced =
        next(
            StateCommand.Announce.class,
            announce ->
                announce.message() instanceof DeviceConfigUpdate config
                    && config.changes().memoryAllocationPolicy().equals(Optional.of(policy)));
    DeviceConfigUpdate config = (DeviceConfigUpdate) announced.message();
    assertTrue(config.requiresConfirmation());
    return config.propagationPriority();
  }
}
