package io.mainstay.actors.processing.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.degradation.SafetyLimits;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.postprocessing.image.PicturePlan;
import io.mainstay.actors.postprocessing.image.safety.PixelRules;
import io.mainstay.actors.processing.template.PictureDefaults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PicturePlansTest {
  private static final PictureDefaults DEFAULTS =
      new PictureDefaults(
          "m", 4, 16, 1, 2, "u", "lanczos", "s", 1_000, 50, 1_024, 2_048, Duration.ofHours(1));

  @TempDir Path directory;

  private PicturePlan plan(Path policy, Restrictions modes) {
    Config config =
        ConfigFactory.parseMap(
                Map.of("mainstay.processing.pictures.safety.policy", policy.toString()))
            .withFallback(ConfigFactory.load())
            .getConfig("mainstay.processing.pictures");
    PicturePlans plans = new PicturePlans(PictureBounds.of(config), DEFAULTS, modes, Set.of());
    return plans.plan(List.of(), Map.of());
  }

  private static Restrictions careful() {
    Restrictions none = Restrictions.NONE;
    return new Restrictions(
        Set.of("safety_first_mode"),
        none.work(),
        none.models(),
        none.inference(),
        none.devices(),
        none.memory(),
        new SafetyLimits(0, 0, true),
        none.off(),
        none.affectedModels());
  }

  @Test
  void damagedPolicy_refusesTheWork() throws Exception {
    Path damaged = Files.writeString(directory.resolve("policy.json"), "{ damaged");
    Refusal refusal = assertThrows(Refusal.class, () -> plan(damaged, Restrictions.NONE));
    assertEquals("safety_policy_unusable", refusal.code());
  }

  @Test
  void damagedPolicy_ofACarefulNode_withholdsEveryPicture() throws Exception {
    Path damaged = Files.writeString(directory.resolve("policy.json"), "{ damaged");
    PicturePlan plan = plan(damaged, careful());
    assertTrue(plan.policy().version().contains("policy_unreadable"), plan.policy().version());
    assertTrue(!PixelRules.cover(plan.policy()), "no rule knows what it forbids");
    assertTrue(plan.degradations().toString().contains("withheld"), plan.degradations().toString());
  }

  @Test
  void policyThatIsNotThere_isAsGoodAsDamaged() {
    PicturePlan plan = plan(directory.resolve("none.json"), careful());
    assertTrue(plan.policy().version().contains("policy_unreadable"), plan.policy().version());
  }

  @Test
  void soundPolicy_isTheOneThatCounts_onACarefulNodeToo() throws Exception {
    PicturePlan plan = plan(Path.of(""), careful());
    assertTrue(!plan.policy().version().contains("unreadable"), plan.policy().version());
  }
}
