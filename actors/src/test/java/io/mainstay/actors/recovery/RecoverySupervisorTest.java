package io.mainstay.actors.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.recovery.escalation.EscalationPolicy;
import io.mainstay.actors.recovery.escalation.LedgerCommand;
import io.mainstay.actors.recovery.recognition.Recognised;
import io.mainstay.actors.recovery.recognition.WorkerEnds;
import io.mainstay.persistence.history.FaultEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecoverySupervisorTest {
  private final ActorTestKit kit = ActorTestKit.create();
  private final TestProbe<HistoryLog.Command<FaultEvent>> journal = kit.createTestProbe();
  private final TestProbe<LedgerCommand> ledger = kit.createTestProbe();

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  private ActorRef<RecoveryCommand> supervisor(int journaledMax) {
    return supervisor(journaledMax, Duration.ofHours(1));
  }

  private ActorRef<RecoveryCommand> supervisor(int journaledMax, Duration writtenWithin) {
    return kit.spawn(
        RecoverySupervisor.create(
            new FaultSettings(
                Duration.ofSeconds(1), journaledMax, Duration.ofHours(1), writtenWithin),
            EscalationPolicy.of(ConfigFactory.load()),
            new RecoverySupervisor.Collaborators(
                ErrorCatalog.load(ConfigFactory.load()),
                journal.ref(),
                ledger.ref(),
                EventStamper.system(),
                System::nanoTime)));
  }

  private <E extends FaultEvent> E next(Class<E> event) {
    var record = (HistoryLog.Record<FaultEvent>) journal.receiveMessage(Duration.ofSeconds(10));
    return event.cast(record.event());
  }

  @Test
  void componentThatStopped_standsInTheJournalAndIsAnError() {
    supervisor(20).tell(new RecoveryCommand.ReportStopped("/user/node/device", "budget spent"));
    FaultEvent.ComponentStopped stopped = next(FaultEvent.ComponentStopped.class);
    assertEquals("/user/node/device", stopped.component());
    assertEquals("budget spent", stopped.reason());
    assertEquals(stopped.meta().eventId(), stopped.meta().rootId());
    FaultEvent.FaultRaised raised = next(FaultEvent.FaultRaised.class);
    assertEquals("persistent_component_failure", raised.code());
    assertEquals(stopped.meta().eventId(), raised.meta().causeId());
  }

  @Test
  void endOfAWorker_isJournaledWithItsOwnCodeBlameAndEvidence() {
    DeathReport report =
        new DeathReport(
            3,
            99,
            DeathReport.DeathCause.PROTOCOL_ERROR,
            14,
            0,
            DeathReport.NoticedBy.PROTOCOL,
            1,
            "Pong",
            List.of(),
            "Worker cpu-0 left broken bytes behind");
    EventMeta death = EventStamper.system().root();
    ActorRef<RecoveryCommand> supervisor = supervisor(20);
    supervisor.tell(
        new RecoveryCommand.RaiseFault(
            "device/cpu-0", WorkerEnds.recognise(report, false).orElseThrow(), death));
    FaultEvent.FaultRaised raised = next(FaultEvent.FaultRaised.class);
    assertEquals("message_corruption", raised.code());
    assertEquals("worker", raised.blame());
    assertEquals("medium", raised.severity());
    assertEquals("Worker cpu-0 left broken bytes behind", raised.evidence());
    assertEquals(death.eventId(), raised.meta().causeId());
    FaultEvent.DirectiveChosen directive = next(FaultEvent.DirectiveChosen.class);
    assertEquals("restart", directive.directive());
    assertEquals("device/cpu-0", directive.child());
    assertEquals(raised.meta().eventId(), directive.meta().causeId());
    assertTrue(directive.reason().contains("corruption_isolation"), directive.reason());
  }

  @Test
  void fault_goesToTheLedgerOnceItIsDurable() {
    ActorRef<RecoveryCommand> supervisor = supervisor(20);
    supervisor.tell(raise(ErrorNames.MEMORY_PRESSURE_WARNING, "memory/cpu-0"));
    EventMeta raised = next(FaultEvent.FaultRaised.class).meta();
    var directive = (HistoryLog.Record<FaultEvent>) journal.receiveMessage();
    ledger.expectNoMessage();
    directive.replyTo().tell(directive.event().meta());
    LedgerCommand.Note note = ledger.expectMessageClass(LedgerCommand.Note.class);
    assertEquals(raised, note.raised());
    assertEquals(Severity.HIGH, note.severity());
    assertEquals(1, note.occurrences());
  }

  @Test
  void failureOfTheJournal_doesNotWaitForTheJournal() {
    supervisor(20).tell(raise(ErrorNames.DATABASE_FAILURE, "intake"));
    assertEquals(
        ErrorNames.DATABASE_FAILURE,
        ledger.expectMessageClass(LedgerCommand.Note.class).fault().definition().error());
  }

  @Test
  void faultThatNobodyWrites_isEscalatedAllTheSame() {
    supervisor(20, Duration.ofMillis(50)).tell(raise(ErrorNames.MISSED_HEARTBEAT, "device/cpu-0"));
    assertEquals(
        ErrorNames.MISSED_HEARTBEAT,
        ((LedgerCommand.Note) ledger.receiveMessage(Duration.ofSeconds(20)))
            .fault()
            .definition()
            .error());
  }

  @Test
  void severity_followsTheDevicesTheModeAndRepetition() {
    ActorRef<RecoveryCommand> supervisor = supervisor(20);
    supervisor.tell(new RecoveryCommand.DevicesServing(2, 2));
    supervisor.tell(raise(ErrorNames.WORKER_PROCESS_DIED, "device/cpu-0"));
    assertEquals("low", severity());
    supervisor.tell(new RecoveryCommand.DevicesServing(0, 2));
    supervisor.tell(raise(ErrorNames.WORKER_PROCESS_DIED, "device/cpu-1"));
    assertEquals("high", severity());
    supervisor.tell(new RecoveryCommand.Degraded(true));
    supervisor.tell(raise(ErrorNames.WORKER_PROCESS_DIED, "device/cpu-2"));
    assertEquals("critical", severity());
    supervisor.tell(new RecoveryCommand.Degraded(false));
    supervisor.tell(new RecoveryCommand.DevicesServing(1, 2));
    for (int again = 0; again < 3; again++) {
      supervisor.tell(
          new RecoveryCommand.RaiseFault(
              "device/cpu-3",
              Recognised.of(ErrorNames.WORKER_PROCESS_DIED, "death " + again),
              null));
      assertEquals(again < 2 ? "medium" : "high", severity());
    }
  }

  private String severity() {
    String severity = next(FaultEvent.FaultRaised.class).severity();
    next(FaultEvent.DirectiveChosen.class);
    return severity;
  }

  private static RecoveryCommand raise(ErrorNames error, String component) {
    return new RecoveryCommand.RaiseFault(component, Recognised.of(error, "seen"), null);
  }

  @Test
  void manyBadInputs_areCountedAndDoNotFillTheJournal() {
    ActorRef<RecoveryCommand> supervisor = supervisor(2);
    for (int i = 0; i < 10_000; i++) {
      supervisor.tell(
          new RecoveryCommand.RaiseFault(
              "gateway/Infer",
              Recognised.of(ErrorNames.INFERENCE_PARAMETER_VALIDATION_FAILURE, "bad input " + i),
              null));
    }
    TestProbe<RecoveryCommand.Counts> counts = kit.createTestProbe();
    supervisor.tell(new RecoveryCommand.GetCounts(counts.ref()));
    assertEquals(10_000, counts.receiveMessage(Duration.ofSeconds(30)).faults());
    for (int i = 0; i < 2; i++) {
      next(FaultEvent.FaultRaised.class);
      next(FaultEvent.DirectiveChosen.class);
    }
    journal.expectNoMessage();
  }

  @Test
  void voice_isHeardOverTheNodesEventStream() {
    ActorRef<RecoveryCommand> supervisor = supervisor(20);
    TestProbe<RecoveryCommand.Counts> counts = kit.createTestProbe();
    supervisor.tell(new RecoveryCommand.GetCounts(counts.ref()));
    counts.receiveMessage(Duration.ofSeconds(10)); // It has subscribed before it answers.
    FaultVoice.of(kit.system())
        .raise("memory/cpu-0", Recognised.of(ErrorNames.MEMORY_PRESSURE_WARNING, "90 %"), null);
    assertEquals("memory_pressure_warning", next(FaultEvent.FaultRaised.class).code());
  }
}
