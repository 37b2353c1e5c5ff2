package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import akka.japi.function.Function;
import akka.pattern.StatusReply;
import io.mainstay.actors.notification.NotificationCommand;
import io.mainstay.actors.notification.NotificationLine;
import io.mainstay.persistence.notification.Notification;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What people were told, and are told: listed, shown, acknowledged, watched. */
final class NotificationsDesk implements Desk {
  private static final String PERSON = "client";
  private static final int NOTE_MAX = 1_000;

  private final Asking asking;
  private final GatewaySettings settings;
  private final ActorRef<NotificationCommand> notifications;

  NotificationsDesk(
      Asking asking, GatewaySettings settings, ActorRef<NotificationCommand> notifications) {
    this.asking = asking;
    this.settings = settings;
    this.notifications = notifications;
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.ListNotifications.class, this::list);
    desks.on(
        GatewayRequest.GetNotification.class,
        ask -> one(replyTo -> new NotificationCommand.Get(text(ask.notificationId()), replyTo)));
    desks.on(GatewayRequest.AcknowledgeNotification.class, this::acknowledge);
    desks.on(GatewayRequest.WatchNotifications.class, this::watch);
  }

  private CompletionStage<GatewayReply> list(GatewayRequest.ListNotifications ask) {
    return asking
        .<NotificationCommand, NotificationCommand.Page>ask(
            notifications,
            replyTo ->
                new NotificationCommand.ListNotifications(
                    ask.openOnly(), ask.offset(), ask.limit(), replyTo))
        .thenApply(
            page ->
                new GatewayReply.Notifications(
                    page.total(),
                    page.open(),
                    ReplyBytes.fitting(
                        page.notifications().stream().map(NotificationsDesk::view).toList())));
  }

  private CompletionStage<GatewayReply> acknowledge(GatewayRequest.AcknowledgeNotification ask) {
    String note = text(ask.note());
    if (note.length() > NOTE_MAX) {
      throw Refusal.of(
          "invalid_parameter",
          "the note has " + note.length() + " characters; at most " + NOTE_MAX + " are kept",
          "shorten it");
    }
    return one(
        replyTo ->
            new NotificationCommand.Acknowledge(text(ask.notificationId()), PERSON, note, replyTo));
  }

  private CompletionStage<GatewayReply> one(
      Function<ActorRef<StatusReply<Notification>>, NotificationCommand> question) {
    return asking
        .<NotificationCommand, Notification>askStatus(notifications, question)
        .exceptionallyCompose(NotificationsDesk::refused)
        .thenApply(found -> new GatewayReply.NotificationShown(view(found)));
  }

  /** The desk's own words under a stable code; another failure stays what it is. */
  private static CompletionStage<Notification> refused(Throwable failed) {
    Throwable cause = failed.getCause() == null ? failed : failed.getCause();
    return CompletableFuture.failedStage(
        cause instanceof StatusReply.ErrorMessage
            ? Refusal.of(
                "notification_refused", cause.getMessage(), "'mainstay notifications' lists them")
            : failed);
  }

  private CompletionStage<GatewayReply> watch(GatewayRequest.WatchNotifications ask) {
    int limit = Math.max(1, Math.min(ask.limit(), settings.listMax()));
    return asking
        .<NotificationCommand, NotificationCommand.Lines>ask(
            notifications, replyTo -> new NotificationCommand.GetLines(ask.after(), limit, replyTo))
        .thenApply(NotificationsDesk::lines);
  }

  private static GatewayReply lines(NotificationCommand.Lines found) {
    List<GatewayReply.NotificationLineView> page =
        ReplyBytes.fitting(found.lines().stream().map(NotificationsDesk::view).toList());
    boolean cut = page.size() < found.lines().size();
    long last = cut ? page.get(page.size() - 1).ordering() : found.last();
    return new GatewayReply.NotificationLines(page, last, found.missed(), cut);
  }

  private static GatewayReply.NotificationLineView view(NotificationLine line) {
    return new GatewayReply.NotificationLineView(
        line.ordering(),
        line.at(),
        line.what().name().toLowerCase(Locale.ROOT),
        line.notificationId(),
        line.kind(),
        line.severity(),
        line.subject(),
        line.title(),
        line.text(),
        line.detail(),
        line.presentation(),
        line.acknowledgementNeeded(),
        line.percent(),
        line.note());
  }

  /** With what happened since, one line each. */
  private static String detail(Notification one) {
    return Stream.concat(
            Stream.of(one.detail()).filter(text -> !text.isEmpty()),
            one.wentOn().stream()
                .map(
                    step ->
                        step.at()
                            + " "
                            + step.title()
                            + (step.text().isEmpty() ? "" : ": " + step.text())))
        .collect(Collectors.joining("\n"));
  }

  private static GatewayReply.NotificationView view(Notification one) {
    Notification.Word seen = one.acknowledged();
    String state =
        seen != null ? "acknowledged" : one.awaitsAcknowledgement() ? "unacknowledged" : "told";
    return new GatewayReply.NotificationView(
        one.notificationId(),
        one.kind(),
        one.severity(),
        one.subject(),
        state,
        one.title(),
        one.text(),
        detail(one),
        one.presentation(),
        one.channels(),
        one.deliveries().stream()
            .map(
                each ->
                    new GatewayReply.NotificationDelivery(
                        each.channel(),
                        each.level(),
                        each.state().name().toLowerCase(Locale.ROOT),
                        each.attempts(),
                        each.cause()))
            .toList(),
        one.repeated(),
        one.escalations(),
        one.acknowledgeBy(),
        one.issued().eventId(),
        one.issued().at(),
        seen == null ? null : seen.at(),
        seen == null ? "" : seen.by(),
        seen == null ? "" : seen.text());
  }

  private static String text(String given) {
    return given == null ? "" : given;
  }
}
