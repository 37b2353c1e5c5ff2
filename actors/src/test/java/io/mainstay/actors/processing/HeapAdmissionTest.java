package io.mainstay.actors.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeRules;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.processing.recipe.Recipe;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.persistence.session.DocumentRange;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeapAdmissionTest {
  private static final Duration RETRY = Duration.ofSeconds(30);
  private static final long MB = 1_000_000;

  /** Memory isolation that turns off nothing but that; allowed are 500 MB. */
  private static HeapAdmission isolation(String off) {
    ModeSettings settings =
        ModeSettings.of(
            ConfigFactory.parseString(
                    "mainstay.modes.modes.memory_domain_isolation.off = [" + off + "]")
                .withFallback(ConfigFactory.load()));
    return new HeapAdmission(
        new ModeRules(settings, List.of("cpu-0"))
            .of(ModeKey.of(DegradationMode.MEMORY_DOMAIN_ISOLATION), Set.of(ModeTrigger.OPERATOR)),
        RETRY);
  }

  /** Ten documents, each of so many bytes. */
  private static Recipe recipe(long bytesEach) {
    return (Recipe)
        Proxy.newProxyInstance(
            Recipe.class.getClassLoader(),
            new Class<?>[] {Recipe.class},
            (self, method, given) ->
                switch (method.getName()) {
                  case "documents" -> 10;
                  case "heapBytes" -> ((DocumentRange) given[0]).size() * bytesEach;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "high_memory_processing_sessions",
        "large_memory_allocations",
        "large_allocations"
      })
  void ordinaryWork_isRefusedByTheNameThatIsOff_whereNotOneDocumentFits(String name) {
    Refusal why = assertThrows(Refusal.class, () -> isolation(name).fit(recipe(501 * MB), 8));
    assertEquals("operation_disabled", why.code());
    assertTrue(why.getMessage().startsWith(name + " is off while memory_domain_isolation"));
    assertTrue(why.getMessage().contains("501000000 bytes of heap; 500000000 are allowed"));
    assertEquals(RETRY.toMillis(), why.retryAfterMillis());
  }

  @Test
  void work_whoseBatchesAreTooLarge_isAcceptedInSmallerOnes_withAReceipt() {
    HeapAdmission.Fit fit = isolation("high_memory_processing_sessions").fit(recipe(200 * MB), 8);
    assertEquals(2, fit.batchDocuments());
    assertEquals(
        "degraded_mode: batch size 2 instead of 8 while memory_domain_isolation holds",
        fit.receipt().orElseThrow().text());
  }

  @Test
  void work_thatFits_andWorkWithoutModes_isAsPlanned() {
    HeapAdmission.Fit fit = isolation("high_memory_processing_sessions").fit(recipe(62 * MB), 8);
    assertEquals(new HeapAdmission.Fit(8, java.util.Optional.empty()), fit);
    assertEquals(
        8, new HeapAdmission(Restrictions.NONE, RETRY).fit(recipe(5_000 * MB), 8).batchDocuments());
  }
}
