package io.mainstay.actors.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.actors.transaction.resource.Resources;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.transaction.Acknowledgement;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.ParticipantCommand;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.Participants;
import io.mainstay.persistence.transaction.TransactionObserver;
import io.mainstay.persistence.transaction.TransactionProtocol.Verdict;
import io.mainstay.persistence.transaction.Vote;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Domains that answer late or refuse, and logs that cannot write: nothing stays held by nobody. */
class ParticipantLeakTest {
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final Config CONFIG =
      PersistenceTestKitPlugin.getInstance()
          .config()
          .withFallback(PersistenceTestKitSnapshotPlugin.config())
          .withFallback(
              ConfigFactory.parseString(
                  """
                  akka.persistence.testkit.events.serialize = off
                  mainstay.transaction.answer-timeout = 200ms
                  mainstay.transaction.doubt-after = 100ms
                  mainstay.transaction.reapply-pause = 20ms
                  mainstay.transaction.reapply-tries = 1
                  """))
          .withFallback(ConfigFactory.load());

  /** A domain's book that does what the test says. */
  private static final class Book implements Resources {
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private final List<String> freed = new CopyOnWriteArrayList<>();
    private volatile boolean late;
    private volatile boolean full;

    @Override
    public CompletionStage<Void> hold(Claim claim) {
      if (full) {
        return CompletableFuture.failedFuture(Refusal.of("full", "no room", "wait"));
      }
      held.add(claim.transactionId());
      return late
          ? CompletableFuture.failedFuture(new TimeoutException("late"))
          : CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<String> confirm(Claim claim) {
      return CompletableFuture.completedFuture("allocated");
    }

    @Override
    public CompletionStage<Void> free(Claim claim, boolean handOver, List<ParticipantWork> others) {
      held.remove(claim.transactionId());
      freed.add(claim.transactionId());
      return CompletableFuture.completedFuture(null);
    }
  }

  /** Every transaction was committed. */
  private static final class Committed implements Coordinator {
    @Override
    public void outcome(String transactionId, String participant, ActorRef<Verdict> replyTo) {
      replyTo.tell(new Verdict(transactionId, Verdict.Outcome.COMMITTED, false));
    }

    @Override
    public void release(String transactionId, String reason) {}
  }

  private final ActorTestKit kit = ActorTestKit.create("leak", CONFIG);
  private final EventStamper stamper = EventStamper.system();
  private final Book book = new Book();
  private final TestProbe<Vote> votes = kit.createTestProbe();
  private final TestProbe<Acknowledgement> answers = kit.createTestProbe();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void grantThatComesAfterTheAskWasGivenUp_isGivenBackBeforeTheVote() {
    book.late = true;
    prepare(spawn("life-1", ChildGuard.restarting()), "t1");
    assertFalse(votes.receiveMessage(WAIT).commit());
    assertEquals(Set.of(), book.held);
  }

  @Test
  void grantThatTheLogCannotWriteDown_isGivenBack() {
    PersistenceTestKit.create(kit.system())
        .failNextPersisted("Participant|node:" + Participants.MEMORY);
    ActorRef<TransactionCommand> participants = spawn("life-1", ChildGuard.restarting());
    prepare(participants, "t1");
    Awaitility.await().atMost(WAIT).until(() -> book.freed.equals(List.of("t1")));
    assertEquals(Set.of(), book.held);
    prepare(participants, "t1");
    assertTrue(votes.receiveMessage(WAIT).commit());
    assertEquals(Set.of("t1"), book.held);
  }

  @Test
  void commitOfWhatCouldNotBePutInPlaceAgain_waitsUntilItIs_andIsReleasedThen() {
    ActorRef<TransactionCommand> before = spawn("life-1", ChildGuard.restarting());
    prepare(before, "t1");
    votes.receiveMessage(WAIT);
    kit.stop(before);
    book.held.clear();
    book.full = true;

    ActorRef<TransactionCommand> after = spawn("life-2", ChildGuard.restarting());
    after.tell(
        new TransactionCommand.CarryOut(
            new ParticipantCommand.Commit("t1", Participants.MEMORY, answers.ref())));
    assertEquals(Acknowledgement.Result.FAILED, answers.receiveMessage(WAIT).result());

    book.full = false;
    Awaitility.await()
        .atMost(WAIT)
        .until(() -> holdings(after).get(0).holdings().stream().anyMatch(held -> held.committed()));
    assertEquals(Set.of("t1"), book.held);
    after.tell(
        new TransactionCommand.CarryOut(
            new ParticipantCommand.Release("t1", Participants.MEMORY, false, answers.ref())));
    assertEquals(Acknowledgement.Result.RELEASED, answers.receiveMessage(WAIT).result());
    assertEquals(Set.of(), book.held);
  }

  @Test
  void participantThatDoesNotAnswer_isLeftOutOfTheList() {
    ActorRef<TransactionCommand> participants =
        spawn(
            "life-1",
            new ChildGuard() {
              private boolean first = true;

              @Override
              public <M> Behavior<M> guard(Class<M> messageClass, Behavior<M> child) {
                boolean answers = first;
                first = false;
                return answers ? child : Behaviors.ignore();
              }
            });
    assertEquals(
        List.of(Participants.MEMORY),
        holdings(participants).stream().map(TransactionCommand.Held::participant).toList());
  }

  private ActorRef<TransactionCommand> spawn(String life, ChildGuard guard) {
    Map<String, Resources> resources = new LinkedHashMap<>();
    resources.put(Participants.MEMORY, book);
    resources.put(Participants.DEVICE, new Book());
    return kit.spawn(
        TransactionSupervisor.create(
            ParticipationSettings.of(CONFIG),
            new TransactionCollaborators(
                "node",
                life,
                resources,
                new Committed(),
                stamper,
                TransactionObserver.NONE,
                guard)));
  }

  private void prepare(ActorRef<TransactionCommand> participants, String id) {
    participants.tell(
        new TransactionCommand.CarryOut(
            new ParticipantCommand.Prepare(
                id,
                Owners.OPERATOR,
                new ParticipantWork.AllocateMemory("cpu-0", id, 100, "test"),
                votes.ref())));
  }

  private List<TransactionCommand.Held> holdings(ActorRef<TransactionCommand> participants) {
    TestProbe<TransactionCommand.HoldingList> probe = kit.createTestProbe();
    participants.tell(new TransactionCommand.ListHoldings(probe.ref()));
    return probe.receiveMessage(WAIT).participants();
  }
}
