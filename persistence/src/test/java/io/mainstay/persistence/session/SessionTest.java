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
  void firstDeath_sendsTheBatchAgainWhole_andItsRepetitionCountsOnce() {
    planned();
    dispatch(WHOLE, "cpu-0", 1);
    EventMeta death = EventMeta.root("01KAJZP9S8B6V5Q4W3E2R1T0YA", Instant.EPOCH);
    var first =
        ask(to -> new SessionProtocol.RecordInterruption(WHOLE, "cpu-0", 1, "boom", death, to));
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
        List.of(new SessionWork.Pending(LEFT, 2, 2), new SessionWork.Pending(RIGHT, 2, 2)),
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
        List.of(new SessionWork.Completed(WHOLE, "ef".repeat(32), "fingerprint")),
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
  void snapshotsAndEvents_giveTheSameState() {
    planned();
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
            to -> new SessionProtocol.RecordDispatch(WHOLE, "cpu-0", 1, to),
            to -> new SessionProtocol.RecordInterruption(WHOLE, "cpu-0", 1, "x", null, to),
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
                to));
  }

  private CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<Recorded>>
      dispatch(DocumentRange range, String device, long epoch) {
    return ask(to -> new SessionProtocol.RecordDispatch(range, device, epoch, to));
  }

  private CommandResultWithReply<Command, SessionEvent, SessionState, StatusReply<Recorded>>
      interrupt(DocumentRange range, String device, long epoch) {
    return ask(
        to -> new SessionProtocol.RecordInterruption(range, device, epoch, "boom", null, to));
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
