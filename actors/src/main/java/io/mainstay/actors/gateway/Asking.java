package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.RecipientRef;
import akka.actor.typed.javadsl.AskPattern;
import akka.japi.function.Function;
import akka.pattern.StatusReply;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** How desks ask the domains: with a bound, from outside any actor. */
record Asking(ActorSystem<?> system, Duration timeout) {
  <C, R> CompletionStage<R> ask(ActorRef<C> whom, Function<ActorRef<R>, C> message) {
    return ask(whom, message, timeout);
  }

  <C, R> CompletionStage<R> ask(
      ActorRef<C> whom, Function<ActorRef<R>, C> message, Duration within) {
    return AskPattern.ask(whom, message, within, system.scheduler());
  }

  <C, R> CompletionStage<R> askStatus(
      RecipientRef<C> whom, Function<ActorRef<StatusReply<R>>, C> message) {
    return askStatus(whom, message, timeout);
  }

  <C, R> CompletionStage<R> askStatus(
      RecipientRef<C> whom, Function<ActorRef<StatusReply<R>>, C> message, Duration within) {
    return AskPattern.askWithStatus(whom, message, within, system.scheduler());
  }
}
