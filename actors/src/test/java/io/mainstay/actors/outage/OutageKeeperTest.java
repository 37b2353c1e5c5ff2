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
import io.mainstay.persistence.history.ConsistencyEvent;
import io.mainstay.persistence.history.OutageEvent;
import io.mainstay.persistence.serialization.CausedEvent;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutageKeeperTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final OutageSettings SETTINGS =
      new OutageSettings(
          new Outage.Limits(Duration.ofSeconds(30), 2, Duration.ofMillis(20)),
          Duration.ofSeconds(10),
          Duration.ofSeconds(20),
          Duration.ofMillis(300),
          Duration.ofMinutes(1),
          2);
  private final OutageHarness node = new OutageHarness(SETTINGS);
  private final ActorTestKit kit = node.kit;
  private final TestProbe<DeviceCommand> devices = node.devices;
  private final TestProbe<ModelCommand> models = node.models;
  private final TestProbe<AlertCommand> alerts = node.alerts;
  private final TestProbe<CausedEvent> journal = node.journal;
  private final TestProbe<OutageNotice> notices = node.notices;
  private final ActorRef<OutageCommand> keeper = node.keeper;

  @AfterEach
  void stop() {
    node.stop();
  }

  @Test
  void suspectedWorkerThatAnswers_isFrozen_compared_andThawed_eachStepJournaledWithItsCause() {
    node.signal(new DeviceSignal.WorkerSuspected("cpu-0", 5, "no pong for 100 ms"));
    assertEquals("cpu-0", models.expectMessageClass(ModelCommand.Freeze.class, BOUND).deviceId());
    expectFrozen();
    OutageEvent.StateFrozen frozen = event(OutageEvent.StateFrozen.class);
    assertEquals(List.of("tiny"), frozen.models());
    assertEquals(30_000, frozen.freezeMillis());
    node.signal(new DeviceSignal.WorkerCleared("cpu-0", 5));
    OutageEvent.Reconnected back = eventAfterAttempts(OutageEvent.Reconnected.class);
    assertEquals("answered", back.how());
    assertEquals(frozen.meta().rootId(), back.meta().rootId());
    answerComparison(OutageHarness.differing(List.of("x", Reconciled.NOTIFY), List.of()));
    ConsistencyEvent.DivergenceFound found = event(ConsistencyEvent.DivergenceFound.class);
    assertEquals("tiny", found.subject());
    assertEquals("absent", found.ownerValue());
    assertEquals("checkpoint_comparison", found.source());
    assertEquals(back.meta().eventId(), found.meta().causeId());
    ConsistencyEvent.DivergenceRepaired repaired = event(ConsistencyEvent.DivergenceRepaired.class);
    assertEquals("x", repaired.action());
    assertEquals(found.meta().eventId(), repaired.meta().causeId());
    OutageEvent.StateReconciled compared = event(OutageEvent.StateReconciled.class);
    assertEquals("checkpoint_comparison", compared.method());
    assertEquals(1, compared.diverged());
    OutageNotice.ModelStateChanged told =
        notices.expectMessageClass(OutageNotice.ModelStateChanged.class, BOUND);
    assertEquals("tiny", told.modelId());
    assertEquals("absent", told.now());
    assertEquals(List.of("session 7"), told.dependents());
    models.expectMessageClass(ModelCommand.Thaw.class, BOUND);
    assertEquals(new OutageNotice.Thawed("cpu-0", false), notices.receiveMessage(BOUND));
    assertEquals(compared.meta().eventId(), event(OutageEvent.StateThawed.class).meta().causeId());
    assertEquals("normal", node.mode());
  }

  @Test
  void deviceThatStaysAway_isTriedAsOftenAsAllowed_thenFailsOver_andComesBack() {
    node.signal(new DeviceSignal.WorkerSuspected("cpu-0", 5, "no pong for 100 ms"));
    models.expectMessageClass(ModelCommand.Freeze.class, BOUND);
    for (int attempt = 1; attempt <= 2; attempt++) {
      assertEquals(
          "cpu-0", devices.expectMessageClass(DeviceCommand.Reconnect.class, BOUND).deviceId());
    }
    ModelCommand.FailOver over = models.expectMessageClass(ModelCommand.FailOver.class, BOUND);
    assertEquals(List.of("cpu-1"), over.others());
    over.replyTo()
        .tell(new ModelCommand.Moved(List.of(), List.of("tiny onto cpu-1: no_room: it is full")));
    models.expectMessageClass(ModelCommand.Thaw.class, BOUND);
    AlertCommand.Raise raised = alerts.expectMessageClass(AlertCommand.Raise.class, BOUND);
    assertEquals(OutageKeeper.FAILOVER_ALERT, raised.kind());
    assertEquals("cpu-0", raised.subject());
    assertTrue(raised.message().contains("its work goes to cpu-1"), raised.message());
    AlertCommand.Raise left = alerts.expectMessageClass(AlertCommand.Raise.class, BOUND);
    assertEquals(OutageKeeper.NOT_MOVED_ALERT, left.kind());
    assertTrue(left.message().contains("it is full"), left.message());
    OutageEvent.FailoverActivated activated = node.event(OutageEvent.FailoverActivated.class);
    assertEquals(List.of(), activated.moved());
    assertEquals(List.of("tiny onto cpu-1: no_room: it is full"), activated.notMoved());
    assertEquals("graceful_degradation (without cpu-0)", node.mode());
    expectFrozen();
    assertEquals(new OutageNotice.Thawed("cpu-0", true), notices.receiveMessage(BOUND));

    node.up("cpu-0", 8);
    answerComparison(new Reconciled("cpu-0", 1, List.of(), List.of()));
    AlertCommand.Clear agreed = alerts.expectMessageClass(AlertCommand.Clear.class, BOUND);
    assertEquals(OutageKeeper.DISAGREEMENT_ALERT, agreed.kind());
    AlertCommand.Clear cleared = alerts.expectMessageClass(AlertCommand.Clear.class, BOUND);
    assertEquals(OutageKeeper.FAILOVER_ALERT, cleared.kind());
    AlertCommand.Clear moved = alerts.expectMessageClass(AlertCommand.Clear.class, BOUND);
    assertEquals(OutageKeeper.NOT_MOVED_ALERT, moved.kind());
    assertEquals(new OutageNotice.Returned("cpu-0"), notices.receiveMessage(BOUND));
    assertEquals("normal", node.mode());
  }

  @Test
  void reservedDevice_isNoOutage_andTheKeeperGoesOn() {
    node.signal(new DeviceSignal.Reserved("cpu-0", true));
    node.signal(new DeviceSignal.Reserved("cpu-0", false));
    node.signal(new DeviceSignal.WorkerSuspected("cpu-0", 5, "no pong for 100 ms"));
    assertEquals("cpu-0", models.expectMessageClass(ModelCommand.Freeze.class, BOUND).deviceId());
    assertEquals(List.of("tiny"), event(OutageEvent.StateFrozen.class).models());
    devices.expectMessageClass(DeviceCommand.Reconnect.class, BOUND);
  }

  @Test
  void comparisonThatStillDiffers_isAnAlert() {
    node.signal(new DeviceSignal.WorkerSuspected("cpu-0", 5, "no pong for 100 ms"));
    node.up("cpu-0", 6);
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
      node.signal(signal);
      assertFalse(node.mode().isEmpty(), signal.toString());
    }
  }

  @Test
  void reservation_isNoOutage() {
    node.signal(new DeviceSignal.Reserved("cpu-0", true));
    assertEquals("normal", node.mode());
    models.expectNoMessage(Duration.ZERO);
  }

  @Test
  void dependents_areSaidToKnow_whoConfirmedOnly() {
    List<String> actions = List.of("repair", Reconciled.NOTIFY);
    comparedWith(actions);
    OutageNotice.ModelStateChanged late = node.notice(OutageNotice.ModelStateChanged.class);
    assertEquals(List.of(), eventually(OutageEvent.DependentsNotified.class).confirmed());
    late.confirm("inference");
    comparedWith(actions);
    confirmNext();
    OutageEvent.DependentsNotified told = eventually(OutageEvent.DependentsNotified.class);
    assertEquals(List.of("inference"), told.confirmed());
    assertEquals(List.of(), told.silent());
    notices.stop();
    comparedWith(actions);
    Awaitility.await().atMost(BOUND).until(() -> node.mode().equals("normal"));
  }

  @Test
  void nothingIsDone_beforeTheJournalHasIt() throws Exception {
    node.silent.set(true);
    node.signal(new DeviceSignal.WorkerSuspected("cpu-0", 5, "silent"));
    event(OutageEvent.StateFrozen.class);
    assertFalse(node.mode().isEmpty());
    models.expectNoMessage(Duration.ZERO);
    notices.expectNoMessage(Duration.ZERO);
    node.silent.set(false);
    node.answerWrite();
    assertEquals("cpu-0", models.expectMessageClass(ModelCommand.Freeze.class, BOUND).deviceId());
    expectFrozen();
  }

  @Test
  void restart_forgetsNeitherWhatIsFrozenNorWhoFollows() {
    node.signal(new DeviceSignal.WorkerSuspected("cpu-0", 5, "silent"));
    models.expectMessageClass(ModelCommand.Freeze.class, BOUND);
    expectFrozen();
    node.restart();
    assertEquals("cpu-1", models.expectMessageClass(ModelCommand.Thaw.class, BOUND).deviceId());
    ModelCommand.Freeze kept = models.expectMessageClass(ModelCommand.Freeze.class, BOUND);
    assertEquals("cpu-0", kept.deviceId());
    node.up("cpu-0", 6);
    answerComparison(new Reconciled("cpu-0", 1, List.of(), List.of()));
    assertEquals("cpu-0", models.expectMessageClass(ModelCommand.Thaw.class, BOUND).deviceId());
    OutageNotice notice = notices.receiveMessage(BOUND);
    while (!notice.equals(new OutageNotice.Thawed("cpu-0", false))) {
      notice = notices.receiveMessage(BOUND);
    }
  }

  /** An outage whose comparison finds and repairs one difference. */
  private void comparedWith(List<String> actions) {
    node.signal(new DeviceSignal.WorkerSuspected("cpu-0", 5, "silent"));
    models.expectMessageClass(ModelCommand.Freeze.class, BOUND);
    node.signal(new DeviceSignal.WorkerCleared("cpu-0", 5));
    answerComparison(OutageHarness.differing(actions, List.of()));
    models.expectMessageClass(ModelCommand.Thaw.class, BOUND);
  }

  private void confirmNext() {
    OutageNotice.ModelStateChanged changed = node.notice(OutageNotice.ModelStateChanged.class);
    changed.confirm("nobody");
    changed.confirm("inference");
  }

  private void expectFrozen() {
    OutageNotice.Frozen frozen = notices.expectMessageClass(OutageNotice.Frozen.class, BOUND);
    assertEquals("cpu-0", frozen.deviceId());
    assertTrue(frozen.longest().compareTo(Duration.ofSeconds(30)) <= 0, frozen.toString());
  }

  /** The look finds what is repaired after it, and what remains. */
  private void answerComparison(Reconciled result) {
    boolean differs = !result.differences().isEmpty() || !result.agree();
    models
        .expectMessageClass(ModelCommand.Compare.class, BOUND)
        .replyTo()
        .tell(
            StatusReply.success(
                new Reconciled(
                    result.deviceId(),
                    result.compared(),
                    result.differences(),
                    differs ? List.of("something differs") : List.of())));
    if (differs) {
      models
          .expectMessageClass(ModelCommand.Reconcile.class, BOUND)
          .replyTo()
          .tell(StatusReply.success(result));
    }
  }

  private <E extends CausedEvent> E event(Class<E> type) {
    return assertInstanceOf(type, journal.receiveMessage(BOUND));
  }

  /** The keeper may have tried before the test was heard. */
  private <E extends OutageEvent> E eventAfterAttempts(Class<E> type) {
    CausedEvent event = journal.receiveMessage(BOUND);
    while (event instanceof OutageEvent.ReconnectionAttempted) {
      event = journal.receiveMessage(BOUND);
    }
    return assertInstanceOf(type, event);
  }

  private <E extends CausedEvent> E eventually(Class<E> type) {
    CausedEvent event = journal.receiveMessage(BOUND);
    while (!type.isInstance(event)) {
      event = journal.receiveMessage(BOUND);
    }
    return type.cast(event);
  }
}
