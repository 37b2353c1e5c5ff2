package io.mainstay.actors.recovery.action.memory;

import io.mainstay.actors.memory.SystemMemory;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.concurrent.CompletionStage;

/** Measures memory: asks the ledgers, the workers, the JVM and the kernel. */
@FunctionalInterface
public interface MemoryGauge {
  /** What is in use now. */
  CompletionStage<MemoryFigures> read();

  /** The node's own. */
  static MemoryGauge of(ActionFloor floor) {
    Questions questions = new Questions(floor);
    return () ->
        questions
            .ledgers()
            .thenCombine(
                questions.devices(),
                (ledgers, devices) -> {
                  MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
                  SystemMemory machine = machine();
                  return new MemoryFigures(
                      ledgers,
                      devices,
                      heap.getUsed(),
                      Math.max(heap.getMax(), heap.getCommitted()),
                      machine.totalBytes() - machine.availableBytes(),
                      machine.totalBytes());
                });
  }

  private static SystemMemory machine() {
    try {
      return SystemMemory.now();
    } catch (IOException unreadable) {
      throw new UncheckedIOException("the machine's memory cannot be read", unreadable);
    }
  }
}
