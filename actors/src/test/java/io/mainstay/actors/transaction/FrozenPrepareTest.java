package io.mainstay.actors.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.outage.OutageCommand;
import io.mainstay.actors.outage.OutageFeed;
import io.mainstay.actors.outage.OutageNotice;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.actors.transaction.resource.Resources;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.Participants;
import io.mainstay.persistence.transaction.TransactionObserver;
import io.mainstay.persistence.transaction.TransactionOutcome;
import io.mainstay.persistence.transaction.TransactionPlan;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Transactions over a device that is out of reach: real coordinators and participants. */
class FrozenPrepareTest {
  private static final Duration WAIT = Duration.ofSeconds(20);

  private final Set<String> held = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<ActorRef<OutageNotice>> followers = new LinkedBlockingQueue<>();
  private ActorTestKit kit;
  private MemoryTransactions transactions;
  private ActorRef<OutageNotice> outages;

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void prepareForAFrozenDevice_waitsForItsThaw_andCommitsThen() throws Exception {
    start("20s", "1m");
    outages.tell(new OutageNotice.Frozen("cpu-0", Duration.ofMinutes(5)));
    String frozen = transactions.nextId();
    CompletableFuture<TransactionOutcome> waits = run(frozen, "cpu-0");
    assertTrue(run(transactions.nextId(), "cpu-1").get(20, TimeUnit.SECONDS).committed());
    assertFalse(waits.isDone());
    assertFalse(held.contains(frozen));
    outages.tell(new OutageNotice.Thawed("cpu-0", false));
    assertTrue(waits.get(20, TimeUnit.SECONDS).committed());
  }

  @Test
  void prepareThatWaitsTooLong_isRefusedWithTheReason_andHoldsNothing() throws Exception {
    start("50ms", "1m");
    outages.tell(new OutageNotice.Frozen("cpu-0", Duration.ofMinutes(5)));
    String id = transactions.nextId();
    TransactionOutcome end = run(id, "cpu-0").get(20, TimeUnit.SECONDS);
    assertFalse(end.committed());
    assertEquals(OutageNotice.FROZEN, end.code());
    assertTrue(end.message().contains("cpu-0 is out of reach"), end.message());
    assertTrue(end.message().contains("mainstay.transaction.frozen-wait"), end.message());
    assertFalse(held.contains(id));
  }

  @Test
  void deviceThatIsGivenUp_refusesWhatWaits() throws Exception {
    start("20s", "1m");
    outages.tell(new OutageNotice.Frozen("cpu-0", Duration.ofMinutes(5)));
    CompletableFuture<TransactionOutcome> waits = run(transactions.nextId(), "cpu-0");
    assertTrue(run(transactions.nextId(), "cpu-1").get(20, TimeUnit.SECONDS).committed());
    outages.tell(new OutageNotice.Thawed("cpu-0", true));
    assertEquals(OutageNotice.FROZEN, waits.get(20, TimeUnit.SECONDS).code());
  }

  @Test
  void freezeThatNobodyEnds_endsAfterItsBound() throws Exception {
    start("20s", "1m");
    outages.tell(new OutageNotice.Frozen("cpu-0", Duration.ofMillis(100)));
    assertTrue(run(transactions.nextId(), "cpu-0").get(20, TimeUnit.SECONDS).committed());
  }

  @Test
  void transactionThatIsAborted_isNotPreparedAfterTheThaw() throws Exception {
    start("20s", "200ms");
    outages.tell(new OutageNotice.Frozen("cpu-0", Duration.ofMinutes(5)));
    String id = transactions.nextId();
    assertFalse(run(id, "cpu-0").get(20, TimeUnit.SECONDS).committed());
    Awaitility.await()
        .atMost(WAIT)
        .until(() -> transactions.view(id).state(), state -> state.contains("aborted"));
    outages.tell(new OutageNotice.Thawed("cpu-0", false));
    assertTrue(run(transactions.nextId(), "cpu-0").get(20, TimeUnit.SECONDS).committed());
    assertFalse(held.contains(id), "its abort came first");
  }

  private void start(String frozenWait, String prepareTimeout) throws Exception {
    Config config =
        akka.persistence.testkit.PersistenceTestKitPlugin.getInstance()
            .config()
            .withFallback(akka.persistence.testkit.PersistenceTestKitSnapshotPlugin.config())
            .withFallback(
                ConfigFactory.parseString(
                    "akka.persistence.testkit.events.serialize = off\n"
                        + "mainstay.transaction.frozen-wait = "
                        + frozenWait
                        + "\nmainstay.persistence.transaction.prepare-timeout = "
                        + prepareTimeout))
            .withFallback(ConfigFactory.load());
    kit = ActorTestKit.create("frozen", config);
    transactions = new MemoryTransactions(kit);
    OutageFeed feed =
        (name, interests, subscriber) -> {
          assertEquals(Set.of(OutageCommand.Interest.FREEZES), interests);
          followers.add(subscriber);
        };
    transactions.participantsAre(
        kit.spawn(
            TransactionSupervisor.create(
                ParticipationSettings.of(config),
                new TransactionCollaborators(
                    "node",
                    "life",
                    Map.of(Participants.DEVICE, new Book(), Participants.MEMORY, new Book()),
                    transactions,
                    transactions.stamper(),
                    TransactionObserver.NONE,
                    feed,
                    ChildGuard.restarting()))));
    outages = followers.poll(20, TimeUnit.SECONDS);
  }

  private CompletableFuture<TransactionOutcome> run(String id, String deviceId) {
    return transactions
        .carryThrough(
            id,
            new TransactionPlan.DeviceMemory(
                Owners.OPERATOR,
                new ParticipantWork.ReserveDevice(deviceId, "model_loading", 60_000),
                new ParticipantWork.AllocateMemory(deviceId, id, 1, "model_cache"),
                false))
        .toCompletableFuture();
  }

  /** Writes down for which transactions it held something. */
  private final class Book implements Resources {
    @Override
    public CompletableFuture<Void> hold(Claim claim) {
      held.add(claim.transactionId());
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<String> confirm(Claim claim) {
      return CompletableFuture.completedFuture("allocated");
    }

    @Override
    public CompletableFuture<Void> free(
        Claim claim, boolean handOver, List<ParticipantWork> others) {
      return CompletableFuture.completedFuture(null);
    }
  }
}
