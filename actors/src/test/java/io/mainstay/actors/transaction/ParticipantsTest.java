package io.mainstay.actors.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceReservation;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand;
import io.mainstay.actors.memory.MemorySettings;
import io.mainstay.actors.memory.MemorySupervisor;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.actors.transaction.resource.DeviceResources;
import io.mainstay.actors.transaction.resource.Domain;
import io.mainstay.actors.transaction.resource.MemoryResources;
import io.mainstay.actors.transaction.resource.Resources;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.Participants;
import io.mainstay.persistence.transaction.TransactionObserver;
import io.mainstay.persistence.transaction.TransactionOutcome;
import io.mainstay.persistence.transaction.TransactionPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real coordinators, participants and ledgers; the devices' book is kept by the test. */
class ParticipantsTest {
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final Config CONFIG =
      akka.persistence.testkit.PersistenceTestKitPlugin.getInstance()
          .config()
          .withFallback(akka.persistence.testkit.PersistenceTestKitSnapshotPlugin.config())
          .withFallback(
              ConfigFactory.parseString(
                  """
                  akka.persistence.testkit.events.serialize = off
                  mainstay.transaction.doubt-after = 200ms
                  mainstay.transaction.reapply-pause = 20ms
                  mainstay.persistence.transaction.answer-timeout = 500ms
                  """))
          .withFallback(ConfigFactory.load());

  private final Map<String, DeviceReservation> reserved = new ConcurrentHashMap<>();
  private ActorTestKit kit;
  private MemoryTransactions transactions;
  private ActorRef<DeviceCommand> devices;
  private ActorRef<MemoryCommand> memory;
  private ActorRef<TransactionCommand> participants;

  @BeforeEach
  void start() {
    kit = ActorTestKit.create("participants", CONFIG);
    transactions = new MemoryTransactions(kit);
    devices = kit.spawn(Behaviors.receiveMessage(this::onDevice));
    begin("life-1");
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void deviceAndMemory_areHeldTogetherUntilTheyAreReleased() {
    String id = transactions.nextId();
    assertTrue(run(id, plan(Owners.OPERATOR, "a", 1 << 20, 60_000)).committed());
    assertEquals(id, reserved.get("cpu-0").transactionId());
    assertEquals(1 << 20, held("a"));
    assertEquals(
        List.of("cpu-0_allocation"), transactions.view(id).participants().get(0).resourceLocks());
    assertEquals("released", release(id));
    assertTrue(reserved.isEmpty());
    assertEquals(0, held("a"));
    assertEquals("released", transactions.view(id).state());
  }

  @Test
  void memoryThatIsNotThere_leavesNoReservationAndSaysTheLedgersCause() {
    TransactionOutcome end =
        run(transactions.nextId(), plan(Owners.OPERATOR, "a", 1L << 40, 60_000));
    assertFalse(end.committed());
    assertEquals("device_memory_allocation_failure", end.code());
    assertFalse(end.remedy().isEmpty());
    assertTrue(reserved.isEmpty());
    assertEquals(0, held("a"));
  }

  @Test
  void deviceThatIsReserved_leavesNoMemoryHeld() {
    run(transactions.nextId(), plan(Owners.OPERATOR, "a", 100, 60_000));
    TransactionOutcome end = run(transactions.nextId(), plan(Owners.OPERATOR, "b", 100, 60_000));
    assertEquals("device_reserved", end.code());
    assertEquals(0, held("b"));
    assertEquals(100, held("a"));
  }

  @Test
  void manyAtATime_onOneDevice_neverTwoHoldIt() {
    List<CompletableFuture<TransactionOutcome>> running = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      running.add(
          transactions
              .carryThrough(transactions.nextId(), plan(Owners.OPERATOR, "m" + i, 10, 60_000))
              .toCompletableFuture());
    }
    long committed =
        running.stream().map(CompletableFuture::join).filter(TransactionOutcome::committed).count();
    assertEquals(1, committed);
    assertEquals(10, heldAltogether());
  }

  @Test
  void reservation_whoseTimeIsUp_isReleasedWithItsMemory() {
    String id = transactions.nextId();
    run(id, plan(Owners.OPERATOR, "a", 100, 50));
    Awaitility.await().atMost(WAIT).until(() -> transactions.view(id).state().equals("released"));
    assertTrue(reserved.isEmpty());
    assertEquals(0, held("a"));
  }

  @Test
  void holdings_ofAnOperator_areInPlaceAgainAfterARestart_thoseOfALoadAreReleased() {
    String kept = transactions.nextId();
    String gone = transactions.nextId();
    run(kept, plan(Owners.OPERATOR, "kept", 100, 60_000));
    run(gone, memoryOnly(Owners.load("01"), "gone", 200));
    assertEquals(200, held("gone"));
    restart("life-2");
    Awaitility.await().atMost(WAIT).until(() -> held("kept") == 100 && !reserved.isEmpty());
    Awaitility.await().atMost(WAIT).until(() -> transactions.view(gone).state().equals("released"));
    assertEquals(0, held("gone"));
    assertEquals("committed", transactions.view(kept).state());
    assertEquals("released", release(kept));
    assertEquals(0, heldAltogether());
    assertTrue(reserved.isEmpty());
  }

  @Test
  void heldButNotInTheBooks_isHeldAgain_andReleasedWhenThatCannotBe() {
    String id = transactions.nextId();
    run(id, plan(Owners.OPERATOR, "a", 100, 60_000));
    TestProbe<Done> done = kit.createTestProbe();
    memory.tell(new MemoryCommand.Release("cpu-0", "a", done.ref()));
    done.receiveMessage(WAIT);
    assertEquals(0, held("a"));
    participants.tell(new TransactionCommand.HoldAgain(Participants.MEMORY, "unknown"));
    participants.tell(new TransactionCommand.HoldAgain(Participants.MEMORY, id));
    Awaitility.await().atMost(WAIT).until(() -> held("a") == 100);
    assertEquals("committed", transactions.view(id).state());

    memory.tell(new MemoryCommand.Release("cpu-0", "a", done.ref()));
    memory.tell(new MemoryCommand.RegisterDevice("cpu-0", 50));
    participants.tell(new TransactionCommand.HoldAgain(Participants.MEMORY, id));
    Awaitility.await().atMost(WAIT).until(() -> transactions.view(id).state().equals("released"));
    assertEquals(0, holdings());
    assertTrue(reserved.isEmpty());
  }

  @Test
  void lateRelease_ofAFormerLife_leavesTheSameHolderOfThisLifeAlone() {
    String old = transactions.nextId();
    run(old, memoryOnly(Owners.load("01"), "model:m", 200));
    stopParticipants();
    memory = kit.spawn(MemorySupervisor.create(MemorySettings.of(CONFIG), ChildGuard.restarting()));
    memory.tell(new MemoryCommand.RegisterDevice("cpu-0", 64 << 20));
    TestProbe<StatusReply<MemoryCommand.Reservation>> probe = kit.createTestProbe();
    memory.tell(new MemoryCommand.Reserve("cpu-0", "model:m", 200, probe.ref()));
    probe.receiveMessage(WAIT);
    participants = spawn("life-2");
    transactions.participantsAre(participants);
    Awaitility.await().atMost(WAIT).until(() -> transactions.view(old).state().equals("released"));
    assertEquals(200, held("model:m"));
  }

  @Test
  void prepared_whoseCoordinatorForgotEverything_isAborted() {
    TestProbe<io.mainstay.persistence.transaction.Vote> votes = kit.createTestProbe();
    String id = transactions.nextId();
    participants.tell(
        new TransactionCommand.CarryOut(
            new io.mainstay.persistence.transaction.ParticipantCommand.Prepare(
                id,
                Owners.OPERATOR,
                new ParticipantWork.AllocateMemory("cpu-0", "a", 100, "test"),
                votes.ref())));
    assertTrue(votes.receiveMessage(WAIT).commit());
    assertEquals(100, held("a"));
    Awaitility.await().atMost(WAIT).until(() -> held("a") == 0);
    Awaitility.await().atMost(WAIT).until(() -> holdings() == 0);
  }

  @Test
  void preparedBeforeARestart_whoseCoordinatorForgotEverything_leavesNothingInPlace() {
    TestProbe<io.mainstay.persistence.transaction.Vote> votes = kit.createTestProbe();
    participants.tell(
        new TransactionCommand.CarryOut(
            new io.mainstay.persistence.transaction.ParticipantCommand.Prepare(
                transactions.nextId(),
                Owners.OPERATOR,
                new ParticipantWork.AllocateMemory("cpu-0", "a", 100, "test"),
                votes.ref())));
    assertTrue(votes.receiveMessage(WAIT).commit());
    restart("life-2");
    Awaitility.await().atMost(WAIT).until(() -> holdings() == 0);
    assertEquals(0, held("a"));
  }

  @Test
  void handedOver_memoryStaysAndTheReservationOfTheDeviceEnds() {
    String id = transactions.nextId();
    run(id, plan(Owners.load("01"), "model:m", 100, 60_000));
    transactions.release(id, true, "loaded").toCompletableFuture().join();
    assertTrue(reserved.isEmpty());
    assertEquals(100, held("model:m"));
    assertEquals(0, holdings());
  }

  @Test
  void twoTransactions_ofOneHolder_shareItsMemoryUntilTheLastIsReleased() {
    String first = transactions.nextId();
    String second = transactions.nextId();
    run(first, memoryOnly(Owners.load("01"), "model:m", 100));
    run(second, memoryOnly(Owners.load("01"), "model:m", 100));
    assertEquals(100, heldAltogether());
    release(first);
    assertEquals(100, held("model:m"));
    release(second);
    assertEquals(0, held("model:m"));
  }

  // --- what they run on

  private static TransactionPlan plan(String owner, String holder, long bytes, long millis) {
    return new TransactionPlan.DeviceMemory(
        owner,
        new ParticipantWork.ReserveDevice("cpu-0", "exclusive", millis),
        new ParticipantWork.AllocateMemory("cpu-0", holder, bytes, "model_cache"),
        false);
  }

  /** Its model participant is one that holds nothing but its word. */
  private static TransactionPlan memoryOnly(String owner, String holder, long bytes) {
    return new TransactionPlan.ModelMemory(
        owner,
        new ParticipantWork.PrepareModel("m", "ram", 1),
        new ParticipantWork.AllocateMemory("cpu-0", holder, bytes, "model_loading"),
        false);
  }

  private void begin(String life) {
    memory = kit.spawn(MemorySupervisor.create(MemorySettings.of(CONFIG), ChildGuard.restarting()));
    memory.tell(new MemoryCommand.RegisterDevice("cpu-0", 64 << 20));
    participants = spawn(life);
    transactions.participantsAre(participants);
  }

  private ActorRef<TransactionCommand> spawn(String life) {
    Map<String, Resources> resources = new LinkedHashMap<>();
    resources.put(
        Participants.DEVICE, new DeviceResources(new Domain<>(devices, WAIT, kit.system())));
    resources.put(
        Participants.MEMORY, new MemoryResources(new Domain<>(memory, WAIT, kit.system())));
    resources.put(Participants.MODEL, new Promise());
    return kit.spawn(
        TransactionSupervisor.create(
            ParticipationSettings.of(CONFIG),
            new TransactionCollaborators(
                "node",
                life,
                resources,
                transactions,
                transactions.stamper(),
                TransactionObserver.NONE,
                ChildGuard.restarting())));
  }

  private void restart(String life) {
    stopParticipants();
    begin(life);
  }

  private void stopParticipants() {
    kit.stop(participants);
    kit.stop(memory);
    transactions.restart();
    reserved.clear();
  }

  private akka.actor.typed.Behavior<DeviceCommand> onDevice(DeviceCommand command) {
    if (command instanceof DeviceCommand.Reserve reserve) {
      DeviceReservation asked = reserve.reservation();
      DeviceReservation present = reserved.putIfAbsent(asked.deviceId(), asked);
      reserve
          .replyTo()
          .tell(
              present == null || present.transactionId().equals(asked.transactionId())
                  ? StatusReply.success(asked)
                  : StatusReply.error(Refusal.of("device_reserved", "taken", "wait")));
    } else if (command instanceof DeviceCommand.GiveBack back) {
      reserved.values().removeIf(present -> present.transactionId().equals(back.transactionId()));
      back.replyTo().tell(Done.getInstance());
    }
    return Behaviors.same();
  }

  private TransactionOutcome run(String id, TransactionPlan plan) {
    return transactions.carryThrough(id, plan).toCompletableFuture().join();
  }

  private String release(String id) {
    return transactions.release(id, false, "test").toCompletableFuture().join().state();
  }

  private MemoryCommand.LedgerList ledgers() {
    TestProbe<MemoryCommand.LedgerList> probe = kit.createTestProbe();
    memory.tell(new MemoryCommand.ListLedgers(probe.ref()));
    return probe.receiveMessage(WAIT);
  }

  private long held(String holder) {
    return ledgers().ledgers().stream()
        .flatMap(ledger -> ledger.reservations().stream())
        .filter(reservation -> reservation.owner().equals(holder))
        .mapToLong(MemoryCommand.Reservation::bytes)
        .sum();
  }

  private long heldAltogether() {
    return ledgers().ledgers().stream().mapToLong(MemoryCommand.LedgerView::reservedBytes).sum();
  }

  private int holdings() {
    TestProbe<TransactionCommand.HoldingList> probe = kit.createTestProbe();
    participants.tell(new TransactionCommand.ListHoldings(probe.ref()));
    return probe.receiveMessage(WAIT).participants().stream()
        .mapToInt(participant -> participant.holdings().size())
        .sum();
  }

  /** Always ready. */
  private static final class Promise implements Resources {
    @Override
    public CompletableFuture<Void> hold(Claim claim) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<String> confirm(Claim claim) {
      return CompletableFuture.completedFuture("cached");
    }

    @Override
    public CompletableFuture<Void> free(
        Claim claim, boolean handOver, List<ParticipantWork> others) {
      return CompletableFuture.completedFuture(null);
    }
  }
}
