package io.mainstay.actors.model.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.model.load.Residences.Key;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoadQueueTest {
  private static final Key A = new Key("a", "cpu-0");
  private static final Key B = new Key("b", "cpu-0");
  private static final Key C = new Key("c", "cpu-1");

  @Test
  void next_isOneAtATimeForEachDeviceInOrder() {
    LoadQueue queue = LoadQueue.empty().with(A).with(B).with(C);
    assertEquals(Optional.of(A), queue.next("cpu-0"));

    LoadQueue running = queue.started(A);
    assertEquals(Optional.empty(), running.next("cpu-0"));
    assertEquals(Optional.of(C), running.next("cpu-1"));
    assertEquals(1, running.waiting("cpu-0"));
    assertEquals(List.of(B), running.waitingFor("cpu-0"), "whatever runs there");
    assertEquals(LoadQueue.empty().with(A).with(C).started(A), running.cleared("cpu-0"));

    assertEquals(Optional.of(B), running.ended(A).next("cpu-0"));
    assertEquals(running, running.ended(B), "what does not run cannot end");
  }
}
