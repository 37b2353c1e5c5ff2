package io.mainstay.actors.model.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.memory.MemoryCommand.LedgerList;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelSignature;
import io.mainstay.actors.model.ModelTraits;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceRoomTest {
  private static final long MIB = 1 << 20;

  private static LedgerView memory(String device, long budget, long ownerMost, long reserved) {
    return new LedgerView(device, budget * MIB, ownerMost * MIB, reserved * MIB, List.of());
  }

  private static Optional<Refusal> never(long mib, LedgerView... memories) {
    return DeviceRoom.never(
        new ModelDescriptor(
            "big",
            "1",
            "text-to-image",
            List.of(),
            null,
            mib * MIB,
            false,
            new ModelSignature.Untyped(),
            "MIT",
            "test",
            ModelTraits.none()),
        new LedgerList(List.of(memories)));
  }

  @Test
  void never_whenItIsMoreThanEveryDeviceHas_saysWhatWasAskedAndTheBound() {
    Refusal refusal =
        never(
                65,
                memory("cpu-0", 32, 32, 0),
                memory("cpu-1", 64, 64, 0),
                memory("host", 999, 999, 0))
            .orElseThrow();

    assertEquals("model_exceeds_devices", refusal.code());
    assertTrue(refusal.getMessage().contains("big needs 65.0 MiB"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains("cpu-1, has 64.0 MiB"), refusal.getMessage());
    assertTrue(refusal.remedy().contains("memory-budget"), refusal.remedy());
  }

  @Test
  void never_whenAShareIsAllThatOneModelMayTake_thatIsTheBound() {
    assertTrue(never(60, memory("cpu-0", 64, 48, 0)).isPresent());
    assertTrue(never(48, memory("cpu-0", 64, 48, 0)).isEmpty());
  }

  @Test
  void never_whenADeviceIsFullAtTheMoment_isAMatterOfWaiting() {
    assertTrue(never(64, memory("cpu-0", 64, 64, 64)).isEmpty());
  }

  @Test
  void never_whenNoDeviceIsKnownYet_saysNothing() {
    assertTrue(never(1 << 20, memory("host", 1, 1, 0)).isEmpty());
  }
}
