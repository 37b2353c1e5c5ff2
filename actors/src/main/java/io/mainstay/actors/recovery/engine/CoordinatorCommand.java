package io.mainstay.actors.recovery.engine;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.recovery.escalation.EscalationDecision;
import io.mainstay.persistence.recovery.RecoveryOutcome;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** What the node's {@link RecoveryCoordinator} is told and asked. Node-local. */
public sealed interface CoordinatorCommand {
  /** A fault was escalated. */
  record Decided(EscalationDecision decision) implements CoordinatorCommand {}

  /** A person agreed to what a gate kept back, or agreed to it before: its recoveries begin. */
  record Released(EscalationDecision decision) implements CoordinatorCommand {}

  /**
   * A recovery that failed comes again after a pause: until then no fault begins it.
   *
   * @param recoveryId what it will be called
   * @param escalationId event of what it answers
   */
  record Pausing(
      String name, String subject, Duration pause, String recoveryId, String escalationId)
      implements CoordinatorCommand {}

  /**
   * A recovery that failed is tried again. Said again it is still one.
   *
   * @param recoveryId what it is called
   * @param name in its catalog; one that this release does not have is not begun
   * @param attempt 2 or more
   * @param decision what it answers
   */
  record Again(String recoveryId, String name, int attempt, EscalationDecision decision)
      implements CoordinatorCommand {}

  /**
   * A recovery asks for a step: one of an earlier life of the node is known by this.
   *
   * @param cause that the step was asked for, in the journal
   */
  record Working(String recoveryId, RecoveryPlan plan, RecoveryPlan.Step step, EventMeta cause)
      implements CoordinatorCommand {}

  /** A recovery is over. Said once or more. */
  record Ended(RecoveryOutcome outcome) implements CoordinatorCommand {}

  /** What runs and what waits. */
  record Get(ActorRef<View> replyTo) implements CoordinatorCommand {}

  /**
   * Answer to {@link Get}.
   *
   * @param running those that run, by the order of their beginnings
   * @param waiting those that wait, the most urgent first
   */
  record View(List<Running> running, List<Waiting> waiting) {
    public View {
      running = List.copyOf(running);
      waiting = List.copyOf(waiting);
    }
  }

  /** One that runs. */
  record Running(String recoveryId, String name, String error, String subject) {}

  /** One that waits for others. */
  record Waiting(String kind, String name, String error, String subject, int priority) {}

  /**
   * What led to a fault is known.
   *
   * @param recoveries ids of those that did; empty if it could not be read
   */
  record Traced(EscalationDecision decision, Set<String> recoveries, Throwable failure)
      implements CoordinatorCommand {}

  /** The beginning is durable, or could not be made so. */
  record Begun(String recoveryId, Throwable failure) implements CoordinatorCommand {}

  /** The pause after a beginning that failed is over. */
  record TryAgain() implements CoordinatorCommand {}
}
