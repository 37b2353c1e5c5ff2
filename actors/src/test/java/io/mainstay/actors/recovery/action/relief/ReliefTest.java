package io.mainstay.actors.recovery.action.relief;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.recovery.action.memory.Figures;
import io.mainstay.actors.recovery.action.memory.MemoryFigures;
import io.mainstay.actors.recovery.action.memory.MemoryScope;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ReliefTest {
  private static final OptionalDouble NONE = OptionalDouble.empty();
  private static final Relief RELIEF = new Relief(0.8, 0);
  private static final ModeKey CONSERVATION =
      ModeKey.of(DegradationMode.PERFORMANCE_CONSERVATION_MODE);

  private static MemoryFigures with(String first, String second) {
    return new MemoryFigures(
        List.of(),
        List.of(Figures.device("cpu-0", first), Figures.device("cpu-1", second)),
        0,
        1,
        0,
        1);
  }

  private static boolean over(ModeKey key, String subject, MemoryFigures now) {
    return RELIEF
        .over(key, new ReliefGround(new MemoryScope(subject, false), NONE), now)
        .isPresent();
  }

  @Test
  void pressure_isOver_whenThatMemoryIsUsedLess() {
    assertEquals(false, over(CONSERVATION, "memory/cpu-0", Figures.of(80, 10, 10)));
    assertEquals(true, over(CONSERVATION, "memory/cpu-0", Figures.of(79, 95, 95)));
    assertEquals(false, over(CONSERVATION, "memory/system", Figures.of(10, 10, 95)));
  }

  @Test
  void failover_isOver_whenThatDeviceServes() {
    ModeKey failover =
        ModeKey.of(DegradationMode.DEVICE_ISOLATION, DegradationSubState.FAILOVER_MODE, "cpu-0");
    assertEquals(false, over(failover, "device/cpu-0", with("failed", "serving")));
    assertEquals(true, over(failover, "device/cpu-0", with("serving", "failed")));
  }

  @Test
  void cpuOnly_isOver_whenAllServe() {
    ModeKey cpuOnly =
        ModeKey.of(DegradationMode.DEVICE_ISOLATION, DegradationSubState.CPU_ONLY_OPERATION, "");
    assertEquals(false, over(cpuOnly, "device", with("serving", "failed")));
    assertEquals(true, over(cpuOnly, "device", with("serving", "serving")));
  }

  @Test
  void source_namesWhatItIsAbout_unlessTheRecoveryItselfTakesItBack() {
    assertEquals(
        Optional.of(new ReliefGround(new MemoryScope("memory/cpu-0", false), NONE)),
        ReliefGround.of("progressive_memory_recovery of memory/cpu-0 for recovery"));
    assertEquals(
        Optional.of(
            new ReliefGround(new MemoryScope("device/cpu-0", true), OptionalDouble.of(0.7))),
        ReliefGround.of(
            "emergency_memory_recovery of device/cpu-0 on the machine below 0.7 for recovery"));
    assertEquals(
        Optional.of(new ReliefGround(new MemoryScope("device/cpu-0", true), NONE)),
        ReliefGround.of("emergency_memory_recovery of device/cpu-0 on the machine for recovery"));
    assertEquals(Optional.empty(), ReliefGround.of("load_throttling of device/cpu-0"));
    assertEquals(Optional.empty(), ReliefGround.of("memory of the machine"));
    assertEquals(Optional.empty(), ReliefGround.of("device watch"));
  }

  /** The worker that the kernel ended names a device whose ledger has room. */
  @Test
  void machineThatWasOutOfMemory_isJudgedByItsOwnFigures_andByTheTargetOfTheRecovery() {
    ReliefGround ground =
        new ReliefGround(new MemoryScope("device/cpu-0", true), OptionalDouble.of(0.7));
    ModeKey minimal = ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE);
    assertEquals(Optional.empty(), RELIEF.over(minimal, ground, Figures.of(10, 10, 95)));
    assertEquals(Optional.empty(), RELIEF.over(minimal, ground, Figures.of(10, 10, 70)));
    assertEquals(true, RELIEF.over(minimal, ground, Figures.of(10, 10, 69)).isPresent());
    // 50 bytes are resident in each worker.
    MemoryFigures overBudget =
        new MemoryFigures(
            List.of(Figures.ledger("cpu-0", 10)),
            List.of(Figures.device("cpu-0", "cpu", "serving", 49)),
            10,
            100,
            10,
            100);
    assertEquals(Optional.empty(), RELIEF.over(minimal, ground, overBudget));
  }
}
