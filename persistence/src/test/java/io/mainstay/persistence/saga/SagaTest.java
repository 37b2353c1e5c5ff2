package io.mainstay.persistence.saga;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.pattern.StatusReply;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.saga.SagaProtocol.SagaView;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.support.TestNode;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The entity around {@link SagaProgress}: asks, deadlines, subscribers, restarts. */
class SagaTest {
  private static final Duration WAIT = Duration.ofSeconds(10);
  private static final String ID = "01KAJZP9S8B6V5Q4W3E2R1T0Y9";
  private static final SagaPlan PLAN = new SagaPlan.ModelLoad("m", "1", "ab", "cpu-0", 10);

  private ActorTestKit kit;
  private TestProbe<SagaWork> work;
  private TestProbe<ClusterSharding.ShardCommand> shard;
  private TestProbe<StatusReply<SagaView>> views;
  private TestProbe<StatusReply<SagaOutcome>> outcomes;

  @BeforeEach
  void startKit() {
    kit =
        ActorTestKit.create(
            PersistenceTestKitPlugin.config()
                .withFallback(
                    TestNode.config(
                        """
                        akka.actor.provider = local
                        mainstay.persistence.saga {
                          step-deadline.cache = 100ms
                          undo-pause = 10ms
                          subscribers-max = 2
                          retire-after = 50ms
                        }
                        """)));
    work = kit.createTestProbe();
    shard = kit.createTestProbe();
    views = kit.createTestProbe();
    outcomes = kit.createTestProbe();
  }

  @AfterEach
  void endKit() {
    kit.shutdownTestKit();
  }

  @Test
  void saga_whenEveryStepSucceeds_tellsItsSubscribersAndRetires() {
    ActorRef<SagaProtocol.Command> saga = spawn();
    EventMeta cause = EventMeta.root("01KAJZP9S8B6V5Q4W3E2R1T0YA", Instant.EPOCH);
    saga.tell(new SagaProtocol.Start(PLAN, cause, views.getRef()));
    assertEquals("running", views.receiveMessage(WAIT).getValue().state());
    saga.tell(new SagaProtocol.Subscribe(outcomes.getRef()));
    for (SagaStep step : PLAN.steps()) {
      succeed(step);
    }
    SagaOutcome end = outcomes.receiveMessage(WAIT).getValue();
    assertEquals(SagaOutcome.End.COMPLETED, end.end());
    assertEquals(cause.rootId(), end.meta().rootId());
    shard.expectMessageClass(ClusterSharding.Passivate.class, WAIT);
    saga.tell(new SagaProtocol.Subscribe(outcomes.getRef()));
    assertEquals(end, outcomes.receiveMessage(WAIT).getValue());
  }

  @Test
  void start_again_answersTheSame_anotherPlanIsRefused() {
    ActorRef<SagaProtocol.Command> saga = spawn();
    saga.tell(new SagaProtocol.Start(PLAN, null, views.getRef()));
    views.receiveMessage(WAIT);
    saga.tell(new SagaProtocol.Start(PLAN, null, views.getRef()));
    assertEquals("running", views.receiveMessage(WAIT).getValue().state());
    work.receiveMessage(WAIT);
    work.expectNoMessage(Duration.ZERO);
    SagaPlan other = new SagaPlan.ModelLoad("other", "1", "ab", "cpu-0", 10);
    saga.tell(new SagaProtocol.Start(other, null, views.getRef()));
    assertTrue(views.receiveMessage(WAIT).isError());
  }

  @Test
  void unknownSaga_refusesToAnswer_andRetires() {
    ActorRef<SagaProtocol.Command> saga = spawn();
    saga.tell(new SagaProtocol.Get(views.getRef()));
    assertTrue(views.receiveMessage(WAIT).isError());
    saga.tell(new SagaProtocol.Subscribe(outcomes.getRef()));
    assertTrue(outcomes.receiveMessage(WAIT).isError());
    shard.expectMessageClass(ClusterSharding.Passivate.class, WAIT);
  }

  @Test
  void subscribers_aboveTheLimit_areRefused() {
    ActorRef<SagaProtocol.Command> saga = spawn();
    saga.tell(new SagaProtocol.Start(PLAN, null, views.getRef()));
    views.receiveMessage(WAIT);
    TestProbe<StatusReply<SagaOutcome>> third = kit.createTestProbe();
    saga.tell(new SagaProtocol.Subscribe(outcomes.getRef()));
    saga.tell(new SagaProtocol.Subscribe(outcomes.getRef()));
    saga.tell(new SagaProtocol.Subscribe(third.getRef()));
    StatusReply<SagaOutcome> refused = third.receiveMessage(WAIT);
    assertTrue(refused.isError());
    assertTrue(refused.getError().getMessage().contains("subscribers-max"));
  }

  @Test
  void step_thatIsSilentPastItsDeadline_isUndoneWithTheOthers() {
    ActorRef<SagaProtocol.Command> saga = spawn();
    saga.tell(new SagaProtocol.Start(PLAN, null, views.getRef()));
    saga.tell(new SagaProtocol.Subscribe(outcomes.getRef()));
    succeed(SagaStep.RESERVE_DEVICE);
    succeed(SagaStep.ALLOCATE_MEMORY);
    assertEquals(SagaStep.CACHE, work.expectMessageClass(SagaWork.Do.class, WAIT).step());
    undo(SagaStep.CACHE);
    undo(SagaStep.ALLOCATE_MEMORY);
    undo(SagaStep.RESERVE_DEVICE);
    verify();
    SagaOutcome end = outcomes.receiveMessage(WAIT).getValue();
    assertEquals(SagaOutcome.End.COMPENSATED, end.end());
    assertEquals("step_deadline_exceeded", end.code());
    assertTrue(end.message().contains("100 ms"));
  }

  @Test
  void saga_inProgressWhenTheNodeRestarts_compensatesByItself() {
    ActorRef<SagaProtocol.Command> saga = spawn();
    saga.tell(new SagaProtocol.Start(PLAN, null, views.getRef()));
    views.receiveMessage(WAIT);
    succeed(SagaStep.RESERVE_DEVICE);
    work.expectMessageClass(SagaWork.Do.class, WAIT);
    kit.stop(saga);
    ActorRef<SagaProtocol.Command> again = spawn();
    undo(SagaStep.ALLOCATE_MEMORY);
    SagaWork.Undo refused = work.expectMessageClass(SagaWork.Undo.class, WAIT);
    again.tell(new SagaProtocol.Subscribe(outcomes.getRef()));
    refused.replyTo().tell(new StepOutcome.Failed("busy", "held by another"));
    undo(SagaStep.RESERVE_DEVICE);
    verify();
    SagaOutcome end = outcomes.receiveMessage(WAIT).getValue();
    assertEquals(SagaOutcome.End.COMPENSATED, end.end());
    assertEquals(SagaProgress.INTERRUPTED, end.code());
    again.tell(new SagaProtocol.Get(views.getRef()));
    SagaView view = views.receiveMessage(WAIT).getValue();
    assertEquals("compensated", view.state());
    assertEquals("undone", view.steps().get(0).state());
  }

  @Test
  void stuckSaga_tellsPeopleUntilThatIsDurable_overARestart_andOnceMoreWhenItIsSettled() {
    ActorRef<SagaProtocol.Command> saga = spawn();
    saga.tell(new SagaProtocol.Start(PLAN, null, views.getRef()));
    views.receiveMessage(WAIT);
    saga.tell(new SagaProtocol.Redrive("alice", views.getRef()));
    assertTrue(views.receiveMessage(WAIT).isError(), "only a stuck one is redriven");
    succeed(SagaStep.RESERVE_DEVICE);
    SagaWork.Do asked = work.expectMessageClass(SagaWork.Do.class, WAIT);
    asked.replyTo().tell(new StepOutcome.Failed("full", "no room"));
    for (int attempt = 1; attempt <= 3; attempt++) {
      SagaWork.Undo undo = work.expectMessageClass(SagaWork.Undo.class, WAIT);
      assertEquals(SagaStep.ALLOCATE_MEMORY, undo.step(), "the failed step's own comes first");
      undo.replyTo().tell(new StepOutcome.Failed("overdue", "no answer"));
    }
    SagaWork.Stuck first = work.expectMessageClass(SagaWork.Stuck.class, WAIT);
    assertEquals("deallocate_vram", first.what());
    shard.expectNoMessage(Duration.ofMillis(100));
    kit.stop(saga);
    ActorRef<SagaProtocol.Command> again = spawn();
    SagaWork.Stuck second = work.expectMessageClass(SagaWork.Stuck.class, WAIT);
    assertEquals(first.cause(), second.cause());
    second.replyTo().tell(Done.getInstance());
    shard.expectMessageClass(ClusterSharding.Passivate.class, WAIT);

    again.tell(new SagaProtocol.Redrive("alice", views.getRef()));
    SagaView redriven = views.receiveMessage(WAIT).getValue();
    assertEquals("compensating", redriven.state());
    assertEquals(1, redriven.redrives());
    again.tell(new SagaProtocol.Redrive("alice", views.getRef()));
    assertEquals(1, views.receiveMessage(WAIT).getValue().redrives());
    undo(SagaStep.ALLOCATE_MEMORY);
    undo(SagaStep.RESERVE_DEVICE);
    verify();
    SagaWork.Settled settled = work.expectMessageClass(SagaWork.Settled.class, WAIT);
    kit.stop(again);
    spawn();
    SagaWork.Settled afterRestart = work.expectMessageClass(SagaWork.Settled.class, WAIT);
    assertEquals(settled.cause(), afterRestart.cause());
    afterRestart.replyTo().tell(Done.getInstance());
    shard.expectMessageClass(ClusterSharding.Passivate.class, WAIT);
  }

  private void verify() {
    work.expectMessageClass(SagaWork.Verify.class, WAIT)
        .replyTo()
        .tell(new StepOutcome.Succeeded("nothing is left"));
  }

  private ActorRef<SagaProtocol.Command> spawn() {
    return kit.spawn(
        Saga.create(
            ID,
            SagaSettings.of(kit.system().settings().config()),
            EventStamper.system(),
            work.getRef(),
            shard.getRef()));
  }

  private void succeed(SagaStep step) {
    SagaWork.Do asked = work.expectMessageClass(SagaWork.Do.class, WAIT);
    assertEquals(step, asked.step());
    asked.replyTo().tell(new StepOutcome.Succeeded("seen"));
  }

  private void undo(SagaStep step) {
    SagaWork.Undo asked = work.expectMessageClass(SagaWork.Undo.class, WAIT);
    assertEquals(step, asked.step());
    asked.replyTo().tell(new StepOutcome.Succeeded("gone"));
  }
}
