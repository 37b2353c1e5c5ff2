package io.mainstay.actors.recovery.action;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.mainstay.actors.support.RecoveryStage;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ActionFloorTest {
  /** Of a wait of several minutes, with the pauses of the settings. */
  private static final int LOOKS = 3_000;

  @Test
  void await_endsAlsoAfterThousandsOfLooks() throws Exception {
    ActorTestKit kit =
        ActorTestKit.create(
            RecoveryStage.config(
                """
                akka.scheduler.tick-duration = 1ms
                mainstay.recovery.engine.look-interval = 1ms
                """));
    AtomicInteger looks = new AtomicInteger();
    try (RecoveryStage stage =
        new RecoveryStage(
            (actions, floor) ->
                actions.add(
                    "look",
                    task ->
                        floor.await(
                            task,
                            () ->
                                CompletableFuture.completedFuture(
                                    looks.incrementAndGet() < LOOKS
                                        ? Optional.empty()
                                        : Optional.of(new Done("there"))),
                            () -> "not there")),
            kit,
            null,
            null)) {
      assertInstanceOf(Done.class, stage.perform("look", "error", "subject", Map.of()));
    }
    assertEquals(LOOKS, looks.get());
  }
}
