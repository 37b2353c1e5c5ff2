package io.mainstay.actors.node;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A disk that was full once must not silence a node's logs for good. */
class LastingChildTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final RestartSettings RESTART =
      new RestartSettings(
          5, Duration.ofSeconds(60), Duration.ofMillis(10), Duration.ofMillis(40), 0);
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
}
