package io.mainstay.actors.degradation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The seeds' figures, and what is refused with file and line. */
class ModeSettingsTest {
  private static final ModeSettings SETTINGS = ModeSettings.of(ConfigFactory.load());

  private static Restrictions demands(DegradationMode mode) {
    return SETTINGS.modes().get(mode).demands();
  }

  @Test
  void minimalOperation_isWhatTheSeedsSay() {
    Restrictions minimal = demands(DegradationMode.MINIMAL_OPERATION_MODE);
    assertEquals(500_000_000L, minimal.models().bytesMax());
    assertEquals(1, minimal.models().residentMax());
    assertEquals(1, minimal.work().sessions(8));
    assertEquals(Duration.ofSeconds(300), minimal.work().sessionTimeMax());
    assertEquals(512, minimal.inference().sideMax());
    assertEquals(Duration.ofSeconds(60), minimal.inference().timeMax());
    assertTrue(minimal.safety().conservative());
    assertTrue(minimal.isOff(Operation.MULTIPLE_POSTPROCESSING_STEPS));
  }

  @Test
  void conservation_isWhatTheSeedsSay() {
    Restrictions saving = demands(DegradationMode.PERFORMANCE_CONSERVATION_MODE);
    assertEquals(512, saving.memory().cache(1024));
    assertEquals(4, saving.work().sessions(8));
    assertEquals(Duration.ofSeconds(90), saving.work().time(Duration.ofSeconds(60)));
    assertEquals(0.8, saving.devices().useMax());
    assertEquals(2, saving.memory().cleanupFactor());
    assertEquals(Duration.ofSeconds(5), saving.memory().sampleEvery());
    assertTrue(saving.inference().reducedPrecision());
    assertTrue(saving.isOff(Operation.PREEMPTIVE_LOADING));
  }

  @Test
  void outOfMemory_leavesGpusAlone_whereDiscoveryFailureDoesNot() {
    ModeRules rules = new ModeRules(SETTINGS, List.of("cpu-0", "cuda-0"));
    ModeKey minimal = ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE);
    Restrictions memory = rules.of(minimal, Set.of(ModeTrigger.SYSTEM_OUT_OF_MEMORY));
    assertTrue(DeviceUse.LOADING.may(memory, "cuda-0"));
    assertFalse(memory.isOff(Operation.GPU_INFERENCE));
    Restrictions discovery = rules.of(minimal, Set.of(ModeTrigger.DEVICE_DISCOVERY_FAILURE));
    assertFalse(DeviceUse.LOADING.may(discovery, "cuda-0"));
    assertTrue(DeviceUse.INFERENCE.may(discovery, "cpu-0"));
    assertTrue(discovery.isOff(Operation.GPU_INFERENCE));
  }

  @Test
  void withoutAnyCpu_gpusStay() {
    ModeRules rules = new ModeRules(SETTINGS, List.of("cuda-0"));
    Restrictions discovery =
        rules.of(
            ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE),
            Set.of(ModeTrigger.DEVICE_DISCOVERY_FAILURE));
    for (DeviceUse use : DeviceUse.values()) {
      assertTrue(use.may(discovery, "cuda-0"), use.name());
    }
  }

  @Test
  void everyTrigger_butAPersonsAndARelapse_leadsSomewhere() {
    for (ModeTrigger trigger : ModeTrigger.values()) {
      assertEquals(
          trigger != ModeTrigger.OPERATOR && trigger != ModeTrigger.RELAPSE,
          SETTINGS.keyOf(trigger, "").isPresent(),
          trigger.code());
    }
  }

  @Test
  void parts_areNamedWithTheirMode() {
    ModeKey key = SETTINGS.named("system_protection_mode", "").orElseThrow();
    assertEquals(
        ModeKey.of(
            DegradationMode.MINIMAL_OPERATION_MODE, DegradationSubState.SYSTEM_PROTECTION_MODE, ""),
        key);
    assertTrue(SETTINGS.named("no_mode", "").isEmpty());
  }

  @Test
  void anUnknownName_aMissingMode_aStrayLimit_areRefused() {
    refused("modes.minimal_operation_mode.off = [levitation]", "levitation");
    refused("modes.minimal_operation_mode.work.sesions-max = 1", "sesions-max");
    refused("modes.imaginary_mode { triggers = [] }", "imaginary_mode");
    refused("modes.safety_first_mode.safety.safety-margin = 1.5", "safety-margin is 1.5");
    refused("parts.emergency_mode.work.intake-share = 0", "intake-share is 0.0");
    refused("parts.cpu_only_operation.of = safety_first_mode", "safety_first_mode");
    refused("parts.system_protection_mode.gate = maybe", "maybe");
    refused("modes.minimal_operation_mode.devices.cpu-only = true", "cpu-only");
  }

  @Test
  void aNameWithoutItsLimit_andALimitWithoutItsName_areRefused() {
    for (String name :
        List.of(
            "large_allocations",
            "large_memory_allocations",
            "memory_intensive_model_operations",
            "high_memory_processing_sessions")) {
      refused(
          "modes.safety_first_mode.off = [" + name + "]",
          "off names " + name + ", which is off beyond memory.allocation-max");
    }
    refused("modes.safety_first_mode.off = [large_model_caching]", "models.bytes-max");
    refused("modes.safety_first_mode.off = [high_resolution_inference]", "inference.side-max");
    refused(
        "modes.safety_first_mode.memory.allocation-max = 1 MB",
        "off names nothing that asks for it");
  }

  private static void refused(String wrong, String named) {
    Config config =
        ConfigFactory.parseString("mainstay.modes { " + wrong + " }")
            .withFallback(ConfigFactory.load());
    ConfigException thrown =
        assertThrows(ConfigException.class, () -> ModeSettings.of(config), wrong);
    assertTrue(thrown.getMessage().contains(named), thrown.getMessage());
  }
}
