package io.mainstay.actors.processing;

import akka.actor.typed.ActorSystem;
import io.mainstay.actors.degradation.Handoff;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.Operation;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.degradation.SafetyLimits;
import io.mainstay.actors.degradation.WorkPriority;
import io.mainstay.actors.degradation.restoration.IntakeShare;
import io.mainstay.actors.degradation.restoration.ReturnInForce;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.persistence.session.SessionWork;
import io.mainstay.persistence.session.WorkClass;
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
  private final Map<String, Working> working = new HashMap<>();
  private final Set<String> resting = new HashSet<>();
  private IntakeShare share = IntakeShare.WHOLE;

  ModeRoom(ActorSystem<?> system, ProcessingSettings settings) {
    this.system = system;
    this.settings = settings;
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
   * Whether accepted work is worked on now. Where a mode has no room for its kind it is handed off
   * to later: it is planned in full, and the mode is the whole node's.
   */
  boolean mayRun(SessionWork.Run run) {
    boolean off =
        WorkPriority.ofOffered(run.remaining().workClass()) == WorkPriority.LOW
            && inForce().isOff(Operation.BATCH_PROCESSING);
    return !off
        || Handoff.decide(
                Handoff.Trigger.DOMAIN_RESOURCE_EXHAUSTION,
                new Handoff.Situation(false, false, true))
            != Handoff.OPERATION_DEFERRAL;
  }

  /** Whether one more session may be worked on beside so many. */
  boolean room(int running) {
    return running < inForce().sessions(settings.runningMax());
  }

  void started(SessionWork.Run run) {
    working.put(run.sessionId(), new Working(run, inForce().safety()));
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
