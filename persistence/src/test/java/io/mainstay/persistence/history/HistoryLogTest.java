package io.mainstay.persistence.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.Props;
import akka.actor.typed.SpawnProtocol;
import akka.actor.typed.javadsl.AskPattern;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.support.TestNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryLogTest {
  private static final Duration WAIT = Duration.ofSeconds(20);
  private static final HistorySettings SETTINGS = new HistorySettings(5, 4, 2);

  private final EventStamper stamper = EventStamper.system();

  @Test
  void log_overRestartsAndSnapshots_remembersItsLastEvents(@TempDir Path data) throws Exception {
    List<DeviceEvent> written = new ArrayList<>();
    for (int life = 0; life < 3; life++) {
      try (TestNode node = TestNode.start(data, "")) {
        TestProbe<EventMeta> metas = TestProbe.create(node.system());
        ActorRef<HistoryLog.Command<DeviceEvent>> log =
            spawn(node, HistoryLog.device("n1", "cpu-0", SETTINGS));
        EventMeta cause = null;
        for (int i = 0; i < 4; i++) {
          DeviceEvent event =
              i % 2 == 0
                  ? new DeviceEvent.WorkerLaunched(stamper.causedBy(cause), life, i, "active")
                  : new DeviceEvent.WorkerDied(
                      stamper.causedBy(cause), life, i, "killed", "exit", -1, 9, "", "", 0, "");
          log.tell(new HistoryLog.Record<>(event, metas.getRef()));
          cause = metas.receiveMessage(WAIT);
          assertEquals(event.meta(), cause);
          written.add(event);
        }
        TestProbe<HistoryLog.Recorded<DeviceEvent>> answers = TestProbe.create(node.system());
        log.tell(new HistoryLog.Recent<>(100, answers.getRef()));
        HistoryLog.Recorded<DeviceEvent> recent = answers.receiveMessage(WAIT);
        assertEquals(written.size(), recent.total());
        assertEquals(
            written.subList(Math.max(0, written.size() - 5), written.size()), recent.events());
        log.tell(new HistoryLog.Recent<>(2, answers.getRef()));
        assertEquals(
            written.subList(written.size() - 2, written.size()),
            answers.receiveMessage(WAIT).events());
      }
    }
    try (JournalReader journal = JournalReader.open(data)) {
      assertEquals(12, journal.entries("Device|n1:cpu-0").size());
    }
  }

  @Test
  void everyFamily_hasItsOwnLog(@TempDir Path data) throws Exception {
    try (TestNode node = TestNode.start(data, "")) {
      TestProbe<EventMeta> metas = TestProbe.create(node.system());
      spawn(node, HistoryLog.faults("n1", SETTINGS))
          .tell(
              new HistoryLog.Record<>(
                  new FaultEvent.DirectiveChosen(stamper.root(), "c", "d", "resume", "p", "r"),
                  metas.getRef()));
      metas.receiveMessage(WAIT);
      spawn(node, HistoryLog.deadLetters("n1", SETTINGS))
          .tell(
              new HistoryLog.Record<>(
                  new DeadLetterEvent.DeadLetterPurged(stamper.root(), "l", "me"), metas.getRef()));
      metas.receiveMessage(WAIT);
      spawn(node, HistoryLog.node("n1", SETTINGS))
          .tell(
              new HistoryLog.Record<>(
                  new NodeEvent.NodeStopped(stamper.root(), "asked"), metas.getRef()));
      metas.receiveMessage(WAIT);
      spawn(node, HistoryLog.safetyPolicy("n1", SETTINGS))
          .tell(
              new HistoryLog.Record<>(
                  new SafetyPolicyEvent.SafetyPolicyAdopted(
                      stamper.root(), "v1", "ab", 0.9, 5, "strict", "reject", "flag_for_review"),
                  metas.getRef()));
      metas.receiveMessage(WAIT);
      try (JournalReader journal = JournalReader.of(node.database())) {
        assertEquals(
            List.of("Faults|n1", "DeadLetters|n1", "Node|n1", "SafetyPolicy|n1"),
            journal.list().stream().map(entity -> entity.persistenceId()).toList());
      }
    }
  }

  @Test
  void settings_outOfRange_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> new HistorySettings(0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new HistorySettings(10_001, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> new HistorySettings(1, 0, 1));
  }

  private static <T> ActorRef<T> spawn(TestNode node, Behavior<T> behavior) throws Exception {
    return AskPattern.<SpawnProtocol.Command, ActorRef<T>>ask(
            node.system(),
            replyTo -> new SpawnProtocol.Spawn<>(behavior, "", Props.empty(), replyTo),
            WAIT,
            node.system().scheduler())
        .toCompletableFuture()
        .get(WAIT.toSeconds(), TimeUnit.SECONDS);
  }
}
