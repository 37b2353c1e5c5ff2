package io.mainstay.persistence.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.pattern.StatusReply;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit.CommandResultWithReply;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.session.SessionProtocol.Command;
import io.mainstay.persistence.session.SessionProtocol.Recorded;
import io.mainstay.persistence.support.TestNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionTest {
  private static final String ID = "01KAJZP9S8B6V5Q4W3E2R1T0Y9";
  private static final BlobRef INPUT = new BlobRef("in.txt", "ab".repeat(32), 10);
  private static final BlobRef OUTPUT = new BlobRef("out.jsonl", "cd".repeat(32), 20);
  private static final SessionProtocol.CheckpointCost COST =
      new SessionProtocol.CheckpointCost("", 100, 10, 1000);
  private static final DocumentRange WHOLE = new DocumentRange(0, 4);
  private static final DocumentRange LEFT = new DocumentRange(0, 2);
  private static final DocumentRange RIGHT = new DocumentRange(2, 4);
  private static final DocumentRange OTHER = new DocumentRange(4, 6);

  private static ActorTestKit kit;
  private TestProbe<SessionWork> work;
  private TestProbe<ClusterSharding.ShardCommand> shard;
  private EventSourcedBehaviorTestKit<Command, SessionEvent, SessionState> session;

  @BeforeAll
  static void startKit() {
    kit =
        ActorTestKit.create(
            EventSourcedBehaviorTestKit.config()
                .withFallback(TestNode.config("akka.actor.provider = local")));
  }

  @AfterAll
  static void endKit() {
    kit.shutdownTestKit();
  }

  @BeforeEach
  void createSession() {
    work = kit.createTestProbe();
    shard = kit.createTestProbe();
    session =
        EventSourcedBehaviorTestKit.create(
            kit.system(),
            Session.create(
                ID,
                SessionSettings.of(kit.system().settings().config()),
                EventStamper.system(),
                work.getRef(),
                shard.getRef()));
    session.clear();
  }

  @Test
  void accept_whenEmpty_isDurableThenAsksForARunner() {
    var result = accept(2);
    var accepted = result.eventOfType(SessionEvent.WorkflowAccepted.class);
    assertEquals(ID, accepted.sessionId());
    assertEquals(accepted.meta().eventId(), accepted.meta().rootId());
    assertEquals("accepted", result.reply().getValue().state());
    SessionWork.Run run = work.expectMessageClass(SessionWork.Run.class);
    assertEquals(-1, run.remaining().documents());
    assertFalse(run.remaining().finished());
  }

  @Test
  void accept_whenAcceptedAlready_answersTheSameAndPersistsNothing() {
    accept(2);
    var again = accept(2);
    assertTrue(again.hasNoEvents());
    assertEquals("accepted", again.reply().getValue().state());
  }

  @Test
  void accept_withAnotherWorkflow_isRefused() {
    accept(2);
    var other = accept(3);
    assertTrue(other.hasNoEvents());
    assertTrue(other.reply().isError());
    assertTrue(other.reply().getError().getMessage().contains("another workflow"));
  }

  @Test
  void everyCommand_whenEmpty_isRefusedAndPersistsNothing() {
    assertRefused(ask(to -> new SessionProtocol.RecordPlan(4, 2, to)), "unknown");
    assertRefused(dispatch(WHOLE, "cpu-0", 1), "unknown");
    assertRefused(interrupt(WHOLE, "cpu-0", 1), "unknown");
    assertRefused(complete(WHOLE), "unknown");
    assertRefused(checkpoint(WHOLE, 1, "aa"), "unknown");
    assertRefused(degrade("fp16"), "unknown");
    assertRefused(
        ask(to -> new SessionProtocol.RecordOutputs(List.of(OUTPUT), List.of(), to)), "unknown");
    assertRefused(ask(to -> new SessionProtocol.RecordFailure("c", "m", "r", to)), "unknown");
    CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<SessionView>> get =
        session.runCommand(SessionProtocol.Get::new);
    assertTrue(get.reply().isError());
    CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<SessionView>> cancel =
        session.runCommand(to -> new SessionProtocol.Cancel("no", to));
    assertTrue(cancel.reply().isError());
  }

  @Test
  void batchCommands_beforeThePlan_areRefused() {
    accept(4);
    assertRefused(dispatch(WHOLE, "cpu-0", 1), "no plan");
    assertRefused(interrupt(WHOLE, "cpu-0", 1), "no plan");
    assertRefused(complete(WHOLE), "no plan");
    assertRefused(checkpoint(WHOLE, 1, "aa"), "no plan");
    assertRefused(
        ask(to -> new SessionProtocol.RecordOutputs(List.of(OUTPUT), List.of(), to)), "no plan");
    assertRefused(ask(to -> new SessionProtocol.RecordPlan(0, 4, to)), "1 or more");
  }

  @Test
  void plan_whenAccepted_answersAllBatchesAndIsIdempotent() {
    accept(4);
    var planned = ask(to -> new SessionProtocol.RecordPlan(6, 4, to));
    assertEquals(List.of(WHOLE, OTHER), ranges(planned.reply().getValue()));
    var again = ask(to -> new SessionProtocol.RecordPlan(6, 4, to));
    assertTrue(again.hasNoEvents());
    assertEquals(List.of(WHOLE, OTHER), ranges(again.reply().getValue()));
    assertRefused(ask(to -> new SessionProtocol.RecordPlan(7, 4, to)), "depends on the input");
  }

  @Test
  void dispatch_countsAttemptsAndIsRecordedOncePerIncarnation() {
    planned();
    assertEquals(1, dispatch(WHOLE, "cpu-0", 1).reply().getValue().attempt());
    var again = dispatch(WHOLE, "cpu-0", 1);
    assertTrue(again.hasNoEvents());
    assertEquals(1, again.reply().getValue().attempt());
    assertEquals(2, dispatch(WHOLE, "cpu-1", 1).reply().getValue().attempt());
  }

  @Test
  void dispatch_afterARestart_countsAgainEvenWithTheSameEpoch() {
    planned();
    dispatch(WHOLE, "cpu-0", 1);
    session.restart();
    assertEquals(2, dispatch(WHOLE, "cpu-0", 1).reply().getValue().attempt());
  }

  @Test
  void attempts_overDeathsOfWorkersAndNodes_areWithTheResultAndInTheView() {
    planned();
    dispatch(WHOLE, "cpu-0", 1);
    interrupt(WHOLE, "cpu-0", 1);
    dispatch(WHOLE, "cpu-1", 1);
    session.restart();
    assertEquals(List.of(new SessionView.Retry(WHOLE, 2)), view().retried());
    dispatch(WHOLE, "cpu-1", 2);
    complete(WHOLE);
    dispatch(OTHER, "cpu-0", 3);
    complete(OTHER);
    session.restart();
    assertEquals(
        List.of(3, 1), account().remaining().completed().stream().map(b -> b.attempts()).toList());
    assertEquals(List.of(new SessionView.Retry(WHOLE, 3)), view().retried());
  }

  @Test
  void halvesOfASplitBatch_haveTheAttemptsOfTheWhole() {
    planned();
    dispatch(WHOLE, "cpu-0", 1);
    interrupt(WHOLE, "cpu-0", 1);
    dispatch(WHOLE, "cpu-0", 2);
    interrupt(WHOLE, "cpu-0", 2);
    dispatch(LEFT, "cpu-0", 3);
    complete(LEFT);
    assertEquals(3, account().remaining().completed().get(0).attempts());
  }

  @Test
  void batchHandedOn_isJournaledWhereItIs_andStaysTheSameAttempt() {
    planned();
    assertEquals(1, handOn(WHOLE, "cpu-0", 1).reply().getValue().attempt());
    var moved = handOn(WHOLE, "cpu-1", 4);
    assertEquals(1, moved.eventOfType(SessionEvent.BatchDispatched.class).attempt());
    assertEquals("cpu-1", moved.eventOfType(SessionEvent.BatchDispatched.class).device());
    SessionState.Running state = (SessionState.Running) session.getState();
    assertEquals(1, state.plan().find(WHOLE).orElseThrow().unresolved());
    // Only a death where it is now counts.
    assertTrue(interrupt(WHOLE, "cpu-0", 1).hasNoEvents());
    assertFalse(interrupt(WHOLE, "cpu-1", 4).hasNoEvents());
    assertEquals(2, dispatch(WHOLE, "cpu-1", 5).reply().getValue().attempt());
  }

  @Test
  void firstDeath_sendsTheBatchAgainWhole_andItsRepetitionCountsOnce() {
    planned();
    dispatch(WHOLE, "cpu-0", 1);
    EventMeta death = EventMeta.root("01KAJZP9S8B6V5Q4W3E2R1T0YA", Instant.EPOCH);
    var first =
        ask(to -> new SessionProtocol.RecordInterruption(WHOLE, "cpu-0", 1, "boom", death, 0, to));
    var event = first.eventOfType(SessionEvent.BatchInterrupted.class);
    assertEquals(death.eventId(), event.meta().causeId());
    assertEquals(death.rootId(), event.meta().rootId());
    assertEquals(1, event.deaths());
    assertEquals(List.of(WHOLE), ranges(first.reply().getValue()));
    var again = interrupt(WHOLE, "cpu-0", 1);
    assertTrue(again.hasNoEvents());
    assertEquals(List.of(WHOLE), ranges(again.reply().getValue()));
    var retry = dispatch(WHOLE, "cpu-0", 2).eventOfType(SessionEvent.BatchDispatched.class);
    assertEquals(event.meta().eventId(), retry.meta().causeId());
  }

  @Test
  void secondDeath_splitsAndTheHalvesInheritTheDeaths() {
    planned();
    var second = killTwice(WHOLE);
    assertEquals(2, second.events().size());
    assertInstanceOf(SessionEvent.BatchReplanned.class, second.events().get(1));
    assertEquals(
        List.of(
            new SessionWork.Pending(LEFT, 2, 2, null, List.of()),
            new SessionWork.Pending(RIGHT, 2, 2, null, List.of())),
        second.reply().getValue().next());
    assertEquals(4, view().replanned());
    // The late answer of the whole batch is dropped, and a dispatch of it is answered by its parts.
    assertTrue(complete(WHOLE).hasNoEvents());
    var late = dispatch(WHOLE, "cpu-0", 9);
    assertTrue(late.hasNoEvents());
    assertEquals(0, late.reply().getValue().attempt());
    assertEquals(List.of(LEFT, RIGHT), ranges(late.reply().getValue()));
  }

  @Test
  void culprit_isFoundAndGivenUp_theOthersFinish() {
    planned();
    killTwice(WHOLE);
    dispatch(LEFT, "cpu-0", 3);
    var split = interrupt(LEFT, "cpu-0", 3);
    DocumentRange zero = new DocumentRange(0, 1);
    DocumentRange one = new DocumentRange(1, 2);
    assertEquals(List.of(zero, one), ranges(split.reply().getValue()));
    dispatch(one, "cpu-0", 4);
    var poisoned = interrupt(one, "cpu-0", 4);
    var event = (SessionEvent.DocumentPoisoned) poisoned.events().get(1);
    assertEquals(1, event.index());
    assertEquals(List.of(), poisoned.reply().getValue().next());
    complete(zero);
    complete(RIGHT);
    complete(OTHER);
    assertEquals(List.of(1), view().poisoned());
    assertEquals(4, view().replanned());
    assertEquals(4, view().interruptions());
    var done = ask(to -> new SessionProtocol.RecordOutputs(List.of(OUTPUT), List.of(), to));
    var end = (SessionEvent.WorkflowCompleted) done.events().get(1);
    assertEquals(5, end.embedded());
    assertEquals(1, end.poisoned());
  }

  @Test
  void result_aSecondTime_isDropped() {
    planned();
    assertFalse(complete(WHOLE).hasNoEvents());
    assertTrue(complete(WHOLE).hasNoEvents());
    assertEquals(4, view().embedded());
    assertRefused(
        ask(to -> new SessionProtocol.RecordOutputs(List.of(OUTPUT), List.of(), to)),
        "have no result");
  }

  @Test
  void interruption_ofABatchThatIsNotInFlight_countsNothing() {
    planned();
    var never = interrupt(WHOLE, "cpu-0", 1);
    assertTrue(never.hasNoEvents());
    assertEquals(List.of(WHOLE), ranges(never.reply().getValue()));
  }

  @Test
  void outputs_whenAllIsDone_completeInOnePersistAndTheEntityRetires() {
    planned();
    complete(WHOLE);
    complete(OTHER);
    var done = ask(to -> new SessionProtocol.RecordOutputs(List.of(OUTPUT), List.of(), to));
    assertTrue(done.reply().getValue().finished());
    assertInstanceOf(SessionEvent.OutputsWritten.class, done.events().get(0));
    assertInstanceOf(SessionEvent.WorkflowCompleted.class, done.events().get(1));
    assertEquals("completed", view().state());
    assertEquals(List.of(OUTPUT), view().outputs());
    session.runCommand(new SessionProtocol.Retire());
    shard.expectMessageClass(ClusterSharding.Passivate.class);
    assertEverythingIsOver();
  }

  @Test
  void outputsNotDelivered_isJournaledAndShown() {
    planned();
    complete(WHOLE);
    complete(OTHER);
    List<String> degraded = List.of("output_directory_unwritable: '/out'");
    var done = ask(to -> new SessionProtocol.RecordOutputs(List.of(OUTPUT), degraded, to));
    var written = (SessionEvent.OutputsWritten) done.events().get(0);
    assertEquals(degraded, written.degradations());
    session.restart();
    assertEquals(degraded, view().degradations());
  }

  @Test
  void runnerThatWasRestarted_whenFinished_isStopped() {
    planned();
    ask(to -> new SessionProtocol.RecordFailure("c", "m", "r", to));
    work.receiveMessage();
    session.runCommand(new SessionProtocol.Continue());
    assertEquals(ID, work.expectMessageClass(SessionWork.Stop.class).sessionId());
  }

  @Test
  void answer_tellsPoisonFromAResult() {
    accept(1);
    ask(to -> new SessionProtocol.RecordPlan(2, 1, to));
    DocumentRange zero = new DocumentRange(0, 1);
    DocumentRange one = new DocumentRange(1, 2);
    complete(zero);
    Recorded late =
        ask(to -> new SessionProtocol.RecordRejection(zero, "bad", to)).reply().getValue();
    assertEquals(List.of(), late.next());
    assertFalse(late.poisoned());
    Recorded first =
        ask(to -> new SessionProtocol.RecordRejection(one, "bad", to)).reply().getValue();
    assertTrue(first.poisoned());
    assertTrue(interrupt(one, "cpu-0", 1).reply().getValue().poisoned());
  }

  @Test
  void account_isWhatTheJournalHolds() {
    planned();
    complete(WHOLE);
    CommandResultWithReply<
            Command, SessionEvent, SessionState, StatusReply<SessionProtocol.Account>>
        got = session.runCommand(SessionProtocol.GetAccount::new);
    SessionProtocol.Account account = got.reply().getValue();
    assertEquals(view(), account.view());
    assertEquals(
        List.of(new SessionWork.Completed(WHOLE, "ef".repeat(32), "fingerprint", 0)),
        account.remaining().completed());
    assertEquals(OTHER, account.remaining().pending().get(0).range());
  }

  @Test
  void cancel_whenActive_stopsTheRunner() {
    planned();
    CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<SessionView>> cancel =
        session.runCommand(to -> new SessionProtocol.Cancel("enough", to));
    assertEquals("cancelled", cancel.reply().getValue().state());
    assertEquals("enough", cancel.reply().getValue().message());
    work.fishForMessage(
        Duration.ofSeconds(3),
        message ->
            message instanceof SessionWork.Stop
                ? akka.actor.testkit.typed.javadsl.FishingOutcomes.complete()
                : akka.actor.testkit.typed.javadsl.FishingOutcomes.continueAndIgnore());
    assertEverythingIsOver();
  }

  @Test
  void failure_whenAccepted_saysWhyAndWhatToDo() {
    accept(4);
    var failed = ask(to -> new SessionProtocol.RecordFailure("input_empty", "empty", "fill", to));
    assertTrue(failed.reply().getValue().finished());
    SessionView view = view();
    assertEquals("failed", view.state());
    assertEquals("input_empty", view.code());
    assertEquals("fill", view.remedy());
    assertEverythingIsOver();
  }

  @Test
  void recovery_whenActive_asksForARunnerUntilOneAnswers() {
    planned();
    complete(WHOLE);
    work.receiveMessage();
    session.restart();
    SessionWork.Run run = work.expectMessageClass(SessionWork.Run.class);
    assertEquals(List.of(OTHER), run.remaining().pending().stream().map(p -> p.range()).toList());
    assertEquals(1, run.remaining().completed().size());
    session.runCommand(new SessionProtocol.Continue());
    assertEquals(run.remaining(), work.expectMessageClass(SessionWork.Run.class).remaining());
    CommandResultWithReply<Command, SessionEvent, SessionState, Done> started =
        session.runCommand(SessionProtocol.RunnerStarted::new);
    assertEquals(Done.done(), started.reply());
  }

  @Test
  void dispatchesWithoutOutcome_overManyRestarts_countAsADeath() {
    planned();
    for (int life = 0; life < 6; life++) {
      assertFalse(dispatch(WHOLE, "cpu-0", 1).hasNoEvents());
      session.restart();
    }
    SessionState.Running state = (SessionState.Running) session.getState();
    assertEquals(1, state.plan().find(WHOLE).orElseThrow().deaths());
    assertEquals(0, state.plan().find(WHOLE).orElseThrow().unresolved());
  }

  @Test
  void checkpoint_isWhereTheBatchGoesOnAfterARestart() {
    planned();
    work.receiveMessage();
    dispatch(WHOLE, "cpu-0", 1);
    var first = checkpoint(WHOLE, 10, "aa");
    var event = first.eventOfType(SessionEvent.BatchCheckpointed.class);
    assertEquals(10, event.step());
    assertEquals(List.of(), first.reply().getValue().next());
    checkpoint(WHOLE, 20, "bb");
    session.restart();
    SessionWork.Run run = work.expectMessageClass(SessionWork.Run.class);
    assertEquals(
        List.of(
            new SessionWork.Pending(
                WHOLE,
                1,
                0,
                new SessionWork.Checkpoint(20, "bb"),
                List.of(new SessionWork.Checkpoint(10, "aa"))),
            new SessionWork.Pending(OTHER, 0, 0, null, List.of())),
        run.remaining().pending());
    assertEquals(2, view().checkpoints());
  }

  @Test
  void restoration_goesOnFromAnEarlierCheckpoint_andCanBeRolledBack() {
    planned();
    work.receiveMessage();
    dispatch(WHOLE, "cpu-0", 1);
    checkpoint(WHOLE, 10, "aa");
    checkpoint(WHOLE, 20, "bb");
    var restored = restore(10, "aa", List.of(), true);
    var event = restored.eventOfType(SessionEvent.CheckpointRestored.class);
    assertEquals("asked", event.reason());
    assertEquals(new SessionWork.Checkpoint(10, "aa"), batch(WHOLE).checkpoint());
    SessionWork.Rewind rewind = work.expectMessageClass(SessionWork.Rewind.class);
    assertEquals(WHOLE, rewind.range());
    assertEquals(
        new SessionWork.Checkpoint(10, "aa"),
        rewind.run().remaining().pending().get(0).checkpoint());
    assertTrue(restore(10, "aa", List.of(), true).hasNoEvents(), "the same again");
    assertEquals(
        List.of(new SessionWork.Checkpoint(20, "bb")), batch(WHOLE).others(), "the way back");
    restore(20, "bb", List.of(10), false);
    assertEquals(new SessionWork.Checkpoint(20, "bb"), batch(WHOLE).checkpoint());
    assertEquals(List.of(), batch(WHOLE).others());
    work.expectNoMessage();
    restore(0, "", List.of(20), false);
    assertEquals(null, batch(WHOLE).checkpoint());
    checkpoint(WHOLE, 5, "cc");
    assertEquals(new SessionWork.Checkpoint(5, "cc"), batch(WHOLE).checkpoint());
  }

  @Test
  void restoration_overtakesACheckpointOnItsWay_whichDoesNotCountAnyMore() {
    planned();
    dispatch(WHOLE, "cpu-0", 1);
    checkpoint(WHOLE, 10, "aa");
    checkpoint(WHOLE, 20, "bb");
    restore(10, "aa", List.of(), true);
    assertTrue(checkpoint(WHOLE, 30, "cc", 20).hasNoEvents(), "of before");
    assertEquals(new SessionWork.Checkpoint(10, "aa"), batch(WHOLE).checkpoint());
    assertFalse(checkpoint(WHOLE, 20, "dd", 10).hasNoEvents(), "computed since");
    assertEquals(new SessionWork.Checkpoint(20, "dd"), batch(WHOLE).checkpoint());
  }

  @Test
  void restoration_toACheckpointThatTheSessionDoesNotKnow_isRefused() {
    planned();
    dispatch(WHOLE, "cpu-0", 1);
    checkpoint(WHOLE, 10, "aa");
    assertRefused(restore(10, "zz", List.of(), true), "no checkpoint of documents");
    assertRefused(restore(9, "aa", List.of(), true), "at step 9");
    complete(WHOLE);
    assertTrue(restore(10, "aa", List.of(), true).hasNoEvents());
  }

  @Test
  void restart_takesOverResultsAndCheckpoints_andGoesOnByItself() {
    planned();
    dispatch(WHOLE, "cpu-0", 1);
    checkpoint(WHOLE, 10, "aa");
    checkpoint(WHOLE, 20, "bb");
    dispatch(OTHER, "cpu-0", 1);
    complete(OTHER);
    session.runCommand(
        (ActorRef<StatusReply<Recorded>> to) ->
            new SessionProtocol.RecordFailure("code", "why", "remedy", to));
    SessionProtocol.Restartable former =
        session
            .<StatusReply<SessionProtocol.Restartable>>runCommand(
                SessionProtocol.GetRestartable::new)
            .reply()
            .getValue();
    SessionCarry all = SessionCarry.of(former, SessionCarry.EVERYTHING);
    assertEquals(List.of(OTHER), all.completed().stream().map(done -> done.range()).toList());
    assertEquals(20, all.checkpoints().get(0).steps().get(0).step());
    SessionCarry ten = SessionCarry.of(former, 19);
    assertEquals(List.of(), ten.completed());
    assertEquals(List.of(new SessionWork.Checkpoint(10, "aa")), ten.checkpoints().get(0).steps());
    assertEquals(List.of(), SessionCarry.of(former, 9).checkpoints());

    session.clear();
    var accepted =
        session.<StatusReply<SessionView>>runCommand(
            to -> new SessionProtocol.AcceptRestart(all, "me", to));
    assertEquals("running", accepted.reply().getValue().state());
    assertEquals(former.accepted().eventId(), accepted.events().get(0).meta().causeId());
    assertEquals(new SessionWork.Checkpoint(20, "bb"), batch(WHOLE).checkpoint());
    assertEquals(List.of(new SessionWork.Checkpoint(10, "aa")), batch(WHOLE).others());
    assertEquals(OTHER.size(), view().embedded());
  }

  @Test
  void checkpoint_thatIsNotBeyondTheLastOne_isDropped() {
    planned();
    assertTrue(checkpoint(WHOLE, 0, "aa").hasNoEvents());
    checkpoint(WHOLE, 10, "aa");
    for (int step : List.of(9, 10)) {
      var late = checkpoint(WHOLE, step, "bb");
      assertTrue(late.hasNoEvents());
      assertFalse(late.reply().getValue().finished());
    }
    assertEquals(new SessionWork.Checkpoint(10, "aa"), batch(WHOLE).checkpoint());
    complete(WHOLE);
    var over = checkpoint(WHOLE, 30, "cc");
    assertTrue(over.hasNoEvents());
    assertEquals(List.of(), over.reply().getValue().next());
  }

  @Test
  void checkpoint_isKeptOverADeath_andDroppedByASplit() {
    planned();
    dispatch(WHOLE, "cpu-0", 1);
    checkpoint(WHOLE, 10, "aa");
    var died = interrupt(WHOLE, 1, "cpu-0", 12);
    assertEquals(
        List.of(
            new SessionWork.Pending(WHOLE, 1, 1, new SessionWork.Checkpoint(10, "aa"), List.of())),
        died.reply().getValue().next());
    var split = die(WHOLE, 2, 12);
    assertEquals(
        List.of(
            new SessionWork.Pending(LEFT, 2, 2, null, List.of()),
            new SessionWork.Pending(RIGHT, 2, 2, null, List.of())),
        split.reply().getValue().next());
    var late = checkpoint(WHOLE, 14, "bb");
    assertTrue(late.hasNoEvents());
    assertEquals(List.of(LEFT, RIGHT), ranges(late.reply().getValue()));
  }

  @Test
  void deaths_withProgressInBetween_neverSplit() {
    planned();
    for (int step = 1; step <= 30; step++) {
      var died = die(WHOLE, step, step);
      assertEquals(1, died.events().size());
      assertEquals(1, died.eventOfType(SessionEvent.BatchInterrupted.class).deaths());
    }
    assertEquals(30, view().interruptions());
    assertEquals(0, view().replanned());
  }

  @Test
  void deaths_withoutProgress_splitAsEver_andFallingBackIsNoProgress() {
    planned();
    die(WHOLE, 1, 7);
    assertEquals(1, batch(WHOLE).deaths());
    die(WHOLE, 2, 9);
    assertEquals(1, batch(WHOLE).deaths());
    // On from a checkpoint of another life of the node: further than that, not than step 9.
    assertInstanceOf(SessionEvent.BatchReplanned.class, die(WHOLE, 3, 8).events().get(1));
    assertEquals(2, batch(LEFT).deaths());
    assertEquals(0, batch(LEFT).progressAtDeath());
  }

  @Test
  void pictureThatKillsItsWorkerAtOneStep_isGivenUp() {
    accept(1);
    ask(to -> new SessionProtocol.RecordPlan(1, 1, to));
    DocumentRange only = new DocumentRange(0, 1);
    die(only, 1, 7);
    die(only, 2, 7);
    var third = die(only, 3, 7);
    var poisoned = (SessionEvent.DocumentPoisoned) third.events().get(1);
    assertEquals(3, poisoned.deaths());
    assertTrue(third.reply().getValue().poisoned());
  }

  @Test
  void nodeRestarts_withACheckpointInEachLife_areNoDeath() {
    planned();
    for (int life = 1; life <= 12; life++) {
      dispatch(WHOLE, "cpu-0", 1);
      checkpoint(WHOLE, life, "aa");
      assertEquals(1, batch(WHOLE).unresolved());
      session.restart();
    }
    assertEquals(0, batch(WHOLE).deaths());
    // The lives after the last checkpoint have no outcome, and count from the one that made it.
    for (int life = 1; life <= 4; life++) {
      dispatch(WHOLE, "cpu-0", 1);
      session.restart();
      assertEquals(0, batch(WHOLE).deaths());
    }
    dispatch(WHOLE, "cpu-0", 1);
    session.restart();
    assertEquals(1, batch(WHOLE).deaths());
    assertEquals(12, batch(WHOLE).progressAtDeath());
  }

  @Test
  void degradation_isSaidOnceAndStaysInTheViewUntilTheEnd() {
    accept(4);
    assertFalse(degrade("fp16 instead of fp32").hasNoEvents());
    assertTrue(degrade("fp16 instead of fp32").hasNoEvents());
    ask(to -> new SessionProtocol.RecordPlan(6, 4, to));
    degrade("lanczos instead of a model");
    session.restart();
    List<String> both = List.of("fp16 instead of fp32", "lanczos instead of a model");
    assertEquals(both, view().degradations());
    complete(WHOLE);
    complete(OTHER);
    ask(
        to ->
            new SessionProtocol.RecordOutputs(
                List.of(OUTPUT), List.of("fp16 instead of fp32", "no directory"), to));
    assertEquals(
        List.of("fp16 instead of fp32", "lanczos instead of a model", "no directory"),
        view().degradations());
  }

  @Test
  void degradations_ofAFailedSession_areShown() {
    accept(4);
    degrade("fp16 instead of fp32");
    ask(to -> new SessionProtocol.RecordFailure("c", "m", "r", to));
    assertEquals(List.of("fp16 instead of fp32"), view().degradations());
  }

  @Test
  void standIn_isToldToTheNextRunner_whateverTheNumberOfNotes() {
    accept(4);
    assertEquals("", standIn());
    ask(to -> new SessionProtocol.RecordDegradation("small instead", "small", to));
    ask(to -> new SessionProtocol.RecordPlan(6, 4, to));
    for (int i = 0; i < 100; i++) {
      degrade("picture " + i);
    }
    assertEquals("small", standIn());
    ask(to -> new SessionProtocol.RecordDegradation("smaller instead", "smaller", to));
    assertTrue(
        ask(to -> new SessionProtocol.RecordDegradation("smaller instead", "smaller", to))
            .hasNoEvents());
    session.restart();
    assertEquals("smaller", standIn());
    assertEquals(101, view().degradations().size());
  }

  private String standIn() {
    CommandResultWithReply<
            Command, SessionEvent, SessionState, StatusReply<SessionProtocol.Account>>
        got = session.runCommand(SessionProtocol.GetAccount::new);
    return got.reply().getValue().remaining().standIn();
  }

  @Test
  void degradations_aboveTheLimit_areOneNote_andTheSessionLives() {
    accept(4);
    for (int i = 0; i < 100; i++) {
      assertFalse(degrade("picture " + i).hasNoEvents());
    }
    assertTrue(degrade("picture 99").hasNoEvents());
    assertFalse(degrade("picture 100").hasNoEvents());
    var dropped = degrade("picture 101");
    assertTrue(dropped.hasNoEvents());
    assertTrue(dropped.reply().isSuccess());
    List<String> said = view().degradations();
    assertEquals(101, said.size());
    assertTrue(said.get(100).startsWith("degradations_not_listed"), said.get(100));
    assertTrue(said.get(100).contains("degradations-max"), said.get(100));
  }

  @Test
  void snapshotsAndEvents_giveTheSameState() {
    planned();
    checkpoint(OTHER, 4, "aa");
    degrade("fp16 instead of fp32");
    killTwice(WHOLE);
    SessionState before = session.getState();
    session.restart();
    assertEquals(before, session.getState());
    assertNotEquals(new SessionState.Empty(), before);
  }

  private void assertEverythingIsOver() {
    for (Function<ActorRef<StatusReply<Recorded>>, Command> command :
        List.<Function<ActorRef<StatusReply<Recorded>>, Command>>of(
            to -> new SessionProtocol.RecordPlan(6, 4, to),
            to -> new SessionProtocol.RecordDispatch(WHOLE, "cpu-0", 1, false, to),
            to -> new SessionProtocol.RecordInterruption(WHOLE, "cpu-0", 1, "x", null, 0, to),
            to -> new SessionProtocol.RecordCheckpoint(WHOLE, 9, "aa", 0, 1, COST, to),
            to -> new SessionProtocol.RecordDegradation("late", "", to),
            to -> new SessionProtocol.RecordBatch(WHOLE, "e", "f", "cpu-0", 1, 1, to),
            to -> new SessionProtocol.RecordOutputs(List.of(), List.of(), to),
            to -> new SessionProtocol.RecordFailure("c", "m", "r", to))) {
      var result = ask(command);
      assertTrue(result.hasNoEvents());
      assertTrue(result.reply().getValue().finished());
    }
    SessionView before = view();
    CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<SessionView>> cancel =
        session.runCommand(to -> new SessionProtocol.Cancel("late", to));
    assertTrue(cancel.hasNoEvents());
    assertEquals(before, cancel.reply().getValue());
    assertTrue(session.runCommand(new SessionProtocol.Continue()).hasNoEvents());
  }

  private void planned() {
    accept(4);
    ask(to -> new SessionProtocol.RecordPlan(6, 4, to));
  }

  private CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<Recorded>>
      killTwice(DocumentRange range) {
    dispatch(range, "cpu-0", 1);
    interrupt(range, "cpu-0", 1);
    dispatch(range, "cpu-0", 2);
    return interrupt(range, "cpu-0", 2);
  }

  private SessionView view() {
    CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<SessionView>> get =
        session.runCommand(SessionProtocol.Get::new);
    return get.reply().getValue();
  }

  private CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<SessionView>>
      accept(int batch) {
    return session.runCommand(
        to ->
            new SessionProtocol.Accept(
                new Workflow.TextEmbedding("m", batch),
                List.of(INPUT),
                WorkClass.STANDARD,
                "",
                "test",
                List.of(),
                to));
  }

  private CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<Recorded>>
      dispatch(DocumentRange range, String device, long epoch) {
    return ask(to -> new SessionProtocol.RecordDispatch(range, device, epoch, false, to));
  }

  private SessionProtocol.Account account() {
    CommandResultWithReply<
            Command, SessionEvent, SessionState, StatusReply<SessionProtocol.Account>>
        got = session.runCommand(SessionProtocol.GetAccount::new);
    return got.reply().getValue();
  }

  private CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<Recorded>> handOn(
      DocumentRange range, String device, long epoch) {
    return ask(to -> new SessionProtocol.RecordDispatch(range, device, epoch, true, to));
  }

  private CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<Recorded>>
      interrupt(DocumentRange range, String device, long epoch) {
    return interrupt(range, epoch, device, 0);
  }

  private CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<Recorded>>
      interrupt(DocumentRange range, long epoch, String device, int progress) {
    return ask(
        to ->
            new SessionProtocol.RecordInterruption(
                range, device, epoch, "boom", null, progress, to));
  }

  private CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<Recorded>>
      checkpoint(DocumentRange range, int step, String sha256) {
    int after =
        session.getState() instanceof SessionState.Running running
            ? running
                .plan()
                .find(range)
                .map(BatchWork::checkpoint)
                .map(SessionWork.Checkpoint::step)
                .orElse(0)
            : 0;
    return checkpoint(range, step, sha256, after);
  }

  private CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<Recorded>>
      checkpoint(DocumentRange range, int step, String sha256, int after) {
    return ask(to -> new SessionProtocol.RecordCheckpoint(range, step, sha256, after, 1, COST, to));
  }

  private CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<Recorded>>
      restore(int step, String sha256, List<Integer> lost, boolean rewind) {
    return ask(
        to ->
            new SessionProtocol.RecordRestoration(
                WHOLE, step, sha256, lost, "asked", rewind, false, to));
  }

  private CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<Recorded>>
      degrade(String what) {
    return ask(to -> new SessionProtocol.RecordDegradation(what, "", to));
  }

  private CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<Recorded>> die(
      DocumentRange range, long epoch, int progress) {
    dispatch(range, "cpu-0", epoch);
    return interrupt(range, epoch, "cpu-0", progress);
  }

  private BatchWork batch(DocumentRange range) {
    return ((SessionState.Running) session.getState()).plan().find(range).orElseThrow();
  }

  private CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<Recorded>>
      complete(DocumentRange range) {
    return ask(
        to ->
            new SessionProtocol.RecordBatch(
                range, "ef".repeat(32), "fingerprint", "cpu-0", 1, 5, to));
  }

  private CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<Recorded>> ask(
      Function<ActorRef<StatusReply<Recorded>>, Command> command) {
    return session.runCommand(command::apply);
  }

  private static void assertRefused(
      CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<Recorded>> result,
      String why) {
    assertTrue(result.hasNoEvents());
    assertTrue(result.reply().isError());
    assertTrue(
        result.reply().getError().getMessage().contains(why),
        result.reply().getError().getMessage());
  }

  private static List<DocumentRange> ranges(Recorded recorded) {
    return recorded.next().stream().map(SessionWork.Pending::range).toList();
  }
}
