package io.mainstay.actors.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.testkit.PersistenceTestKitPlugin;
import akka.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.alert.AlertDesk;
import io.mainstay.actors.recovery.RestartSettings;
import io.mainstay.persistence.alert.AlertSettings;
import io.mainstay.persistence.history.FaultEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.HistorySettings;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A disk that was full once must not silence a node's logs for good. */
class LastingChildTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final RestartSettings RESTART =
      new RestartSettings(
          5, Duration.ofSeconds(60), Duration.ofMillis(10), Duration.ofMillis(40), 0, 1_000);
  private final ActorTestKit kit =
      ActorTestKit.create(
          "lasting",
          PersistenceTestKitPlugin.getInstance()
              .config()
              .withFallback(PersistenceTestKitSnapshotPlugin.config())
              .withFallback(
                  ConfigFactory.parseString("akka.persistence.testkit.events.serialize = off"))
              .withFallback(ConfigFactory.load()));
  private final PersistenceTestKit journal = PersistenceTestKit.create(kit.system());
  private final EventStamper stamper = EventStamper.system();

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  @Test
  void alerts_afterWritesThatFailed_areRaisedAgain() {
    var settings = AlertSettings.of(kit.system().settings().config());
    ActorRef<AlertCommand> alerts =
        kit.spawn(LastingChild.of(AlertDesk.create("n1", settings, stamper), RESTART));
    journal.failNextNPersisted("Alert|n1", 3);
    TestProbe<Done> last = kit.createTestProbe();
    await("the failures are over")
        .atMost(BOUND)
        .until(
            () -> {
              alerts.tell(new AlertCommand.Raise("saga_stuck", "s3", "m", "r", null, last.ref()));
              return journal.persistedInStorage("Alert|n1").stream()
                  .anyMatch(event -> event.toString().contains("s3"));
            });
    last.receiveMessage(BOUND);
  }

  @Test
  void log_afterAWriteThatFailed_takesTheNextOne() {
    ActorRef<HistoryLog.Command<FaultEvent>> log =
        kit.spawn(LastingChild.of(HistoryLog.faults("n1", new HistorySettings(5, 4, 2)), RESTART));
    TestProbe<EventMeta> written = kit.createTestProbe();
    journal.failNextPersisted("Faults|n1");
    log.tell(HistoryLog.Record.of(new FaultEvent.ComponentStopped(stamper.root(), "a", "b")));
    FaultEvent second = new FaultEvent.ComponentStopped(stamper.root(), "c", "d");
    await("the failure is over")
        .atMost(BOUND)
        .until(
            () -> {
              log.tell(new HistoryLog.Record<>(second, written.ref()));
              return !journal.persistedInStorage("Faults|n1").isEmpty();
            });
    assertEquals(second.meta(), written.receiveMessage(BOUND));
  }

  @Test
  void log_whoseWriteFails_handsOnWhatWaitedBehindIt_inOrder() {
    ActorRef<HistoryLog.Command<FaultEvent>> log =
        kit.spawn(LastingChild.of(HistoryLog.faults("n2", new HistorySettings(50, 4, 2)), RESTART));
    TestProbe<EventMeta> written = kit.createTestProbe();
    List<FaultEvent> events =
        IntStream.range(0, 20)
            .<FaultEvent>mapToObj(
                n -> new FaultEvent.ComponentStopped(stamper.root(), "c" + n, "d"))
            .toList();
    for (int round = 0; round < 5; round++) {
      journal.failNextPersisted("Faults|n2");
      events.forEach(event -> log.tell(new HistoryLog.Record<>(event, written.ref())));
      // All but the one that failed, whose outcome nobody knows.
      assertEquals(
          events.subList(1, events.size()).stream().map(FaultEvent::meta).toList(),
          written.receiveSeveralMessages(events.size() - 1, BOUND));
    }
  }

  @Test
  void mailboxOfOneThatEnds_isHandedOn_inOrder() throws Exception {
    TestProbe<String> taken = kit.createTestProbe();
    CountDownLatch told = new CountDownLatch(1);
    Behavior<String> mortal =
        Behaviors.receiveMessage(
            message -> {
              if (message.equals("die")) {
                told.await(); // Until there is more in its mailbox.
                return Behaviors.stopped();
              }
              taken.ref().tell(message);
              return Behaviors.same();
            });
    ActorRef<String> child = kit.spawn(LastingChild.of(mortal, RESTART));
    child.tell("first");
    child.tell("die");
    for (int n = 0; n < 10; n++) {
      child.tell("after " + n);
    }
    assertEquals("first", taken.receiveMessage(BOUND));
    told.countDown();
    assertEquals(
        IntStream.range(0, 10).mapToObj(n -> "after " + n).toList(),
        taken.receiveSeveralMessages(10, BOUND));
  }
}
