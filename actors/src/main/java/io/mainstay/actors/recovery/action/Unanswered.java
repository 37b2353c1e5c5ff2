package io.mainstay.actors.recovery.action;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.recovery.Domain;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/** A question that was not answered in time, as people read it: who, and within how long. */
final class Unanswered {
  /** As {@code mainstay recoveries} shows it. */
  static final String CODE = "recovery_question_unanswered";

  private Unanswered() {}

  /** The answer; in place of a time-out a refusal that names who was asked. */
  static <R> CompletionStage<R> named(CompletionStage<R> asked, ActorRef<?> whom, Duration within) {
    CompletableFuture<R> answer = new CompletableFuture<>();
    asked.whenComplete(
        (reply, failure) -> {
          if (failure == null) {
            answer.complete(reply);
          } else {
            answer.completeExceptionally(told(failure, whom, within));
          }
        });
    return answer;
  }

  private static Throwable told(Throwable failure, ActorRef<?> whom, Duration within) {
    Throwable cause = FailureCause.of(failure);
    if (!(cause instanceof TimeoutException)) {
      return cause;
    }
    return Refusal.of(
        CODE,
        "%s did not answer within %d ms".formatted(name(whom), within.toMillis()),
        "It is busy or starts anew: 'mainstay status' shows it; how long an answer may take is"
            + " mainstay.recovery.engine.answer-within, or the step's limit");
  }

  /** By its place in the node. */
  private static String name(ActorRef<?> whom) {
    String name = whom.path().name();
    boolean domain =
        Arrays.stream(Domain.values())
            .anyMatch(known -> known.name().toLowerCase(Locale.ROOT).equals(name));
    return domain ? "The " + name + " domain" : "The node's part '" + name + "'";
  }
}
