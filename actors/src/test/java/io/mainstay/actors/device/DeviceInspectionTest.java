package io.mainstay.actors.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import io.mainstay.actors.consistency.check.DeviceFacts;
import io.mainstay.actors.consistency.check.DeviceFacts.ArenaFacts;
import io.mainstay.actors.consistency.check.DeviceFacts.SlotFacts;
import io.mainstay.actors.consistency.check.WorkerAccount;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeviceInspectionTest {
  private static final Duration WITHIN = Duration.ofSeconds(2);
  private static final WorkerAccount ACCOUNT =
      new WorkerAccount(Map.of("one", 5L), 5, Map.of(), 1, 9);

  private final ActorTestKit kit = ActorTestKit.create(ManualTime.config());
  private final ManualTime time = ManualTime.get(kit.system());
  private final TestProbe<DeviceCommand.Inspected> asker = kit.createTestProbe();
  private final ActorRef<DeviceInspection.Said> inspection =
      kit.spawn(
          DeviceInspection.create(
              List.of(new DeviceInspection.Desk("cpu-0", 100, Set.of())), WITHIN, asker.ref()));

  @AfterEach
  void end() {
    kit.shutdownTestKit();
  }

  @Test
  void worker_thatAnswers_isWaitedFor_andItsAccountIsPartOfItsSlot() {
    slotSpeaks(true);
    asker.expectNoMessage();
    inspection.tell(new DeviceInspection.OfWorker("cpu-0", 7, Optional.of(ACCOUNT)));
    DeviceCommand.Inspected told = asker.receiveMessage();
    assertTrue(told.complete());
    assertEquals(Optional.of(ACCOUNT), slot(told).account());
  }

  @Test
  void worker_thatCannotBeAsked_isNotWaitedFor() {
    slotSpeaks(false);
    assertEquals(Optional.empty(), slot(asker.receiveMessage()).account());
  }

  @Test
  void worker_thatIsSilent_isLeftOut_afterHalfOfTheTime_andTheRestIsComplete() {
    slotSpeaks(true);
    time.timePasses(WITHIN.dividedBy(2));
    DeviceCommand.Inspected told = asker.receiveMessage();
    assertTrue(told.complete());
    assertEquals(Optional.empty(), slot(told).account());
  }

  @Test
  void slot_thatIsSilent_makesTheAnswerIncomplete() {
    inspection.tell(new DeviceInspection.OfDevice("cpu-0", "serving", 7, Set.of(), 1));
    time.timePasses(WITHIN.dividedBy(2));
    asker.expectNoMessage();
    time.timePasses(WITHIN.dividedBy(2));
    assertFalse(asker.receiveMessage().complete());
  }

  private void slotSpeaks(boolean asked) {
    inspection.tell(new DeviceInspection.OfDevice("cpu-0", "serving", 7, Set.of(), 1));
    inspection.tell(
        new DeviceInspection.OfSlot(
            "cpu-0",
            new SlotFacts(
                "A", 7, 1, true, true, false, Map.of("one", 5L), 5, 0, new ArenaFacts(9, 0, 0)),
            asked));
  }

  private static SlotFacts slot(DeviceCommand.Inspected told) {
    DeviceFacts device = told.devices().get(0);
    return device.slots().get(0);
  }
}
