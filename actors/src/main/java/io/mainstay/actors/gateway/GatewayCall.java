package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import io.mainstay.persistence.serialization.WireMessage;

/**
 * The only message that {@code /user/gateway} takes.
 *
 * @param token contents of {@code <data>/token}; never logged
 */
public record GatewayCall(String token, GatewayRequest request, ActorRef<GatewayReply> replyTo)
    implements WireMessage {
  @Override
  public String toString() {
    return "GatewayCall[" + request + "]";
  }
}
