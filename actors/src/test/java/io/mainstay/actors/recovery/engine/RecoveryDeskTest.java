package io.mainstay.actors.recovery.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.recovery.RecoveryOutcome;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryWork;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RecoveryDeskTest {
  private static final EventMeta ASKED = EventStamper.system().root();
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final ActorTestKit KIT = ActorTestKit.create("desk");

  private final List<EventMeta> causes = new CopyOnWriteArrayList<>();
  private final BlockingQueue<CompletableFuture<RecoveryStepOutcome>> asked =
      new LinkedBlockingQueue<>();
  private final BlockingQueue<RecoveryOutcome> over = new LinkedBlockingQueue<>();
  private final TestProbe<RecoveryStepOutcome> first = KIT.createTestProbe();
  private final TestProbe<RecoveryStepOutcome> second = KIT.createTestProbe();
  private ActorRef<RecoveryWork> desk;

  private static RecoveryPlan plan(String node, String action) {
    return new RecoveryPlan(
        RecoveryPlan.Kind.CASCADE,
        "device_failure_memory_cleanup",
        node,
        "primary_device_failure",
        "cpu-0",
        1,
        RecoveryPlan.Flow.ALL,
        1_000,
        List.of(
            new RecoveryPlan.Step(
                1,
                "device",
                action,
                1_000,
                1,
                RecoveryPlan.OnFailure.ROLL_BACK,
                "take_back",
                Map.of())));
  }

  @BeforeEach
  void open() {
    RecoveryActions actions =
        new RecoveryActions.Builder()
            .add("act", task -> held(task))
            .add("take_back", task -> held(task))
            .add(
                "throw",
                task -> {
                  throw new IllegalStateException("no such device");
                })
            .build();
    desk =
        KIT.spawn(
            RecoveryDesk.create(
                "node-1",
                actions,
                told -> {
                  if (told instanceof CoordinatorCommand.Ended ended) {
                    over.add(ended.outcome());
                  }
                }));
  }

  @AfterAll
  static void close() {
    KIT.shutdownTestKit();
  }

  private CompletableFuture<RecoveryStepOutcome> held(RecoveryAction.Task task) {
    causes.add(task.cause());
    CompletableFuture<RecoveryStepOutcome> outcome = new CompletableFuture<>();
    asked.add(outcome);
    return outcome;
  }

  private CompletableFuture<RecoveryStepOutcome> next() throws InterruptedException {
    return asked.poll(WAIT.toSeconds(), TimeUnit.SECONDS);
  }

  /** Whatever a step does is caused by that it was asked for, and so is what takes it back. */
  @Test
  void taskHasTheStepAsItsCause() throws Exception {
    doStep("A", "act", first);
    next().complete(new RecoveryStepOutcome.Done("there"));
    undo("A", first);
    next().complete(new RecoveryStepOutcome.Done("gone"));
    assertEquals(List.of(ASKED, ASKED), causes);
  }

  private void doStep(String recovery, String action, TestProbe<RecoveryStepOutcome> probe) {
    RecoveryPlan plan = plan("node-1", action);
    desk.tell(new RecoveryWork.Do(recovery, plan, plan.steps().get(0), 1, ASKED, probe.ref()));
  }

  private void undo(String recovery, TestProbe<RecoveryStepOutcome> probe) {
    RecoveryPlan plan = plan("node-1", "act");
    desk.tell(new RecoveryWork.Undo(recovery, plan, plan.steps().get(0), ASKED, probe.ref()));
  }

  @Test
  void sameStepOfTwo_isDoneOnce_andTakenBackByTheLast() throws Exception {
    doStep("A", "act", first);
    CompletableFuture<RecoveryStepOutcome> done = next();
    doStep("B", "act", second);
    done.complete(new RecoveryStepOutcome.Done("2 freed"));
    assertEquals(new RecoveryStepOutcome.Done("2 freed"), first.receiveMessage(WAIT));
    assertEquals(new RecoveryStepOutcome.Done("2 freed", false, "A"), second.receiveMessage(WAIT));

    undo("A", first);
    assertEquals(
        "kept: recovery B needs it",
        assertInstanceOf(RecoveryStepOutcome.Done.class, first.receiveMessage(WAIT)).evidence());
    undo("B", second);
    next().complete(new RecoveryStepOutcome.Done("back"));
    assertEquals(new RecoveryStepOutcome.Done("back"), second.receiveMessage(WAIT));
    assertEquals(0, asked.size());
  }

  @Test
  void sharedStepThatFails_isTriedByTheOtherItself() throws Exception {
    doStep("A", "act", first);
    CompletableFuture<RecoveryStepOutcome> failing = next();
    doStep("B", "act", second);
    failing.completeExceptionally(new IllegalStateException("gone"));
    assertEquals(
        new RecoveryStepOutcome.Failed(
            "recovery_action_failed",
            "act of 'cpu-0' ended before it had a result: gone; the node's log has the whole of"
                + " it"),
        first.receiveMessage(WAIT));
    next().complete(new RecoveryStepOutcome.Done("there"));
    assertEquals(new RecoveryStepOutcome.Done("there"), second.receiveMessage(WAIT));
  }

  @Test
  void sharedStepOfOneThatIsOver_isTakenUpByTheOther() throws Exception {
    TestProbe<Done> told = KIT.createTestProbe();
    doStep("A", "act", first);
    next();
    doStep("B", "act", second);
    RecoveryOutcome outcome =
        new RecoveryOutcome(
            "A",
            plan("node-1", "act"),
            RecoveryOutcome.End.ROLLED_BACK,
            "late",
            "late",
            null,
            true);
    desk.tell(new RecoveryWork.Over("A", outcome, told.ref()));
    told.receiveMessage(WAIT);
    assertEquals(outcome, over.poll(WAIT.toSeconds(), TimeUnit.SECONDS));
    next().complete(new RecoveryStepOutcome.Done("there"));
    assertEquals(new RecoveryStepOutcome.Done("there"), second.receiveMessage(WAIT));
  }

  @Test
  void actionThatThrows_orThatNobodyHas_orOfAnotherNode_isAFailure() {
    doStep("A", "throw", first);
    assertEquals(
        new RecoveryStepOutcome.Failed(
            "recovery_action_failed",
            "throw of 'cpu-0' ended before it had a result: no such device; the node's log has the"
                + " whole of it"),
        first.receiveMessage(WAIT));
    doStep("A", "unheard_of", first);
    assertEquals(
        "recovery_action_unknown",
        assertInstanceOf(RecoveryStepOutcome.Failed.class, first.receiveMessage(WAIT)).code());
    RecoveryPlan foreign = plan("node-2", "act");
    desk.tell(new RecoveryWork.Do("A", foreign, foreign.steps().get(0), 1, ASKED, first.ref()));
    assertEquals(
        "recovery_of_another_node",
        assertInstanceOf(RecoveryStepOutcome.Failed.class, first.receiveMessage(WAIT)).code());
  }
}
