package io.mainstay.actors.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import io.mainstay.actors.device.SlotEvent.Seat;
import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.DeathReport.NoticedBy;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.persistence.history.DeviceEvent;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeviceJournalTest {
  private final ActorTestKit kit = ActorTestKit.create();
  private final RecordingLog log = new RecordingLog();
  private final DeviceJournal journal =
      new DeviceJournal(
          kit.spawn(log.behavior("cpu-0")),
          EventStamper.system(),
          kit.<EventMeta>createTestProbe().ref());

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  @Test
  void deathsOfReadyWorkers_areChainsOfTheirOwn() {
    DeviceDefinition device = new DeviceDefinition("cpu-0", 1, 1L << 30, StandbyMode.NONE);
    journal.registered(device);
    begin(1);
    EventMeta first = deathAndRecovery(1);
    EventMeta second = deathAndRecovery(2);
    List<String> recovery =
        List.of(
            "WorkerDied",
            "DirectiveApplied",
            "RestartScheduled",
            "WorkerLaunched",
            "WorkerReady",
            "WorkerRecovered");
    List<DeviceEvent> events = events(3 + 2 * recovery.size());
    assertEquals(
        List.of("DeviceRegistered", "WorkerLaunched", "WorkerReady"),
        chain(events, events.get(0).meta()));
    assertEquals(recovery, chain(events, first));
    assertEquals(recovery, chain(events, second));
  }

  @Test
  void suspicion_leadsToItsDeath_butNotOnceItIsCleared() {
    journal.registered(new DeviceDefinition("cpu-0", 1, 1L << 30, StandbyMode.NONE));
    begin(1);
    journal.suspected(new SlotEvent.Suspected(Seat.A, 1, "silent", 101));
    journal.cleared(new SlotEvent.Cleared(Seat.A, 1));
    journal.suspected(new SlotEvent.Suspected(Seat.A, 1, "silent", 102));
    journal.died(Seat.A, report(1), 0);
    List<DeviceEvent> events = events(7);
    assertEquals(List.of("WorkerSuspected", "WorkerCleared"), chain(events, events.get(3).meta()));
    assertEquals(List.of("WorkerSuspected", "WorkerDied"), chain(events, events.get(5).meta()));
  }

  @Test
  void deathBeforeHello_belongsToTheRecoveryThatLaunchedIt() {
    journal.registered(new DeviceDefinition("cpu-0", 1, 1L << 30, StandbyMode.NONE));
    begin(1);
    EventMeta death = journal.died(Seat.A, report(1), 0);
    journal.launched(new SlotEvent.Launched(Seat.A, 2, 1002), "serving");
    EventMeta early = journal.died(Seat.A, report(2), 0);
    assertEquals(death.rootId(), early.rootId());
    assertTrue(chain(events(6), death).contains("WorkerLaunched"));
  }

  @Test
  void workerThatIsToEnd_diesBecauseOfThat_andOneThatDiesByItselfDoesNot() {
    journal.registered(new DeviceDefinition("cpu-0", 1, 1L << 30, StandbyMode.NONE));
    begin(1);
    EventMeta step = EventStamper.system().root();
    journal.toEnd(1, step);
    EventMeta ended = journal.died(Seat.A, report(1, DeathCause.STOPPED), 0);
    assertEquals(step.eventId(), ended.causeId());
    begin(2);
    journal.toEnd(2, step);
    EventMeta killed = journal.died(Seat.A, report(2), 0);
    assertEquals(killed.eventId(), killed.rootId(), "somebody was faster");
    begin(3);
    journal.toEnd(2, step);
    EventMeta other = journal.died(Seat.A, report(3, DeathCause.STOPPED), 0);
    assertEquals(other.eventId(), other.rootId(), "it is another worker");
  }

  private EventMeta deathAndRecovery(long epoch) {
    EventMeta death = journal.died(Seat.A, report(epoch), 0);
    journal.restarting(Seat.A, report(epoch), Optional.empty(), Duration.ZERO);
    begin(epoch + 1);
    journal.recovered(death, epoch + 1, 130);
    return death;
  }

  private void begin(long epoch) {
    journal.launched(new SlotEvent.Launched(Seat.A, epoch, 1000 + epoch), "serving");
    journal.ready(
        new SlotEvent.Greeted(
            Seat.A, epoch, new WorkerIdentity(1000 + epoch, 1, 1, "1", "cpu", "1", "x86"), 40));
  }

  private static DeathReport report(long epoch) {
    return report(epoch, DeathCause.KILLED);
  }

  private static DeathReport report(long epoch, DeathCause cause) {
    return new DeathReport(
        epoch, 1000 + epoch, cause, -1, 9, NoticedBy.values()[0], 0, "", List.of(), "");
  }

  private List<DeviceEvent> events(int count) {
    Awaitility.await().until(() -> log.events().size() == count);
    return log.events();
  }

  private static List<String> chain(List<DeviceEvent> events, EventMeta root) {
    return events.stream()
        .filter(event -> event.meta().rootId().equals(root.eventId()))
        .map(event -> event.getClass().getSimpleName())
        .toList();
  }
}
