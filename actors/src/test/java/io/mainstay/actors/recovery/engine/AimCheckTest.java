package io.mainstay.actors.recovery.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.mainstay.actors.recovery.catalog.StrategyName;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AimCheckTest {
  private static RecoveryBook book(String flow, String... steps) {
    return RecoveryBook.load(
        ConfigFactory.parseString(
            "mainstay.cascades {}\n"
                + "mainstay.strategies.load_throttling {\n"
                + "  flow = %s, limit = 10s\n".formatted(flow)
                + "  steps = [\n    { domain = memory, action = look, limit = 1s "
                + String.join("}\n    { domain = memory, action = look, limit = 1s ", steps)
                + "}\n  ]\n}",
            ConfigParseOptions.defaults().setOriginDescription("strategies.conf")),
        Set.of("look", "take_back"));
  }

  private static void refused(int line, String said, String flow, String... steps) {
    ConfigException wrong = assertThrows(ConfigException.class, () -> book(flow, steps));
    assertTrue(wrong.getMessage().startsWith("strategies.conf: " + line + ":"), wrong.getMessage());
    assertTrue(wrong.getMessage().contains(said), wrong.getMessage());
  }

  @Test
  void stepThatProves_isRead() {
    assertEquals(
        List.of(false, true),
        book("all", "", ", proves = true")
            .strategy(StrategyName.LOAD_THROTTLING)
            .orElseThrow()
            .steps()
            .stream()
            .map(RecoveryDefinition.StepDefinition::proves)
            .toList());
  }

  @Test
  void recoveryInWhichNoStepProves_isRefused_whereAllStepsAreTried() {
    refused(4, "a step must say that it proves the aim", "all", "", ", proves = false");
    assertEquals(1, book("until_enough", "").strategies().size());
    assertEquals(1, book("first_that_works", "").strategies().size());
  }

  @Test
  void stepThatProves_isRefused_whereItsAnswerSaysWhetherItIsEnough() {
    refused(6, "with flow until_enough the answer", "until_enough", "", ", proves = true");
    refused(5, "with flow first_that_works", "first_that_works", ", proves = true");
  }

  @Test
  void rollbackThatNothingLeadsTo_isRefused() {
    String rollback = ", rollback = take_back";
    String goesOn = ", on-failure = go_on";
    refused(6, "it never comes to pass", "all", ", proves = true", goesOn + rollback, goesOn);
    assertEquals(1, book("all", ", proves = true" + goesOn, goesOn + rollback).all().count());
    assertEquals(1, book("all", goesOn + rollback, ", proves = true").all().count());
  }
}
