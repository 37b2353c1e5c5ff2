package io.mainstay.persistence.journal;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Props;
import akka.actor.typed.SpawnProtocol;
import akka.actor.typed.javadsl.AskPattern;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.HistorySettings;
import io.mainstay.persistence.history.NodeEvent;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EntityFolds;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.persistence.support.TestNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CauseIndexerTest {
  private static final Duration WAIT = Duration.ofSeconds(20);

  @Test
  void indexer_followsTheJournal(@TempDir Path data) throws Exception {
    try (TestNode node = TestNode.start(data, "")) {
      CauseIndex index = new CauseIndex(node.database());
      var settings = new CauseIndexer.Settings(2, Duration.ofMillis(1), Duration.ofMillis(20));
      spawn(node, CauseIndexer.create(index, settings));
      TestProbe<EventMeta> metas = TestProbe.create(node.system());
      var log = spawn(node, HistoryLog.node("n1", new HistorySettings(5, 100, 2)));
      EventStamper stamper = EventStamper.system();
      for (int i = 0; i < 7; i++) {
        log.tell(
            new HistoryLog.Record<>(
                new NodeEvent.IntakePaused(stamper.root(), "x"), metas.getRef()));
        metas.receiveMessage(WAIT);
      }
      try (JournalReader reader = JournalReader.of(node.database())) {
        long last = reader.tail(0, 100).get(6).ordering();
        await().atMost(WAIT).untilAsserted(() -> assertEquals(last, index.offset()));
        assertEquals(0, reader.verify(EntityFolds.of(TestNode.config(""))).findings().size());
      }
    }
  }

  @Test
  void settings_outOfRange_areRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new CauseIndexer.Settings(0, Duration.ZERO, Duration.ofSeconds(1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new CauseIndexer.Settings(1, Duration.ofSeconds(2), Duration.ofSeconds(1)));
  }

  private static <T> ActorRef<T> spawn(TestNode node, akka.actor.typed.Behavior<T> behavior)
      throws Exception {
    return AskPattern.<SpawnProtocol.Command, ActorRef<T>>ask(
            node.system(),
            replyTo -> new SpawnProtocol.Spawn<>(behavior, "", Props.empty(), replyTo),
            WAIT,
            node.system().scheduler())
        .toCompletableFuture()
        .get(WAIT.toSeconds(), TimeUnit.SECONDS);
  }
}
