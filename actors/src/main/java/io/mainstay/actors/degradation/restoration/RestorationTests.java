package io.mainstay.actors.degradation.restoration;

import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.persistence.restoration.NodeFigures;
import io.mainstay.persistence.restoration.TestOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Runs tests on a node, through the paths that work takes too. Thread-safe. */
public interface RestorationTests {
  /**
   * What a test must know.
   *
   * @param restorationId owner of whatever is set aside for the test
   * @param modes that are on their way out
   * @param normal what the node did in normal operation; empty if it never measured itself
   * @param within how long there is
   * @param watching the modes are left, and this is one of many looks afterwards
   */
  record Conditions(
      String restorationId,
      List<ModeKey> modes,
      Optional<NodeFigures> normal,
      Duration within,
      boolean watching) {
    public Conditions {
      modes = List.copyOf(modes);
    }

    /** The same with so much time. */
    public Conditions within(Duration left) {
      return new Conditions(restorationId, modes, normal, left, watching);
    }
  }

  /** Runs one; a stage that fails is a test that failed. */
  CompletionStage<TestOutcome> run(RestorationTest test, Conditions conditions);

  /** Measures the node, which should have nothing else to do; empty if it cannot now. */
  CompletionStage<Optional<NodeFigures>> measure(Duration within);
}
