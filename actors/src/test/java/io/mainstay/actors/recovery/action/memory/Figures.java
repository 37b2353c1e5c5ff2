package io.mainstay.actors.recovery.action.memory;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import java.util.List;

/** Figures of memory as tests want them: two devices with a budget of 100 bytes each. */
public final class Figures {
  private Figures() {}

  /** With so much reserved on each device, and so much of 100 used of the machine. */
  public static MemoryFigures of(long first, long second, long machine) {
    return new MemoryFigures(
        List.of(ledger("cpu-0", first), ledger("cpu-1", second), ledger("host", 0)),
        List.of(device("cpu-0", "serving"), device("cpu-1", "serving")),
        10,
        100,
        machine,
        100);
  }

  public static LedgerView ledger(String id, long reserved) {
    return new LedgerView(id, 100, 100, reserved, List.of());
  }

  public static DeviceView device(String id, String state, String... models) {
    return device(id, "cpu", state, 100, models);
  }

  public static DeviceView device(
      String id, String backend, String state, long budget, String... models) {
    return new DeviceView(
        id, backend, "cpu", state, 1, 1, 4711, "none", 0, 0, budget, 50, List.of(models), 0, 0, "");
  }
}
