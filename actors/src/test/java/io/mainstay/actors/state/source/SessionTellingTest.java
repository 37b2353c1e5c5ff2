package io.mainstay.actors.state.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.eventstream.EventStream;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.state.propagation.StateCommand;
import io.mainstay.protocol.state.InferenceProgress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SessionTellingTest {
  private final ActorTestKit kit =
      ActorTestKit.create(
          "session-telling",
          ConfigFactory.parseString(
                  "akka.actor.provider = local\nmainstay.state.sample-interval = 60s")
              .withFallback(ConfigFactory.load()));
  private final TestProbe<StateCommand> heard = kit.createTestProbe(StateCommand.class);
  private final SessionTelling telling = SessionTelling.of(kit.system(), "s");

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private void step(int from, int done) {
    telling.stepped(
        from, from + 4, "denoising", done, 10, Duration.ofSeconds(1), false, WorkUse.NONE);
  }

  @Test
  void stepsAreSampled_untilTheBatchIsGone_withOrWithoutResults() {
    kit.system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(StateCommand.class, heard.getRef()));
    step(0, 1);
    step(0, 2);
    step(4, 1);
    telling.gone(0, 4);
    step(0, 3);
    step(4, 2);
    telling.completed(4, 8, 10, Duration.ofSeconds(1), "ab", List.of(), WorkUse.NONE);
    step(4, 9);

    List<Integer> done =
        heard.receiveSeveralMessages(5).stream()
            .map(told -> ((StateCommand.Announce) told).message())
            .map(told -> told instanceof InferenceProgress now ? steps(now) : 0)
            .toList();
    assertEquals(List.of(1, 1, 3, 0, 9), done);
  }

  private static int steps(InferenceProgress progress) {
    return progress.executionMetrics().currentStep();
  }
}
