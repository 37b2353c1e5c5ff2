package io.mainstay.actors.degradation.restoration;

import io.mainstay.actors.degradation.ModeDefinition;
import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeNames;
import io.mainstay.actors.degradation.ModeSettings;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.degradation.WayBack;
import io.mainstay.actors.degradation.WorkLimits;
import io.mainstay.actors.recovery.catalog.CatalogName;
import io.mainstay.persistence.restoration.RestorationEvent;
import io.mainstay.persistence.restoration.RestorationRun;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What comes next on a way back. Pure. It begins when the grounds of a mode are settled, goes
 * through its phases, leaves the modes, takes work step by step and watches; what fails leads back
 * to the first phase after a pause, and a ground that comes back ends it.
 */
final class RestorationLife {
  /** Names the way back among the grounds of a mode that it is in again. */
  static final String SOURCE = "watch after the way back";

  /** Outcomes, as they are journaled. */
  static final String FULL_FUNCTION = "full_function";

  static final String CLEARED = "cleared";

  private static final int ALL = 100;
  private static final int DOUBLINGS_MAX = 20;

  /** What is to be done now. */
  sealed interface Next {}

  /** Nothing before the next look. */
  record Wait() implements Next {}

  /** These modes are settled. */
  record Begin(List<ModeKey> modes, WayBack wayBack, boolean gradual) implements Next {
    List<RestorationPhase> phases() {
      return RestorationPhase.of(wayBack);
    }
  }

  /** Run that phase. */
  record RunPhase(RestorationPhase phase) implements Next {}

  /** All phases passed: leave the modes. */
  record LeaveModes() implements Next {}

  /** The modes are left: look whether all is still well. */
  record Check() implements Next {}

  /** It is over. */
  record End(String outcome, String reason) implements Next {}

  /** What follows from a check that went well. */
  sealed interface Checked {}

  /** Nothing yet. */
  record GoOn() implements Checked {}

  /** Take more of the offered work. */
  record Raise(int percent) implements Checked {}

  /** Full function for as long as was to be watched. */
  record Done() implements Checked {}

  private final ModeSettings modes;
  private final RestorationSettings settings;

  RestorationLife(ModeSettings modes, RestorationSettings settings) {
    this.modes = modes;
    this.settings = settings;
  }

  /**
   * What comes next.
   *
   * @param passed phases that passed in this life of the node: workers that were tested before it
   *     ended are gone
   */
  Next next(Optional<RestorationRun> underWay, Set<String> passed, ModeView view, Instant now) {
    if (underWay.isEmpty()) {
      return begin(view, now);
    }
    RestorationRun run = underWay.get();
    List<ModeKey> keys = keys(run);
    Optional<ModeView.Active> back =
        view.active().stream()
            .filter(active -> keys.contains(active.key()))
            .filter(RestorationLife::hasForeignGround)
            .findFirst();
    if (back.isPresent()) {
      return new End(
          RestorationEvent.RestorationEnded.GROUND_CAME_BACK,
          back.get().key().text() + ": " + reason(back.get()));
    }
    // Those of a run that left its modes were entered again, and what for is over by now.
    List<ModeKey> more =
        settled(view, now).stream().filter(key -> run.restored() || !keys.contains(key)).toList();
    if (!more.isEmpty() && (run.restored() || passed.isEmpty())) {
      // One may need the other: they come back together.
      return new End(RestorationEvent.RestorationEnded.SUPERSEDED, "settled too: " + text(more));
    }
    if (run.restored()) {
      return new Check();
    }
    if (view.active().stream().noneMatch(active -> keys.contains(active.key()))) {
      return new End(CLEARED, "none of its modes holds any more");
    }
    if (run.againAt() != null && run.againAt().isAfter(now)) {
      return new Wait();
    }
    return run.phases().stream()
        .filter(phase -> !passed.contains(phase))
        .findFirst()
        .flatMap(phase -> CatalogName.find(RestorationPhase.class, phase))
        .<Next>map(RunPhase::new)
        .orElseGet(LeaveModes::new);
  }

  private Next begin(ModeView view, Instant now) {
    List<ModeKey> settled = settled(view, now);
    WayBack longest =
        settled.stream()
            .map(key -> modes.definition(key).wayBack())
            .max(Comparator.naturalOrder())
            .orElse(WayBack.NONE);
    return settled.isEmpty()
        ? new Wait()
        : new Begin(settled, longest, settled.stream().anyMatch(this::tookLess));
  }

  /** Whether less work was taken because of it: only then it is taken again step by step. */
  private boolean tookLess(ModeKey key) {
    ModeDefinition mode = modes.definition(key);
    WorkLimits work = mode.demands().work();
    return mode.wayBack() == WayBack.FULL
        && (work.intakeShare() < 1 || work.sessionsMax() != WorkLimits.NONE.sessionsMax());
  }

  /** Modes that would be left now if nothing had to be tested before. */
  private List<ModeKey> settled(ModeView view, Instant now) {
    return view.active().stream()
        .filter(active -> active.leavesAt() != null && !active.leavesAt().isAfter(now))
        .map(ModeView.Active::key)
        .filter(key -> modes.definition(key).wayBack() != WayBack.NONE)
        .toList();
  }

  private static String text(List<ModeKey> keys) {
    return keys.stream().map(ModeKey::text).collect(Collectors.joining(", "));
  }

  /** The modes are left, and a look at the resources found nothing wrong. */
  Checked checked(RestorationRun run, Instant now) {
    if (run.intakePercent() < ALL) {
      boolean stayed = !run.steppedAt().plus(settings.dwell()).isAfter(now);
      return stayed ? new Raise(above(run.intakePercent())) : new GoOn();
    }
    return run.watchUntil().isAfter(now) ? new GoOn() : new Done();
  }

  private int above(int percent) {
    return settings.stages().stream().filter(stage -> stage > percent).findFirst().orElse(ALL);
  }

  /** Share of the offered work that is taken once the modes are left, percent. */
  int firstStage(boolean gradual) {
    return gradual ? settings.stages().get(0) : ALL;
  }

  /** When the next attempt begins after this one failed. */
  Instant again(RestorationRun run, Instant now) {
    Duration pause = settings.pause();
    int doublings = Math.min(DOUBLINGS_MAX, run.attempt() - 1);
    for (int i = 0; i < doublings && pause.compareTo(settings.pauseMax()) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return now.plus(pause.compareTo(settings.pauseMax()) > 0 ? settings.pauseMax() : pause);
  }

  /** The modes of a run that this release knows. */
  static List<ModeKey> keys(RestorationRun run) {
    return run.modes().stream().map(ModeNames::key).flatMap(Optional::stream).toList();
  }

  private static boolean hasForeignGround(ModeView.Active active) {
    return active.grounds().stream().anyMatch(ground -> !ground.source().equals(SOURCE));
  }

  private static String reason(ModeView.Active active) {
    return active.grounds().stream()
        .filter(ground -> !ground.source().equals(SOURCE))
        .map(ground -> ground.source() + ": " + ground.reason())
        .findFirst()
        .orElse("");
  }
}
