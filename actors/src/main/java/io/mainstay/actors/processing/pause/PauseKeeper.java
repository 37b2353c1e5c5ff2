package io.mainstay.actors.processing.pause;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.consistency.check.WorkFacts;
import io.mainstay.actors.inference.InferenceCommand;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.pause.MemoryPauses.Effect;
import io.mainstay.actors.processing.pause.MemoryPauses.Why;
import io.mainstay.actors.processing.pause.PauseCommand.Rest;
import io.mainstay.actors.processing.pause.PauseCommand.Resting;
import io.mainstay.actors.state.propagation.StateCommand;
import io.mainstay.actors.state.propagation.StateNotice;
import io.mainstay.actors.state.source.PauseTelling;
import io.mainstay.persistence.history.HistoryLog;
import io.mainstay.persistence.history.NodeEvent;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.serialization.EventMeta;
import io.mainstay.protocol.ownership.StateDomain;
import io.mainstay.protocol.state.ProcessingSessionCreated;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.VramUsageUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Hears of the devices' memory and of sessions, as the processing domain's subscriber, and carries
 * out what {@link MemoryPauses} decides: journals it, has the inference domain plan without the
 * session, and tells the worker, which holds the session's requests until it is told that the
 * condition holds. A restart of its own forgets nothing that is paused.
 */
public final class PauseKeeper {
  /** For whom sessions are held back. */
  private static final String BY = "memory pause";

  /** What the keeper tells itself. */
  sealed interface Own extends PauseCommand {}

  private record Told(StateNotice notice) implements Own {}

  // Here and in the next, replyTo is null where nobody asked for a rest.
  private record RunnersKnown(
      String deviceId,
      double share,
      ActorRef<Resting> replyTo,
      ProcessingCommand.Facts facts,
      Throwable failure)
      implements Own {}

  private record TurnsKnown(
      String deviceId,
      double share,
      ActorRef<Resting> replyTo,
      Set<String> runners,
      InferenceCommand.Facts facts,
      Throwable failure)
      implements Own {}

  private record LookAgain(String deviceId) implements Own {}

  private record Journaled(Effect effect, Throwable failure) implements Own {}

  private record LongestOver(String deviceId, String sessionId, long sinceMillis) implements Own {}

  /** Whom it works with. */
  public record Collaborators(
      ActorRef<StateCommand> state,
      ActorRef<ProcessingCommand> processing,
      ActorRef<InferenceCommand> inference,
      ActorRef<HistoryLog.Command<NodeEvent>> journal,
      EventStamper stamper,
      LongSupplier nanoTime) {}

  /** What a restart must not lose. */
  private static final class Books {
    private final SessionRanks sessions;
    private final Map<String, Double> shares = new HashMap<>();
    private final Map<String, EventMeta> pausedBy = new HashMap<>();
    private MemoryPauses pauses = MemoryPauses.none();

    private Books(int sessionsMax) {
      sessions = new SessionRanks(sessionsMax);
    }
  }

  private final ActorContext<PauseCommand> ctx;
  private final TimerScheduler<PauseCommand> timers;
  private final PauseSettings settings;
  private final Collaborators with;
  private final Books books;
  private final PauseTelling telling;

  private PauseKeeper(
      ActorContext<PauseCommand> ctx,
      TimerScheduler<PauseCommand> timers,
      PauseSettings settings,
      Collaborators with,
      Books books) {
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.with = with;
    this.books = books;
    this.telling = PauseTelling.of(ctx.getSystem());
    books
        .pauses
        .devices()
        .forEach(
            (device, state) ->
                state.since().forEach((session, since) -> bound(device, session, since)));
    with.state()
        .tell(
            new StateCommand.Subscribe(
                StateDomain.PROCESSING, ctx.messageAdapter(StateNotice.class, Told::new)));
  }

  /** The keeper of a node. */
  public static Behavior<PauseCommand> create(PauseSettings settings, Collaborators with) {
    // Outside setup: what is paused stays so over a restart of this actor.
    Books books = new Books(settings.sessionsMax());
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> new PauseKeeper(ctx, timers, settings, with, books).watching()));
  }

  private Behavior<PauseCommand> watching() {
    return Behaviors.receive(PauseCommand.class)
        .onMessage(PauseCommand.Get.class, this::onGet)
        .onMessage(Told.class, told -> onTold(told.notice()))
        .onMessage(RunnersKnown.class, this::onRunnersKnown)
        .onMessage(TurnsKnown.class, this::onTurnsKnown)
        .onMessage(LookAgain.class, this::onLookAgain)
        .onMessage(Rest.class, this::onRest)
        .onMessage(Journaled.class, this::onJournaled)
        .onMessage(LongestOver.class, this::onLongestOver)
        .build();
  }

  private Behavior<PauseCommand> onGet(PauseCommand.Get get) {
    long now = nowMillis();
    List<PauseView> views = new ArrayList<>();
    books
        .pauses
        .devices()
        .forEach(
            (device, state) ->
                state
                    .since()
                    .forEach(
                        (session, since) ->
                            views.add(
                                new PauseView(
                                    session,
                                    device,
                                    rounded(books.shares.getOrDefault(device, 0.0)),
                                    settings.limits().condition(),
                                    now - since,
                                    settings.limits().longest().toMillis()))));
    get.replyTo().tell(new PauseCommand.Pauses(views));
    return Behaviors.same();
  }

  private Behavior<PauseCommand> onTold(StateNotice notice) {
    StateMessage message = notice.told().message();
    if (message instanceof ProcessingSessionCreated created) {
      books.sessions.add(created.sessionId(), created.resourceAllocation().priority());
    } else if (message instanceof VramUsageUpdate use && use.vramMetrics().totalVram() > 0) {
      onUse(use);
    }
    // Of anything else only the confirmation is of interest.
    notice.desk().tell(new StateCommand.Confirm(notice.changeId(), StateDomain.PROCESSING));
    return Behaviors.same();
  }

  private void onUse(VramUsageUpdate use) {
    VramUsageUpdate.VramMetrics memory = use.vramMetrics();
    // What is set aside cannot be had either.
    double share = 1 - (double) memory.availableVram() / memory.totalVram();
    books.shares.put(use.deviceId(), share);
    if (books.pauses.concerns(use.deviceId(), share, settings.limits())) {
      rank(use.deviceId(), share, null);
    }
  }

  /** Asks who works where, and decides then. */
  private void rank(String deviceId, double share, ActorRef<Resting> replyTo) {
    ctx.ask(
        ProcessingCommand.Facts.class,
        with.processing(),
        settings.answerTimeout(),
        ProcessingCommand.GetFacts::new,
        (facts, failure) -> new RunnersKnown(deviceId, share, replyTo, facts, failure));
  }

  private Behavior<PauseCommand> onRunnersKnown(RunnersKnown known) {
    if (known.failure() != null) {
      return unknown(known.failure());
    }
    ctx.ask(
        InferenceCommand.Facts.class,
        with.inference(),
        settings.answerTimeout(),
        InferenceCommand.GetFacts::new,
        (facts, failure) ->
            new TurnsKnown(
                known.deviceId(),
                known.share(),
                known.replyTo(),
                known.facts().runners(),
                facts,
                failure));
    return Behaviors.same();
  }

  /** The next word of the worker asks again. */
  private Behavior<PauseCommand> unknown(Throwable failure) {
    ctx.getLog().warn("sessions not known for a pause cause={}", failure.toString());
    return Behaviors.same();
  }

  private Behavior<PauseCommand> onTurnsKnown(TurnsKnown known) {
    if (known.failure() != null) {
      return unknown(known.failure());
    }
    books.sessions.seen(devices(known.facts().turns()));
    books.sessions.retain(known.runners());
    MemoryPauses.Short state = books.pauses.devices().get(known.deviceId());
    take(
        books.pauses.used(
            known.deviceId(),
            known.share(),
            books.sessions.byUrgency(
                known.deviceId(), state == null ? Set.of() : state.since().keySet()),
            nowMillis(),
            settings.limits()));
    if (known.share() >= settings.limits().pauseAt()
        && !books.sessions.arePlaced(known.runners())) {
      // One is between two turns, and was not seen on a device before.
      timers.startSingleTimer(
          known.deviceId(), new LookAgain(known.deviceId()), settings.answerTimeout());
    }
    if (known.replyTo() != null) {
      MemoryPauses.Short resting = books.pauses.devices().get(known.deviceId());
      known
          .replyTo()
          .tell(
              new Resting(known.deviceId(), resting == null ? Set.of() : resting.since().keySet()));
    }
    return Behaviors.same();
  }

  private Behavior<PauseCommand> onLookAgain(LookAgain again) {
    double share = books.shares.getOrDefault(again.deviceId(), 0.0);
    if (share >= settings.limits().pauseAt()) {
      rank(again.deviceId(), share, null);
    }
    return Behaviors.same();
  }

  private static Map<String, Set<String>> devices(List<WorkFacts.TurnFacts> turns) {
    return turns.stream()
        .filter(turn -> !turn.deviceId().isEmpty())
        .collect(
            Collectors.groupingBy(
                WorkFacts.TurnFacts::sessionId,
                Collectors.mapping(WorkFacts.TurnFacts::deviceId, Collectors.toSet())));
  }

  /** As if so much were taken that pauses begin. Unanswered if the sessions are not known. */
  private Behavior<PauseCommand> onRest(Rest rest) {
    String deviceId = rest.deviceId();
    rank(
        deviceId,
        Math.max(books.shares.getOrDefault(deviceId, 0.0), settings.limits().pauseAt()),
        rest.replyTo());
    return Behaviors.same();
  }

  private Behavior<PauseCommand> onLongestOver(LongestOver over) {
    return take(
        books.pauses.longest(
            over.deviceId(),
            over.sessionId(),
            over.sinceMillis(),
            books.shares.getOrDefault(over.deviceId(), 0.0),
            nowMillis()));
  }

  private Behavior<PauseCommand> take(MemoryPauses.Decision decision) {
    books.pauses = decision.next();
    decision.effects().forEach(this::journal);
    return Behaviors.same();
  }

  private void journal(Effect effect) {
    NodeEvent event = event(effect);
    ctx.ask(
        EventMeta.class,
        with.journal(),
        settings.answerTimeout(),
        replyTo -> new HistoryLog.Record<>(event, replyTo),
        (meta, failure) -> new Journaled(effect, failure));
    if (effect instanceof Effect.Pause) {
      bound(
          effect.deviceId(),
          effect.sessionId(),
          books.pauses.devices().get(effect.deviceId()).since().get(effect.sessionId()));
    } else {
      timers.cancel(key(effect));
    }
  }

  private NodeEvent event(Effect effect) {
    if (effect instanceof Effect.Resume resume) {
      return new NodeEvent.SessionResumed(
          with.stamper().causedBy(books.pausedBy.remove(key(effect))),
          resume.sessionId(),
          resume.deviceId(),
          resume.why().wireName(),
          rounded(resume.share()),
          resume.pausedMillis());
    }
    Effect.Pause pause = (Effect.Pause) effect;
    EventMeta meta = with.stamper().root();
    books.pausedBy.put(key(effect), meta);
    return new NodeEvent.SessionPaused(
        meta,
        pause.sessionId(),
        pause.deviceId(),
        PauseTelling.REASON,
        settings.limits().condition(),
        rounded(pause.share()));
  }

  /** A journal that does not answer must not keep a session paused, nor memory short. */
  private Behavior<PauseCommand> onJournaled(Journaled journaled) {
    Effect effect = journaled.effect();
    if (journaled.failure() != null) {
      ctx.getLog()
          .warn(
              "pause goes on although it is not known to be journaled session={} cause={}",
              effect.sessionId(),
              journaled.failure().toString());
    }
    if (effect instanceof Effect.Pause pause) {
      with.inference().tell(new InferenceCommand.HoldBack(BY, pause.sessionId(), pause.deviceId()));
      telling.paused(pause.sessionId(), pause.deviceId(), settings.limits().condition());
      ctx.getLog()
          .info(
              "session paused session={} device={} share={}",
              pause.sessionId(),
              pause.deviceId(),
              rounded(pause.share()));
    } else if (effect instanceof Effect.Resume resume) {
      if (resume.why() != Why.SESSION_OVER) {
        telling.resumed(resume.sessionId(), resume.deviceId(), resume.why().wireName());
      }
      with.inference().tell(new InferenceCommand.LetGo(BY, resume.sessionId(), resume.deviceId()));
      ctx.getLog()
          .info(
              "session resumed session={} device={} why={}",
              resume.sessionId(),
              resume.deviceId(),
              resume.why().wireName());
    }
    return Behaviors.same();
  }

  private void bound(String deviceId, String sessionId, long since) {
    Duration left = Duration.ofMillis(since + settings.limits().longest().toMillis() - nowMillis());
    timers.startSingleTimer(
        deviceId + " " + sessionId,
        new LongestOver(deviceId, sessionId, since),
        left.isNegative() ? Duration.ZERO : left);
  }

  private static String key(Effect effect) {
    return effect.deviceId() + " " + effect.sessionId();
  }

  private static double rounded(double share) {
    return Math.round(share * 1_000) / 1_000.0;
  }

  private long nowMillis() {
    return with.nanoTime().getAsLong() / 1_000_000;
  }
}
