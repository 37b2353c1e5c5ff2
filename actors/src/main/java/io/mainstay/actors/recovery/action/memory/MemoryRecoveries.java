package io.mainstay.actors.recovery.action.memory;

import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.engine.RecoveryActions;

/** All actions about memory. */
public final class MemoryRecoveries {
  private MemoryRecoveries() {}

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor, MemoryGauge gauge) {
    MemorySteps steps = new MemorySteps(floor, gauge);
    MemoryActions.add(actions, floor, gauge, steps);
    EmergencyUnload.add(
        actions, floor, gauge, steps, RestActions.add(actions, floor, gauge, steps));
    MemoryModes.add(actions, floor, steps);
    LeakActions.add(
        actions, floor, gauge, steps, SubsystemActions.add(actions, floor, gauge, steps));
    HostMemoryActions.add(actions, floor, gauge, steps);
  }
}
