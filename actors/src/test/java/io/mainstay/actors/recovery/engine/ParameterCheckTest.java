package io.mainstay.actors.recovery.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import io.mainstay.actors.recovery.catalog.StrategyName;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ParameterCheckTest {
  private static final RecoveryActions ACTIONS =
      new RecoveryActions.Builder()
          .add("look", task -> null)
          .add("free", task -> null)
          .add("take_back", task -> null)
          .reads(
              "free",
              StepParameter.share("target"),
              StepParameter.whole("rounds", 1, 3),
              StepParameter.oneOf("channel", "memory", "model").optional())
          .build();

  private static RecoveryBook book(String fields) {
    Config config =
        ConfigFactory.parseString(
            "mainstay.cascades {}\n"
                + "mainstay.strategies.load_throttling {\n"
                + "  flow = all, limit = 10s\n"
                + "  steps = [ { domain = memory, limit = 1s, proves = true\n"
                + fields
                + "\n} ] }",
            ConfigParseOptions.defaults().setOriginDescription("strategies.conf"));
    return RecoveryBook.load(config, ACTIONS);
  }

  private static void refused(String fields, String... said) {
    ConfigException wrong = assertThrows(ConfigException.class, () -> book(fields), fields);
    for (String each : said) {
      assertTrue(wrong.getMessage().contains(each), wrong.getMessage());
    }
    assertTrue(wrong.getMessage().matches("strategies.conf: [45]:.*"), wrong.getMessage());
  }

  @Test
  void whatTheActionReads_isTaken_andWordsStandApartFromIt() {
    RecoveryDefinition.StepDefinition step =
        book("action = free, parameters { target = 0.5, rounds = 3 }, describes { how = gently }")
            .strategy(StrategyName.LOAD_THROTTLING)
            .orElseThrow()
            .steps()
            .get(0);
    assertEquals(Map.of("target", "0.5", "rounds", "3"), step.parameters());
    assertEquals(Map.of("how", "gently"), step.describes());
  }

  @Test
  void parameterThatNoCodeReads_isRefused_withFileAndLine() {
    refused(
        "action = free, parameters { target = 0.5, rounds = 1, how = gently }",
        "parameters.how",
        "no code of free reads it",
        "[channel, ends_as, rounds, target]",
        "describes");
    refused("action = look, parameters { target = 0.5 }", "no code of look reads it");
  }

  @Test
  void valueThatIsNotAllowed_orThatIsMissing_isRefused() {
    refused("action = free, parameters { target = 1.5, rounds = 1 }", "number from 0.0 to 1.0");
    refused("action = free, parameters { target = 0.5, rounds = 4 }", "whole number from 1 to 3");
    refused("action = free, parameters { target = 0.5, rounds = 1.5 }", "it is '1.5'");
    refused(
        "action = free, parameters { target = 0.5, rounds = 1, channel = disk }",
        "allowed are memory, model");
    refused("action = free, parameters { rounds = 1 }", "reads target, and it is missing");
    refused("action = look, parameters { ends_as = well }", "allowed are aborted");
  }

  @Test
  void parameterAmongTheWords_isRefused() {
    refused(
        "action = free, parameters { target = 0.5, rounds = 1 }, describes { channel = memory }",
        "it belongs to parameters");
  }

  @Test
  void rollback_mayReadParametersOfItsStepToo() {
    assertEquals(
        Optional.of("0.5"),
        book("action = look, rollback = free, parameters { target = 0.5, rounds = 1 }")
            .strategy(StrategyName.LOAD_THROTTLING)
            .map(found -> found.steps().get(0).parameters().get("target")));
  }

  @Test
  void declaringForNoAction_orTwice_isAMistakeOfTheProgram() {
    assertThrows(
        IllegalStateException.class,
        () -> new RecoveryActions.Builder().reads("nobody", StepParameter.share("target")));
    assertThrows(
        IllegalStateException.class,
        () ->
            new RecoveryActions.Builder()
                .add("look", task -> null)
                .reads("look")
                .reads("look", StepParameter.share("target")));
  }
}
