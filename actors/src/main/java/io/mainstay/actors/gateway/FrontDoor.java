package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What clients reach at {@code /user/gateway}, the same actor for the node's whole life: a client
 * of before still reaches a node whose domains, and the {@link Gateway} with them, began anew. In
 * between it says at once that it is too early. Owned by the node's supervisor.
 */
public final class FrontDoor {
  private final AtomicReference<ActorRef<GatewayCall>> gateway = new AtomicReference<>();

  /** The door; calls go to whatever gateway is open then. What is no call, nobody hears of. */
  public Behavior<GatewayCall> behavior(Duration retryAfter) {
    return Behaviors.receive(GatewayCall.class)
        .onMessage(GatewayCall.class, call -> take(call, retryAfter))
        .build();
  }

  private Behavior<GatewayCall> take(GatewayCall call, Duration retryAfter) {
    ActorRef<GatewayCall> open = gateway.get();
    if (open != null) {
      open.tell(call);
    } else if (call.replyTo() != null) {
      call.replyTo()
          .tell(
              new GatewayReply.Busy(
                  retryAfter.toMillis(),
                  "the node's domains begin anew; ask again after "
                      + retryAfter.toMillis()
                      + " ms"));
    }
    return Behaviors.same();
  }

  /** From now on calls go there. */
  public void open(ActorRef<GatewayCall> answers) {
    gateway.set(answers);
  }

  /** There is nobody to answer. */
  public void close() {
    gateway.set(null);
  }
}
