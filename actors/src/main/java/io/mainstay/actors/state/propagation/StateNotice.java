package io.mainstay.actors.state.propagation;

import akka.actor.typed.ActorRef;
import io.mainstay.protocol.state.StateEnvelope;

/**
 * A change, as the subscriber of a domain is told it. It confirms with {@link StateCommand.Confirm}
 * when it has acted on it; unconfirmed it is told again. Node-local.
 *
 * @param changeId to confirm by
 * @param source device of the worker, {@code runners} or {@code node}
 */
public record StateNotice(
    long changeId, Rank rank, String source, StateEnvelope told, ActorRef<StateCommand> desk) {}
