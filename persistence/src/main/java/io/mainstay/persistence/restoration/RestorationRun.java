package io.mainstay.persistence.restoration;

import io.mainstay.persistence.mode.ModeName;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One way back. Immutable.
 *
 * @param phases to go through, in order
 * @param gradual whether work is taken again step by step afterwards
 * @param passed of those, in this attempt
 * @param attempt from 1
 * @param tests of the last phase that ended; once the modes are left, the actions that complete it
 * @param failure why the last attempt failed, or empty
 * @param againAt when the next attempt begins; null if nothing failed
 * @param restored whether the modes are left and the node is watched
 * @param relapsed whether the node itself gave the ground that holds the modes now
 * @param intakePercent of the offered work that is taken; 100 while the modes decide
 * @param steppedAt when {@code intakePercent} was last set, or null
 * @param watchUntil until when the node is watched, or null
 */
public record RestorationRun(
    String restorationId,
    EventMeta begun,
    List<ModeName> modes,
    List<String> phases,
    boolean gradual,
    List<String> passed,
    int attempt,
    List<TestOutcome> tests,
    String failure,
    Instant againAt,
    boolean restored,
    boolean relapsed,
    int intakePercent,
    Instant steppedAt,
    Instant watchUntil) {
  private static final int ALL = 100;

  public RestorationRun {
    modes = List.copyOf(modes);
    phases = List.copyOf(phases);
    passed = List.copyOf(passed);
    tests = List.copyOf(tests);
  }

  static RestorationRun begin(RestorationEvent.RestorationBegun begun) {
    return new RestorationRun(
        begun.restorationId(),
        begun.meta(),
        begun.modes(),
        begun.phases(),
        begun.gradual(),
        List.of(),
        1,
        List.of(),
        "",
        null,
        false,
        false,
        ALL,
        null,
        null);
  }

  RestorationRun after(RestorationEvent.PhasePassed event) {
    List<String> more = new ArrayList<>(passed);
    // A node that starts anew goes through all phases again.
    more.remove(event.phase());
    more.add(event.phase());
    return new RestorationRun(
        restorationId,
        begun,
        modes,
        phases,
        gradual,
        more,
        attempt,
        event.tests(),
        failure,
        null,
        false,
        relapsed,
        ALL,
        null,
        null);
  }

  RestorationRun after(RestorationEvent.PhaseFailed event) {
    return new RestorationRun(
        restorationId,
        begun,
        modes,
        phases,
        gradual,
        List.of(),
        attempt + 1,
        event.tests(),
        event.reason(),
        event.againAt(),
        false,
        relapsed,
        ALL,
        null,
        null);
  }

  RestorationRun after(RestorationEvent.ModesRestored event) {
    return new RestorationRun(
        restorationId,
        begun,
        modes,
        phases,
        gradual,
        passed,
        attempt,
        tests,
        "",
        null,
        true,
        false,
        event.intakePercent(),
        event.meta().at(),
        event.watchUntil());
  }

  RestorationRun after(RestorationEvent.ActionsCompleted event) {
    return new RestorationRun(
        restorationId,
        begun,
        modes,
        phases,
        gradual,
        passed,
        attempt,
        event.actions(),
        failure,
        againAt,
        restored,
        relapsed,
        intakePercent,
        steppedAt,
        watchUntil);
  }

  RestorationRun after(RestorationEvent.IntakeRaised event) {
    return new RestorationRun(
        restorationId,
        begun,
        modes,
        phases,
        gradual,
        passed,
        attempt,
        tests,
        failure,
        againAt,
        restored,
        relapsed,
        event.percent(),
        event.meta().at(),
        watchUntil);
  }

  RestorationRun after(RestorationEvent.Relapsed event) {
    return new RestorationRun(
        restorationId,
        begun,
        modes,
        phases,
        gradual,
        List.of(),
        attempt + 1,
        List.of(),
        event.reason(),
        event.againAt(),
        false,
        true,
        ALL,
        null,
        null);
  }
}
