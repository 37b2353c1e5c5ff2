package io.mainstay.actors.node;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.persistence.saga.SagaWork;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.transaction.ParticipantCommand;

/** What the guardian understands. */
sealed interface NodeCommand {
  /** Drain the workers, journal the end, answer. */
  record Stop(String reason, ActorRef<akka.Done> replyTo) implements NodeCommand {}

  /** Whoever lives now. */
  record GetDomains(ActorRef<Domains> replyTo) implements NodeCommand {}

  /** A session on this node asks for work; goes to whichever processing domain lives now. */
  record SessionAsks(SessionWork work) implements NodeCommand {}

  /** A saga on this node asks for work; goes to whichever model domain lives now. */
  record SagaAsks(SagaWork work) implements NodeCommand {}

  /** A transaction asks a participant on this node; goes to whichever participants live now. */
  record TransactionAsks(ParticipantCommand command) implements NodeCommand {}

  /** A device came, went or failed; heard until the node is ready. */
  record Heard(DeviceSignal signal) implements NodeCommand {}

  /** A model to be preloaded is on its device, or cannot be. */
  record Preloaded(String modelId, String deviceId, ModelDescriptor model, Throwable failure)
      implements NodeCommand {}

  /** Devices that did not come up were recovered, or that takes too long. */
  record DiscoveryOver() implements NodeCommand {}

  /** Not ready in time. */
  record ReadyOverdue() implements NodeCommand {}

  /** What is under way is written, as far as there was time. */
  record Saved() implements NodeCommand {}

  /** No worker is left. */
  record Drained(Throwable failure) implements NodeCommand {}

  /** The end is in the journal. */
  record Stopped() implements NodeCommand {}
}
