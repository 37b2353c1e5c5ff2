package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CheckpointSavesTest {
  private static final Duration ENOUGH = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(50);

  private final ActorTestKit kit = ActorTestKit.create("saves");
  private final Map<String, ActorRef<RunnerMessage>> runners = new TreeMap<>();

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  private void answers(String session, boolean written) {
    runners.put(
        session,
        kit.spawn(
            Behaviors.receive(RunnerMessage.class)
                .onMessage(
                    RunnerMessage.Pause.class,
                    pause -> {
                      pause.saved().tell(new RunnerMessage.Saved(written));
                      return Behaviors.same();
                    })
                .build()));
  }

  private ProcessingCommand.Saved saved(Duration longest, String... sessions) throws Exception {
    return new CheckpointSaves(kit.system(), runners, longest)
        .of(Set.of(sessions))
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  @Test
  void whatCouldNotBeStored_isNotSaidToBeWritten() throws Exception {
    answers("a", true);
    answers("b", false);
    assertEquals(
        new ProcessingCommand.Saved(Set.of("a"), Set.of("b")), saved(ENOUGH, "a", "b", "nobody"));
  }

  @Test
  void runnerThatIsLate_isNamed() throws Exception {
    runners.put("silent", kit.spawn(Behaviors.ignore()));
    ProcessingCommand.Saved saved = saved(SHORT, "silent");
    assertEquals(new ProcessingCommand.Saved(Set.of(), Set.of("silent")), saved);
    assertEquals("checkpoints of [] are written; those of [silent] are not", saved.text());
  }
}
