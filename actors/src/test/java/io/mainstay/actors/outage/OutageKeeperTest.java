package io.mainstay.actors.outage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.pattern.StatusReply;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.recovery.ChildGuard;
import io.mainstay.actors.support.EverySignal;
import io.mainstay.actors.support.ScriptedWorker;
import io.mainstay.persistence.history.ConsistencyEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.OutageEvent;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.CausedEvent;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
          Duration.ofSeconds(20),
          Duration.ofMillis(300),
          2);
  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<DeviceCommand> devices = kit.createTestProbe();
  private final TestProbe<ModelCommand> models = kit.createTestProbe();
  private final TestProbe<AlertCommand> alerts = kit.createTestProbe();
  private final TestProbe<CausedEvent> journal = kit.createTestProbe();
  private final AtomicBoolean silent = new AtomicBoolean();
  private final BlockingQueue<Runnable> unanswered = new LinkedBlockingQueue<>();
  private final TestProbe<OutageNotice> notices = kit.createTestProbe();
  private ActorRef<OutageCommand> keeper;
  private ActorRef<DeviceSignal> signals;

  @BeforeEach
  void start() {
    keeper =
        kit.spawn(
            ChildGuard.restarting()
                .guard(
                    OutageCommand.class,
                    OutageKeeper.create(
                        SETTINGS,
                        new OutageKeeper.Collaborators(
                            devices.ref(),
                            models.ref(),
                            alerts.ref(),
                            new OutageJournals(
                                kit.spawn(this.<OutageEvent>log()),
                                kit.spawn(this.<ConsistencyEvent>log())),
                            EventStamper.system(),
                            System::nanoTime))));
    signals = devices.expectMessageClass(DeviceCommand.Subscribe.class, BOUND).subscriber();
    keeper.tell(
        new OutageCommand.Subscribe(
            "inference", EnumSet.allOf(OutageCommand.Interest.class), notices.ref()));
    up("cpu-1", 1);
    up("cpu-0", 5);
    alerts.expectMessageClass(AlertCommand.Clear.class, BOUND);
    alerts.expectMessageClass(AlertCommand.Clear.class, BOUND);
  }

  /** Answers once the event is in the probe, unless it is silent. */
  private <E extends CausedEvent> Behavior<HistoryLog.Command<E>> log() {
    return Behaviors.receiveMessage(
        command -> {
          HistoryLog.Record<E> write = (HistoryLog.Record<E>) command;
          journal.ref().tell(write.event());
          Runnable answer = () -> write.replyTo().tell(write.event().meta());
          if (silent.get()) {
            unanswered.add(answer);
          } else {
            answer.run();
          }
          return Behaviors.same();
        });
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void suspectedWorkerThatAnswers_isFrozen_compared_andThawed_eachStepJournaledWithItsCause() {
    signals.tell(new DeviceSignal.WorkerSuspected("cpu-0", 5, "no pong for 100 ms"));
    assertEquals("cpu-0", models.expectMessageClass(ModelCommand.Freeze.class, BOUND).deviceId());
    expectFrozen();
    OutageEvent.StateFrozen frozen = event(OutageEvent.StateFrozen.class);
    assertEquals(List.of("tiny"), frozen.models());
    assertEquals(30_000, frozen.freezeMillis());
    signals.tell(new DeviceSignal.WorkerCleared("cpu-0", 5));
    OutageEvent.Reconnected back = eventAfterAttempts(OutageEvent.Reconnected.class);
    assertEquals("answered", back.how());
    assertEquals(frozen.meta().rootId(), back.meta().rootId());
    answerComparison(differing(List.of("x", Reconciled.NOTIFY), List.of()));
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
    expectFrozen();
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
  void dependents_areSaidToKnow_whoConfirmedOnly() {
    List<String> actions = List.of("repair", Reconciled.NOTIFY);
    comparedWith(actions);
    assertEquals(List.of(), eventually(OutageEvent.DependentsNotified.class).confirmed());
    comparedWith(actions);
    confirmNext();
    OutageEvent.DependentsNotified told = eventually(OutageEvent.DependentsNotified.class);
    assertEquals(List.of("inference"), told.confirmed());
    assertEquals(List.of(), told.silent());
    notices.stop();
    comparedWith(actions);
    Awaitility.await().atMost(BOUND).until(() -> mode().equals("normal"));
  }

  @Test
  void nothingIsDone_beforeTheJournalHasIt() throws Exception {
    silent.set(true);
    signals.tell(new DeviceSignal.WorkerSuspected("cpu-0", 5, "silent"));
    event(OutageEvent.StateFrozen.class);
    assertFalse(mode().isEmpty());
    models.expectNoMessage(Duration.ZERO);
    notices.expectNoMessage(Duration.ZERO);
    silent.set(false);
    unanswered.poll(20, TimeUnit.SECONDS).run();
    assertEquals("cpu-0", models.expectMessageClass(ModelCommand.Freeze.class, BOUND).deviceId());
    expectFrozen();
  }

  @Test
  void restart_forgetsNeitherWhatIsFrozenNorWhoFollows() {
    signals.tell(new DeviceSignal.WorkerSuspected("cpu-0", 5, "silent"));
    models.expectMessageClass(ModelCommand.Freeze.class, BOUND);
    expectFrozen();
    // A message that it cannot take.
    keeper.tell(new Heard.Signalled(null));
    DeviceCommand again = devices.receiveMessage(BOUND);
    while (!(again instanceof DeviceCommand.Subscribe)) {
      again = devices.receiveMessage(BOUND);
    }
    signals = ((DeviceCommand.Subscribe) again).subscriber();
    assertEquals("cpu-1", models.expectMessageClass(ModelCommand.Thaw.class, BOUND).deviceId());
    ModelCommand.Freeze kept = models.expectMessageClass(ModelCommand.Freeze.class, BOUND);
    assertEquals("cpu-0", kept.deviceId());
    up("cpu-0", 6);
    answerComparison(new Reconciled("cpu-0", 1, List.of(), List.of()));
    assertEquals("cpu-0", models.expectMessageClass(ModelCommand.Thaw.class, BOUND).deviceId());
    OutageNotice notice = notices.receiveMessage(BOUND);
    while (!notice.equals(new OutageNotice.Thawed("cpu-0", false))) {
      notice = notices.receiveMessage(BOUND);
    }
  }

  /** An outage whose comparison finds and repairs one difference. */
  private void comparedWith(List<String> actions) {
    signals.tell(new DeviceSignal.WorkerSuspected("cpu-0", 5, "silent"));
    models.expectMessageClass(ModelCommand.Freeze.class, BOUND);
    signals.tell(new DeviceSignal.WorkerCleared("cpu-0", 5));
    answerComparison(differing(actions, List.of()));
    models.expectMessageClass(ModelCommand.Thaw.class, BOUND);
  }

  private void confirmNext() {
    OutageNotice notice = notices.receiveMessage(BOUND);
    // Those of the outage before are confirmed too late.
    while (!(notice instanceof OutageNotice.ModelStateChanged changed) || changed.noticeId() == 1) {
      notice = notices.receiveMessage(BOUND);
    }
    ((OutageNotice.ModelStateChanged) notice).confirm("inference");
    ((OutageNotice.ModelStateChanged) notice).confirm("nobody");
  }

  private void expectFrozen() {
    OutageNotice.Frozen frozen = notices.expectMessageClass(OutageNotice.Frozen.class, BOUND);
    assertEquals("cpu-0", frozen.deviceId());
    assertTrue(frozen.longest().compareTo(Duration.ofSeconds(30)) <= 0, frozen.toString());
  }

  private static Reconciled differing(List<String> actions, List<String> remaining) {
    return new Reconciled(
        "cpu-0",
        1,
        List.of(
            new Reconciled.Difference(
                "tiny",
                "model_availability",
                "loaded",
                "absent",
                "worker",
                actions,
                List.of("session 7"))),
        remaining);
  }

  private void up(String device, long epoch) {
    signals.tell(
        new DeviceSignal.WorkerUp(device, new ScriptedWorker(device, epoch), Set.of("tiny")));
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

  private String mode() {
    TestProbe<OutageCommand.Outages> probe = kit.createTestProbe();
    keeper.tell(new OutageCommand.Get(probe.ref()));
    return probe.receiveMessage(BOUND).mode();
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
