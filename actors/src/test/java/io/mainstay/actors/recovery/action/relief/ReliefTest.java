package io.mainstay.actors.recovery.action.relief;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.recovery.action.memory.Figures;
import io.mainstay.actors.recovery.action.memory.MemoryFigures;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReliefTest {
  private static final Relief RELIEF = new Relief(0.8);
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
    return RELIEF.over(key, subject, now).isPresent();
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
        Optional.of("memory/cpu-0"),
        ModeGrounds.subject("progressive_memory_recovery of memory/cpu-0 for recovery"));
    assertEquals(Optional.empty(), ModeGrounds.subject("load_throttling of device/cpu-0"));
    assertEquals(Optional.empty(), ModeGrounds.subject("memory of the machine"));
    assertEquals(Optional.empty(), ModeGrounds.subject("device watch"));
  }
}
