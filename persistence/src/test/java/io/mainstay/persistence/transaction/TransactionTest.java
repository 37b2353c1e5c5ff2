package io.mainstay.persistence.transaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.pattern.StatusReply;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.support.TestNode;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import io.mainstay.persistence.transaction.TransactionProtocol.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The entity around {@link TransactionProgress}: time limits, retries, restarts, who asks. */
class TransactionTest {
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final String ID = Rehearsal.ID;
  private static final TransactionPlan PLAN =
      new TransactionPlan.ModelMemory(
          "operator",
          new ParticipantWork.PrepareModel("m", "ram", 10),
          new ParticipantWork.AllocateMemory("cpu-0", "model:m", 10, "model_loading"),
          false);

  private final List<TransactionWiring.Settled> settled =
      new java.util.concurrent.CopyOnWriteArrayList<>();
  private final List<TransactionWiring.Stuck> stuck =
      Collections.synchronizedList(new ArrayList<>());
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private ActorTestKit kit;
  private TestProbe<ParticipantCommand> participants;
  private TestProbe<ClusterSharding.ShardCommand> shard;
  private TestProbe<StatusReply<TransactionOutcome>> outcomes;
  private TestProbe<StatusReply<TransactionView>> views;
  private TestProbe<Verdict> verdicts;
  private TestProbe<TransactionProtocol.Released> released;

  @BeforeEach
  void startKit() {
    kit =
        ActorTestKit.create(
            PersistenceTestKitPlugin.config()
                .withFallback(
                    TestNode.config(
                        """
                        akka.actor.provider = local
                        mainstay.persistence.transaction {
                          prepare-timeout = 200ms
                          answer-timeout = 50ms
                          attempts = 2
                          pause-min = 1ms
                          pause-max = 10ms
                          retire-after = 50ms
                        }
                        """)));
    participants = kit.createTestProbe();
    shard = kit.createTestProbe();
    outcomes = kit.createTestProbe();
    views = kit.createTestProbe();
    verdicts = kit.createTestProbe();
    released = kit.createTestProbe();
  }

  @AfterEach
  void endKit() {
    kit.shutdownTestKit();
  }

  @Test
  void transaction_whenAllAreReady_commitsAndSaysSoAndRetires() {
    ActorRef<TransactionProtocol.Command> entity = spawn();
    begin(entity);
    vote();
    vote();
    commit();
    commit();
    TransactionOutcome end = outcomes.receiveMessage(WAIT).getValue();
    assertTrue(end.committed());
    shard.expectMessageClass(ClusterSharding.Passivate.class, WAIT);
    assertEquals(Verdict.Outcome.COMMITTED, verdict(entity));
    entity.tell(new TransactionProtocol.Begin(PLAN, null, outcomes.getRef()));
    assertEquals(end, outcomes.receiveMessage(WAIT).getValue());
    TransactionView view = view(entity);
    assertEquals("committed", view.state());
    assertEquals("vote_commit", view.participants().get(1).prepareResult());
    assertEquals("allocated", view.participants().get(1).resourceStatus());
  }

  @Test
  void decision_isWrittenBeforeTheFirstCommitIsTold() {
    begin(spawn());
    vote();
    vote();
    commit();
    commit();
    outcomes.receiveMessage(WAIT);
    int written = seen.indexOf("WRITTEN Voted+Voted+Decided");
    assertTrue(written >= 0 && written < seen.indexOf("TELL Commit model_service"), seen::toString);
    assertTrue(
        seen.indexOf("WRITTEN TransactionBegun+PrepareAsked+PrepareAsked")
            < seen.indexOf("TELL Prepare model_service"),
        seen::toString);
  }

  @Test
  void vote_thatIsMissing_abortsAndTheOtherIsTold() {
    ActorRef<TransactionProtocol.Command> entity = spawn();
    begin(entity);
    vote();
    assertEquals(Verdict.Outcome.UNDECIDED, verdict(entity));
    participants.expectMessageClass(ParticipantCommand.Prepare.class, WAIT);
    abort();
    abort();
    TransactionOutcome end = outcomes.receiveMessage(WAIT).getValue();
    assertFalse(end.committed());
    assertEquals(TransactionProgress.PREPARE_OVERDUE, end.code());
    assertTrue(end.message().contains("memory_service"));
  }

  @Test
  void commit_thatIsNotAnswered_isToldAgainThenStuckThenRedriven() {
    ActorRef<TransactionProtocol.Command> entity = spawn();
    begin(entity);
    vote();
    vote();
    ParticipantCommand.Commit first =
        participants.expectMessageClass(ParticipantCommand.Commit.class, WAIT);
    answer(first.replyTo(), first.participant(), Acknowledgement.Result.COMMITTED);
    participants.expectMessageClass(ParticipantCommand.Commit.class, WAIT);
    ParticipantCommand.Commit again =
        participants.expectMessageClass(ParticipantCommand.Commit.class, WAIT);
    assertEquals("memory_service", again.participant());
    again
        .replyTo()
        .tell(Acknowledgement.failed(ID, "memory_service", "broken", "disk", Instant.EPOCH));
    participants.awaitAssert(WAIT, () -> assertStuck());
    assertEquals(1, stuck.size());
    assertEquals("broken", stuck.get(0).code());
    assertEquals(List.of(), settled);
    entity.tell(new TransactionProtocol.Redrive("alice", views.getRef()));
    views.receiveMessage(WAIT);
    commit();
    assertTrue(outcomes.receiveMessage(WAIT).getValue().committed());
    assertFalse(view(entity).stuck());
    assertEquals(
        List.of(ID + " committed"),
        settled.stream().map(one -> one.transactionId() + " " + one.state()).toList());
  }

  private Void assertStuck() {
    assertEquals(1, stuck.size());
    return null;
  }

  @Test
  void transaction_interruptedBeforeItsDecision_abortsByItself() {
    ActorRef<TransactionProtocol.Command> entity = spawn();
    begin(entity);
    vote();
    participants.expectMessageClass(ParticipantCommand.Prepare.class, WAIT);
    kit.stop(entity);
    ActorRef<TransactionProtocol.Command> again = spawn();
    abort();
    abort();
    again.tell(new TransactionProtocol.Subscribe(outcomes.getRef()));
    assertEquals(TransactionProgress.INTERRUPTED, outcomes.receiveMessage(WAIT).getValue().code());
    assertEquals(Verdict.Outcome.ABORTED, verdict(again));
  }

  @Test
  void transaction_interruptedAfterItsDecision_commitsByItself() {
    ActorRef<TransactionProtocol.Command> entity = spawn();
    begin(entity);
    vote();
    vote();
    participants.expectMessageClass(ParticipantCommand.Commit.class, WAIT);
    participants.expectMessageClass(ParticipantCommand.Commit.class, WAIT);
    kit.stop(entity);
    ActorRef<TransactionProtocol.Command> again = spawn();
    assertEquals(Verdict.Outcome.COMMITTED, verdict(again));
    commit();
    commit();
    participants.awaitAssert(WAIT, () -> assertState("committed", again));
  }

  private Void assertState(String state, ActorRef<TransactionProtocol.Command> entity) {
    assertEquals(state, view(entity).state());
    return null;
  }

  @Test
  void unknownTransaction_isAborted_forWhoPreparedIt() {
    ActorRef<TransactionProtocol.Command> entity = spawn();
    assertEquals(Verdict.Outcome.ABORTED, verdict(entity));
    entity.tell(new TransactionProtocol.Get(views.getRef()));
    assertTrue(views.receiveMessage(WAIT).isError());
    entity.tell(new TransactionProtocol.Release(false, "test", released.getRef()));
    assertEquals("new", released.receiveMessage(WAIT).state());
  }

  @Test
  void release_waitsForTheEnd_isToldToAll_thenAnswered() {
    ActorRef<TransactionProtocol.Command> entity = spawn();
    begin(entity);
    vote();
    vote();
    commit();
    entity.tell(new TransactionProtocol.Release(true, "over", released.getRef()));
    commit();
    outcomes.receiveMessage(WAIT);
    for (int i = 0; i < 2; i++) {
      ParticipantCommand.Release told =
          participants.expectMessageClass(ParticipantCommand.Release.class, WAIT);
      assertTrue(told.handOver());
      answer(told.replyTo(), told.participant(), Acknowledgement.Result.RELEASED);
    }
    assertEquals("released", released.receiveMessage(WAIT).state());
    assertEquals(Verdict.Outcome.RELEASED, verdict(entity));
  }

  @Test
  void release_beforeTheDecision_givesItUp() {
    ActorRef<TransactionProtocol.Command> entity = spawn();
    begin(entity);
    vote();
    entity.tell(new TransactionProtocol.Release(false, "not wanted", released.getRef()));
    participants.expectMessageClass(ParticipantCommand.Prepare.class, WAIT);
    abort();
    abort();
    assertEquals(TransactionProgress.GIVEN_UP, outcomes.receiveMessage(WAIT).getValue().code());
    assertEquals("aborted", released.receiveMessage(WAIT).state());
  }

  @Test
  void begin_withAnotherPlan_isRefused() {
    ActorRef<TransactionProtocol.Command> entity = spawn();
    begin(entity);
    entity.tell(new TransactionProtocol.Begin(Rehearsal.PLAN, null, outcomes.getRef()));
    assertTrue(outcomes.receiveMessage(WAIT).isError());
  }

  private ActorRef<TransactionProtocol.Command> spawn() {
    return kit.spawn(
        Transaction.create(
            ID,
            TransactionSettings.of(kit.system().settings().config()),
            new TransactionWiring(
                EventStamper.system(),
                participants.getRef(),
                stuck::add,
                settled::add,
                (point, id, subject) -> seen.add(point + " " + subject)),
            shard.getRef()));
  }

  private void begin(ActorRef<TransactionProtocol.Command> entity) {
    entity.tell(new TransactionProtocol.Begin(PLAN, null, outcomes.getRef()));
  }

  private void vote() {
    ParticipantCommand.Prepare asked =
        participants.expectMessageClass(ParticipantCommand.Prepare.class, WAIT);
    asked.replyTo().tell(Vote.commit(ID, asked.participant(), asked.work().locks()));
  }

  private void commit() {
    ParticipantCommand.Commit told =
        participants.expectMessageClass(ParticipantCommand.Commit.class, WAIT);
    answer(told.replyTo(), told.participant(), Acknowledgement.Result.COMMITTED);
  }

  private void abort() {
    ParticipantCommand.Abort told =
        participants.expectMessageClass(ParticipantCommand.Abort.class, WAIT);
    answer(told.replyTo(), told.participant(), Acknowledgement.Result.ABORTED);
  }

  private static void answer(
      ActorRef<Acknowledgement> to, String participant, Acknowledgement.Result result) {
    to.tell(Acknowledgement.of(ID, participant, result, "allocated", Instant.EPOCH));
  }

  private Verdict.Outcome verdict(ActorRef<TransactionProtocol.Command> entity) {
    entity.tell(new TransactionProtocol.OutcomeAsked("memory_service", verdicts.getRef()));
    return verdicts.receiveMessage(WAIT).outcome();
  }

  private TransactionView view(ActorRef<TransactionProtocol.Command> entity) {
    entity.tell(new TransactionProtocol.Get(views.getRef()));
    return views.receiveMessage(WAIT).getValue();
  }
}
