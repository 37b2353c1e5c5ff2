package io.mainstay.actors.outage;

import static io.mainstay.actors.outage.OutageHarness.agreeing;
import static io.mainstay.actors.outage.OutageHarness.differing;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.pattern.StatusReply;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.persistence.history.ConsistencyEvent;
import io.mainstay.persistence.history.OutageEvent;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The keeper is restarted in each phase of an outage, and goes on with the next step. */
class OutageRestartTest {
  private static final List<String> ACTIONS = List.of("repair", Reconciled.NOTIFY);

  private OutageHarness node;

  @AfterEach
  void stop() {
    node.stop();
  }

  private void start(Duration backoff) {
    node =
        new OutageHarness(
            new OutageSettings(
                new Outage.Limits(Duration.ofMinutes(5), 2, backoff),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMillis(300),
                Duration.ofMinutes(1),
                2));
  }

  @Test
  void freezeThatWaitsForTheJournal_isCarriedOut_onceItAnswers_andWrittenOnce() throws Exception {
    start(Duration.ofMinutes(1));
    node.silent.set(true);
    node.suspect();
    node.event(OutageEvent.StateFrozen.class);
    node.restart();
    node.mode();
    node.silent.set(false);
    node.answerWrite();
    assertEquals("cpu-0", node.model(ModelCommand.Freeze.class).deviceId());
    assertEquals("cpu-0", node.notice(OutageNotice.Frozen.class).deviceId());
    node.up("cpu-0", 6);
    node.answerLook(agreeing());
    assertEquals("cpu-0", node.model(ModelCommand.Thaw.class).deviceId());
    assertEquals(6, node.event(OutageEvent.Reconnected.class).epoch());
    node.event(OutageEvent.StateReconciled.class);
  }

  @Test
  void frozen_staysFrozen_andTheNextReconnectionIsTried() {
    start(Duration.ofMillis(200));
    node.suspect();
    assertEquals("cpu-0", node.model(ModelCommand.Freeze.class).deviceId());
    node.restart();
    assertEquals("cpu-0", node.model(ModelCommand.Freeze.class).deviceId());
    node.devices.expectMessageClass(DeviceCommand.Reconnect.class, OutageHarness.BOUND);
    node.model(ModelCommand.FailOver.class);
  }

  @Test
  void reconciling_looksAgain_andTheAnswerToTheFirstLookIsAsGood() {
    start(Duration.ofMinutes(1));
    node.suspect();
    node.up("cpu-0", 6);
    ModelCommand.Compare first = node.model(ModelCommand.Compare.class);
    node.restart();
    ModelCommand.Compare second = node.model(ModelCommand.Compare.class);
    second.replyTo().tell(StatusReply.success(agreeing()));
    first.replyTo().tell(StatusReply.success(agreeing()));
    thawed();
    assertEquals(0, node.event(OutageEvent.StateReconciled.class).diverged());
    node.event(OutageEvent.StateThawed.class);
    node.mode();
    node.journal.expectNoMessage(Duration.ZERO);
  }

  @Test
  void reconciling_repairsAgain_whatWasFound_andSaysItOnce() {
    start(Duration.ofMinutes(1));
    node.suspect();
    node.up("cpu-0", 6);
    node.answerLook(differing(ACTIONS, List.of("something differs")));
    node.model(ModelCommand.Reconcile.class);
    assertEquals("tiny", node.event(ConsistencyEvent.DivergenceFound.class).subject());
    node.restart();
    // The repair that was asked before has put it right: nothing differs any more.
    node.model(ModelCommand.Reconcile.class).replyTo().tell(StatusReply.success(agreeing()));
    assertEquals("repair", node.event(ConsistencyEvent.DivergenceRepaired.class).action());
    assertEquals(1, node.event(OutageEvent.StateReconciled.class).diverged());
    assertEquals("tiny", node.notice(OutageNotice.ModelStateChanged.class).modelId());
    thawed();
  }

  @Test
  void failover_thatWaitsForTheJournal_isDone_onceItAnswers() {
    start(Duration.ofMillis(20));
    node.suspect();
    node.devices.expectMessageClass(DeviceCommand.Reconnect.class, OutageHarness.BOUND);
    node.silent.set(true);
    Awaitility.await()
        .atMost(OutageHarness.BOUND)
        .until(
            () -> {
              if (node.mode().contains("cpu-0")) {
                return true;
              }
              node.answerWrites();
              return false;
            });
    node.restart();
    node.mode();
    node.silent.set(false);
    node.answerWrites();
    node.model(ModelCommand.FailOver.class)
        .replyTo()
        .tell(new ModelCommand.Moved(List.of("tiny onto cpu-1"), List.of()));
    AlertCommand.Raise raised = node.alert(AlertCommand.Raise.class);
    assertEquals(OutageKeeper.FAILOVER_ALERT, raised.kind());
  }

  @Test
  void failover_isMovedAgain_andSaidOnce_thenComesBack() {
    start(Duration.ofMillis(20));
    node.suspect();
    ModelCommand.FailOver first = node.model(ModelCommand.FailOver.class);
    node.restart();
    ModelCommand.FailOver again = node.model(ModelCommand.FailOver.class);
    assertEquals(first.others(), again.others());
    assertEquals(first.reason(), again.reason());
    again.replyTo().tell(new ModelCommand.Moved(List.of("tiny onto cpu-1"), List.of()));
    first.replyTo().tell(new ModelCommand.Moved(List.of("tiny onto cpu-1"), List.of()));
    AlertCommand.Raise raised = node.alert(AlertCommand.Raise.class);
    assertTrue(raised.message().contains("its work goes to cpu-1"), raised.message());
    assertEquals(
        List.of("tiny onto cpu-1"), node.event(OutageEvent.FailoverActivated.class).moved());
    node.mode();
    node.journal.expectNoMessage(Duration.ZERO);
    node.alerts.expectNoMessage(Duration.ZERO);
    // Its move is over: another restart moves nothing.
    node.restart();
    node.mode();
    node.model(ModelCommand.Thaw.class);
    node.up("cpu-0", 8);
    ModelCommand next = node.models.receiveMessage(OutageHarness.BOUND);
    while (next instanceof ModelCommand.Thaw) {
      next = node.models.receiveMessage(OutageHarness.BOUND);
    }
    ((ModelCommand.Compare) next).replyTo().tell(StatusReply.success(agreeing()));
    servesAgain();
  }

  @Test
  void returning_looksAgain_andServes() {
    start(Duration.ofMillis(20));
    node.suspect();
    node.model(ModelCommand.FailOver.class)
        .replyTo()
        .tell(new ModelCommand.Moved(List.of("tiny onto cpu-1"), List.of()));
    node.alert(AlertCommand.Raise.class);
    node.up("cpu-0", 8);
    node.model(ModelCommand.Compare.class);
    node.restart();
    node.answerLook(agreeing());
    servesAgain();
    assertEquals("normal", node.mode());
  }

  @Test
  void reachable_thatStillOwesItsLastStep_carriesItOut() throws Exception {
    start(Duration.ofMinutes(1));
    node.suspect();
    node.model(ModelCommand.Freeze.class);
    node.up("cpu-0", 6);
    node.event(OutageEvent.Reconnected.class);
    ModelCommand.Compare look = node.model(ModelCommand.Compare.class);
    node.silent.set(true);
    look.replyTo().tell(StatusReply.success(agreeing()));
    node.event(OutageEvent.StateReconciled.class);
    assertEquals("normal", node.mode());
    node.restart();
    node.mode();
    node.silent.set(false);
    node.answerWrite();
    thawed();
    assertEquals(OutageKeeper.DISAGREEMENT_ALERT, node.alert(AlertCommand.Clear.class).kind());
  }

  private void thawed() {
    OutageNotice.Thawed thawed = node.notice(OutageNotice.Thawed.class);
    while (!thawed.deviceId().equals("cpu-0")) {
      thawed = node.notice(OutageNotice.Thawed.class);
    }
  }

  private void servesAgain() {
    AlertCommand.Clear cleared = node.alert(AlertCommand.Clear.class);
    while (!cleared.kind().equals(OutageKeeper.FAILOVER_ALERT)) {
      cleared = node.alert(AlertCommand.Clear.class);
    }
    assertEquals("cpu-0", cleared.subject());
    assertEquals("cpu-0", node.notice(OutageNotice.Returned.class).deviceId());
  }
}
