package io.mainstay.actors.processing;

import akka.actor.typed.ActorSystem;
import io.mainstay.actors.degradation.Handoff;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.degradation.SafetyLimits;
import io.mainstay.actors.degradation.WorkLimits;
import io.mainstay.actors.degradation.WorkPriority;
import io.mainstay.actors.degradation.restoration.IntakeShare;
import io.mainstay.actors.degradation.restoration.ReturnInForce;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.WorkClass;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How much work the modes of a node leave: sessions accepted, sessions worked on, and which of
 * those must rest when that becomes less. Confined to the supervisor.
 */
final class ModeRoom {
  private record Working(SessionWork.Run run, SafetyLimits safety) {}

  private static final Comparator<SessionWork.Run> LEAST_FIRST =
      Comparator.<SessionWork.Run, Integer>comparing(run -> run.remaining().workClass().ordinal())
          .thenComparing(SessionWork.Run::sessionId)
          .reversed();

  private final ActorSystem<?> system;
  private final ProcessingSettings settings;
  private final Clock clock;
  private final Map<String, Working> working = new HashMap<>();
  private final Set<String> resting = new HashSet<>();
  private final Set<String> tried = new HashSet<>();
  private IntakeShare share = IntakeShare.WHOLE;

  ModeRoom(ActorSystem<?> system, ProcessingSettings settings, Clock clock) {
    this.system = system;
    this.settings = settings;
    this.clock = clock;
  }

  private Restrictions inForce() {
    return InForce.on(system);
  }

  /**
   * Why a submission is not looked at now, if it is not: enough is open, or the node takes only a
   * share, because of a mode or on its way back. Each that is offered is counted, so ask once. What
   * the node tests itself with is always looked at.
   */
  Optional<Refusal> refusal(String submittedBy, WorkClass workClass, int open) {
    if (submittedBy.equals(ProcessingCommand.SUBMITTED_BY_RESTORATION)) {
      return Optional.empty();
    }
    int most = inForce().work().intake(settings.openMax());
    if (!inForce().none()) {
      most = WorkPriority.within(most, settings.modeShare(WorkPriority.ofOffered(workClass)));
    }
    if (open >= most) {
      return Optional.of(full(open, most));
    }
    int ofModes = (int) Math.round(inForce().work().intakeShare() * IntakeShare.WHOLE.percent());
    int ofReturn = ReturnInForce.of(system).view().intakePercent();
    share = share.at(Math.max(1, Math.min(ofModes, ofReturn)));
    boolean taken = share.takesNext();
    share = share.after();
    return taken ? Optional.empty() : Optional.of(notTaken());
  }

  private Refusal full(int open, int most) {
    boolean own = most == settings.openMax();
    String because =
        own
            ? ProcessingSettings.PATH + ".open-sessions-max = " + most
            : most + " while " + inForce().modesText() + " holds";
    return Refusal.busy(
        open + " sessions are accepted and not finished; the limit is " + because,
        (own ? settings.retryAfter() : settings.modeRetryAfter()).toMillis());
  }

  private Refusal notTaken() {
    return Refusal.busy(
        share.percent()
            + " of 100 submissions are accepted "
            + (inForce().none()
                ? "while the node comes back step by step"
                : "while " + inForce().modesText() + " holds")
            + "; 'mainstay mode' shows how far it is",
        settings.modeRetryAfter().toMillis());
  }

  /**
   * Whether accepted work has a runner now: it goes on as it is, or with less, or is ended because
   * it may not wait any longer. Else it is put off.
   */
  boolean mayRun(SessionWork.Run run) {
    return !putOff(run, clock.instant());
  }

  private boolean putOff(SessionWork.Run run, Instant now) {
    return SessionHandoff.of(inForce(), run, tried.contains(run.sessionId()), now)
        .filter(Handoff.OPERATION_DEFERRAL::equals)
        .isPresent();
  }

  /** When the first of those that are put off must be looked at again, as none may wait longer. */
  Optional<Duration> untilDeadline(Collection<SessionWork.Run> waiting) {
    Instant now = clock.instant();
    return waiting.stream()
        .filter(run -> putOff(run, now))
        .flatMap(run -> Deadline.of(run.sessionId(), run.remaining().workflow()).stream())
        .map(deadline -> deadline.left(now))
        .min(Comparator.naturalOrder());
  }

  /** Whether one more session may be worked on beside so many. */
  boolean room(int running) {
    return running < inForce().sessions(settings.runningMax());
  }

  /** How long one session is worked on while others wait; empty while no mode limits it. */
  Optional<Duration> timeAtOnce() {
    Duration most = inForce().work().sessionTimeMax();
    return most.equals(WorkLimits.NONE.sessionTimeMax()) ? Optional.empty() : Optional.of(most);
  }

  void started(SessionWork.Run run) {
    working.put(run.sessionId(), new Working(run, inForce().safety()));
    if (SessionHandoff.modelOff(inForce(), run.remaining())) {
      tried.add(run.sessionId());
    }
  }

  void ended(String sessionId) {
    working.remove(sessionId);
    resting.remove(sessionId);
  }

  /**
   * Sessions that must rest now: those beyond the limit, the lowest class and the newest first, all
   * of a kind that a mode has no room for, and all that are judged by less strict rules than hold
   * now. Each is named once.
   */
  List<String> toRest(Collection<String> running) {
    Restrictions modes = inForce();
    tried.clear(); // What was not there may be there now.
    List<String> rest = new ArrayList<>();
    List<SessionWork.Run> goOn = new ArrayList<>();
    for (String sessionId : running) {
      Working one = working.get(sessionId);
      if (one == null || resting.contains(sessionId)) {
        continue;
      }
      boolean lax = !one.safety().and(modes.safety()).equals(one.safety());
      if (lax || !mayRun(one.run())) {
        rest.add(sessionId);
      } else {
        goOn.add(one.run());
      }
    }
    goOn.stream()
        .sorted(LEAST_FIRST)
        .limit(Math.max(0, goOn.size() - modes.sessions(settings.runningMax())))
        .map(SessionWork.Run::sessionId)
        .forEach(rest::add);
    resting.addAll(rest);
    return rest;
  }
}
