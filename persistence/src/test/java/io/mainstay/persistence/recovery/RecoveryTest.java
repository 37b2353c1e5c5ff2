package io.mainstay.persistence.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.pattern.StatusReply;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.support.TestNode;
import io.mainstay.persistence.transaction.TransactionObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The entity around {@link RecoveryProgress}: asks, limits, restarts, the telling of the end. */
class RecoveryTest {
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final String ID = "01KAJZP9S8B6V5Q4W3E2R1T0Y9";

  private ActorTestKit kit;
  private TestProbe<RecoveryWork> work;
  private TestProbe<ClusterSharding.ShardCommand> shard;
  private TestProbe<StatusReply<RecoveryView>> views;

  private static RecoveryPlan plan(long limitMillis, long stepMillis, int attempts) {
    return new RecoveryPlan(
        RecoveryPlan.Kind.STRATEGY,
        "primary_device_failover",
        "node-1",
        "primary_device_failure",
        "cpu-0",
        1,
        RecoveryPlan.Flow.ALL,
        limitMillis,
        List.of(
            step(1, "migrate_device_allocations", stepMillis, attempts, "return_allocations"),
            step(2, "update_device_routing", stepMillis, attempts, "")));
  }

  private static RecoveryPlan.Step step(
      int number, String action, long millis, int attempts, String rollback) {
    return new RecoveryPlan.Step(
        number,
        "device",
        action,
        millis,
        attempts,
        RecoveryPlan.OnFailure.ROLL_BACK,
        rollback,
        Map.of("migration_strategy", "memory_copy_with_validation"));
  }

  @BeforeEach
  void startKit() {
    kit =
        ActorTestKit.create(
            PersistenceTestKitPlugin.config()
                .withFallback(
                    TestNode.config(
                        """
                        akka.actor.provider = local
                        mainstay.persistence.recovery { step-pause = 10ms, retire-after = 50ms }
                        """)));
    work = kit.createTestProbe();
    shard = kit.createTestProbe();
    views = kit.createTestProbe();
  }

  @AfterEach
  void endKit() {
    kit.shutdownTestKit();
  }

  @Test
  void recovery_whenEveryStepIsDone_tellsItAndRetires() {
    ActorRef<RecoveryProtocol.Command> recovery = spawn();
    EventMeta cause = EventMeta.root("01KAJZP9S8B6V5Q4W3E2R1T0YA", Instant.EPOCH);
    recovery.tell(new RecoveryProtocol.Begin(plan(60_000, 30_000, 1), cause, views.ref()));
    assertEquals("running", views.receiveMessage(WAIT).getValue().state());
    done("migrate_device_allocations");
    done("update_device_routing");
    RecoveryWork.Over over = work.expectMessageClass(RecoveryWork.Over.class, WAIT);
    assertEquals(RecoveryOutcome.End.RECOVERED, over.outcome().end());
    assertEquals(cause.rootId(), over.outcome().last().rootId());
    over.replyTo().tell(Done.getInstance());
    shard.expectMessageClass(ClusterSharding.Passivate.class, WAIT);
    assertEquals("recovered", view(recovery).state());
  }

  @Test
  void oneThatAPersonAskedFor_saysWho_beforeItsFirstStep() {
    PersistenceTestKit journal = PersistenceTestKit.create(kit.system());
    ActorRef<RecoveryProtocol.Command> recovery = spawn();
    recovery.tell(new RecoveryProtocol.Begin(plan(60_000, 30_000, 1), null, "alice", views.ref()));
    assertEquals("running", views.receiveMessage(WAIT).getValue().state());
    done("migrate_device_allocations");
    List<Object> events = journal.persistedInStorage("Recovery|" + ID);
    assertTrue(events.get(0) instanceof RecoveryEvent.RecoveryBegun, events.toString());
    assertEquals("alice", ((RecoveryEvent.RecoveryRequested) events.get(1)).by());
    assertTrue(events.get(2) instanceof RecoveryEvent.RecoveryStepBegun, events.toString());
  }

  /** Who begins it has not heard of its end: otherwise it would count as one that runs for ever. */
  @Test
  void begin_ofOneThatIsOver_tellsItsEndAgain() {
    ActorRef<RecoveryProtocol.Command> recovery = spawn();
    recovery.tell(new RecoveryProtocol.Begin(plan(60_000, 30_000, 1), null, views.ref()));
    views.receiveMessage(WAIT);
    done("migrate_device_allocations");
    done("update_device_routing");
    work.expectMessageClass(RecoveryWork.Over.class, WAIT).replyTo().tell(Done.getInstance());
    recovery.tell(new RecoveryProtocol.Begin(plan(60_000, 30_000, 1), null, views.ref()));
    assertEquals("recovered", views.receiveMessage(WAIT).getValue().state());
    RecoveryWork.Over again = work.expectMessageClass(RecoveryWork.Over.class, WAIT);
    assertEquals(RecoveryOutcome.End.RECOVERED, again.outcome().end());
  }

  @Test
  void begin_again_answersTheSame_anotherPlanIsRefused() {
    ActorRef<RecoveryProtocol.Command> recovery = spawn();
    recovery.tell(new RecoveryProtocol.Begin(plan(60_000, 30_000, 1), null, views.ref()));
    RecoveryView first = views.receiveMessage(WAIT).getValue();
    recovery.tell(new RecoveryProtocol.Begin(plan(60_000, 30_000, 1), null, views.ref()));
    assertEquals(first, views.receiveMessage(WAIT).getValue());
    recovery.tell(new RecoveryProtocol.Begin(plan(60_000, 20_000, 1), null, views.ref()));
    assertTrue(views.receiveMessage(WAIT).isError());
  }

  @Test
  void step_thatDoesNotAnswer_isAskedForAgain_thenTakenBack() {
    ActorRef<RecoveryProtocol.Command> recovery = spawn();
    recovery.tell(new RecoveryProtocol.Begin(plan(60_000, 100, 2), null, views.ref()));
    assertEquals(1, work.expectMessageClass(RecoveryWork.Do.class, WAIT).attempt());
    assertEquals(2, work.expectMessageClass(RecoveryWork.Do.class, WAIT).attempt());
    RecoveryWork.Undo undo = work.expectMessageClass(RecoveryWork.Undo.class, WAIT);
    assertEquals("return_allocations", undo.step().rollback());
    undo.replyTo().tell(new RecoveryStepOutcome.Failed("busy", "held by another"));
    undo = work.expectMessageClass(RecoveryWork.Undo.class, WAIT);
    undo.replyTo().tell(new RecoveryStepOutcome.Done("0 bytes there"));
    RecoveryOutcome outcome = work.expectMessageClass(RecoveryWork.Over.class, WAIT).outcome();
    assertEquals(RecoveryOutcome.End.ROLLED_BACK, outcome.end());
    assertEquals("step_deadline_exceeded", outcome.code());
    assertTrue(outcome.message().contains("100 ms"), outcome.message());
  }

  @Test
  void limitOfTheWhole_endsIt() {
    ActorRef<RecoveryProtocol.Command> recovery = spawn();
    recovery.tell(new RecoveryProtocol.Begin(plan(200, 30_000, 1), null, views.ref()));
    work.expectMessageClass(RecoveryWork.Do.class, WAIT);
    work.expectMessageClass(RecoveryWork.Undo.class, WAIT)
        .replyTo()
        .tell(new RecoveryStepOutcome.Done("gone"));
    RecoveryOutcome outcome = work.expectMessageClass(RecoveryWork.Over.class, WAIT).outcome();
    assertEquals(RecoveryProgress.LIMIT_EXCEEDED, outcome.code());
  }

  @Test
  void recovery_whoseNodeDies_goesOnWithTheStepItWasAt_andTellsItsEndUntilItIsKnown() {
    ActorRef<RecoveryProtocol.Command> recovery = spawn();
    recovery.tell(new RecoveryProtocol.Begin(plan(60_000, 30_000, 1), null, views.ref()));
    views.receiveMessage(WAIT);
    done("migrate_device_allocations");
    assertEquals(
        "update_device_routing",
        work.expectMessageClass(RecoveryWork.Do.class, WAIT).step().action());
    kit.stop(recovery);

    ActorRef<RecoveryProtocol.Command> again = spawn();
    RecoveryWork.Do repeated = work.expectMessageClass(RecoveryWork.Do.class, WAIT);
    assertEquals("update_device_routing", repeated.step().action());
    assertEquals(2, repeated.attempt());
    repeated.replyTo().tell(new RecoveryStepOutcome.Done("swapped"));
    work.expectMessageClass(RecoveryWork.Over.class, WAIT);
    kit.stop(again);

    ActorRef<RecoveryProtocol.Command> third = spawn();
    work.expectMessageClass(RecoveryWork.Over.class, WAIT).replyTo().tell(Done.getInstance());
    shard.expectMessageClass(ClusterSharding.Passivate.class, WAIT);
    RecoveryView view = view(third);
    assertEquals("recovered", view.state());
    assertEquals("swapped", view.steps().get(1).evidence());
  }

  @Test
  void stuckOne_isRedriven_anotherOneIsNot() {
    ActorRef<RecoveryProtocol.Command> recovery = spawn();
    recovery.tell(new RecoveryProtocol.Begin(plan(60_000, 30_000, 1), null, views.ref()));
    views.receiveMessage(WAIT);
    recovery.tell(new RecoveryProtocol.Redrive("alice", views.ref()));
    assertTrue(views.receiveMessage(WAIT).isError());
    done("migrate_device_allocations");
    work.expectMessageClass(RecoveryWork.Do.class, WAIT)
        .replyTo()
        .tell(new RecoveryStepOutcome.Failed("no_device", "none is there"));
    for (int attempt = 1; attempt <= 3; attempt++) {
      work.expectMessageClass(RecoveryWork.Undo.class, WAIT)
          .replyTo()
          .tell(new RecoveryStepOutcome.Failed("busy", "held by another"));
    }
    RecoveryWork.Over over = work.expectMessageClass(RecoveryWork.Over.class, WAIT);
    assertEquals(RecoveryOutcome.End.STUCK, over.outcome().end());
    over.replyTo().tell(Done.getInstance());
    recovery.tell(new RecoveryProtocol.Redrive("alice", views.ref()));
    assertEquals("rolling-back", views.receiveMessage(WAIT).getValue().state());
    work.expectMessageClass(RecoveryWork.Undo.class, WAIT)
        .replyTo()
        .tell(new RecoveryStepOutcome.Done("gone"));
    assertEquals(
        RecoveryOutcome.End.ROLLED_BACK,
        work.expectMessageClass(RecoveryWork.Over.class, WAIT).outcome().end());
  }

  private void done(String action) {
    RecoveryWork.Do asked = work.expectMessageClass(RecoveryWork.Do.class, WAIT);
    assertEquals(action, asked.step().action());
    asked.replyTo().tell(new RecoveryStepOutcome.Done("seen"));
  }

  private RecoveryView view(ActorRef<RecoveryProtocol.Command> recovery) {
    recovery.tell(new RecoveryProtocol.Get(views.ref()));
    return views.receiveMessage(WAIT).getValue();
  }

  private ActorRef<RecoveryProtocol.Command> spawn() {
    return kit.spawn(
        Recovery.create(
            ID,
            RecoverySettings.of(kit.system().settings().config()),
            EventStamper.system(),
            work.ref(),
            TransactionObserver.NONE,
            shard.ref()));
  }
}
