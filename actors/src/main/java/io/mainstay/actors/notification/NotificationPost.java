package io.mainstay.actors.notification;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.notification.NotificationLine.What;
import io.mainstay.actors.notification.delivery.DeliveryMethod;
import io.mainstay.actors.notification.delivery.Parcel;
import io.mainstay.actors.recovery.RestartSettings;
import io.mainstay.actors.recovery.Severity;
import io.mainstay.persistence.identity.EventStamper;
import io.mainstay.persistence.notification.Notification;
import io.mainstay.persistence.notification.NotificationBounds;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The one entry to a node's notifications. Finds the words and the route, counts what is said again
 * too soon, has its desk journal it, and then writes the log and the event stream; couriers carry
 * it to administrators. While the journal cannot be written it tells people all the same, and has
 * it journaled later. Owns desk and couriers; supervised without an end by the node.
 */
public final class NotificationPost {
  /** Kind of the alert of a critical notification that nobody acknowledged; subject is its id. */
  public static final String UNACKNOWLEDGED = "notification_unacknowledged";

  /** Kind of the alert of a channel that does not get through; its subject is the channel. */
  public static final String UNDELIVERABLE = "notification_undeliverable";

  /** Kind of the alert that more waits than there is room for; its subject is the node. */
  public static final String OVERFLOW = "notifications_overflowed";

  /**
   * What it is made of.
   *
   * @param methods e-mail and webhook, as far as they are configured
   */
  public record Parts(
      String node,
      NotificationSettings settings,
      NotificationBounds bounds,
      NotificationTemplates templates,
      Map<Channel, DeliveryMethod> methods,
      RestartSettings restart,
      EventStamper stamper,
      Clock clock) {
    public Parts {
      methods = Map.copyOf(methods);
    }
  }

  private final ActorContext<NotificationCommand> ctx;
  private final TimerScheduler<NotificationCommand> timers;
  private final Parts parts;
  private final NotificationRouting routing;
  private final Escalation escalation;
  private final Couriers couriers;
  private final ActorRef<DeskCommand> desk;
  private final NotificationStream stream;
  // Both kept over a restart of this actor: whoever said it does not say it again.
  private final Set<ActorRef<NotificationLine>> subscribers;
  private final AtomicReference<ActorRef<AlertCommand>> alerts;
  private Repeats repeats;
  private FaultGroups groups;
  private long displaced;
  private Unjournaled unjournaled;

  private NotificationPost(
      ActorContext<NotificationCommand> ctx,
      TimerScheduler<NotificationCommand> timers,
      Parts parts,
      AtomicReference<ActorRef<AlertCommand>> alerts,
      Set<ActorRef<NotificationLine>> subscribers) {
    this.alerts = alerts;
    this.subscribers = subscribers;
    this.ctx = ctx;
    this.timers = timers;
    this.parts = parts;
    NotificationSettings settings = parts.settings();
    this.routing = new NotificationRouting(settings.administratorsFrom(), parts.methods().keySet());
    this.escalation = new Escalation(settings.escalation());
    this.stream = new NotificationStream(settings.watchHistory());
    this.repeats = Repeats.none(settings.repeatWindow().toMillis(), settings.repeatsMax());
    this.groups = FaultGroups.none(settings.repeatsMax());
    this.unjournaled = Unjournaled.none(settings.unjournaledMax());
    subscribers.forEach(known -> ctx.watchWith(known, new PostNotice.SubscriberGone(known)));
    this.couriers = Couriers.of(ctx, parts, this::lasting);
    this.desk =
        ctx.spawn(
            lasting(
                NotificationDesk.create(
                    parts.node(),
                    parts.bounds(),
                    settings,
                    routing,
                    new NotificationDesk.Collaborators(
                        couriers.all(),
                        ctx.getSelf(),
                        parts.restart(),
                        parts.stamper(),
                        parts.clock()))),
            "desk");
  }

  private <T> Behavior<T> lasting(Behavior<T> child) {
    return Behaviors.supervise(child)
        .onFailure(
            SupervisorStrategy.restartWithBackoff(
                parts.restart().backoffMin(),
                parts.restart().backoffMax(),
                parts.restart().jitter()));
  }

  /** The post of a node; once per node. */
  public static Behavior<NotificationCommand> create(Parts parts) {
    AtomicReference<ActorRef<AlertCommand>> alerts = new AtomicReference<>();
    Set<ActorRef<NotificationLine>> subscribers = new LinkedHashSet<>();
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers ->
                    new NotificationPost(ctx, timers, parts, alerts, subscribers).behavior()));
  }

  private Behavior<NotificationCommand> behavior() {
    return Behaviors.receive(NotificationCommand.class)
        .onMessage(NotificationCommand.Notify.class, this::onNotify)
        .onMessage(NotificationCommand.Acknowledge.class, this::onAcknowledge)
        .onMessage(NotificationCommand.Get.class, this::onGet)
        .onMessage(NotificationCommand.ListNotifications.class, this::onList)
        .onMessage(NotificationCommand.GetLines.class, this::onGetLines)
        .onMessage(NotificationCommand.Subscribe.class, this::onSubscribe)
        .onMessage(NotificationCommand.LookAtDelivery.class, this::onLookAtDelivery)
        .onMessage(NotificationCommand.AlertsAre.class, this::onAlertsAre)
        .onMessage(PostNotice.Journaled.class, this::onJournaled)
        .onMessage(PostNotice.ToldBefore.class, this::onToldBefore)
        .onMessage(PostNotice.Displaced.class, this::onDisplaced)
        .onMessage(PostNotice.WentOn.class, this::onWentOn)
        .onMessage(PostNotice.Alone.class, this::onAlone)
        .onMessage(PostNotice.Acknowledged.class, this::onAcknowledged)
        .onMessage(PostNotice.Escalated.class, this::onEscalated)
        .onMessage(PostNotice.Delivered.class, this::onDelivered)
        .onMessage(PostNotice.Abandoned.class, this::onAbandoned)
        .onMessage(PostNotice.LookAtUnjournaled.class, look -> onLook())
        .onMessage(PostNotice.CountsDue.class, due -> onCountsDue())
        .onMessage(PostNotice.SubscriberGone.class, this::onSubscriberGone)
        .build();
  }

  private Behavior<NotificationCommand> onNotify(NotificationCommand.Notify notify) {
    Draft draft = draft(notify);
    if (!draft.route().journaled()) {
      publish(draft, draft.line(What.PROGRESS, notify.words().percent()));
      return Behaviors.same();
    }
    FaultGroups.Taken taken = groups.take(draft, notify.words());
    groups = taken.after();
    if (taken.verdict() == FaultGroups.Verdict.GO_ON) {
      desk.tell(new DeskCommand.GoOn(taken.notificationId(), draft));
    }
    if (taken.verdict() != FaultGroups.Verdict.TELL) {
      return Behaviors.same();
    }
    Repeats.Offered offered =
        repeats.offer(notify.kind(), notify.subject(), draft.notificationId(), now());
    repeats = offered.after();
    if (!timers.isTimerActive(new PostNotice.CountsDue())) {
      timers.startSingleTimer(new PostNotice.CountsDue(), parts.settings().repeatWindow());
    }
    if (!offered.tell()) {
      groups = groups.counted(draft.notificationId());
      return Behaviors.same();
    }
    return issue(draft, notify.kind() == NotificationKind.INTAKE_PAUSED);
  }

  /**
   * Has it journaled.
   *
   * @param ahead told at once, for what says that the journal takes nothing
   */
  private Behavior<NotificationCommand> issue(Draft draft, boolean ahead) {
    Unjournaled.Added added = unjournaled.add(draft, ahead, now());
    unjournaled = added.after();
    added
        .given()
        .ifPresent(
            lost ->
                ctx.getLog()
                    .error(
                        "notification given up, the journal takes none kind={} subject={} title={}",
                        lost.kind().text(),
                        lost.subject(),
                        lost.words().title()));
    if (ahead) {
      tellAhead(draft);
    }
    desk.tell(new DeskCommand.Issue(draft));
    lookLater();
    return Behaviors.same();
  }

  private Draft draft(NotificationCommand.Notify notify) {
    Route route = routing.of(notify.kind(), notify.severity(), notify.users());
    NotificationTemplates.Rendered words = parts.templates().render(notify.kind(), notify.words());
    var meta = parts.stamper().causedBy(notify.cause());
    return new Draft(
        parts.stamper().nextId(),
        meta,
        notify.kind(),
        notify.severity(),
        cut(notify.subject()),
        new NotificationTemplates.Rendered(
            cut(words.title()), cut(words.text()), cut(words.detail())),
        route,
        route.acknowledged() ? escalation.first(meta.at()) : null);
  }

  private void lookLater() {
    if (!unjournaled.isEmpty() && !timers.isTimerActive(new PostNotice.LookAtUnjournaled())) {
      timers.startSingleTimer(
          new PostNotice.LookAtUnjournaled(), parts.settings().journalPatience());
    }
  }

  private Behavior<NotificationCommand> onJournaled(PostNotice.Journaled journaled) {
    unjournaled
        .find(journaled.notificationId())
        .ifPresent(
            held -> {
              unjournaled = unjournaled.without(journaled.notificationId());
              if (!held.ahead()) {
                publish(held.draft());
              }
            });
    return Behaviors.same();
  }

  private Behavior<NotificationCommand> onToldBefore(PostNotice.ToldBefore told) {
    unjournaled = unjournaled.without(told.notificationId());
    return Behaviors.same();
  }

  private Behavior<NotificationCommand> onWentOn(PostNotice.WentOn on) {
    Draft draft = on.draft();
    NotificationLine line = draft.line(What.WENT_ON, -1);
    publish(draft, line.of(on.notification().notificationId(), "of: " + on.notification().title()));
    return Behaviors.same();
  }

  private Behavior<NotificationCommand> onAlone(PostNotice.Alone alone) {
    groups = groups.without(alone.notificationId());
    return issue(alone.draft(), false);
  }

  private Behavior<NotificationCommand> onDisplaced(PostNotice.Displaced full) {
    Notification known = full.notification();
    displaced++;
    ctx.getLog()
        .warn(
            "notification made room for a newer one id={} title={} bound={} displaced={}",
            known.notificationId(),
            known.title(),
            full.bound(),
            displaced);
    alert(
        new AlertCommand.Clear(
            UNACKNOWLEDGED, known.notificationId(), "it made room for newer ones", null, null));
    // Said once: the desk of alerts takes none that is open. The log and the journal count them.
    alert(
        new AlertCommand.Raise(
            OVERFLOW,
            parts.node(),
            "more notifications wait than "
                + NotificationBounds.PATH
                + ".unsettled-max, "
                + full.bound()
                + ", allows: the oldest make room; the first of them: "
                + known.title(),
            "Acknowledge with 'mainstay notifications acknowledge', and look why mail or"
                + " webhook take none; then 'mainstay alerts clear'",
            null));
    return Behaviors.same();
  }

  /** What the journal does not take is handed over again, and critical ones go out without it. */
  private Behavior<NotificationCommand> onLook() {
    Unjournaled.Looked looked =
        unjournaled.look(now(), parts.settings().journalPatience().toMillis());
    unjournaled = looked.after();
    looked.again().forEach(draft -> desk.tell(new DeskCommand.Issue(draft)));
    looked.ahead().forEach(this::tellAhead);
    lookLater();
    return Behaviors.same();
  }

  private void tellAhead(Draft draft) {
    publish(draft);
    if (draft.severity() == Severity.CRITICAL) {
      couriers.carry(ctx, draft);
    }
  }

  private Behavior<NotificationCommand> onCountsDue() {
    Repeats.Closed closed = repeats.close(now());
    repeats = closed.after();
    closed
        .counts()
        .forEach(each -> desk.tell(new DeskCommand.Count(each.notificationId(), each.times())));
    if (!repeats.isEmpty()) {
      timers.startSingleTimer(new PostNotice.CountsDue(), parts.settings().repeatWindow());
    }
    return Behaviors.same();
  }

  private Behavior<NotificationCommand> onAcknowledge(NotificationCommand.Acknowledge seen) {
    desk.tell(
        new DeskCommand.Acknowledge(
            seen.notificationId(), seen.by(), cut(seen.note()), seen.replyTo()));
    return Behaviors.same();
  }

  private Behavior<NotificationCommand> onGet(NotificationCommand.Get get) {
    desk.tell(new DeskCommand.Get(get.notificationId(), get.replyTo()));
    return Behaviors.same();
  }

  private Behavior<NotificationCommand> onList(NotificationCommand.ListNotifications list) {
    desk.tell(
        new DeskCommand.ListThem(list.openOnly(), list.offset(), list.limit(), list.replyTo()));
    return Behaviors.same();
  }

  private Behavior<NotificationCommand> onGetLines(NotificationCommand.GetLines get) {
    get.replyTo().tell(stream.after(get.after(), Math.max(1, get.limit())));
    return Behaviors.same();
  }

  private Behavior<NotificationCommand> onSubscribe(NotificationCommand.Subscribe subscribe) {
    if (subscribers.size() >= parts.settings().subscribersMax()) {
      ctx.getLog()
          .warn(
              "notification subscriber refused subscriber={} bound={}",
              subscribe.subscriber().path(),
              parts.settings().subscribersMax());
    } else if (subscribers.add(subscribe.subscriber())) {
      ctx.watchWith(subscribe.subscriber(), new PostNotice.SubscriberGone(subscribe.subscriber()));
    }
    return Behaviors.same();
  }

  private Behavior<NotificationCommand> onSubscriberGone(PostNotice.SubscriberGone gone) {
    subscribers.remove(gone.subscriber());
    return Behaviors.same();
  }

  private Behavior<NotificationCommand> onLookAtDelivery(NotificationCommand.LookAtDelivery ask) {
    couriers.look(ask);
    return Behaviors.same();
  }

  private Behavior<NotificationCommand> onAlertsAre(NotificationCommand.AlertsAre are) {
    alerts.set(are.alerts());
    return Behaviors.same();
  }

  private Behavior<NotificationCommand> onAcknowledged(PostNotice.Acknowledged seen) {
    Notification known = seen.notification();
    publish(line(known, What.ACKNOWLEDGED, note(known)));
    alert(
        new AlertCommand.Clear(
            UNACKNOWLEDGED,
            known.notificationId(),
            "acknowledged by " + known.acknowledged().by(),
            known.issued(),
            null));
    return Behaviors.same();
  }

  private static String note(Notification known) {
    Notification.Word word = known.acknowledged();
    return "by " + word.by() + (word.text().isEmpty() ? "" : ": " + word.text());
  }

  private Behavior<NotificationCommand> onEscalated(PostNotice.Escalated escalated) {
    Notification known = escalated.notification();
    if (!escalated.again()) {
      publish(line(known, What.ESCALATED, "reminder " + known.escalations()));
    }
    alert(
        new AlertCommand.Raise(
            UNACKNOWLEDGED,
            known.notificationId(),
            "nobody acknowledged within "
                + parts.settings().escalation().after().toSeconds()
                + " s ("
                + NotificationSettings.PATH
                + ".escalation.after): "
                + known.title()
                + ": "
                + known.text(),
            "mainstay notifications acknowledge " + known.notificationId(),
            escalated.cause()));
    return Behaviors.same();
  }

  private Behavior<NotificationCommand> onDelivered(PostNotice.Delivered delivered) {
    alert(
        new AlertCommand.Clear(
            UNDELIVERABLE, delivered.channel(), "a message got through", null, null));
    return Behaviors.same();
  }

  private Behavior<NotificationCommand> onAbandoned(PostNotice.Abandoned abandoned) {
    alert(
        new AlertCommand.Raise(
            UNDELIVERABLE,
            abandoned.channel(),
            abandoned.parcels().size()
                + " notifications did not get through after "
                + abandoned.attempts()
                + " attempts: "
                + abandoned.reason(),
            "Check "
                + NotificationSettings.PATH
                + "."
                + abandoned.channel()
                + "; 'mainstay notifications' has what was not told",
            abandoned.meta()));
    Parcel first = abandoned.parcels().get(0);
    return onNotify(
        new NotificationCommand.Notify(
            NotificationKind.DELIVERY_ABANDONED,
            Severity.HIGH,
            abandoned.channel(),
            Words.of(Placeholder.CHANNEL, abandoned.channel())
                .and(Placeholder.COUNT, abandoned.parcels().size())
                .and(Placeholder.REASON, abandoned.reason() + " (" + first.title() + ")"),
            abandoned.meta()));
  }

  private NotificationLine line(Notification known, What what, String note) {
    return new NotificationLine(
        0,
        Instant.ofEpochMilli(parts.clock().millis()),
        what,
        known.notificationId(),
        known.kind(),
        known.severity(),
        known.subject(),
        known.title(),
        known.text(),
        known.detail(),
        known.presentation(),
        known.awaitsAcknowledgement(),
        -1,
        note);
  }

  private void publish(Draft draft) {
    publish(draft, draft.line(What.ISSUED, -1));
  }

  /** In the user interface only where its route goes there; in the logs in any case. */
  private void publish(Draft draft, NotificationLine line) {
    if (draft.channels().contains(Channel.USER_INTERFACE)) {
      publish(line);
    } else if (draft.channels().contains(Channel.SYSTEM_LOGS)) {
      SystemLog.write(draft.severity(), line);
    }
  }

  private void publish(NotificationLine line) {
    NotificationLine placed = stream.add(line);
    if (line.what() != What.PROGRESS) {
      SystemLog.write(Severity.valueOf(line.severity().toUpperCase(Locale.ROOT)), placed);
    }
    subscribers.forEach(subscriber -> subscriber.tell(placed));
  }

  private void alert(AlertCommand command) {
    ActorRef<AlertCommand> known = alerts.get();
    if (known != null) {
      known.tell(command);
    }
  }

  private String cut(String text) {
    String given = text == null ? "" : text;
    int max = parts.bounds().textMax();
    if (given.length() <= max) {
      return given;
    }
    int end = max - (Character.isHighSurrogate(given.charAt(max - 1)) ? 1 : 0);
    return given.substring(0, end) + " ...";
  }

  private static long now() {
    return System.nanoTime() / 1_000_000;
  }
}
