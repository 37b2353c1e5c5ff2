package io.mainstay.actors.degradation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The strictest wins in every order, and one more mode never loosens anything. */
class ModeRulesProperties {
  private static final ModeSettings SETTINGS = ModeSettings.of(ConfigFactory.load());
  private static final ModeRules RULES = new ModeRules(SETTINGS, List.of("cpu-0", "cuda-0"));

  record Held(ModeKey key, Set<ModeTrigger> triggers) {}

  @Provide
  Arbitrary<List<Held>> modes() {
    List<ModeKey> keys = new ArrayList<>();
    for (DegradationMode mode : DegradationMode.values()) {
      keys.add(ModeKey.of(mode));
      keys.add(ModeKey.of(mode, "cuda-0"));
      for (DegradationSubState part : DegradationSubState.values()) {
        if (part.parents().contains(mode)) {
          keys.add(ModeKey.of(mode, part, "cpu-0"));
        }
      }
    }
    return Combinators.combine(
            Arbitraries.of(keys), Arbitraries.of(ModeTrigger.values()).set().ofMaxSize(3))
        .as(Held::new)
        .list()
        .ofMaxSize(6);
  }

  private static Restrictions all(List<Held> held) {
    Restrictions all = Restrictions.NONE;
    for (Held one : held) {
      all = all.and(RULES.of(one.key(), one.triggers()));
    }
    return all;
  }

  @Property
  void order_doesNotMatter_norHowOften(@ForAll("modes") List<Held> held, @ForAll Random random) {
    List<Held> shuffled = new ArrayList<>(held);
    shuffled.addAll(held);
    Collections.shuffle(shuffled, random);
    assertEquals(all(held), all(shuffled));
  }

  @Property
  void together_isStricterThanEach(@ForAll("modes") List<Held> held) {
    Restrictions all = all(held);
    for (Held one : held) {
      Restrictions alone = RULES.of(one.key(), one.triggers());
      // What is at least as strict as something is not changed by it.
      assertEquals(all, all.and(alone));
      assertTrue(all.off().containsAll(alone.off()));
      assertTrue(all.work().sessions(8) <= alone.work().sessions(8));
      assertTrue(all.work().batch(16) <= alone.work().batch(16));
      assertTrue(all.models().bytesMax() <= alone.models().bytesMax());
      assertTrue(all.inference().sideMax() <= alone.inference().sideMax());
      assertTrue(all.memory().cacheShare() <= alone.memory().cacheShare());
      assertTrue(all.devices().useMax() <= alone.devices().useMax());
      assertTrue(all.safety().safetyMargin() >= alone.safety().safetyMargin());
      for (DeviceUse use : DeviceUse.values()) {
        assertTrue(use.may(alone, "cuda-0") || !use.may(all, "cuda-0"));
      }
    }
  }

  @Property
  void moreTriggers_neverLoosen(@ForAll("modes") List<Held> held, @ForAll ModeTrigger more) {
    for (Held one : held) {
      if (one.triggers().isEmpty()) {
        continue;
      }
      Set<ModeTrigger> both = new HashSet<>(one.triggers());
      both.add(more);
      Restrictions before = RULES.of(one.key(), one.triggers());
      assertEquals(RULES.of(one.key(), both), RULES.of(one.key(), both).and(before));
    }
  }
}
