package io.mainstay.actors.recovery.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.gateway.Refusal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class UnansweredTest {
  private static final Duration WITHIN = Duration.ofMillis(50);
  private static final ActorTestKit KIT = ActorTestKit.create("unanswered");

  record Question(ActorRef<String> replyTo) {}

  @AfterAll
  static void close() {
    KIT.shutdownTestKit();
  }

  private static Throwable failure(CompletionStage<String> answer) {
    return assertThrows(
            ExecutionException.class, () -> answer.toCompletableFuture().get(20, TimeUnit.SECONDS))
        .getCause();
  }

  private static CompletionStage<String> ask(ActorRef<Question> whom) {
    return Unanswered.named(
        AskPattern.ask(whom, Question::new, WITHIN, KIT.system().scheduler()), whom, WITHIN);
  }

  @Test
  void domainThatIsSilent_isNamedWithTheBound() {
    Refusal told =
        assertInstanceOf(Refusal.class, failure(ask(KIT.spawn(Behaviors.ignore(), "device"))));
    assertEquals("recovery_question_unanswered", told.code());
    assertEquals("The device domain did not answer within 50 ms", told.getMessage());
    assertTrue(told.remedy().contains("mainstay.recovery.engine.answer-within"));
  }

  @Test
  void anotherPartThatIsGone_isNamedToo() {
    ActorRef<Question> gone = KIT.spawn(Behaviors.ignore(), "modes");
    KIT.stop(gone);
    assertEquals(
        "The node's part 'modes' did not answer within 50 ms", failure(ask(gone)).getMessage());
  }

  @Test
  void anotherFailure_andAnAnswer_stayAsTheyAre() throws Exception {
    ActorRef<Question> whom = KIT.spawn(Behaviors.ignore());
    IllegalStateException mine = new IllegalStateException("mine");
    assertSame(mine, failure(Unanswered.named(CompletableFuture.failedFuture(mine), whom, WITHIN)));
    assertEquals(
        "there",
        Unanswered.named(CompletableFuture.completedFuture("there"), whom, WITHIN)
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS));
  }
}
