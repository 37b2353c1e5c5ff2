package io.mainstay.actors.recovery.casebook;

import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.persistence.casebook.OpenCase;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Why a case leads to a mode, as the mode's triggers name it: what the mode demands can hang on
 * that, as whether GPUs go on where host memory is short. Pure.
 */
final class CaseTriggers {
  /** Errors that are triggers of the same name, by mode. */
  private static final Map<DegradationMode, Set<ModeTrigger>> SAME_NAME =
      Map.of(
          DegradationMode.MINIMAL_OPERATION_MODE,
          EnumSet.of(
              ModeTrigger.SYSTEM_OUT_OF_MEMORY,
              ModeTrigger.DEVICE_DISCOVERY_FAILURE,
              ModeTrigger.MULTIPLE_CRITICAL_FAILURES),
          DegradationMode.PERFORMANCE_CONSERVATION_MODE,
          EnumSet.of(
              ModeTrigger.DEVICE_PERFORMANCE_DEGRADATION, ModeTrigger.MEMORY_PRESSURE_WARNING));

  private CaseTriggers() {}

  /** That of the case for one of its modes, or for a part of one. */
  static ModeTrigger of(OpenCase one, ModeKey key) {
    return switch (key.mode()) {
      case DEVICE_ISOLATION -> ModeTrigger.DEVICE_FAILURE_OR_CORRUPTION;
      case MEMORY_DOMAIN_ISOLATION -> ModeTrigger.MEMORY_CORRUPTION_OR_PRESSURE;
      case MODEL_DOMAIN_ISOLATION -> ModeTrigger.MODEL_CORRUPTION_OR_LOADING_FAILURES;
      case SAFETY_FIRST_MODE -> ModeTrigger.SAFETY_VALIDATION_SYSTEM_FAILURE;
      case MINIMAL_OPERATION_MODE, PERFORMANCE_CONSERVATION_MODE ->
          CatalogName.find(ModeTrigger.class, one.code())
              .filter(SAME_NAME.get(key.mode())::contains)
              .orElse(one.untilQuiet() ? ModeTrigger.ERROR_FREQUENCY : ModeTrigger.ERROR_UNHEALED);
    };
  }
}
