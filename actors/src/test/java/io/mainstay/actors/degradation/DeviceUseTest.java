package io.mainstay.actors.degradation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.Domain;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceUseTest {
  /** A mode that turns off these alone, and isolates cpu-1. */
  private static Restrictions off(String... operations) {
    ModeDefinition mode =
        DefinitionReader.mode(
            ConfigFactory.parseString(
                    "triggers = [], least-stay = 0s, quiet = 0s, off = ["
                        + String.join(",", operations)
                        + "]")
                .root(),
            false);
    Restrictions none = mode.demands();
    return new Restrictions(
        Set.of("device_isolation cpu-1"),
        none.work(),
        none.models(),
        none.inference(),
        new DeviceLimits(1, Set.of("cpu-1")),
        none.memory(),
        none.safety(),
        none.off(),
        Set.of("m"));
  }

  @ParameterizedTest
  @CsvSource({
    "device_specific_memory_allocations, RESERVATION, cpu-1",
    "device_dependent_model_loading, LOADING, cpu-1",
    "device_targeted_inference_operations, INFERENCE, cpu-1",
    "gpu_operations, RESERVATION, cuda-0",
    "gpu_operations, LOADING, cuda-0",
    "gpu_inference, INFERENCE, cuda-0"
  })
  void each_isOffByItsNameAlone(String name, DeviceUse use, String deviceId) {
    assertEquals(
        Optional.of(name), use.off(off(name), deviceId).map(operation -> operation.code()));
    assertTrue(use.may(off(), deviceId), "without the name nothing is off");
    assertTrue(use.may(off(name), "cpu-0"), "the others go on");
  }

  @Test
  void sessionsAtATime_areOne_byNameAlone() {
    assertEquals(8, off().sessions(8));
    assertEquals(1, off("concurrent_sessions").sessions(8));
  }

  @Test
  void isolatedModel_isLoadedAgain_beforeItIsUsedAgain() {
    Restrictions isolated = off("affected_model_loading", "model_dependent_inference");
    Restrictions loads = isolated.without(Set.of(Domain.MODEL));
    assertTrue(!loads.isOff(Operation.AFFECTED_MODEL_LOADING, "m"));
    assertTrue(loads.isOff(Operation.MODEL_DEPENDENT_INFERENCE, "m"));
    Restrictions computes = isolated.without(Set.of(Domain.MODEL, Domain.INFERENCE));
    assertTrue(!computes.isOff(Operation.MODEL_DEPENDENT_INFERENCE, "m"));
  }
}
