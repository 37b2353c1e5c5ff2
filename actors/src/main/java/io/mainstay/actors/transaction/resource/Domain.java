package io.mainstay.actors.transaction.resource;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A domain that resources ask, with a bound.
 *
 * @param timeout for an answer that takes no work
 */
public record Domain<C>(ActorRef<C> domain, Duration timeout, ActorSystem<?> system) {
  <R> CompletionStage<R> ask(Function<ActorRef<R>, C> question) {
    return AskPattern.ask(domain, question::apply, timeout, system.scheduler());
  }

  <R> CompletionStage<R> askStatus(Function<ActorRef<StatusReply<R>>, C> question) {
    return askStatus(question, timeout);
  }

  <R> CompletionStage<R> askStatus(
      Function<ActorRef<StatusReply<R>>, C> question, Duration within) {
    return AskPattern.askWithStatus(domain, question::apply, within, system.scheduler());
  }
}
