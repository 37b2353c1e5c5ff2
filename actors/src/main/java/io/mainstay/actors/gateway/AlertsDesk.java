package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import akka.japi.function.Function;
import akka.pattern.StatusReply;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.persistence.alert.Alert;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What a person must look at: listed, shown, acknowledged, cleared. */
final class AlertsDesk implements Desk {
  private static final String PERSON = "client";
  private static final int NOTE_MAX = 1_000;

  private final Asking asking;
  private final ActorRef<AlertCommand> alerts;

  AlertsDesk(Asking asking, ActorRef<AlertCommand> alerts) {
    this.asking = asking;
    this.alerts = alerts;
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.ListAlerts.class, this::list);
    desks.on(
        GatewayRequest.GetAlert.class,
        ask -> one(replyTo -> new AlertCommand.Get(text(ask.alertId()), replyTo)));
    desks.on(GatewayRequest.AcknowledgeAlert.class, this::acknowledge);
    desks.on(GatewayRequest.ClearAlert.class, this::clear);
  }

  private CompletionStage<GatewayReply> list(GatewayRequest.ListAlerts ask) {
    return asking
        .<AlertCommand, AlertCommand.Page>ask(
            alerts,
            replyTo ->
                new AlertCommand.ListAlerts(ask.openOnly(), ask.offset(), ask.limit(), replyTo))
        .thenApply(
            page ->
                new GatewayReply.Alerts(
                    page.total(),
                    page.open(),
                    ReplyBytes.fitting(page.alerts().stream().map(AlertsDesk::view).toList())));
  }

  private CompletionStage<GatewayReply> acknowledge(GatewayRequest.AcknowledgeAlert ask) {
    String note = checked("note", ask.note());
    return one(replyTo -> new AlertCommand.Acknowledge(text(ask.alertId()), PERSON, note, replyTo));
  }

  private CompletionStage<GatewayReply> clear(GatewayRequest.ClearAlert ask) {
    String reason = checked("reason", ask.reason());
    return one(replyTo -> new AlertCommand.ClearById(text(ask.alertId()), PERSON, reason, replyTo));
  }

  private CompletionStage<GatewayReply> one(
      Function<ActorRef<StatusReply<Alert>>, AlertCommand> question) {
    return asking
        .<AlertCommand, Alert>askStatus(alerts, question)
        .exceptionallyCompose(AlertsDesk::refused)
        .thenApply(alert -> new GatewayReply.AlertShown(view(alert)));
  }

  /** The desk's own words under a stable code; another failure stays what it is. */
  private static CompletionStage<Alert> refused(Throwable failed) {
    Throwable cause = failed.getCause() == null ? failed : failed.getCause();
    return CompletableFuture.failedStage(
        cause instanceof StatusReply.ErrorMessage
            ? Refusal.of("alert_refused", cause.getMessage(), "'mainstay alerts --all' lists them")
            : failed);
  }

  private static String checked(String what, String given) {
    String text = text(given);
    if (text.length() > NOTE_MAX) {
      throw Refusal.of(
          "invalid_parameter",
          "the "
              + what
              + " has "
              + text.length()
              + " characters; at most "
              + NOTE_MAX
              + " are kept",
          "shorten it");
    }
    return text;
  }

  private static String text(String given) {
    return given == null ? "" : given;
  }

  private static GatewayReply.AlertView view(Alert alert) {
    Alert.Word seen = alert.acknowledged();
    Alert.Word cleared = alert.cleared();
    String state = cleared != null ? "cleared" : seen != null ? "acknowledged" : "open";
    return new GatewayReply.AlertView(
        alert.alertId(),
        alert.kind(),
        alert.subject(),
        state,
        alert.message(),
        alert.remedy(),
        alert.raised().eventId(),
        alert.raised().at(),
        seen == null ? null : seen.at(),
        seen == null ? "" : seen.by(),
        seen == null ? "" : seen.text(),
        cleared == null ? null : cleared.at(),
        cleared == null ? "" : cleared.by(),
        cleared == null ? "" : cleared.text());
  }
}
