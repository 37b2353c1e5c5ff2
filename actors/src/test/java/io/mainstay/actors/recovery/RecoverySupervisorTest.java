package io.mainstay.actors.recovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import io.mainstay.persistence.history.FaultEvent;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.identity.EventStamper;
import org.junit.jupiter.api.Test;

class RecoverySupervisorTest {
  @Test
  void componentThatStopped_standsInTheJournal() {
    ActorTestKit kit = ActorTestKit.create();
    try {
      TestProbe<HistoryLog.Command<FaultEvent>> journal = kit.createTestProbe();
      var supervisor = kit.spawn(RecoverySupervisor.create(journal.ref(), EventStamper.system()));
      supervisor.tell(new RecoveryCommand.ReportStopped("/user/node/device", "budget spent"));
      var record = (HistoryLog.Record<FaultEvent>) journal.receiveMessage();
      var stopped = (FaultEvent.ComponentStopped) record.event();
      assertEquals("/user/node/device", stopped.component());
      assertEquals("budget spent", stopped.reason());
      assertEquals(stopped.meta().eventId(), stopped.meta().rootId());
    } finally {
      kit.shutdownTestKit();
    }
  }
}
