package io.mainstay.actors.state.propagation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.state.propagation.Propagation.Stage;
import io.mainstay.protocol.ownership.StateDomain;
import io.mainstay.protocol.state.SessionCommand;
import io.mainstay.protocol.state.SessionControlCommand;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PropagationTest {
  private static final Receiver WORKER = new Receiver.OfWorker("cpu-0");
  private static final Receiver MEMORY = new Receiver.OfDomain(StateDomain.MEMORY);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static Propagation sent(Set<Receiver> receivers) {
    return Propagation.detected(Told.change(1, "node", Told.pause("s")))
        .validated()
        .ranked()
        .sent(receivers, Told.START, PATIENCE);
  }

  @Test
  void change_goesThroughSixStages() {
    Propagation detected = Propagation.detected(Told.change(1, "node", Told.pause("s")));
    assertEquals(Stage.DETECTED, detected.stage());
    assertEquals(Stage.VALIDATED, detected.validated().stage());
    assertEquals(Stage.RANKED, detected.validated().ranked().stage());
    Propagation sent = sent(Set.of(WORKER, MEMORY));
    assertEquals(Stage.SENT, sent.stage());
    Propagation half = sent.answered(WORKER, Outcome.CONFIRMED, "");
    assertFalse(half.isSettled());
    Propagation all = half.answered(MEMORY, Outcome.CONFIRMED, "");
    assertEquals(Stage.CONFIRMED, all.stage());
    assertEquals(List.of(), all.unconfirmed());
    assertEquals(Stage.CACHED, all.cached().stage());
  }

  @Test
  void whatPolicyRefuses_goesNoFurther() {
    SessionControlCommand endless =
        new SessionControlCommand("s", SessionCommand.PAUSE_OPERATIONS, "why", "");
    Propagation refused = Propagation.detected(Told.change(1, "node", endless)).validated();

    assertEquals(Stage.REFUSED, refused.stage());
    assertTrue(refused.reason().contains("resume_condition"), refused.reason());
    assertThrows(IllegalStateException.class, refused::ranked);
  }

  @Test
  void toNobody_isConfirmedAtOnce() {
    assertEquals(Stage.CONFIRMED, sent(Set.of()).stage());
  }

  @Test
  void silentReceiver_isToldAsOftenAsSaid_thenGivenUp() {
    Propagation sent = sent(Set.of(WORKER));
    assertEquals(Set.of(), sent.retries(Told.START.plusMillis(1_999), 2));
    assertEquals(Set.of(WORKER), sent.retries(Told.START.plusSeconds(2), 2));

    Propagation again = sent.waited(Told.START.plusSeconds(2), PATIENCE, 2);
    assertFalse(again.isSettled());
    assertEquals(Set.of(), again.retries(Told.START.plusSeconds(4), 2));
    Propagation over = again.waited(Told.START.plusSeconds(4), PATIENCE, 2);
    assertEquals(Stage.CONFIRMED, over.stage());
    assertEquals(List.of("worker cpu-0 silent: no answer to 2 attempts"), over.unconfirmed());
  }

  @Test
  void secondAnswer_andAnswerOfAStranger_changeNothing() {
    Propagation refused = sent(Set.of(WORKER, MEMORY)).answered(WORKER, Outcome.REFUSED, "no");
    assertEquals(refused, refused.answered(WORKER, Outcome.CONFIRMED, ""));
    assertEquals(refused, refused.answered(new Receiver.OfWorker("cpu-9"), Outcome.CONFIRMED, ""));
    assertEquals(
        List.of("worker cpu-0 refused: no"),
        refused.answered(MEMORY, Outcome.CONFIRMED, "").unconfirmed());
  }
}
