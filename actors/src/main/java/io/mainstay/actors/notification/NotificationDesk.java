package io.mainstay.actors.notification;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import io.mainstay.actors.notification.delivery.Courier;
import io.mainstay.actors.notification.delivery.Parcel;
import io.mainstay.actors.recovery.RestartSettings;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.notification.Notification;
import io.mainstay.persistence.notification.NotificationBounds;
import io.mainstay.persistence.notification.NotificationEvent;
import io.mainstay.persistence.notification.NotificationState;
import io.mainstay.persistence.serialization.EventMeta;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The node's notifications, {@code Notification|<node>}. Node-local, not sharded; one writer per
 * node. Journals each before it is delivered, hands deliveries to the couriers until they report,
 * and escalates what nobody acknowledges; after a restart all of that goes on. After a persist that
 * fails it begins anew from what is in the journal.
 */
final class NotificationDesk
    extends EventSourcedBehavior<DeskCommand, NotificationEvent, NotificationState> {
  private static final Duration SOONEST = Duration.ofMillis(1);

  /**
   * Whom it works with.
   *
   * @param couriers one for each channel that is configured
   * @param post told of what happens
   * @param restart after a failed persist: for as long as it takes
   */
  record Collaborators(
      Map<Channel, ActorRef<Courier.Command>> couriers,
      ActorRef<? super PostNotice> post,
      RestartSettings restart,
      EventStamper stamper,
      Clock clock) {
    Collaborators {
      couriers = Map.copyOf(couriers);
    }
  }

  private final ActorContext<DeskCommand> ctx;
  private final TimerScheduler<DeskCommand> timers;
  private final NotificationBounds bounds;
  private final NotificationRouting routing;
  private final Escalation escalation;
  private final Duration lookInterval;
  private final Collaborators with;
  private final ActorRef<Courier.Report> reports;

  private NotificationDesk(
      ActorContext<DeskCommand> ctx,
      TimerScheduler<DeskCommand> timers,
      String node,
      NotificationBounds bounds,
      NotificationSettings settings,
      NotificationRouting routing,
      Collaborators with) {
    // A failed persist stops such a behavior from within; supervision around it never sees it.
    super(
        PersistenceId.of(NotificationState.TYPE, node),
        SupervisorStrategy.restartWithBackoff(
            with.restart().backoffMin(), with.restart().backoffMax(), with.restart().jitter()));
    this.ctx = ctx;
    this.timers = timers;
    this.bounds = bounds;
    this.routing = routing;
    this.escalation = new Escalation(settings.escalation());
    this.lookInterval = settings.delivery().lookInterval();
    this.with = with;
    this.reports = ctx.messageAdapter(Courier.Report.class, DeskCommand.Reported::new);
  }

  /** The desk of a node; once per node. */
  static Behavior<DeskCommand> create(
      String node,
      NotificationBounds bounds,
      NotificationSettings settings,
      NotificationRouting routing,
      Collaborators with) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers ->
                    new NotificationDesk(ctx, timers, node, bounds, settings, routing, with)));
  }

  @Override
  public NotificationState emptyState() {
    return NotificationState.empty();
  }

  @Override
  public EventHandler<NotificationState, NotificationEvent> eventHandler() {
    return (state, event) -> state.after(event, bounds.settledKept());
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(bounds.snapshotEvery(), bounds.snapshotsKept());
  }

  @Override
  public SignalHandler<NotificationState> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.class, (state, done) -> goOn(state))
        .build();
  }

  @Override
  public CommandHandler<DeskCommand, NotificationEvent, NotificationState> commandHandler() {
    return newCommandHandlerBuilder()
        .forAnyState()
        .onCommand(DeskCommand.Issue.class, this::issue)
        .onCommand(DeskCommand.GoOn.class, this::wentOn)
        .onCommand(DeskCommand.Count.class, this::count)
        .onCommand(DeskCommand.Acknowledge.class, this::acknowledge)
        .onCommand(DeskCommand.Get.class, this::get)
        .onCommand(DeskCommand.ListThem.class, this::list)
        .onCommand(DeskCommand.Reported.class, this::reported)
        .onCommand(DeskCommand.EscalationDue.class, (state, due) -> escalate(state))
        .onCommand(DeskCommand.Look.class, (state, look) -> look(state))
        .build();
  }

  /** After a start: what was not delivered, seen or settled is taken up again. */
  private void goOn(NotificationState state) {
    handOver(state);
    timers.startTimerWithFixedDelay(new DeskCommand.Look(), lookInterval);
    state.awaitingAcknowledgement().stream()
        .filter(each -> each.escalations() > 0)
        .forEach(each -> with.post().tell(new PostNotice.Escalated(each, each.issued(), true)));
    await(state);
  }

  private Effect<NotificationEvent, NotificationState> look(NotificationState state) {
    handOver(state);
    return Effect().none();
  }

  private void handOver(NotificationState state) {
    for (Notification each : state.notifications()) {
      for (Notification.Delivery delivery : each.deliveries()) {
        if (delivery.state() == Notification.DeliveryState.PENDING) {
          courier(delivery.channel(), parcel(each, delivery.level()));
        }
      }
    }
  }

  private void courier(String channel, Parcel parcel) {
    ActorRef<Courier.Command> courier =
        Channel.named(channel).map(with.couriers()::get).orElse(null);
    if (courier != null) {
      courier.tell(new Courier.Take(parcel, reports));
    } else {
      // It was configured when this was issued, and is not any more.
      reports.tell(
          new Courier.Abandoned(
              Channel.named(channel).orElse(Channel.EMAIL),
              List.of(parcel),
              0,
              channel + " is not configured any more"));
    }
  }

  private static Parcel parcel(Notification each, int level) {
    return new Parcel(
        each.notificationId(),
        level,
        each.kind(),
        Severity.valueOf(each.severity().toUpperCase(Locale.ROOT)),
        each.subject(),
        each.title(),
        each.text(),
        each.detail(),
        each.issued().at(),
        each.issued().eventId(),
        each.acknowledgementNeeded());
  }

  /** One timer, for whichever is due first. */
  private void await(NotificationState state) {
    escalation
        .next(state.awaitingAcknowledgement())
        .ifPresentOrElse(
            due -> {
              Duration wait = Duration.between(with.clock().instant(), due);
              timers.startSingleTimer(
                  new DeskCommand.EscalationDue(), wait.compareTo(SOONEST) < 0 ? SOONEST : wait);
            },
            () -> timers.cancel(new DeskCommand.EscalationDue()));
  }

  private Effect<NotificationEvent, NotificationState> issue(
      NotificationState state, DeskCommand.Issue issue) {
    Draft draft = issue.draft();
    String id = draft.notificationId();
    if (state.find(id).isPresent()) {
      return tell(new PostNotice.Journaled(id));
    }
    if (state.tells(draft.kind().text(), draft.meta().causeId(), draft.words().title())) {
      return tell(new PostNotice.ToldBefore(id));
    }
    // The newest must get through: mail does not end because nobody acknowledged what came before.
    Optional<Notification> displaced =
        state.unsettled() >= bounds.unsettledMax() && needsSettling(draft)
            ? state.toMakeRoom()
            : Optional.empty();
    List<NotificationEvent> events = new ArrayList<>();
    displaced.ifPresent(
        known ->
            events.add(
                new NotificationEvent.NotificationDisplaced(
                    with.stamper().causedBy(known.issued()),
                    known.notificationId(),
                    bounds.unsettledMax())));
    events.add(draft.event());
    return Effect()
        .persist(events)
        .thenRun(
            after -> {
              displaced.ifPresent(
                  known ->
                      with.post().tell(new PostNotice.Displaced(known, bounds.unsettledMax())));
              with.post().tell(new PostNotice.Journaled(id));
              draft.channels().stream()
                  .filter(with.couriers()::containsKey)
                  .forEach(channel -> courier(channel.text(), draft.parcel()));
              await(after);
            });
  }

  private boolean needsSettling(Draft draft) {
    return draft.route().acknowledged()
        || draft.channels().stream().anyMatch(with.couriers()::containsKey);
  }

  private Effect<NotificationEvent, NotificationState> tell(PostNotice notice) {
    return Effect().none().thenRun(after -> with.post().tell(notice));
  }

  private Effect<NotificationEvent, NotificationState> wentOn(
      NotificationState state, DeskCommand.GoOn on) {
    Draft draft = on.draft();
    return state
        .find(on.notificationId())
        .<Effect<NotificationEvent, NotificationState>>map(
            known ->
                Effect()
                    .persist(
                        new NotificationEvent.NotificationWentOn(
                            draft.meta(),
                            known.notificationId(),
                            draft.kind().text(),
                            draft.words().title(),
                            draft.words().text()))
                    .thenRun(after -> with.post().tell(new PostNotice.WentOn(known, draft))))
        .orElseGet(() -> tell(new PostNotice.Alone(on.notificationId(), draft)));
  }

  private Effect<NotificationEvent, NotificationState> count(
      NotificationState state, DeskCommand.Count count) {
    return state
        .find(count.notificationId())
        .<Effect<NotificationEvent, NotificationState>>map(
            known ->
                Effect()
                    .persist(
                        new NotificationEvent.NotificationRepeated(
                            with.stamper().causedBy(known.issued()),
                            known.notificationId(),
                            count.times())))
        .orElseGet(() -> Effect().none());
  }

  private Effect<NotificationEvent, NotificationState> acknowledge(
      NotificationState state, DeskCommand.Acknowledge seen) {
    Notification known = state.find(seen.notificationId()).orElse(null);
    if (known == null) {
      return unknown(seen.notificationId(), seen.replyTo());
    }
    if (!known.acknowledgementNeeded()) {
      return refuse(
          seen.replyTo(),
          "Notification "
              + known.notificationId()
              + " is "
              + known.severity()
              + (known.severity().equals("critical")
                  ? " and made room for newer ones; nobody has to acknowledge it any more"
                  : "; only critical ones are acknowledged"));
    }
    if (known.acknowledged() != null) {
      return Effect().none().thenRun(after -> seen.replyTo().tell(StatusReply.success(known)));
    }
    return Effect()
        .persist(
            new NotificationEvent.NotificationAcknowledged(
                with.stamper().causedBy(known.issued()),
                known.notificationId(),
                seen.by(),
                seen.note()))
        .thenRun(
            after -> {
              Notification now = after.find(known.notificationId()).orElse(known);
              seen.replyTo().tell(StatusReply.success(now));
              with.post().tell(new PostNotice.Acknowledged(now));
              await(after);
            });
  }

  private Effect<NotificationEvent, NotificationState> escalate(NotificationState state) {
    Instant now = with.clock().instant();
    List<NotificationEvent> events = new ArrayList<>();
    for (Notification each : state.awaitingAcknowledgement()) {
      escalation
          .due(each, now)
          .ifPresent(
              level ->
                  events.add(
                      new NotificationEvent.NotificationEscalated(
                          with.stamper().causedBy(each.issued()),
                          each.notificationId(),
                          level.level(),
                          NotificationKind.named(each.kind()).map(routing::escalated).stream()
                              .flatMap(Set::stream)
                              .map(Channel::text)
                              .sorted()
                              .toList(),
                          level.acknowledgeBy())));
    }
    return Effect().persist(events).thenRun(after -> escalated(after, events));
  }

  private void escalated(NotificationState after, List<NotificationEvent> events) {
    for (NotificationEvent each : events) {
      var event = (NotificationEvent.NotificationEscalated) each;
      after
          .find(event.notificationId())
          .ifPresent(
              known -> {
                with.post().tell(new PostNotice.Escalated(known, event.meta(), false));
                event.channels().forEach(channel -> courier(channel, parcel(known, event.level())));
              });
    }
    await(after);
  }

  private Effect<NotificationEvent, NotificationState> reported(
      NotificationState state, DeskCommand.Reported reported) {
    String channel = reported.report().channel().text();
    if (reported.report() instanceof Courier.Delivered delivered) {
      List<String> ids = pending(state, channel, delivered.parcels());
      // What was sent ahead of the journal is settled when it is handed over again.
      return ids.isEmpty()
          ? tell(new PostNotice.Delivered(channel))
          : Effect()
              .persist(
                  new NotificationEvent.NotificationsDelivered(
                      cause(state, ids), ids, channel, delivered.attempts()))
              .thenRun(after -> with.post().tell(new PostNotice.Delivered(channel)));
    }
    Courier.Abandoned abandoned = (Courier.Abandoned) reported.report();
    List<String> ids = pending(state, channel, abandoned.parcels());
    EventMeta meta = cause(state, ids);
    PostNotice notice =
        new PostNotice.Abandoned(
            abandoned.parcels(), channel, abandoned.attempts(), abandoned.cause(), meta);
    return ids.isEmpty()
        ? tell(notice)
        : Effect()
            .persist(
                new NotificationEvent.DeliveryAbandoned(
                    meta, ids, channel, abandoned.attempts(), abandoned.cause()))
            .thenRun(after -> with.post().tell(notice));
  }

  private EventMeta cause(NotificationState state, List<String> ids) {
    return with.stamper()
        .causedBy(
            ids.isEmpty() ? null : state.find(ids.get(0)).map(Notification::issued).orElse(null));
  }

  /** Those of a message that still wait for it; an earlier level's report settles nothing. */
  private static List<String> pending(
      NotificationState state, String channel, List<Parcel> parcels) {
    return parcels.stream()
        .filter(
            parcel ->
                state.find(parcel.notificationId()).stream()
                    .flatMap(known -> known.deliveries().stream())
                    .anyMatch(
                        delivery ->
                            delivery.channel().equals(channel)
                                && delivery.level() == parcel.level()
                                && delivery.state() == Notification.DeliveryState.PENDING))
        .map(Parcel::notificationId)
        .filter(Objects::nonNull)
        .distinct()
        .toList();
  }

  private Effect<NotificationEvent, NotificationState> get(
      NotificationState state, DeskCommand.Get get) {
    Notification known = state.find(get.notificationId()).orElse(null);
    return known == null
        ? unknown(get.notificationId(), get.replyTo())
        : Effect().none().thenRun(after -> get.replyTo().tell(StatusReply.success(known)));
  }

  private Effect<NotificationEvent, NotificationState> list(
      NotificationState state, DeskCommand.ListThem list) {
    List<Notification> open = state.awaitingAcknowledgement();
    List<Notification> all = new ArrayList<>(list.openOnly() ? open : state.notifications());
    Collections.reverse(all);
    NotificationCommand.Page page =
        new NotificationCommand.Page(
            all.size(),
            open.size(),
            all.stream()
                .skip(Math.max(0, list.offset()))
                .limit(Math.max(0, Math.min(list.limit(), bounds.pageMax())))
                .toList());
    return Effect().none().thenRun(after -> list.replyTo().tell(page));
  }

  private Effect<NotificationEvent, NotificationState> unknown(
      String id, ActorRef<StatusReply<Notification>> replyTo) {
    return refuse(
        replyTo,
        "Notification "
            + id
            + " is unknown: the node holds those that wait for something and the last "
            + bounds.settledKept()
            + " others ("
            + NotificationBounds.PATH
            + ".settled-kept); the journal holds all");
  }

  private Effect<NotificationEvent, NotificationState> refuse(
      ActorRef<StatusReply<Notification>> replyTo, String why) {
    return Effect().none().thenRun(after -> replyTo.tell(StatusReply.error(why)));
  }
}
