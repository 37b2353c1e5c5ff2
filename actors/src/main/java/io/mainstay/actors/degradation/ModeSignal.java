package io.mainstay.actors.degradation;

import akka.actor.typed.ActorRef;

/** What the keeper tells itself. */
sealed interface ModeSignal extends ModeCommand {
  /** A mode may have to be left now. */
  record LookAgain() implements ModeSignal {}

  record SubscriberGone(ActorRef<ModeChanged> subscriber) implements ModeSignal {}
}
