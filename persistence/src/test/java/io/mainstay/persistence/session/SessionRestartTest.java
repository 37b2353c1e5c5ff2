package io.mainstay.persistence.session;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.FishingOutcomes;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.pattern.StatusReply;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.session.SessionProtocol.Recorded;
import io.mainstay.persistence.support.TestNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions on a real database, over restarts of the node. */
class SessionRestartTest {
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final String SESSION = "01KAJZP9S8B6V5Q4W3E2R1T0Y9";
  private static final DocumentRange FIRST = new DocumentRange(0, 2);

  private final EventStamper stamper = EventStamper.system();

  private static OpenWork.Look only(Set<String> sessions) {
    return new OpenWork.Look(true, sessions, Map.of(), Map.of(), Map.of());
  }

  @Test
  void session_whenTheNodeRestarts_asksForItsRunnerByItselfAndGoesOnWhereItWas(@TempDir Path data)
      throws Exception {
    try (TestNode node = TestNode.start(data, "")) {
      TestProbe<SessionWork> work = TestProbe.create(node.system());
      Sessions sessions = sessions(node, work.getRef());
      TestProbe<StatusReply<SessionView>> views = TestProbe.create(node.system());
      sessions.session(SESSION).tell(accept(views.getRef()));
      assertEquals("accepted", views.receiveMessage(WAIT).getValue().state());
      assertEquals(
          -1, work.expectMessageClass(SessionWork.Run.class, WAIT).remaining().documents());
      Recorded plan = ask(node, sessions, to -> new SessionProtocol.RecordPlan(5, 2, to));
      assertEquals(3, plan.next().size());
      assertEquals(
          1,
          ask(
                  node,
                  sessions,
                  to -> new SessionProtocol.RecordDispatch(FIRST, "cpu-0", 1, false, to))
              .attempt());
      ask(
          node,
          sessions,
          to -> new SessionProtocol.RecordBatch(FIRST, "cd".repeat(32), "f", "cpu-0", 1, 10, to));
      SessionEnds ends = new SessionEnds(node.database());
      assertEquals(SessionEnds.Stage.OPEN, ends.stage(SESSION));
      assertEquals(SessionEnds.Stage.ABSENT, ends.stage("01KAJZP9S8B6V5Q4W3E2R1T0YZ"));
      OpenWork open = new OpenWork(node.database());
      assertEquals(only(Set.of(SESSION)), open.look(100_000));
      assertEquals(only(Set.of(SESSION)), open.look(100_000));
      // As many rows as asked for: there may be more.
      assertEquals(false, new OpenWork(node.database()).look(2).complete());
    }
    try (TestNode node =
        TestNode.start(data, "mainstay.persistence.session.retire-after = 200ms")) {
      TestProbe<SessionWork> work = TestProbe.create(node.system());
      Sessions sessions = sessions(node, work.getRef());
      SessionWork.Run run = work.expectMessageClass(SessionWork.Run.class, WAIT);
      assertEquals(SESSION, run.sessionId());
      assertEquals(5, run.remaining().documents());
      assertEquals(
          List.of(new DocumentRange(2, 4), new DocumentRange(4, 5)),
          run.remaining().pending().stream().map(SessionWork.Pending::range).toList());
      for (SessionWork.Pending batch : run.remaining().pending()) {
        ask(
            node,
            sessions,
            to ->
                new SessionProtocol.RecordBatch(
                    batch.range(), "ef".repeat(32), "f", "cpu-0", 2, 10, to));
      }
      Recorded end =
          ask(
              node,
              sessions,
              to ->
                  new SessionProtocol.RecordOutputs(
                      List.of(new BlobRef("out", "01".repeat(32), 3)), List.of(), to));
      assertTrue(end.finished());
      assertEquals(SessionEnds.Stage.FINISHED, new SessionEnds(node.database()).stage(SESSION));
      assertEquals(only(Set.of()), new OpenWork(node.database()).look(100_000));
      // Started, then stopped: the shard remembers it no more.
      await().atMost(WAIT).untilAsserted(() -> assertEquals(2, shardRows(node)));
    }
    try (TestNode node =
        TestNode.start(data, "mainstay.persistence.session.retire-after = 200ms")) {
      TestProbe<SessionWork> work = TestProbe.create(node.system());
      Sessions sessions = sessions(node, work.getRef());
      TestProbe<StatusReply<SessionView>> views = TestProbe.create(node.system());
      sessions.session(SESSION).tell(new SessionProtocol.Get(views.getRef()));
      SessionView view = views.receiveMessage(WAIT).getValue();
      assertEquals("completed", view.state());
      assertEquals(5, view.embedded());
      work.expectNoMessage(Duration.ZERO);
    }
    try (JournalReader journal = JournalReader.open(data)) {
      assertEquals(
          List.of("Session|" + SESSION),
          journal.list().stream().map(entity -> entity.persistenceId()).toList());
      assertEquals(
          List.of(
              "WorkflowAccepted",
              "PlanMade",
              "BatchDispatched",
              "BatchCompleted",
              "BatchCompleted",
              "BatchCompleted",
              "OutputsWritten",
              "WorkflowCompleted"),
          journal.entries("Session|" + SESSION).stream().map(entry -> entry.type()).toList());
    }
  }

  @Test
  void persist_thatFails_stopsTheEntityWhichComesBackWithWhatIsTrue(@TempDir Path data)
      throws Exception {
    try (TestNode node =
        TestNode.start(data, "akka.cluster.sharding.entity-restart-backoff = 100ms")) {
      TestProbe<SessionWork> work = TestProbe.create(node.system());
      Sessions sessions = sessions(node, work.getRef());
      TestProbe<StatusReply<SessionView>> views = TestProbe.create(node.system());
      sessions.session(SESSION).tell(accept(views.getRef()));
      views.receiveMessage(WAIT);
      ActorRef<SessionProtocol.Command> first =
          work.expectMessageClass(SessionWork.Run.class, WAIT).session();
      TestProbe<StatusReply<Recorded>> plans = TestProbe.create(node.system());
      sql(
          node,
          "CREATE TRIGGER full_disk BEFORE INSERT ON journal WHEN NEW.persistence_id LIKE"
              + " 'Session|%' BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END");
      first.tell(new SessionProtocol.RecordPlan(5, 2, plans.getRef()));
      plans.expectTerminated(first, WAIT);
      sql(node, "DROP TRIGGER full_disk");
      SessionWork.Run again =
          (SessionWork.Run)
              work.fishForMessage(
                      WAIT,
                      message ->
                          message instanceof SessionWork.Run run && !run.session().equals(first)
                              ? FishingOutcomes.complete()
                              : FishingOutcomes.continueAndIgnore())
                  .get(0);
      plans.expectNoMessage(Duration.ZERO);
      assertEquals(-1, again.remaining().documents());
      assertEquals(
          3, ask(node, sessions, to -> new SessionProtocol.RecordPlan(5, 2, to)).next().size());
    }
  }

  private static SessionProtocol.Accept accept(ActorRef<StatusReply<SessionView>> replyTo) {
    return new SessionProtocol.Accept(
        new Workflow.TextEmbedding("m", 2),
        List.of(new BlobRef("in.txt", "ab".repeat(32), 10)),
        WorkClass.STANDARD,
        "",
        "test",
        List.of(),
        replyTo);
  }

  private static void sql(TestNode node, String statement) {
    node.database()
        .write(
            connection -> {
              try (var run = connection.createStatement()) {
                return run.executeUpdate(statement);
              }
            });
  }

  private static int shardRows(TestNode node) {
    return node.database()
        .read(
            connection -> {
              try (var run = connection.createStatement();
                  var row =
                      run.executeQuery(
                          "SELECT count(*) FROM journal WHERE persistence_id LIKE"
                              + " '/sharding/SessionShard/%'")) {
                return row.getInt(1);
              }
            });
  }

  private Sessions sessions(TestNode node, ActorRef<SessionWork> work) {
    return Sessions.start(
        ClusterSharding.get(node.system()),
        SessionSettings.of(node.system().settings().config()),
        stamper,
        work);
  }

  private static Recorded ask(
      TestNode node,
      Sessions sessions,
      Function<ActorRef<StatusReply<Recorded>>, SessionProtocol.Command> command) {
    TestProbe<StatusReply<Recorded>> probe = TestProbe.create(node.system());
    sessions.session(SESSION).tell(command.apply(probe.getRef()));
    return probe.receiveMessage(WAIT).getValue();
  }
}
