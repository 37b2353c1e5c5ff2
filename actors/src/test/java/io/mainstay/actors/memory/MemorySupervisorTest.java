package io.mainstay.actors.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand.LedgerList;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.memory.MemoryCommand.RatedLedger;
import io.mainstay.actors.memory.MemoryCommand.RatedLedgers;
import io.mainstay.actors.memory.MemoryCommand.Reservation;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.protocol.PressureLevel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemorySupervisorTest {
  private static final long MIB = 1 << 20;
  private static final MemorySettings SETTINGS = MemorySettings.of(ConfigFactory.load());

  private final AtomicReference<SystemMemory> system =
      new AtomicReference<>(new SystemMemory(1000, 900));
  private ActorTestKit testKit;
  private ManualTime time;
  private ActorRef<MemoryCommand> memory;

  @BeforeEach
  void start() {
    testKit = ActorTestKit.create(ManualTime.config());
    time = ManualTime.get(testKit.system());
    memory =
        testKit.spawn(
            MemorySupervisor.create(
                SETTINGS,
                ChildGuard.restarting(),
                () -> {
                  SystemMemory sample = system.get();
                  if (sample == null) {
                    throw new IOException("unreadable");
                  }
                  return sample;
                }));
    memory.tell(new MemoryCommand.RegisterDevice("cpu-0", 512 * MIB));
  }

  @AfterEach
  void stop() {
    testKit.shutdownTestKit();
  }

  @Test
  void reserve_whenItFits_isGrantedOnceAndListed() {
    assertEquals(new Reservation("cpu-0", "model:a", 300 * MIB), granted("cpu-0", "model:a", 300));
    assertEquals(new Reservation("cpu-0", "model:a", 300 * MIB), granted("cpu-0", "model:a", 300));

    LedgerView ledger = ledger("cpu-0");
    assertEquals(512 * MIB, ledger.budgetBytes());
    assertEquals(300 * MIB, ledger.reservedBytes());
    assertEquals(1, ledger.reservations().size());
  }

  @Test
  void reserve_whenItDoesNotFit_isRefusedWithItsCode() {
    granted("cpu-0", "model:a", 300);

    Refusal refusal = refused("cpu-0", "model:b", 300 * MIB);

    assertEquals("device_memory_allocation_failure", refusal.code());
    assertTrue(refusal.getMessage().contains("model:a 300.0 MiB"), refusal.getMessage());
    assertEquals(300 * MIB, ledger("cpu-0").reservedBytes());
  }

  @Test
  void reserve_whenDeviceIsUnknown_namesThoseThatAre() {
    Refusal refusal = refused("cuda-7", "model:a", 1);

    assertTrue(refusal.getMessage().contains("known: host, cpu-0"), refusal.getMessage());
  }

  @Test
  void reserve_whenNegative_isRefusedAndTheLedgerLives() {
    assertTrue(refused("cpu-0", "model:a", -1).getMessage().contains("-1 bytes"));
    granted("cpu-0", "model:a", 1);
  }

  @Test
  void reserve_ofTheHost_isBoundByItsOwnBudget() {
    granted("host", "session:1", 100);

    Refusal refusal = refused("host", "session:2", SETTINGS.hostBudgetBytes());

    assertTrue(refusal.remedy().contains("mainstay.memory.host-budget"), refusal.remedy());
  }

  @Test
  void release_whenTwice_givesBackOnce() {
    granted("cpu-0", "model:a", 300);
    granted("cpu-0", "model:b", 100);

    release("cpu-0", "model:a");
    release("cpu-0", "model:a");
    release("never-registered", "model:a");

    assertEquals(100 * MIB, ledger("cpu-0").reservedBytes());
  }

  @Test
  void settle_replacesTheEstimate() {
    granted("cpu-0", "model:a", 500);
    memory.tell(new MemoryCommand.Settle("cpu-0", "model:a", 100 * MIB));

    granted("cpu-0", "model:b", 400);
    assertEquals(500 * MIB, ledger("cpu-0").reservedBytes());
  }

  @Test
  void registerDevice_whenToldAgain_changesTheBudgetAndKeepsReservations() {
    granted("cpu-0", "model:a", 500);
    memory.tell(new MemoryCommand.RegisterDevice("cpu-0", 600 * MIB));

    granted("cpu-0", "model:b", 100);
    assertEquals(600 * MIB, ledger("cpu-0").budgetBytes());
  }

  @Test
  void ledger_whenItsActorFails_goesOnFromItsLastDecision() {
    AtomicReference<Ledger> book =
        new AtomicReference<>(Ledger.empty("cpu-1", 512 * MIB, 512 * MIB));
    ActorRef<DeviceLedger.Command> ledger =
        testKit.spawn(
            ChildGuard.restarting().guard(DeviceLedger.Command.class, DeviceLedger.create(book)));
    TestProbe<StatusReply<Reservation>> probe = testKit.createTestProbe();
    ledger.tell(
        new DeviceLedger.Ask(
            new MemoryCommand.Reserve("cpu-1", "model:a", 300 * MIB, probe.ref())));
    assertTrue(probe.receiveMessage().isSuccess());

    // No reply address: answering this one fails inside the actor.
    ledger.tell(new DeviceLedger.Ask(new MemoryCommand.Reserve("cpu-1", "model:x", 1, null)));
    time.timePasses(Duration.ofSeconds(3));
    ledger.tell(
        new DeviceLedger.Ask(
            new MemoryCommand.Reserve("cpu-1", "model:b", 300 * MIB, probe.ref())));

    assertFalse(probe.receiveMessage().isSuccess());
    assertEquals(300 * MIB, book.get().reservations().get("model:a"));
  }

  @Test
  void supervisor_whenItFailsItself_keepsDevicesAndReservations() {
    ActorRef<MemoryCommand> guarded =
        testKit.spawn(
            ChildGuard.restarting()
                .guard(
                    MemoryCommand.class,
                    MemorySupervisor.create(
                        SETTINGS, ChildGuard.restarting(), () -> new SystemMemory(10, 10))));
    guarded.tell(new MemoryCommand.RegisterDevice("cpu-1", 512 * MIB));
    TestProbe<StatusReply<Reservation>> probe = testKit.createTestProbe();
    guarded.tell(new MemoryCommand.Reserve("cpu-1", "model:a", 300 * MIB, probe.ref()));
    assertTrue(probe.receiveMessage().isSuccess());

    // No reply address: listing fails inside the supervisor.
    guarded.tell(new MemoryCommand.ListLedgers(null));
    time.timePasses(Duration.ofSeconds(3));
    guarded.tell(new MemoryCommand.Reserve("cpu-1", "model:b", 300 * MIB, probe.ref()));

    Throwable refused = probe.receiveMessage().getError();
    assertTrue(refused.getMessage().contains("model:a 300.0 MiB"), refused.getMessage());
  }

  @Test
  void supervisor_whenItFailsItself_keepsWhoHearsOfPressureAndWhatTheyHeard() {
    AtomicInteger samples = new AtomicInteger();
    ActorRef<MemoryCommand> guarded =
        testKit.spawn(
            ChildGuard.restarting()
                .guard(
                    MemoryCommand.class,
                    MemorySupervisor.create(
                        SETTINGS,
                        ChildGuard.restarting(),
                        () -> {
                          samples.incrementAndGet();
                          return system.get();
                        })));
    TestProbe<PressureSignal> subscriber = testKit.createTestProbe();
    guarded.tell(new MemoryCommand.SubscribePressure(subscriber.ref()));
    system.set(new SystemMemory(1000, 80));
    awaitSample(samples);
    assertEquals(PressureLevel.HIGH, subscriber.receiveMessage().level());

    // No reply address: listing fails inside the supervisor.
    guarded.tell(new MemoryCommand.ListLedgers(null));
    CompletionStage<LedgerList> begunAgain =
        AskPattern.ask(
            guarded,
            MemoryCommand.ListLedgers::new,
            Duration.ofHours(1),
            testKit.system().scheduler());
    Awaitility.await()
        .until(
            () -> {
              time.timePasses(Duration.ofMillis(20));
              return begunAgain.toCompletableFuture().isDone();
            });
    // Below the threshold, not yet by the hysteresis: the pressure is what it was.
    system.set(new SystemMemory(1000, 110));
    awaitSample(samples);
    system.set(new SystemMemory(1000, 500));
    awaitSample(samples);

    PressureSignal fell = subscriber.receiveMessage();
    assertEquals("system", fell.memory());
    assertEquals(PressureLevel.HIGH, fell.before());
    assertEquals(PressureLevel.LOW, fell.level());
    subscriber.expectNoMessage();
  }

  @Test
  void pressure_whenALevelChanges_isToldOnceAndToLateSubscribers() {
    TestProbe<PressureSignal> early = testKit.createTestProbe();
    memory.tell(new MemoryCommand.SubscribePressure(early.ref()));
    sample();
    early.expectNoMessage();

    granted("cpu-0", "model:a", 475);
    system.set(new SystemMemory(1000, 30));
    sample();
    PressureSignal first = early.receiveMessage();
    PressureSignal second = early.receiveMessage();
    assertEquals("system", first.memory());
    assertEquals(PressureLevel.LOW, first.before());
    assertEquals(PressureLevel.CRITICAL, first.level());
    assertEquals("cpu-0", second.memory());
    assertEquals(PressureLevel.HIGH, second.level());
    assertEquals(475.0 / 512, second.usedFraction(), 1e-9);
    sample();
    early.expectNoMessage();

    system.set(new SystemMemory(1000, 500));
    sample();
    assertEquals(PressureLevel.LOW, early.receiveMessage().level());

    TestProbe<PressureSignal> late = testKit.createTestProbe();
    memory.tell(new MemoryCommand.SubscribePressure(late.ref()));
    PressureSignal present = late.receiveMessage();
    assertEquals("cpu-0", present.memory());
    assertEquals(PressureLevel.HIGH, present.level());
    late.expectNoMessage();
  }

  @Test
  void rating_saysWhatThePressureIsNow_keepsToTheHysteresis_andTellsNoSubscriber() {
    TestProbe<PressureSignal> subscriber = testKit.createTestProbe();
    memory.tell(new MemoryCommand.SubscribePressure(subscriber.ref()));
    granted("cpu-0", "model:a", 475);
    assertEquals(PressureLevel.HIGH, rated("cpu-0").pressure());
    assertEquals(475.0 / 512, rated("cpu-0").usedFraction(), 1e-9);
    assertEquals(PressureLevel.LOW, rated("host").pressure());
    subscriber.expectNoMessage();

    sample();
    assertEquals(PressureLevel.HIGH, subscriber.receiveMessage().level());
    granted("cpu-0", "model:a", 460);
    assertEquals(PressureLevel.HIGH, rated("cpu-0").pressure());
    release("cpu-0", "model:a");
    assertEquals(PressureLevel.LOW, rated("cpu-0").pressure());
    assertEquals(0, rated("cpu-0").ledger().reservedBytes());
  }

  @Test
  void pressure_whenTheSystemCannotBeRead_stillWatchesLedgers() {
    TestProbe<PressureSignal> probe = testKit.createTestProbe();
    memory.tell(new MemoryCommand.SubscribePressure(probe.ref()));
    system.set(null);
    granted("cpu-0", "model:a", 512);
    sample();

    assertEquals("cpu-0", probe.receiveMessage().memory());
  }

  @Test
  void settings_whenOutOfRange_areRefusedWithNameValueAndBound() {
    Config wrong =
        ConfigFactory.parseString("mainstay.memory.arena-share-max = 1.5")
            .withFallback(ConfigFactory.load());

    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> MemorySettings.of(wrong));

    assertEquals(
        "mainstay.memory.arena-share-max is 1.5; it must be above 0, at most 1",
        refused.getMessage());
  }

  private void awaitSample(AtomicInteger samples) {
    int before = samples.get();
    Awaitility.await()
        .until(
            () -> {
              time.timePasses(SETTINGS.sampleInterval());
              return samples.get() > before;
            });
  }

  private void sample() {
    // The monitor reads the books that were written before: a list in between orders the two.
    ledger("cpu-0");
    time.timePasses(SETTINGS.sampleInterval());
  }

  private Reservation granted(String device, String owner, long mib) {
    TestProbe<StatusReply<Reservation>> probe = testKit.createTestProbe();
    memory.tell(new MemoryCommand.Reserve(device, owner, mib * MIB, probe.ref()));
    return probe.receiveMessage().getValue();
  }

  private Refusal refused(String device, String owner, long bytes) {
    TestProbe<StatusReply<Reservation>> probe = testKit.createTestProbe();
    memory.tell(new MemoryCommand.Reserve(device, owner, bytes, probe.ref()));
    return assertInstanceOf(Refusal.class, probe.receiveMessage().getError());
  }

  private void release(String device, String owner) {
    TestProbe<Done> probe = testKit.createTestProbe();
    memory.tell(new MemoryCommand.Release(device, owner, probe.ref()));
    probe.receiveMessage();
  }

  private RatedLedger rated(String device) {
    TestProbe<RatedLedgers> probe = testKit.createTestProbe();
    memory.tell(new MemoryCommand.RateLedgers(probe.ref()));
    return probe.receiveMessage().ledgers().stream()
        .filter(rated -> rated.ledger().deviceId().equals(device))
        .findFirst()
        .orElseThrow();
  }

  private LedgerView ledger(String device) {
    TestProbe<LedgerList> probe = testKit.createTestProbe();
    memory.tell(new MemoryCommand.ListLedgers(probe.ref()));
    return probe.receiveMessage().ledgers().stream()
        .filter(ledger -> ledger.deviceId().equals(device))
        .findFirst()
        .orElseThrow();
  }
}
