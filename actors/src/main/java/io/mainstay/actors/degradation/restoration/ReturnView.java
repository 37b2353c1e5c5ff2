package io.mainstay.actors.degradation.restoration;

import io.mainstay.persistence.restoration.RestorationRun;
import io.mainstay.persistence.restoration.TestOutcome;
import java.time.Instant;
import java.util.List;

/**
 * A node's way back at one moment.
 *
 * @param restorationId empty while none is under way
 * @param modes that are on their way out, or were, as people read them
 * @param stage {@code waiting} for the next attempt, name of the phase that runs, or {@code
 *     watching}; empty while none is under way
 * @param passed phases of this attempt
 * @param attempt from 1
 * @param tests of the last phase that ended
 * @param failure why the last attempt failed, or empty
 * @param againAt when the next attempt begins, or null
 * @param intakePercent of the offered work that is taken
 * @param watchUntil until when the node is watched, or null
 */
public record ReturnView(
    String restorationId,
    List<String> modes,
    String stage,
    List<String> passed,
    int attempt,
    List<TestOutcome> tests,
    String failure,
    Instant againAt,
    int intakePercent,
    Instant watchUntil) {
  /** None is under way. */
  public static final ReturnView NONE =
      new ReturnView("", List.of(), "", List.of(), 0, List.of(), "", null, 100, null);

  public ReturnView {
    modes = List.copyOf(modes);
    passed = List.copyOf(passed);
    tests = List.copyOf(tests);
  }

  /**
   * Of a run.
   *
   * @param phase that runs now, or empty
   * @param trying percent of the offered work that is taken while phases are gone through
   */
  static ReturnView of(RestorationRun run, String phase, int trying) {
    String between = run.restored() ? "watching" : "waiting";
    return new ReturnView(
        run.restorationId(),
        RestorationLife.keys(run).stream().map(key -> key.text()).toList(),
        phase.isEmpty() ? between : phase,
        run.passed(),
        run.attempt(),
        run.tests(),
        run.failure(),
        run.againAt(),
        run.restored() ? run.intakePercent() : trying,
        run.watchUntil());
  }

  /**
   * None is under way.
   *
   * @param intakePercent of the offered work that is taken: less than all after one was broken off
   *     that had not come to all of it
   */
  static ReturnView between(int intakePercent) {
    return new ReturnView(
        "", List.of(), "", List.of(), 0, List.of(), "", null, intakePercent, null);
  }

  /** Whether one is under way. */
  public boolean underWay() {
    return !restorationId.isEmpty();
  }
}
