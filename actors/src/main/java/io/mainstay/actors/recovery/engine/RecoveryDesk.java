package io.mainstay.actors.recovery.engine;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import io.mainstay.persistence.recovery.RecoveryWork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the steps of this node's recoveries, each step that several have in common once. What a step
 * does is a {@link RecoveryAction}; one that throws has failed, and the desk goes on.
 */
public final class RecoveryDesk {
  private static final Logger LOG = LoggerFactory.getLogger(RecoveryDesk.class);

  /** What the desk tells itself beside what recoveries ask. */
  private sealed interface Command {}

  private record Asked(RecoveryWork work) implements Command {}

  private record Ended(SharedSteps.Key key, RecoveryWork.Do asked, RecoveryStepOutcome outcome)
      implements Command {}

  private final ActorContext<Command> ctx;
  private final String nodeId;
  private final RecoveryActions actions;
  private final Consumer<CoordinatorCommand> coordinator;
  private final SharedSteps shared = new SharedSteps();
  private final Map<SharedSteps.Key, List<RecoveryWork.Do>> waiting = new HashMap<>();

  private RecoveryDesk(
      ActorContext<Command> ctx,
      String nodeId,
      RecoveryActions actions,
      Consumer<CoordinatorCommand> coordinator) {
    this.ctx = ctx;
    this.nodeId = nodeId;
    this.actions = actions;
    this.coordinator = coordinator;
  }

  /**
   * @param nodeId of this node; what is planned for another one is refused
   * @param coordinator told of each step that is asked for, and of each end, once or more; must not
   *     block
   */
  public static Behavior<RecoveryWork> create(
      String nodeId, RecoveryActions actions, Consumer<CoordinatorCommand> coordinator) {
    return Behaviors.transformMessages(
        RecoveryWork.class,
        Behaviors.<Command>setup(
            ctx -> new RecoveryDesk(ctx, nodeId, actions, coordinator).working()),
        builder -> builder.match(RecoveryWork.class, Asked::new));
  }

  private Behavior<Command> working() {
    return Behaviors.receive(Command.class)
        .onMessage(Asked.class, this::onAsked)
        .onMessage(Ended.class, this::onEnded)
        .build();
  }

  private Behavior<Command> onAsked(Asked asked) {
    RecoveryWork work = asked.work();
    if (work instanceof RecoveryWork.Do step) {
      onDo(step);
    } else if (work instanceof RecoveryWork.Undo undo) {
      onUndo(undo);
    } else if (work instanceof RecoveryWork.Over end) {
      waiting.values().forEach(asking -> asking.removeIf(step -> isOf(step, end)));
      waiting.values().removeIf(List::isEmpty);
      for (SharedSteps.Key abandoned : shared.over(end.recoveryId())) {
        List<RecoveryWork.Do> others = waiting.remove(abandoned);
        if (others != null) {
          others.forEach(this::onDo);
        }
      }
      coordinator.accept(new CoordinatorCommand.Ended(end.outcome()));
      end.replyTo().tell(Done.getInstance());
    }
    return Behaviors.same();
  }

  private static boolean isOf(RecoveryWork.Do step, RecoveryWork.Over end) {
    return step.recoveryId().equals(end.recoveryId());
  }

  private void onDo(RecoveryWork.Do asked) {
    if (!asked.plan().nodeId().equals(nodeId)) {
      asked.replyTo().tell(elsewhere(asked.plan().nodeId()));
      return;
    }
    coordinator.accept(
        new CoordinatorCommand.Working(
            asked.recoveryId(), asked.plan(), asked.step(), asked.cause()));
    SharedSteps.Key key = SharedSteps.Key.of(asked.plan(), asked.step());
    SharedSteps.Claim claim = shared.claim(asked.recoveryId(), key);
    if (claim instanceof SharedSteps.Claim.Has has) {
      asked.replyTo().tell(has.outcome());
    } else if (claim instanceof SharedSteps.Claim.Wait) {
      waiting.computeIfAbsent(key, unused -> new ArrayList<>()).add(asked);
    } else {
      ctx.pipeToSelf(
          perform(
              asked.step().action(),
              new RecoveryAction.Task(
                  asked.recoveryId(), asked.plan(), asked.step(), asked.cause())),
          (outcome, failure) ->
              new Ended(
                  key,
                  asked,
                  outcome(asked.plan(), asked.step(), asked.step().action(), outcome, failure)));
    }
  }

  private Behavior<Command> onEnded(Ended ended) {
    ended.asked().replyTo().tell(ended.outcome());
    if (!shared.ended(ended.asked().recoveryId(), ended.key(), ended.outcome())) {
      return Behaviors.same();
    }
    List<RecoveryWork.Do> others = waiting.remove(ended.key());
    if (others == null) {
      return Behaviors.same();
    }
    RecoveryStepOutcome outcome = ended.outcome();
    if (outcome instanceof RecoveryStepOutcome.Done done) {
      RecoveryStepOutcome same =
          new RecoveryStepOutcome.Done(done.evidence(), done.enough(), ended.asked().recoveryId());
      others.forEach(other -> other.replyTo().tell(same));
    } else {
      // It failed for that one; each of them tries for itself.
      others.forEach(this::onDo);
    }
    return Behaviors.same();
  }

  private void onUndo(RecoveryWork.Undo asked) {
    if (!asked.plan().nodeId().equals(nodeId)) {
      asked.replyTo().tell(elsewhere(asked.plan().nodeId()));
      return;
    }
    coordinator.accept(
        new CoordinatorCommand.Working(
            asked.recoveryId(), asked.plan(), asked.step(), asked.cause()));
    Optional<String> counting =
        shared.takenBack(asked.recoveryId(), SharedSteps.Key.of(asked.plan(), asked.step()));
    if (counting.isPresent()) {
      asked
          .replyTo()
          .tell(new RecoveryStepOutcome.Done("kept: recovery " + counting.get() + " needs it"));
      return;
    }
    ActorRef<RecoveryStepOutcome> replyTo = asked.replyTo();
    perform(
            asked.step().rollback(),
            new RecoveryAction.Task(asked.recoveryId(), asked.plan(), asked.step(), asked.cause()))
        .whenComplete(
            (outcome, failure) ->
                replyTo.tell(
                    outcome(
                        asked.plan(), asked.step(), asked.step().rollback(), outcome, failure)));
  }

  private CompletionStage<RecoveryStepOutcome> perform(String name, RecoveryAction.Task task) {
    Optional<RecoveryAction> action = actions.find(name);
    if (action.isEmpty()) {
      return CompletableFuture.completedFuture(
          new RecoveryStepOutcome.Failed(
              "recovery_action_unknown", "This release has no code for '" + name + "'"));
    }
    try {
      return action.get().perform(task);
    } catch (RuntimeException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private static RecoveryStepOutcome outcome(
      RecoveryPlan plan,
      RecoveryPlan.Step step,
      String action,
      RecoveryStepOutcome outcome,
      Throwable failure) {
    if (failure == null) {
      return outcome;
    }
    if (ActionFailure.surprising(failure)) {
      LOG.warn(
          "action failed recovery={} subject={} action={}",
          plan.name(),
          plan.subject(),
          action,
          failure);
    }
    return ActionFailure.of(plan, step, action, failure);
  }

  private static RecoveryStepOutcome elsewhere(String planned) {
    return new RecoveryStepOutcome.Failed(
        "recovery_of_another_node", "It is planned for the node " + planned);
  }
}
