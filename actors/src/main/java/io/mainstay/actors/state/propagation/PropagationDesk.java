package io.mainstay.actors.state.propagation;

import akka.actor.typed.Behavior;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.outage.OutageCommand;
import io.mainstay.actors.outage.OutageNotice;
import io.mainstay.actors.state.cache.CacheKey;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateRefusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Takes every change of state through the six stages, the most urgent first. Its decisions are
 * {@link Propagation}'s, {@link RankedQueues}' and {@link Ranking}'s; it numbers, sends, waits and
 * writes the caches, which nobody else does. The journal's replies never come this way, so nothing
 * here overtakes one.
 */
public final class PropagationDesk {
  /** What the desk tells itself. */
  sealed interface Own extends StateCommand {}

  private record Drain() implements Own {}

  private record LookForOverdue() implements Own {}

  private record Outage(OutageNotice notice) implements Own {}

  private record Answered(long changeId, Receiver receiver, Outcome outcome, String detail)
      implements Own {}

  /** Sends between two looks into the mailbox: what is urgent waits for so many at most. */
  private static final int DRAIN_BATCH = 16;

  private static final long NODE_EPOCH = 1;

  private final ActorContext<StateCommand> ctx;
  private final TimerScheduler<StateCommand> timers;
  private final PropagationSettings settings;
  private final Clock clock;
  private final DeskBooks books;
  private final RankedQueues queues;
  private final Map<Long, Propagation> inFlight;
  private final SessionEnds ends;
  private boolean draining;

  private PropagationDesk(
      ActorContext<StateCommand> ctx,
      TimerScheduler<StateCommand> timers,
      PropagationSettings settings,
      Clock clock,
      DeskBooks books) {
    this.ctx = ctx;
    this.timers = timers;
    this.settings = settings;
    this.clock = clock;
    this.books = books;
    this.queues = books.queues();
    this.inFlight = books.inFlight();
    this.ends = books.ends();
    ctx.getSystem()
        .eventStream()
        .tell(new EventStream.Subscribe<>(StateCommand.class, ctx.getSelf()));
    books.caches().incarnation(CacheKey.NODE, NODE_EPOCH);
    books.caches().incarnation(StateCommand.RUNNERS, NODE_EPOCH);
    books.mail().frozen().forEach(this::thawAt);
    follow();
    // After a restart: what was on its way may have been answered to nobody.
    if (!inFlight.isEmpty()) {
      lookForOverdue();
    }
    if (queues.waiting() > 0) {
      drainSoon();
    }
  }

  /** The desk of a node; hears whatever a {@link StateVoice} of its actor system says. */
  public static Behavior<StateCommand> create(PropagationSettings settings, Clock clock) {
    // Outside setup: numbers go on when this actor is restarted, or workers would take nothing.
    DeskBooks books = new DeskBooks(settings);
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers -> new PropagationDesk(ctx, timers, settings, clock, books).serving()));
  }

  private Behavior<StateCommand> serving() {
    return Behaviors.receive(StateCommand.class)
        .onMessage(StateCommand.Announce.class, this::onAnnounce)
        .onMessage(StateCommand.Heard.class, this::onHeard)
        .onMessage(StateCommand.WorkerGreeted.class, this::onWorkerGreeted)
        .onMessage(StateCommand.WorkerServes.class, this::onWorkerServes)
        .onMessage(StateCommand.WorkerEnded.class, this::onWorkerEnded)
        .onMessage(StateCommand.Over.class, this::onOver)
        .onMessage(StateCommand.Subscribe.class, this::onSubscribe)
        .onMessage(StateCommand.Follow.class, this::onFollow)
        .onMessage(Outage.class, outage -> onOutage(outage.notice()))
        .onMessage(StateCommand.Confirm.class, this::onConfirm)
        .onMessage(StateCommand.GetCopies.class, this::onGetCopies)
        .onMessage(StateCommand.GetRecords.class, this::onGetRecords)
        .onMessage(Answered.class, this::onAnswered)
        .onMessage(Drain.class, drain -> onDrain())
        .onMessage(LookForOverdue.class, look -> onLookForOverdue())
        .build();
  }

  // --- detected

  private Behavior<StateCommand> onAnnounce(StateCommand.Announce told) {
    boolean runners = told.source().equals(StateCommand.RUNNERS);
    StateEnvelope envelope =
        new StateEnvelope(
            NODE_EPOCH,
            books.nextSequence(runners ? StateCommand.RUNNERS : CacheKey.NODE),
            0,
            books.nextVersion(),
            clock.instant(),
            told.message());
    admit(runners ? StateCommand.RUNNERS : CacheKey.NODE, envelope, told.devices());
    return Behaviors.same();
  }

  private Behavior<StateCommand> onHeard(StateCommand.Heard heard) {
    admit(heard.deviceId(), heard.told(), Set.of(heard.deviceId()));
    return Behaviors.same();
  }

  private void admit(String source, StateEnvelope told, Set<String> devices) {
    Optional<StateRefusal> stale = books.caches().admit(source, told);
    if (stale.isPresent()) {
      ctx.getLog()
          .debug(
              "state message not taken source={} epoch={} sequence={} reason={}",
              source,
              told.epoch(),
              told.sequence(),
              stale.get());
      return;
    }
    enqueue(Change.of(books.nextChange(), source, told, devices));
  }

  // --- validated and ranked

  private void enqueue(Change change) {
    Propagation checked = Propagation.detected(change).validated();
    if (checked.stage() == Propagation.Stage.REFUSED) {
      ctx.getLog().warn("state message refused source={} {}", change.source(), checked.reason());
      record(change, "refused", List.of(checked.reason()));
      return;
    }
    Change ranked = checked.ranked().change();
    if (ranked.source().equals(CacheKey.NODE)) {
      // Before there may be no room: workers that come later are told all the same.
      books.remember(ranked);
    }
    if (queues.offer(ranked) == RankedQueues.Offered.FULL) {
      books.turnAway();
      record(
          ranked,
          "refused",
          List.of(
              "queue "
                  + ranked.rank()
                  + " is full with "
                  + queues.waiting(ranked.rank())
                  + "; see mainstay.state.queues"));
    }
    if (ranked.rank() == Rank.P0) {
      drain(); // Not even behind what is in the mailbox.
    } else {
      drainUnlessSoon();
    }
  }

  // --- sent

  private Behavior<StateCommand> onDrain() {
    draining = false;
    drain();
    return Behaviors.same();
  }

  private void drainUnlessSoon() {
    if (!draining) {
      drain();
    }
  }

  /** A batch of the most urgent; whatever came meanwhile is ranked before the next batch. */
  private void drain() {
    for (int sent = 0; sent < DRAIN_BATCH; sent++) {
      if (inFlight.size() >= settings.inFlightMax() && queues.waiting(Rank.P0) == 0) {
        return; // Goes on with the next answer.
      }
      Optional<Change> next = queues.poll();
      if (next.isEmpty()) {
        return; // All that waits does so for something on its way.
      }
      send(next.get());
    }
    if (queues.waiting() > 0 && !draining) {
      drainSoon();
    }
  }

  private void drainSoon() {
    draining = true;
    ctx.getSelf().tell(new Drain());
  }

  private void send(Change change) {
    Set<Receiver> receivers = receivers(change);
    Propagation sent =
        Propagation.queued(change).sent(receivers, clock.instant(), settings.confirmTimeout());
    inFlight.put(change.id(), sent);
    receivers.forEach(receiver -> deliver(change, receiver));
    settle(sent);
  }

  private Set<Receiver> receivers(Change change) {
    Set<Receiver> receivers = new LinkedHashSet<>();
    for (StateDomain domain : Audience.of(change.told().message(), change.rank())) {
      if (books.subscribers().containsKey(domain) && !change.again()) {
        receivers.add(new Receiver.OfDomain(domain));
      }
    }
    if (change.key().kind().owner() == Side.ORCHESTRATOR) {
      for (String deviceId : books.workers().keySet()) {
        if (change.devices().contains(Change.EVERYWHERE) || change.devices().contains(deviceId)) {
          receivers.add(new Receiver.OfWorker(deviceId));
        }
      }
    }
    return receivers;
  }

  private void deliver(Change change, Receiver receiver) {
    if (receiver instanceof Receiver.OfDomain domain) {
      books
          .subscribers()
          .get(domain.domain())
          .tell(
              new StateNotice(
                  change.id(), change.rank(), change.source(), change.told(), ctx.getSelf()));
    } else if (receiver instanceof Receiver.OfWorker worker
        && books.mail().isFrozen(worker.deviceId())) {
      boolean held = books.mail().hold(worker.deviceId(), change);
      ctx.getSelf()
          .tell(
              new Answered(
                  change.id(),
                  receiver,
                  held ? Outcome.HELD : Outcome.REFUSED,
                  held
                      ? "its device is out of reach"
                      : "its device is out of reach, and as much waits for it as"
                          + " mainstay.state.held-max allows"));
    } else if (receiver instanceof Receiver.OfWorker worker) {
      DeskBooks.Serving serving = books.workers().get(worker.deviceId());
      var self = ctx.getSelf();
      serving
          .link()
          .publish(
              serving.numbered(change.id(), change.told()),
              (outcome, detail) -> self.tell(new Answered(change.id(), receiver, outcome, detail)));
    }
  }

  // --- confirmed

  private Behavior<StateCommand> onConfirm(StateCommand.Confirm confirm) {
    return onAnswered(
        new Answered(
            confirm.changeId(), new Receiver.OfDomain(confirm.domain()), Outcome.CONFIRMED, ""));
  }

  private Behavior<StateCommand> onAnswered(Answered answer) {
    Propagation sent = inFlight.get(answer.changeId());
    if (sent != null) { // Else it was given up, and that was said.
      settle(sent.answered(answer.receiver(), answer.outcome(), answer.detail()));
      drainUnlessSoon();
    }
    return Behaviors.same();
  }

  private Behavior<StateCommand> onLookForOverdue() {
    var now = clock.instant();
    for (Propagation sent : List.copyOf(inFlight.values())) {
      Set<Receiver> again = sent.retries(now, settings.attempts());
      Propagation waited = sent.waited(now, settings.confirmTimeout(), settings.attempts());
      inFlight.put(sent.change().id(), waited);
      again.forEach(receiver -> deliver(sent.change(), receiver));
      settle(waited);
    }
    drainUnlessSoon();
    return Behaviors.same();
  }

  // --- cached

  private void settle(Propagation propagation) {
    Change change = propagation.change();
    if (!propagation.isSettled()) {
      inFlight.put(change.id(), propagation);
      if (!timers.isTimerActive(LookForOverdue.class)) {
        lookForOverdue();
      }
      return;
    }
    inFlight.remove(change.id());
    if (inFlight.isEmpty()) {
      timers.cancel(LookForOverdue.class);
    }
    queues.complete(change);
    Propagation cached = propagation.cached();
    boolean late = ends.isLate(change.id());
    ends.settled(change.id()).ifPresent(this::tellOver);
    if (change.again()) {
      cached
          .unconfirmed()
          .forEach(who -> ctx.getLog().warn("state not taken when told again: {}", who));
      return;
    }
    if (late) {
      record(change, "applied", List.of("its session is over: not held"));
      return;
    }
    Optional<StateRefusal> stale = books.caches().apply(change.source(), change.told());
    record(
        change,
        stale.isPresent() ? "refused" : "applied",
        stale
            .map(why -> List.of(why.name().toLowerCase(Locale.ROOT)))
            .orElseGet(cached::unconfirmed));
  }

  private void lookForOverdue() {
    timers.startTimerWithFixedDelay(
        LookForOverdue.class, new LookForOverdue(), settings.confirmTimeout().dividedBy(2));
  }

  private void record(Change change, String outcome, List<String> notes) {
    books
        .records()
        .add(
            ordering ->
                new StateRecord(
                    ordering,
                    clock.instant(),
                    change.source(),
                    change.rank(),
                    outcome,
                    change.told(),
                    notes));
  }

  // --- who serves, who listens, who asks

  private Behavior<StateCommand> onWorkerGreeted(StateCommand.WorkerGreeted worker) {
    books.caches().incarnation(worker.deviceId(), worker.epoch());
    return Behaviors.same();
  }

  private Behavior<StateCommand> onWorkerServes(StateCommand.WorkerServes worker) {
    String deviceId = worker.deviceId();
    DeskBooks.Serving before = books.workers().get(deviceId);
    if (before != null && before.epoch() == worker.epoch()) {
      return Behaviors.same();
    }
    leave(deviceId);
    books.serves(deviceId, worker.epoch(), worker.link());
    books.caches().incarnation(deviceId, worker.epoch());
    for (DeskBooks.Lasting state : books.lastingFor(deviceId)) {
      enqueue(Change.again(books.nextChange(), CacheKey.NODE, state.told(), deviceId));
    }
    return Behaviors.same();
  }

  private Behavior<StateCommand> onWorkerEnded(StateCommand.WorkerEnded ended) {
    DeskBooks.Serving serving = books.workers().get(ended.deviceId());
    if (serving != null && serving.epoch() == ended.epoch()) {
      leave(ended.deviceId());
    }
    return Behaviors.same();
  }

  private void leave(String deviceId) {
    if (books.workers().remove(deviceId) == null) {
      return;
    }
    Receiver receiver = new Receiver.OfWorker(deviceId);
    for (Propagation sent : List.copyOf(inFlight.values())) {
      settle(sent.answered(receiver, Outcome.GONE, "its worker ended"));
    }
    drainUnlessSoon();
  }

  private Behavior<StateCommand> onOver(StateCommand.Over over) {
    String sessionId = over.sessionId();
    Set<Long> open =
        Stream.concat(inFlight.values().stream().map(Propagation::change), queues.all().stream())
            .filter(change -> change.key().isOf(sessionId))
            .map(Change::id)
            .collect(Collectors.toSet());
    books.caches().forget(sessionId);
    books.mail().forget(sessionId);
    books.over(sessionId);
    if (ends.end(sessionId, open)) {
      tellOver(sessionId);
    }
    return Behaviors.same();
  }

  private void tellOver(String sessionId) {
    books.workers().values().forEach(worker -> worker.link().sessionOver(sessionId));
  }

  private Behavior<StateCommand> onSubscribe(StateCommand.Subscribe subscribe) {
    books.subscribers().put(subscribe.domain(), subscribe.subscriber());
    return Behaviors.same();
  }

  private Behavior<StateCommand> onFollow(StateCommand.Follow told) {
    books.follows(told.outages());
    follow();
    return Behaviors.same();
  }

  private void follow() {
    books
        .outages()
        .follow(
            "state",
            Set.of(OutageCommand.Interest.FREEZES),
            ctx.messageAdapter(OutageNotice.class, Outage::new));
  }

  private Behavior<StateCommand> onOutage(OutageNotice notice) {
    String deviceId = notice.deviceId();
    if (notice instanceof OutageNotice.Frozen frozen) {
      Instant until = clock.instant().plus(frozen.longest());
      books.mail().freeze(deviceId, until);
      thawAt(deviceId, until);
    } else if (notice instanceof OutageNotice.Thawed) {
      timers.cancel(deviceId);
      List<Change> kept = books.mail().thaw(deviceId);
      // Who serves there later is told what lasts; the rest was for the one that is gone.
      if (books.workers().containsKey(deviceId)) {
        kept.forEach(
            change ->
                // In order, whatever their ranks: none of them is new.
                send(Change.again(books.nextChange(), change.source(), change.told(), deviceId)));
      }
    }
    return Behaviors.same();
  }

  /** Bounded whatever becomes of who said that it is frozen. */
  private void thawAt(String deviceId, Instant until) {
    Duration left = Duration.between(clock.instant(), until);
    timers.startSingleTimer(
        deviceId,
        new Outage(new OutageNotice.Thawed(deviceId, false)),
        left.isNegative() ? Duration.ZERO : left);
  }

  private Behavior<StateCommand> onGetCopies(StateCommand.GetCopies get) {
    Map<Rank, Integer> waiting = new EnumMap<>(Rank.class);
    for (Rank rank : Rank.values()) {
      waiting.put(rank, queues.waiting(rank));
    }
    get.replyTo()
        .tell(
            new StateCommand.Copies(
                books.caches().entries(),
                books.caches().senders(),
                books.caches().refused(),
                waiting,
                inFlight.size(),
                queues.conflated(),
                books.turnedAway()));
    return Behaviors.same();
  }

  private Behavior<StateCommand> onGetRecords(StateCommand.GetRecords get) {
    get.replyTo().tell(books.records().after(get.after(), get.limit()));
    return Behaviors.same();
  }
}
