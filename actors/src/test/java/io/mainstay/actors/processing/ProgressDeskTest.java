package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.TestInbox;
import akka.pattern.StatusReply;
import io.mainstay.actors.processing.ProcessingCommand.SessionProgress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A runner that loses the question, as one that fails over it does. */
class ProgressDeskTest {
  private static final SessionProgress NOTHING = new SessionProgress(List.of());

  private final TestInbox<RunnerMessage> runner = TestInbox.create();
  private final TestInbox<ProgressDesk.Told> replies = TestInbox.create();
  private final TestInbox<StatusReply<SessionProgress>> askers = TestInbox.create();
  private final AtomicLong now = new AtomicLong();
  private final ProgressDesk desk =
      new ProgressDesk(
          replies.getRef(), new ProgressDesk.Limits(Duration.ofSeconds(2), 3), now::get);

  private void ask() {
    desk.ask("s", runner.getRef(), askers.getRef());
  }

  private int asked() {
    return runner.getAllReceived().size();
  }

  @Test
  void ask_whileTheRunnerIsAsked_waitsWithTheOthers() {
    ask();
    ask();
    assertEquals(1, asked());
    desk.told(new ProgressDesk.Told("s", NOTHING));
    assertEquals(2, askers.getAllReceived().size());
    ask();
    assertEquals(1, asked());
  }

  @Test
  void runnerLosesTheQuestion_itIsAskedAgainAfterAWhile_andAllAreAnswered() {
    ask();
    now.addAndGet(Duration.ofSeconds(2).toNanos() - 1);
    ask();
    assertEquals(1, asked());
    now.incrementAndGet();
    ask();
    assertEquals(1, asked(), "again");
    desk.told(new ProgressDesk.Told("s", NOTHING));
    assertEquals(3, askers.getAllReceived().size());
  }

  @Test
  void tooManyWait_theNextIsToldToAskLater_andTheRunnerIsAskedAgainAllTheSame() {
    for (int i = 0; i < 3; i++) {
      ask();
    }
    assertEquals(1, asked());
    now.addAndGet(Duration.ofSeconds(3).toNanos());
    ask();
    assertEquals(1, asked(), "again");
    StatusReply<SessionProgress> refused = askers.receiveMessage();
    assertTrue(refused.isError());
    assertTrue(refused.getError().getMessage().contains("waiting-max"), refused.toString());
    desk.ended("s");
    assertEquals(3, askers.getAllReceived().size());
  }
}
