package io.mainstay.actors.recovery.action.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import io.mainstay.actors.recovery.Domain;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.catalog.StrategyName;
import io.mainstay.actors.recovery.engine.RecoveryBook;
import io.mainstay.actors.recovery.engine.RecoveryDefinition;
import io.mainstay.actors.recovery.engine.RecoveryDefinition.StepDefinition;
import io.mainstay.persistence.recovery.RecoveryPlan;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The recoveries of inference, postprocessing and communication, as shipped. */
class OwnRecoveriesTest {
  private static final Config CONFIG = ConfigFactory.load();
  private static final RecoveryBook BOOK = RecoveryBook.load(CONFIG, actions());

  /** Whatever is named: that there is code for it is seen when a node starts. */
  private static Set<String> actions() {
    Set<String> names = new HashSet<>();
    for (String path : List.of(RecoveryBook.CASCADES, RecoveryBook.STRATEGIES)) {
      CONFIG
          .getConfig(path)
          .entrySet()
          .forEach(
              entry ->
                  CONFIG
                      .getConfig(path)
                      .getList(entry.getKey().replaceAll("\\..*", "") + ".steps")
                      .forEach(
                          step -> {
                            var fields = ((ConfigObject) step).toConfig();
                            names.add(fields.getString("action"));
                            if (fields.hasPath("rollback")) {
                              names.add(fields.getString("rollback"));
                            }
                          }));
    }
    return names;
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "INFERENCE_ENGINE_FAILURE",
        "INFERENCE_MEMORY_CORRUPTION",
        "POSTPROCESSING_ENGINE_FAILURE",
        "CROSS_DOMAIN_COMMUNICATION_FAILURE"
      })
  void cascade_reachesEveryDomainThatItsErrorDoes_beginningWithItsOwn(ErrorNames name) {
    ErrorDefinition error = ErrorCatalog.load(CONFIG).get(name);
    RecoveryDefinition cascade = BOOK.cascade(error.cascade().orElseThrow()).orElseThrow();
    assertEquals(error.domain(), cascade.steps().get(0).domain());
    Set<Domain> reached = EnumSet.of(error.domain());
    reached.addAll(error.impacts());
    Set<Domain> stepped = EnumSet.noneOf(Domain.class);
    cascade.steps().forEach(step -> stepped.add(step.domain()));
    assertEquals(reached, stepped);
  }

  @Test
  void inferenceEngineRecovery_hasThePhasesOfTheSeeds() {
    RecoveryDefinition engine = strategy(StrategyName.INFERENCE_ENGINE_RECOVERY);
    assertEquals(RecoveryPlan.Flow.UNTIL_ENOUGH, engine.flow());
    assertEquals(
        List.of(15, 10, 20, 15), seconds(engine.steps().subList(0, 4)), "engine_restart_recovery");
    assertChain(engine.steps().subList(4, engine.steps().size()));
    assertEquals(Duration.ofSeconds(120), engine.limit());
    assertChain(strategy(StrategyName.DYNAMIC_RESOURCE_SCALING).steps().subList(2, 7));
  }

  /** One chain for whoever needs another path, each level with its own time. */
  private static void assertChain(List<StepDefinition> chain) {
    assertEquals(
        List.of(
            "alternative_gpu_device",
            "reduced_precision_inference",
            "cpu_fallback_inference",
            "simplified_model_inference",
            "operation_deferral"),
        chain.stream().map(StepDefinition::action).toList());
    assertEquals(List.of(10, 5, 15, 20), seconds(chain.subList(0, 4)));
  }

  @Test
  void safetyValidationRecovery_hasTheProtocolsOfTheSeeds() {
    RecoveryDefinition safety = strategy(StrategyName.SAFETY_VALIDATION_RECOVERY);
    assertEquals(
        List.of(
            "block_all_potentially_unsafe_content",
            "enable_manual_review_queue",
            "log_safety_system_failure",
            "rule_based_content_filter",
            "simplified_ml_classifier"),
        safety.steps().stream().map(StepDefinition::action).toList());
    assertEquals(
        10, seconds(safety.steps().subList(0, 3)).stream().mapToInt(s -> s).sum(), "fallback");
    assertEquals(
        30, seconds(safety.steps().subList(3, 5)).stream().mapToInt(s -> s).sum(), "validators");
    assertTrue(
        safety.steps().stream().allMatch(step -> step.rollback().isEmpty()),
        "what blocks is not taken back because a validator is missing");
  }

  private static RecoveryDefinition strategy(StrategyName name) {
    return BOOK.strategy(name).orElseThrow();
  }

  private static List<Integer> seconds(List<StepDefinition> steps) {
    return steps.stream().map(step -> (int) step.limit().toSeconds()).toList();
  }
}
