package io.mainstay.actors.postprocessing.image.safety;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptRulesTest {
  private final PromptRules rules = new PromptRules(List.of("warning sign", "skull"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a warning sign on grey",
        "A WARNING SIGN",
        "warning-sign",
        "warning,  sign!",
        "two warning signs",
        "a WarningSign",
        "w a r n i n g s i g n",
        "war ning sign",
        "wárning sígn",
        "war\u00adning sign",
        "ｗａｒｎｉｎｇ sign",
        "a skull and a warning_sign"
      })
  void found_whateverItsCaseSpacingOrPunctuation(String prompt) {
    assertEquals("warning sign", rules.found(prompt).get(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a red circle on a blue background",
        "a sign of warning",
        "forewarning signal",
        "a warning",
        "sign warning",
        "a warning red sign",
        "skullduggery",
        "warning signss"
      })
  void found_inOtherTexts_isEmpty(String prompt) {
    assertEquals(List.of(), rules.found(prompt));
  }

  @Test
  void found_namesEachTermOnce_asThePolicyWritesIt() {
    assertEquals(
        List.of("warning sign", "skull"), rules.found("skulls, skull, WARNING SIGN warning sign"));
  }

  @Test
  void aTermWithoutLetters_isRefused() {
    assertThrows(IllegalArgumentException.class, () -> new PromptRules(List.of("!?")));
  }
}
