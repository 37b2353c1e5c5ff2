package io.mainstay.actors.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class SignalOutboxTest {
  /** Whatever waits for whatever, signals leave in the order they came, and all of them do. */
  @Property
  void signals_leaveInOrderAndOnlyWhenSettled(
      @ForAll @Size(max = 30) List<Boolean> waits, @ForAll @Size(max = 30) List<Integer> settle) {
    SignalOutbox outbox = new SignalOutbox();
    List<Long> sent = new ArrayList<>();
    Set<String> settled = new HashSet<>();
    for (int i = 0; i < waits.size(); i++) {
      DeviceSignal signal = new DeviceSignal.WorkerCleared("cpu-0", i);
      if (waits.get(i)) {
        outbox.addAfter("event-" + i, signal);
      } else {
        outbox.add(signal);
      }
      take(outbox, sent);
    }
    for (int pick : settle) {
      if (!waits.isEmpty()) {
        String id = "event-" + Math.floorMod(pick, waits.size());
        outbox.settle(id);
        settled.add(id);
        take(outbox, sent);
      }
    }
    for (int i = 0; i < sent.size(); i++) {
      assertEquals(i, sent.get(i));
      assertTrue(!waits.get(i) || settled.contains("event-" + i), "sent before it was settled");
    }
    for (int i = 0; i < waits.size(); i++) {
      outbox.settle("event-" + i);
    }
    take(outbox, sent);
    assertEquals(waits.size(), sent.size());
    assertTrue(outbox.isEmpty());
  }

  private static void take(SignalOutbox outbox, List<Long> sent) {
    outbox.takeReady().forEach(signal -> sent.add(((DeviceSignal.WorkerCleared) signal).epoch()));
  }
}
