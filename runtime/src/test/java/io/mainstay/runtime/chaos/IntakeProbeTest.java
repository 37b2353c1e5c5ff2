package io.mainstay.runtime.chaos;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the probe makes of answers, of silence and of failures. */
class IntakeProbeTest {
  private static final Duration BOUND = Duration.ofSeconds(30);

  private static ChaosSettings settings(int inFlight, String answerBound) {
    return ChaosSettings.of(
        ConfigFactory.parseString(
                "mainstay.runtime.chaos { submit-every = 10ms, submit-in-flight-max = "
                    + inFlight
                    + ", answer-bound = "
                    + answerBound
                    + " }")
            .withFallback(ConfigFactory.load()));
  }

  @Test
  void submissions_goOn_whileFormerOnesAreNotAnswered_andThoseThatCannotBeSentCountToo()
      throws Exception {
    CountDownLatch silence = new CountDownLatch(1);
    AtomicInteger sent = new AtomicInteger();
    IntakeProbe probe =
        IntakeProbe.start(
            () -> {
              sent.incrementAndGet();
              try {
                silence.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            settings(3, "1h"));
    await().atMost(BOUND).until(() -> probe.figures().submissions() >= 10 && sent.get() >= 3);
    ChaosDocument.IntakeFigures silent = probe.figures();
    assertEquals(3, sent.get(), "no more than may wait");
    assertEquals(0.0, silent.availability());
    assertEquals(silent.submissions(), silent.unanswered());
    silence.countDown();
    await().atMost(BOUND).until(() -> probe.figures().accepted() > 3);
    ChaosDocument.IntakeFigures end = probe.stop();
    assertTrue(end.unanswered() >= 7, "those that were not sent: " + end);
    assertEquals(end.submissions(), end.accepted() + end.unanswered());
  }

  @Test
  void failures_ofAnyKind_areNoAnswers_andEndNothing() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    IntakeProbe probe =
        IntakeProbe.start(
            () -> {
              if (calls.incrementAndGet() % 2 == 0) {
                throw new IllegalStateException("broken");
              }
            },
            settings(2, "1h"));
    await().atMost(BOUND).until(() -> probe.figures().accepted() >= 5);
    ChaosDocument.IntakeFigures end = probe.stop();
    assertTrue(end.unanswered() >= 4, end.toString());
    assertTrue(end.availability() < 1, end.toString());
  }

  @Test
  void answers_afterTheBound_areLate() {
    AtomicInteger calls = new AtomicInteger();
    IntakeProbe probe =
        IntakeProbe.start(
            () -> {
              long end = System.nanoTime() + Duration.ofMillis(12).toNanos();
              while (System.nanoTime() - end < 0) {
                Thread.onSpinWait();
              }
              calls.incrementAndGet();
            },
            settings(1, "10ms"));
    await().atMost(BOUND).until(() -> calls.get() >= 2);
    ChaosDocument.IntakeFigures end = probe.stop();
    assertEquals(0, end.accepted());
    assertTrue(end.late() >= 2, end.toString());
  }
}
