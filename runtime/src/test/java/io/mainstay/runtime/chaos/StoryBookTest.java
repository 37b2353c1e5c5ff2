package io.mainstay.runtime.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.GatewayReply.JournalLine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a journal says of faults and their recoveries. */
class StoryBookTest {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final Set<String> IMPLEMENTED = Set.of("inference_engine_recovery");

  private final StoryBook book = new StoryBook();
  private long ordering;

  private boolean read(
      int millis, String id, String type, String event, String cause, String json) {
    ordering++;
    return book.read(
        new JournalLine(
            ordering, id, ordering, type, event, cause, "root", START.plusMillis(millis), json));
  }

  private void fault(int millis, String event) {
    faultOf("device/cpu-0", millis, event);
  }

  private void faultOf(String component, int millis, String event) {
    faultOf(component, "worker", millis, event);
  }

  private void faultOf(String component, String blame, int millis, String event) {
    read(
        millis,
        "Faults|n",
        "FaultRaised",
        event,
        event,
        """
        {"code":"worker_process_died","severity":"low","blame":"%s","evidence":"SIGKILL"}\
        """
            .formatted(blame));
    read(
        millis + 1,
        "Faults|n",
        "DirectiveChosen",
        event + "-d",
        event,
        """
        {"directive":"restart-with-backoff","child":"%s"}\
        """
            .formatted(component));
    read(
        millis + 2,
        "Escalation|n",
        "EscalationDecided",
        event + "-e",
        event,
        """
        {"severity":"medium","component":"%s","level":1,\
        "strategy":"inference_engine_recovery","cascade":""}\
        """
            .formatted(component));
  }

  private void begun(int millis, String recovery, String cause) {
    read(
        millis,
        "Recovery|" + recovery,
        "RecoveryBegun",
        recovery + "-b",
        cause,
        """
        {"plan":{"kind":"STRATEGY","name":"inference_engine_recovery","subject":"device/cpu-0",\
        "limitMillis":90000,"steps":[{"action":"clean_engine_state"}]}}\
        """);
  }

  private void ended(int millis, String recovery, String end) {
    read(
        millis,
        "Recovery|" + recovery,
        "RecoveryEnded",
        recovery + "-x",
        recovery + "-b",
        "{\"end\":\"" + end + "\",\"code\":\"\",\"message\":\"\"}");
  }

  private void notBegun(int millis, String fault, String why, String recovery, String instead) {
    read(
        millis,
        "Escalation|n",
        "RecoveryNotBegun",
        fault + "-n",
        fault + "-e",
        """
        {"recovery":"%s","why":"%s","recoveryId":"%s","escalationId":"%s"}\
        """
            .formatted(
                why.equals("too_soon") ? "" : "inference_engine_recovery", why, recovery, instead));
  }

  @Test
  void fault_isFollowedToTheEndOfItsRecovery() {
    fault(0, "F1");
    FaultStory begun = book.faults().get(0);
    assertEquals("restart-with-backoff", begun.directive());
    assertEquals("medium", begun.severity());
    assertFalse(begun.over(IMPLEMENTED), "its strategy has not begun");
    assertTrue(begun.over(Set.of()), "a node without the strategy never begins it");
    begun(10, "R1", "F1-e");
    read(
        20,
        "Recovery|R1",
        "RecoveryStepDone",
        "s",
        "R1-b",
        "{\"step\":1,\"evidence\":\"clean\",\"sharedWith\":\"\"}");
    assertFalse(book.faults().get(0).over(IMPLEMENTED));
    assertNull(book.faults().get(0).recoveredAt());
    ended(30, "R1", "RECOVERED");
    FaultStory over = book.faults().get(0);
    assertTrue(over.over(IMPLEMENTED));
    assertTrue(over.recovered());
    assertEquals(START.plusMillis(10), over.initiatedAt());
    assertEquals(START.plusMillis(30), over.recoveredAt());
    assertEquals(
        List.of(new RecoveryStory.Step("clean_engine_state", true, "clean", "")),
        over.recoveries().get(0).steps());
  }

  @Test
  void fault_thatFollowsFromTheRecoveryThatItWants_isAnsweredByThatOne() {
    fault(0, "F1");
    begun(10, "R1", "F1-e");
    faultOf("device/cpu-1", 15, "F2");
    notBegun(16, "F2", "circle", "R1", "");
    ended(30, "R1", "RECOVERED");
    fault(40, "F3");
    List<FaultStory> faults = book.faults();
    assertEquals("R1", faults.get(1).recoveries().get(0).recoveryId());
    assertTrue(faults.get(1).recovered());
    assertFalse(faults.get(2).recovered(), "nothing says that something answered it");
  }

  @Test
  void fault_thatNothingAnswers_isNotRecovered() {
    fault(0, "F1");
    FaultStory alone = book.faults().get(0);
    assertTrue(alone.over(Set.of()), "a node without the strategy never begins it");
    assertFalse(alone.recovered(), "no strategy answered it");
  }

  @Test
  void fault_thatJoinsARunningRecovery_isAnsweredByIt_andNotByALaterOne() {
    fault(0, "F1");
    begun(10, "R1", "F1-e");
    fault(15, "F2");
    notBegun(17, "F2", "joined", "R1", "F1-e");
    ended(30, "R1", "STUCK");
    fault(40, "F3");
    begun(50, "R2", "F3-e");
    ended(60, "R2", "RECOVERED");
    List<FaultStory> faults = book.faults();
    assertEquals("R1", faults.get(1).recoveries().get(0).recoveryId());
    assertNull(faults.get(1).initiatedAt(), "it began for another one");
    assertFalse(faults.get(1).recovered(), "what it joined got stuck");
    assertEquals(
        List.of("R2"), faults.get(2).recoveries().stream().map(RecoveryStory::recoveryId).toList());
    assertTrue(faults.get(2).recovered());
  }

  @Test
  void condition_thatABatchFires_heldFromThatBatchOn() {
    assertFalse(
        read(100, "Session|s", "BatchDispatched", "b", "b", "{\"device\":\"cpu-0\",\"epoch\":1}"));
    fault(130, "F1");
    read(140, "Session|s", "BatchDispatched", "c", "c", "{\"device\":\"cpu-0\",\"epoch\":2}");
    StormPlan.Blow blow =
        new StormPlan.Blow(0, Duration.ZERO, WorkerConditions.WORKER_CRASHES, "cpu-0");
    Struck armed = Struck.at(blow, START).matched(book, Set.of());
    assertTrue(armed.found());
    assertEquals(30L, armed.document(book.faults()).detectionMillis());
    assertFalse(
        Struck.at(blow, START).matched(book, Set.of("F1")).found(),
        "one fault answers one condition");
    assertFalse(
        Struck.at(blow, START.plusSeconds(1)).matched(book, Set.of()).found(),
        "a fault from before is another's");
    StormPlan.Blow elsewhere =
        new StormPlan.Blow(0, Duration.ZERO, WorkerConditions.WORKER_CRASHES, "cpu-1");
    assertFalse(
        Struck.at(elsewhere, START).matched(book, Set.of()).found(), "it is about another device");
  }

  @Test
  void whatACallerDidWrongAgain_isAnsweredByTheLastOneBefore_asTheJournalSays() {
    fault(0, "F1");
    begun(10, "R1", "F1-e");
    ended(20, "R1", "RECOVERED");
    faultOf("device/cpu-0", "request", 40, "F2");
    notBegun(43, "F2", "too_soon", "", "F1-e");
    faultOf("device/cpu-0", "worker", 50, "F3");
    List<FaultStory> faults = book.faults();
    assertTrue(faults.get(1).recovered());
    assertNull(faults.get(1).initiatedAt());
    assertFalse(faults.get(2).recovered());
  }

  @Test
  void fault_whoseRecoveryIsTriedAgain_isWhatTheLastTryCameTo() {
    fault(0, "F1");
    begun(10, "R1", "F1-e");
    ended(20, "R1", "ROLLED_BACK");
    assertFalse(book.faults().get(0).recovered());
    begun(30, "R2", "F1-e");
    assertFalse(book.faults().get(0).recovered(), "it runs");
    ended(40, "R2", "RECOVERED");
    assertTrue(book.faults().get(0).recovered());
    assertEquals(START.plusMillis(10), book.faults().get(0).initiatedAt());
  }

  @Test
  void fault_thatWaitsWithAnother_orForItsRetry_isAnsweredByWhatBeginsThen() {
    fault(0, "F1");
    fault(5, "F2");
    notBegun(8, "F2", "joined", "", "F1-e");
    assertFalse(book.faults().get(1).over(IMPLEMENTED), "that waits too");
    begun(10, "R1", "F1-e");
    ended(20, "R1", "ROLLED_BACK");
    fault(25, "F3");
    notBegun(28, "F3", "pausing", "R2", "F1-e");
    assertFalse(book.faults().get(2).recovered());
    begun(30, "R2", "F1-e");
    ended(40, "R2", "RECOVERED");
    assertTrue(book.faults().get(1).recovered(), "at the last try");
    assertTrue(book.faults().get(2).recovered());
  }

  @Test
  void faultWhoseConditionCouldNotBeTakenAway_isFound_andNotRecovered() {
    StormPlan.Blow blow =
        new StormPlan.Blow(0, Duration.ZERO, WorkerConditions.WORKER_KILLED, "cpu-0");
    fault(0, "F1");
    begun(10, "R1", "F1-e");
    ended(30, "R1", "RECOVERED");
    Struck struck = Struck.at(blow, START).matched(book, Set.of());
    assertTrue(struck.document(book.faults()).recovered());
    ChaosDocument.Fault told = struck.failed("the node is not healthy").document(book.faults());
    assertTrue(told.found());
    assertFalse(told.recovered());
    assertEquals("the node is not healthy", told.failure());
  }
}
