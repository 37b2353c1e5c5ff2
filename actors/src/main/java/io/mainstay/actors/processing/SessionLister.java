package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * Collects the views of some sessions from their entities, for one listing. What is not answered in
 * time is left out. It owns the time-out and then stops.
 */
final class SessionLister {
  /** What it tells itself. */
  private sealed interface Step {}

  private record Viewed(String sessionId, SessionView view) implements Step {}

  private record Overdue() implements Step {}

  /** Views of sessions that will not change any more, told to its supervisor. */
  record Finished(List<SessionView> views) {}

  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private final ActorRef<ProcessingCommand.SessionList> replyTo;
  private final ActorRef<Finished> supervisor;
  private final TreeMap<String, SessionView> views = new TreeMap<>();
  private final Set<String> open = new HashSet<>();

  private SessionLister(
      ActorRef<ProcessingCommand.SessionList> replyTo, ActorRef<Finished> supervisor) {
    this.replyTo = replyTo;
    this.supervisor = supervisor;
  }

  /**
   * Lists, newest first.
   *
   * @param known views that need not be asked for
   * @param unknown ids to ask
   */
  static Behavior<?> create(
      List<SessionView> known,
      List<String> unknown,
      ProcessingCollaborators others,
      ActorRef<ProcessingCommand.SessionList> replyTo,
      ActorRef<Finished> supervisor) {
    return Behaviors.<Step>setup(
        ctx ->
            Behaviors.withTimers(
                timers -> {
                  SessionLister lister = new SessionLister(replyTo, supervisor);
                  known.forEach(view -> lister.views.put(view.sessionId(), view));
                  return lister.asking(ctx, timers, unknown, others);
                }));
  }

  private Behavior<Step> asking(
      ActorContext<Step> ctx,
      TimerScheduler<Step> timers,
      List<String> unknown,
      ProcessingCollaborators others) {
    timers.startSingleTimer(new Overdue(), TIMEOUT);
    for (String sessionId : unknown) {
      open.add(sessionId);
      ctx.askWithStatus(
          SessionView.class,
          others.sessions().apply(sessionId),
          TIMEOUT,
          (ActorRef<StatusReply<SessionView>> ref) -> new SessionProtocol.Get(ref),
          (view, failure) -> new Viewed(sessionId, view));
    }
    if (open.isEmpty()) {
      return answer();
    }
    return Behaviors.receive(Step.class)
        .onMessage(Viewed.class, this::onViewed)
        .onMessage(Overdue.class, overdue -> answer())
        .build();
  }

  private Behavior<Step> onViewed(Viewed viewed) {
    open.remove(viewed.sessionId());
    if (viewed.view() != null) {
      views.put(viewed.sessionId(), viewed.view());
    }
    return open.isEmpty() ? answer() : Behaviors.same();
  }

  private Behavior<Step> answer() {
    List<SessionView> newestFirst = new ArrayList<>(views.descendingMap().values());
    replyTo.tell(new ProcessingCommand.SessionList(newestFirst));
    supervisor.tell(new Finished(newestFirst.stream().filter(SessionView::finished).toList()));
    return Behaviors.stopped();
  }
}
