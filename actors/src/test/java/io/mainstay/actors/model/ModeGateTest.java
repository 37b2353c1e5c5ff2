package io.mainstay.actors.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeRules;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.cache.ModelCache;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each name that modes turn off about models is asked for by itself. */
class ModeGateTest {
  private static final ModelSettings SETTINGS =
      ModelSettings.of(ConfigFactory.load(), java.nio.file.Path.of("models"));

  private static Restrictions mode(DegradationMode mode, String subject, String off) {
    ModeSettings settings =
        ModeSettings.of(
            ConfigFactory.parseString(
                    "mainstay.modes.modes." + mode.code() + ".off = [" + off + "]")
                .withFallback(ConfigFactory.load()));
    return new ModeRules(settings, List.of("cpu-0"))
        .of(ModeKey.of(mode, subject), Set.of(ModeTrigger.OPERATOR));
  }

  private static void begins(String name, String code, Optional<Refusal> refusal) {
    assertEquals(code, refusal.orElseThrow().code());
    assertTrue(
        refusal.get().getMessage().startsWith(name + " is off while "), refusal.get().getMessage());
  }

  @Test
  void isolatedModel_isNotLoaded_orNotUsed_byTheNameThatIsOff() {
    Restrictions loading =
        mode(DegradationMode.MODEL_DOMAIN_ISOLATION, "m", "affected_model_loading");
    begins("affected_model_loading", "model_isolated", ModeGate.notLoaded(loading, "m", SETTINGS));
    assertTrue(ModeGate.notUsed(loading, "m", SETTINGS).isEmpty());
    assertTrue(ModeGate.notLoaded(loading, "other", SETTINGS).isEmpty());

    Restrictions use =
        mode(DegradationMode.MODEL_DOMAIN_ISOLATION, "m", "model_dependent_inference");
    begins("model_dependent_inference", "model_isolated", ModeGate.notUsed(use, "m", SETTINGS));
    assertTrue(ModeGate.notLoaded(use, "m", SETTINGS).isEmpty());
  }

  @Test
  void isolatedDevice_getsNoLoads_byTheNameThatIsOff() {
    Restrictions isolated =
        mode(DegradationMode.DEVICE_ISOLATION, "cpu-1", "device_dependent_model_loading");
    begins(
        "device_dependent_model_loading",
        "device_isolated",
        ModeGate.notLoaded(isolated, "m", "cpu-1", SETTINGS));
    assertTrue(ModeGate.notLoaded(isolated, "m", "cpu-0", SETTINGS).isEmpty());
    Restrictions nothing = mode(DegradationMode.DEVICE_ISOLATION, "cpu-1", "");
    assertTrue(ModeGate.notLoaded(nothing, "m", "cpu-1", SETTINGS).isEmpty());
  }

  @Test
  void filesOfLargeModels_areNotReadAhead_byNameAlone() {
    long large = 500_000_001;
    Restrictions off =
        mode(DegradationMode.MINIMAL_OPERATION_MODE, "", "large_allocations, large_model_caching");
    Restrictions on = mode(DegradationMode.MINIMAL_OPERATION_MODE, "", "large_allocations");
    assertFalse(ModelCache.tooLarge(on, large));
    assertTrue(ModelCache.tooLarge(off, large));
    assertFalse(ModelCache.tooLarge(off, large - 1));
    assertFalse(ModelCache.tooLarge(Restrictions.NONE, Long.MAX_VALUE));
  }
}
