package io.mainstay.actors.recovery.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mainstay.actors.recovery.engine.SharedSteps.Claim;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Done;
import io.mainstay.persistence.recovery.RecoveryStepOutcome.Failed;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SharedStepsTest {
  private static final SharedSteps.Key KEY = new SharedSteps.Key("unload", "cpu-0", Map.of());

  private final SharedSteps shared = new SharedSteps();

  @Test
  void step_isDoneByTheFirst_theOtherWaits_thenHasIt() {
    assertEquals(new Claim.Yours(), shared.claim("A", KEY));
    assertEquals(new Claim.Wait("A"), shared.claim("B", KEY));
    shared.ended("A", KEY, new Done("61 MB freed"));
    assertEquals(new Claim.Has(new Done("61 MB freed", false, "A")), shared.claim("B", KEY));
    assertEquals(new Claim.Yours(), shared.claim("A", KEY), "asked again, it looks again");
  }

  @Test
  void sameActionOnSomethingElse_isAnotherStep() {
    shared.claim("A", KEY);
    assertEquals(
        new Claim.Yours(), shared.claim("B", new SharedSteps.Key("unload", "cpu-1", Map.of())));
    assertEquals(
        new Claim.Yours(),
        shared.claim("B", new SharedSteps.Key("unload", "cpu-0", Map.of("order", "lru"))));
  }

  @Test
  void stepThatFailed_isNobodys() {
    shared.claim("A", KEY);
    shared.ended("A", KEY, new Failed("busy", "held"));
    assertEquals(new Claim.Yours(), shared.claim("B", KEY));
  }

  @Test
  void takingBack_isLeftToTheLastOne() {
    shared.claim("A", KEY);
    shared.ended("A", KEY, new Done("freed"));
    shared.claim("B", KEY);
    assertEquals(Optional.of("B"), shared.takenBack("A", KEY));
    assertEquals(Optional.empty(), shared.takenBack("B", KEY));
    assertEquals(Optional.empty(), shared.takenBack("B", KEY), "and again, after a restart");
  }

  @Test
  void end_whileTheOtherCountsOnIt_keepsWhatIsDone_andGivesUpWhatIsNot() {
    SharedSteps.Key open = new SharedSteps.Key("load", "cpu-0", Map.of());
    shared.claim("A", KEY);
    shared.ended("A", KEY, new Done("freed"));
    shared.claim("B", KEY);
    shared.claim("A", open);
    shared.claim("B", open);

    assertEquals(Set.of(open), shared.over("A"));

    assertEquals(new Claim.Has(new Done("freed", false, "A")), shared.claim("B", KEY));
    assertEquals(new Claim.Yours(), shared.claim("B", open));
    assertEquals(Set.of(open), shared.over("B"));
    assertEquals(0, shared.size());
  }

  @Test
  void lateEndOfOneThatIsOver_isNotTheEndOfTheStepOfAnother() {
    shared.claim("A", KEY);
    shared.over("A");
    shared.claim("B", KEY);
    shared.ended("A", KEY, new Done("freed"));
    assertEquals(new Claim.Wait("B"), shared.claim("C", KEY));
  }
}
