package io.mainstay.actors.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.support.EverySignal;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.OutageEvent;
import io.mainstay.persistence.identity.EventStamper;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutageKeeperTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final OutageSettings SETTINGS =
      new OutageSettings(
          new Outage.Limits(Duration.ofSeconds(30), 2, Duration.ofMillis(20)),
          Duration.ofSeconds(10),
          2);
  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<DeviceCommand> devices = kit.createTestProbe();
  private final TestProbe<ModelCommand> models = kit.createTestProbe();
  private final TestProbe<AlertCommand> alerts = kit.createTestProbe();
  private final TestProbe<HistoryLog.Command<OutageEvent>> journal = kit.createTestProbe();
  private final TestProbe<OutageNotice> notices = kit.createTestProbe();
  private ActorRef<OutageCommand> keeper;
  private ActorRef<DeviceSignal> signals;

  @BeforeEach
  void start() {
    keeper =
        kit.spawn(
            OutageKeeper.create(
                SETTINGS,
                new OutageKeeper.Collaborators(
                    devices.ref(),
                    models.ref(),
                    alerts.ref(),
                    journal.ref(),
                    EventStamper.system(),
                    System::nanoTime)));
    signals = devices.expectMessageClass(DeviceCommand.Subscribe.class, BOUND).subscriber();
    keeper.tell(new OutageCommand.Subscribe(notices.ref()));
    up("cpu-1", 1);
    up("cpu-0", 5);
    alerts.expectMessageClass(AlertCommand.Clear.class, BOUND);
    alerts.expectMessageClass(AlertCommand.Clear.class, BOUND);
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void suspectedWorkerThatAnswers_isFrozen_compared_andThawed_eachStepJournaledWithItsCause() {
    signals.tell(new DeviceSignal.WorkerSuspected("cpu-0", 5, "no pong for 100 ms"));
    assertEquals("cpu-0", models.expectMessageClass(ModelCommand.Freeze.class, BOUND).deviceId());
    assertEquals(new OutageNotice.Frozen("cpu-0"), notices.receiveMessage(BOUND));
    OutageEvent.StateFrozen frozen = event(OutageEvent.StateFrozen.class);
    assertEquals(List.of("tiny"), frozen.models());
    assertEquals(30_000, frozen.freezeMillis());
    signals.tell(new DeviceSignal.WorkerCleared("cpu-0", 5));
    OutageEvent.Reconnected back = eventAfterAttempts(OutageEvent.Reconnected.class);
    assertEquals("answered", back.how());
    assertEquals(frozen.meta().rootId(), back.meta().rootId());
    answerComparison(
        new Reconciled(
            "cpu-0",
            1,
            List.of(
                new Reconciled.Difference(
                    "tiny",
                    "model_availability",
                    "loaded",
                    "absent",
                    "worker",
                    List.of("x"),
                    List.of("session 7"))),
            List.of()));
    assertEquals("tiny", event(OutageEvent.ModelStateDiverged.class).modelId());
    assertEquals(
        new OutageNotice.ModelStateChanged("cpu-0", "tiny", "absent", List.of("session 7")),
        notices.receiveMessage(BOUND));
    OutageEvent.StateReconciled compared = event(OutageEvent.StateReconciled.class);
    assertEquals("checkpoint_comparison", compared.method());
    assertEquals(1, compared.diverged());
    models.expectMessageClass(ModelCommand.Thaw.class, BOUND);
    assertEquals(new OutageNotice.Thawed("cpu-0", false), notices.receiveMessage(BOUND));
    assertEquals(compared.meta().eventId(), event(OutageEvent.StateThawed.class).meta().causeId());
    assertEquals("normal", mode());
  }

  @Test
  void deviceThatStaysAway_isTriedAsOftenAsAllowed_thenFailsOver_andComesBack() {
    signals.tell(new DeviceSignal.WorkerSuspected("cpu-0", 5, "no pong for 100 ms"));
    models.expectMessageClass(ModelCommand.Freeze.class, BOUND);
    for (int attempt = 1; attempt <= 2; attempt++) {
      assertEquals(
          "cpu-0", devices.expectMessageClass(DeviceCommand.Reconnect.class, BOUND).deviceId());
    }
    ModelCommand.FailOver over = models.expectMessageClass(ModelCommand.FailOver.class, BOUND);
    assertEquals(List.of("cpu-1"), over.others());
    over.replyTo().tell(new ModelCommand.Moved(List.of("tiny onto cpu-1")));
    models.expectMessageClass(ModelCommand.Thaw.class, BOUND);
    AlertCommand.Raise raised = alerts.expectMessageClass(AlertCommand.Raise.class, BOUND);
    assertEquals(OutageKeeper.FAILOVER_ALERT, raised.kind());
    assertEquals("cpu-0", raised.subject());
    assertTrue(raised.message().contains("tiny onto cpu-1"), raised.message());
    assertEquals("graceful_degradation (without cpu-0)", mode());
    assertEquals(new OutageNotice.Frozen("cpu-0"), notices.receiveMessage(BOUND));
    assertEquals(new OutageNotice.Thawed("cpu-0", true), notices.receiveMessage(BOUND));

    up("cpu-0", 8);
    answerComparison(new Reconciled("cpu-0", 1, List.of(), List.of()));
    AlertCommand.Clear agreed = alerts.expectMessageClass(AlertCommand.Clear.class, BOUND);
    assertEquals(OutageKeeper.DISAGREEMENT_ALERT, agreed.kind());
    AlertCommand.Clear cleared = alerts.expectMessageClass(AlertCommand.Clear.class, BOUND);
    assertEquals(OutageKeeper.FAILOVER_ALERT, cleared.kind());
    assertEquals(new OutageNotice.Returned("cpu-0"), notices.receiveMessage(BOUND));
    assertEquals("normal", mode());
  }

  @Test
  void reservedDevice_isNoOutage_andTheKeeperGoesOn() {
    signals.tell(new DeviceSignal.Reserved("cpu-0", true));
    signals.tell(new DeviceSignal.Reserved("cpu-0", false));
    signals.tell(new DeviceSignal.WorkerSuspected("cpu-0", 5, "no pong for 100 ms"));
    assertEquals("cpu-0", models.expectMessageClass(ModelCommand.Freeze.class, BOUND).deviceId());
    assertEquals(List.of("tiny"), event(OutageEvent.StateFrozen.class).models());
    devices.expectMessageClass(DeviceCommand.Reconnect.class, BOUND);
  }

  @Test
  void comparisonThatStillDiffers_isAnAlert() {
    signals.tell(new DeviceSignal.WorkerSuspected("cpu-0", 5, "no pong for 100 ms"));
    up("cpu-0", 6);
    models.expectMessageClass(ModelCommand.Freeze.class, BOUND);
    answerComparison(new Reconciled("cpu-0", 1, List.of(), List.of("tiny is not agreed about")));
    AlertCommand.Raise raised = alerts.expectMessageClass(AlertCommand.Raise.class, BOUND);
    assertEquals(OutageKeeper.DISAGREEMENT_ALERT, raised.kind());
    assertTrue(raised.message().contains("tiny is not agreed about"), raised.message());
    models.expectMessageClass(ModelCommand.Thaw.class, BOUND);
  }

  @Test
  void everyKindOfSignal_isTaken_andTheKeeperStillAnswers() {
    for (DeviceSignal signal : EverySignal.of("cpu-0", 5)) {
      signals.tell(signal);
      assertFalse(mode().isEmpty(), signal.toString());
    }
  }

  @Test
  void reservation_isNoOutage() {
    signals.tell(new DeviceSignal.Reserved("cpu-0", true));
    assertEquals("normal", mode());
    models.expectNoMessage(Duration.ZERO);
  }

  @Test
  void dependents_areSaidToBeToldOnlyWhereSomebodyIsTold() {
    assertEquals(List.of("repair", Reconciled.NOTIFY), actionsOfADifference());
    notices.stop();
    Awaitility.await()
        .atMost(BOUND)
        .untilAsserted(() -> assertEquals(List.of("repair"), actionsOfADifference()));
  }

  private List<String> actionsOfADifference() {
    signals.tell(new DeviceSignal.WorkerSuspected("cpu-0", 5, "silent"));
    models.expectMessageClass(ModelCommand.Freeze.class, BOUND);
    signals.tell(new DeviceSignal.WorkerCleared("cpu-0", 5));
    answerComparison(
        new Reconciled(
            "cpu-0",
            1,
            List.of(
                new Reconciled.Difference(
                    "tiny",
                    "model_availability",
                    "loaded",
                    "absent",
                    "worker",
                    List.of("repair", Reconciled.NOTIFY),
                    List.of())),
            List.of()));
    OutageEvent event = next();
    while (!(event instanceof OutageEvent.ModelStateDiverged)) {
      event = next();
    }
    models.expectMessageClass(ModelCommand.Thaw.class, BOUND);
    return ((OutageEvent.ModelStateDiverged) event).actions();
  }

  private void up(String device, long epoch) {
    signals.tell(
        new DeviceSignal.WorkerUp(device, new ScriptedWorker(device, epoch), Set.of("tiny")));
  }

  private void answerComparison(Reconciled result) {
    models
        .expectMessageClass(ModelCommand.Reconcile.class, BOUND)
        .replyTo()
        .tell(StatusReply.success(result));
  }

  private String mode() {
    TestProbe<OutageCommand.Outages> probe = kit.createTestProbe();
    keeper.tell(new OutageCommand.Get(probe.ref()));
    return probe.receiveMessage(BOUND).mode();
  }

  private <E extends OutageEvent> E event(Class<E> type) {
    return assertInstanceOf(type, next());
  }

  /** The keeper may have tried before the test was heard. */
  private <E extends OutageEvent> E eventAfterAttempts(Class<E> type) {
    OutageEvent event = next();
    while (event instanceof OutageEvent.ReconnectionAttempted) {
      event = next();
    }
    return assertInstanceOf(type, event);
  }

  private OutageEvent next() {
    HistoryLog.Command<OutageEvent> command = journal.receiveMessage(BOUND);
    return ((HistoryLog.Record<OutageEvent>) command).event();
  }
}
