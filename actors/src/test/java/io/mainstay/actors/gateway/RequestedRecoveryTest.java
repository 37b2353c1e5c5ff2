package io.mainstay.actors.gateway;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.engine.CoordinatorCommand;
import io.mainstay.actors.recovery.engine.RecoveryBook;
import io.mainstay.actors.recovery.engine.RecoveryDefinition;
import io.mainstay.persistence.recovery.RecoveryPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestedRecoveryTest {
  private static final Config CONFIG = ConfigFactory.load();
  private static final ErrorCatalog CATALOG = ErrorCatalog.load(CONFIG);
  private static final RecoveryBook BOOK = RecoveryBook.load(CONFIG, actions());

  private static Set<String> actions() {
    Set<String> names = new HashSet<>();
    for (String root : List.of(RecoveryBook.CASCADES, RecoveryBook.STRATEGIES)) {
      CONFIG
          .getObject(root)
          .keySet()
          .forEach(
              name ->
                  CONFIG
                      .getConfigList(root + "." + name + ".steps")
                      .forEach(
                          step -> {
                            names.add(step.getString("action"));
                            if (step.hasPath("rollback")) {
                              names.add(step.getString("rollback"));
                            }
                          }));
    }
    return names;
  }

  private static RecoveryPlan plan(String name, String subject) {
    return RequestedRecovery.plan(
        BOOK, CATALOG, "node-1", List.of("cpu-0", "cpu-1"), name, subject);
  }

  @Test
  void everyCascadeAndStrategy_canBeAskedFor_andAnswersAnErrorOfTheCatalog() {
    List<RecoveryDefinition> all = new ArrayList<>(BOOK.cascades());
    all.addAll(BOOK.strategies());
    assertEquals(39, all.size());
    for (RecoveryDefinition one : all) {
      RecoveryPlan plan = plan(one.name(), "device/cpu-0");
      assertEquals(one.kind(), plan.kind());
      assertEquals(one.steps().size(), plan.steps().size());
      assertTrue(CATALOG.named(plan.error()).isPresent(), plan.error());
    }
  }

  @Test
  void unknownName_isRefused() {
    Refusal refused = assertThrows(Refusal.class, () -> plan("reboot", "device/cpu-0"));
    assertTrue(refused.getMessage().contains("'reboot'"), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"device", "device/cpu-2", "device/cpu-2/worker/5"})
  void deviceThatTheNodeDoesNotHave_isRefused_withThoseThatItHas(String subject) {
    Refusal refused = assertThrows(Refusal.class, () -> plan("primary_device_failover", subject));
    assertEquals("unknown_device", refused.code());
    assertEquals("one of: device/cpu-0, device/cpu-1", refused.remedy());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "../x y", "device cpu-0", "-x"})
  void subjectThatIsNoPlace_isRefused(String subject) {
    assertThrows(Refusal.class, () -> plan("primary_device_failover", subject));
  }

  @Test
  void sameAboutTheSame_isRefusedWhileItRunsOrWaits() {
    RecoveryPlan plan = plan("primary_device_failover", "device/cpu-0");
    CoordinatorCommand.View runs =
        new CoordinatorCommand.View(
            List.of(
                new CoordinatorCommand.Running(
                    "R", "primary_device_failover", "primary_device_failure", "device/cpu-0")),
            List.of());
    Refusal refused =
        assertThrows(Refusal.class, () -> RequestedRecovery.refuseIfUnderWay(plan, runs));
    assertTrue(refused.getMessage().contains("runs as R"), refused.getMessage());
    CoordinatorCommand.View waits =
        new CoordinatorCommand.View(
            List.of(),
            List.of(
                new CoordinatorCommand.Waiting(
                    "strategy",
                    "primary_device_failover",
                    "primary_device_failure",
                    "device/cpu-0",
                    1)));
    assertThrows(Refusal.class, () -> RequestedRecovery.refuseIfUnderWay(plan, waits));
    RecoveryPlan other = plan("primary_device_failover", "device/cpu-1");
    assertDoesNotThrow(() -> RequestedRecovery.refuseIfUnderWay(other, runs));
    assertDoesNotThrow(() -> RequestedRecovery.refuseIfUnderWay(other, waits));
  }
}
