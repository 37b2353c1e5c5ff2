package io.mainstay.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeRules;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.persistence.transaction.ParticipantWork;
import io.mainstay.persistence.transaction.TransactionPlan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModeReservationsTest {
  private static final Duration RETRY = Duration.ofSeconds(30);

  private static Restrictions in(ModeKey key) {
    ModeSettings settings = ModeSettings.of(ConfigFactory.load());
    return new ModeRules(settings, List.of("cpu-0")).of(key, Set.of(ModeTrigger.OPERATOR));
  }

  private static TransactionPlan model(long bytes) {
    return new TransactionPlan.ModelMemory(
        "operator",
        new ParticipantWork.PrepareModel("minilm", "ram", 1),
        new ParticipantWork.AllocateMemory("cpu-0", "model:minilm", bytes, "model_cache"),
        false);
  }

  private static TransactionPlan device() {
    return new TransactionPlan.DeviceMemory(
        "operator",
        new ParticipantWork.ReserveDevice("cpu-0", "model_loading", 30_000),
        new ParticipantWork.AllocateMemory("cpu-0", "model:minilm", 1, "model_cache"),
        false);
  }

  @Test
  void largeReservations_areRefused_smallOnesAreNot() {
    Restrictions isolated = in(ModeKey.of(DegradationMode.MEMORY_DOMAIN_ISOLATION));
    assertTrue(ModeReservations.refusal(isolated, model(500_000_000), RETRY).isEmpty());
    Refusal why = ModeReservations.refusal(isolated, model(500_000_001), RETRY).orElseThrow();
    assertEquals("operation_disabled", why.code());
    assertTrue(why.getMessage().startsWith("large_memory_allocations is off"), why.getMessage());
    assertTrue(ModeReservations.refusal(Restrictions.NONE, model(Long.MAX_VALUE), RETRY).isEmpty());
  }

  private static Restrictions off(String names) {
    ModeSettings settings =
        ModeSettings.of(
            ConfigFactory.parseString(
                    "mainstay.modes.modes.memory_domain_isolation.off = [" + names + "]")
                .withFallback(ConfigFactory.load()));
    return new ModeRules(settings, List.of("cpu-0"))
        .of(ModeKey.of(DegradationMode.MEMORY_DOMAIN_ISOLATION), Set.of(ModeTrigger.OPERATOR));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "large_allocations",
        "large_memory_allocations",
        "memory_intensive_model_operations",
        "high_memory_processing_sessions"
      })
  void eachName_refusesWhatItNames_andNothingElse(String name) {
    ParticipantWork.PrepareModel prepared =
        new ParticipantWork.PrepareModel("minilm", "ram", 600_000_000);
    TransactionPlan ofModel =
        new TransactionPlan.ModelMemory(
            "operator",
            prepared,
            new ParticipantWork.AllocateMemory("cpu-0", "model:minilm", 1, "model_cache"),
            false);
    TransactionPlan ofSession =
        new TransactionPlan.ProcessingInference(
            "operator",
            new ParticipantWork.ReserveSession("s", 600_000_000, "cpu-0", "normal"),
            new ParticipantWork.PrepareInference("s", "cpu-0", List.of(), "text"));
    boolean large = name.startsWith("large");
    says(name, large, model(600_000_000));
    says(name, large || name.startsWith("memory_intensive"), ofModel);
    says(name, large || name.startsWith("high_memory"), ofSession);
  }

  private static void says(String name, boolean refused, TransactionPlan plan) {
    assertEquals(
        refused ? Optional.of(name + " is off") : Optional.empty(),
        ModeReservations.refusal(off(name), plan, RETRY)
            .map(why -> why.getMessage().substring(0, name.length() + " is off".length())));
  }

  @Test
  void devices_areNotReserved_whereTheyGetNoWork() {
    Restrictions minimal = in(ModeKey.of(DegradationMode.MINIMAL_OPERATION_MODE));
    assertTrue(
        ModeReservations.refusal(minimal, device(), RETRY)
            .orElseThrow()
            .getMessage()
            .startsWith("advanced_device_control"));
    Restrictions isolated = in(ModeKey.of(DegradationMode.DEVICE_ISOLATION, "cpu-0"));
    assertTrue(
        ModeReservations.refusal(isolated, device(), RETRY)
            .orElseThrow()
            .getMessage()
            .startsWith("device_specific_memory_allocations"));
    Restrictions other = in(ModeKey.of(DegradationMode.DEVICE_ISOLATION, "cpu-1"));
    assertTrue(ModeReservations.refusal(other, device(), RETRY).isEmpty());
  }
}
