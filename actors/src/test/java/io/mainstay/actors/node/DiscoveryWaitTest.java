package io.mainstay.actors.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.Behaviors;
import io.mainstay.actors.recovery.engine.CoordinatorCommand;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DiscoveryWaitTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final CoordinatorCommand.View NOTHING =
      new CoordinatorCommand.View(List.of(), List.of());

  private final AtomicReference<CoordinatorCommand.View> now = new AtomicReference<>(NOTHING);
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicInteger over = new AtomicInteger();

  @AfterAll
  static void end() {
    KIT.shutdownTestKit();
  }

  private void waitFor(Duration longest) {
    ActorRef<CoordinatorCommand> coordinator =
        KIT.spawn(
            Behaviors.receiveMessage(
                asked -> {
                  ((CoordinatorCommand.Get) asked).replyTo().tell(now.get());
                  looks.incrementAndGet();
                  return Behaviors.same();
                }));
    KIT.spawn(DiscoveryWait.create(coordinator, longest, over::incrementAndGet));
  }

  private static CoordinatorCommand.View running(String error) {
    return new CoordinatorCommand.View(
        List.of(new CoordinatorCommand.Running("R", "some_recovery", error, "device")), List.of());
  }

  @Test
  void wait_isOver_whenWhatBeganHasEnded_andNotBefore() {
    waitFor(Duration.ofHours(1));
    await().atMost(BOUND).until(() -> looks.get() >= 1);
    now.set(running("worker_process_died"));
    int before = looks.get();
    await().atMost(BOUND).until(() -> looks.get() > before + 1);
    now.set(running("device_discovery_failure"));
    int begun = looks.get();
    await().atMost(BOUND).until(() -> looks.get() > begun + 1);
    assertFalse(over.get() > 0, "it runs");
    now.set(NOTHING);
    await().atMost(BOUND).until(() -> over.get() == 1);
  }

  @Test
  void whatNeverBegins_isWaitedForNoLongerThanItMay() {
    waitFor(Duration.ofMillis(50));
    await().atMost(BOUND).until(() -> over.get() == 1);
  }
}
