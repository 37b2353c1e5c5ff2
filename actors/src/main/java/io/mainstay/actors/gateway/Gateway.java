package io.mainstay.actors.gateway;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.recovery.FaultVoice;
import io.mainstay.actors.recovery.recognition.Refusals;
import io.mainstay.persistence.session.BlobRef;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;

/**
 * Answers what clients ask of a node, behind {@link FrontDoor}. Checks the token, finds the desk
 * that answers, and turns whatever that desk says, failures included, into exactly one {@link
 * GatewayReply}. Holds no state of any domain.
 */
public final class Gateway {
  private final ActorContext<GatewayCall> ctx;
  private final byte[] token;
  private final FaultVoice faults;
  private final Desks desks = new Desks();

  private Gateway(ActorContext<GatewayCall> ctx, String token, List<Desk> open) {
    this.ctx = ctx;
    this.faults = FaultVoice.of(ctx.getSystem());
    this.token = token.getBytes(StandardCharsets.UTF_8);
    open.forEach(desk -> desk.open(desks));
  }

  /** A gateway with these desks; together they answer every request there is. */
  static Behavior<GatewayCall> create(String token, List<Desk> open) {
    return Behaviors.setup(ctx -> new Gateway(ctx, token, open).serving());
  }

  private Behavior<GatewayCall> serving() {
    return Behaviors.receive(GatewayCall.class).onMessage(GatewayCall.class, this::onCall).build();
  }

  private Behavior<GatewayCall> onCall(GatewayCall call) {
    if (call.replyTo() == null) {
      ctx.getLog().warn("call dropped cause='it names nobody to answer'");
      return Behaviors.same();
    }
    byte[] given =
        call.token() == null ? new byte[0] : call.token().getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(token, given)) {
      call.replyTo()
          .tell(
              GatewayReply.refused(
                  "authentication_failure",
                  "the token is not this node's",
                  "use the token file of the node's data directory: --data DIR or --token-file"
                      + " FILE"));
      return Behaviors.same();
    }
    if (call.request() == null) {
      call.replyTo()
          .tell(
              GatewayReply.refused(
                  "invalid_request",
                  "the call has no request in it",
                  "send one of GatewayRequest, from a client of the node's own version"));
      return Behaviors.same();
    }
    String request = call.request().getClass().getSimpleName();
    Consumer<Throwable> failed = failed(call, request);
    try {
      desks
          .answer(call.request())
          .whenComplete(
              (reply, failure) -> {
                if (failure == null) {
                  answer(call, request, reply);
                } else {
                  failed.accept(unwrap(failure));
                }
              });
    } catch (RuntimeException failure) {
      failed.accept(failure);
    }
    return Behaviors.same();
  }

  /** What is done about a desk that failed; may be called from outside the actor. */
  private Consumer<Throwable> failed(GatewayCall call, String request) {
    Logger log = ctx.getSystem().log();
    return failure -> {
      if (!(failure instanceof Refusal)) {
        log.warn("request failed request={} cause={}", request, failure.toString());
      }
      answer(call, request, replyOf(request, failure));
    };
  }

  private void answer(GatewayCall call, String request, GatewayReply told) {
    say(request, told);
    call.replyTo().tell(told);
  }

  /** A refusal may be an error, and so is no answer in time, however the desk came to it. */
  private void say(String request, GatewayReply told) {
    if (told instanceof GatewayReply.Refused refused) {
      faults.raise(
          "gateway/" + request, Refusals.ofCallers(refused.code(), refused.message()), null);
    }
  }

  private static Throwable unwrap(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** What a client is told of a failure. */
  static GatewayReply replyOf(String request, Throwable failure) {
    if (failure instanceof Refusal refusal) {
      return refusal.isBusy()
          ? new GatewayReply.Busy(refusal.retryAfterMillis(), refusal.getMessage())
          : new GatewayReply.Refused(
              refusal.code(), refusal.getMessage(), refusal.remedy(), refusal.retryAfterMillis());
    }
    if (failure instanceof TimeoutException) {
      return GatewayReply.refused(
          "no_answer_in_time",
          "the node did not answer " + request + " in time",
          "look at 'mainstay status'; raise mainstay.gateway.ask-timeout if the machine is slow");
    }
    return GatewayReply.refused(
        "request_failed",
        request + " failed: " + failure.getMessage(),
        "see the node's log for the cause");
  }

  /** Checks a blob reference that came from outside. */
  static boolean plausible(BlobRef blob) {
    return blob != null && blob.sha256() != null && blob.sha256().matches("[0-9a-f]{64}");
  }
}
