package io.mainstay.actors.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.eventstream.EventStream;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.NodeEvent;
import io.mainstay.persistence.identity.EventStamper;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IntakeKeeperTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Intake intake = new Intake();
  private final AtomicBoolean full = new AtomicBoolean(true);
  private final AtomicInteger probes = new AtomicInteger();
  private ActorTestKit kit;
  private TestProbe<HistoryLog.Command<NodeEvent>> journal;
  private TestProbe<RecoveryCommand.RaiseFault> faults;
  private TestProbe<AlertCommand> alerts;
  private ActorRef<IntakeKeeper.Command> keeper;

  @BeforeEach
  void begin() {
    kit = ActorTestKit.create(ConfigFactory.load());
    journal = kit.createTestProbe();
    alerts = kit.createTestProbe(AlertCommand.class);
    faults = kit.createTestProbe(RecoveryCommand.RaiseFault.class);
    kit.system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(RecoveryCommand.RaiseFault.class, faults.getRef()));
    keeper =
        kit.spawn(
            IntakeKeeper.create(
                intake,
                Duration.ofMillis(5),
                () -> {
                  probes.incrementAndGet();
                  if (full.get()) {
                    throw new IllegalStateException("no space left");
                  }
                },
                kit.system().dispatchers().lookup(DispatcherSelector.blocking()),
                journal.getRef(),
                alerts.getRef(),
                EventStamper.system()));
  }

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  private NodeEvent next() {
    return ((HistoryLog.Record<NodeEvent>) journal.receiveMessage(PATIENCE)).event();
  }

  @Test
  void fullDisk_pausesIntakeAndIsAnAlertAtOnce_andIsAFaultOnceItCanBeWrittenDown() {
    keeper.tell(new IntakeKeeper.StorageFailed("disk full", "free it"));
    AlertCommand.Raise raised = alerts.expectMessageClass(AlertCommand.Raise.class, PATIENCE);
    assertEquals("database_failure", raised.kind());
    assertEquals("disk full", raised.message());
    Awaitility.await().atMost(PATIENCE).until(() -> probes.get() > 3);
    assertEquals("disk full", intake.paused().orElseThrow().reason());
    faults.expectNoMessage(Duration.ZERO);
    journal.expectNoMessage(Duration.ZERO);

    full.set(false);
    NodeEvent.IntakePaused paused = (NodeEvent.IntakePaused) next();
    assertTrue(next() instanceof NodeEvent.IntakeResumed);
    assertEquals(raised, alerts.receiveMessage(PATIENCE), "it may not have been written down");
    AlertCommand.Clear cleared = alerts.expectMessageClass(AlertCommand.Clear.class, PATIENCE);
    assertEquals(paused.meta(), cleared.cause());
    RecoveryCommand.RaiseFault fault = faults.receiveMessage(PATIENCE);
    assertEquals("intake", fault.component());
    assertEquals(ErrorNames.DATABASE_FAILURE, fault.sign().error());
    assertEquals(paused.meta(), fault.cause());
    assertTrue(fault.sign().evidence().contains("a probe write succeeded"), "how long it lasted");
    Awaitility.await().atMost(PATIENCE).until(() -> intake.paused().isEmpty());
  }
}
