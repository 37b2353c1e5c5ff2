package io.mainstay.runtime.bench;

import akka.actor.DeadLetter;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import io.mainstay.actors.inference.InferenceCommand;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts answers that came after their request was answered: an ask takes one answer, and a second
 * one becomes a dead letter of the actor system.
 */
final class SecondAnswers {
  private final AtomicLong count = new AtomicLong();

  private SecondAnswers() {}

  /** Counts from now on. */
  static SecondAnswers watch(ActorSystem<?> system) {
    SecondAnswers answers = new SecondAnswers();
    system
        .eventStream()
        .tell(
            new EventStream.Subscribe<>(
                DeadLetter.class,
                system.systemActorOf(answers.listener(), "bench-second-answers", Props.empty())));
    return answers;
  }

  long count() {
    return count.get();
  }

  private Behavior<DeadLetter> listener() {
    return Behaviors.receiveMessage(
        letter -> {
          if (letter.message() instanceof StatusReply<?> reply
              && reply.isSuccess()
              && reply.getValue() instanceof InferenceCommand.Embedded) {
            count.incrementAndGet();
          }
          return Behaviors.same();
        });
  }
}
