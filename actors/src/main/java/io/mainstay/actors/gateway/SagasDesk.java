package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import akka.actor.typed.RecipientRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.alert.AlertCommand;
import io.mainstay.actors.alert.SagaAlerts;
import io.mainstay.persistence.alert.Alert;
import io.mainstay.persistence.identity.Ulid;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.saga.SagaProtocol;
import io.mainstay.persistence.saga.SagaProtocol.SagaView;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/** Sagas: listed and shown from the journal, without waking them, and redriven. */
final class SagasDesk implements Desk {
  private static final String PERSON = "client";
  private static final int STUCK_MAX = 200;

  private final Asking asking;
  private final int listMax;
  private final Supplier<JournalReader> journal;
  private final Function<String, RecipientRef<SagaProtocol.Command>> sagas;
  private final ActorRef<AlertCommand> alerts;
  private final Executor blocking;

  /**
   * @param listMax most sagas of one list
   * @param journal opens a reader for one request
   * @param sagas the entity of that id
   * @param blocking where the disk is waited for
   */
  SagasDesk(
      Asking asking,
      int listMax,
      Supplier<JournalReader> journal,
      Function<String, RecipientRef<SagaProtocol.Command>> sagas,
      ActorRef<AlertCommand> alerts,
      Executor blocking) {
    this.asking = asking;
    this.listMax = listMax;
    this.journal = journal;
    this.sagas = sagas;
    this.alerts = alerts;
    this.blocking = blocking;
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.ListSagas.class, this::list);
    desks.on(GatewayRequest.GetSaga.class, this::get);
    desks.on(GatewayRequest.RedriveSaga.class, this::redrive);
  }

  private CompletionStage<GatewayReply> list(GatewayRequest.ListSagas ask) {
    int limit = Math.max(1, Math.min(ask.limit(), listMax));
    return ask.stuckOnly()
        ? stuckIds().thenApplyAsync(ids -> stuck(ids, limit), blocking)
        : CompletableFuture.supplyAsync(() -> newest(limit), blocking);
  }

  /** Each saga that is stuck has an alert that is open: those are the index. */
  private CompletionStage<List<String>> stuckIds() {
    return asking
        .<AlertCommand, AlertCommand.Page>ask(
            alerts, replyTo -> new AlertCommand.ListAlerts(true, 0, STUCK_MAX, replyTo))
        .thenApply(
            page ->
                page.alerts().stream()
                    .filter(alert -> alert.kind().equals(SagaAlerts.STUCK))
                    .map(Alert::subject)
                    .toList());
  }

  private GatewayReply stuck(List<String> ids, int limit) {
    try (JournalReader reader = journal.get()) {
      return sagas(
          ids.stream()
              .map(id -> StoredEntities.SAGAS.read(reader, id))
              .flatMap(Optional::stream)
              .filter(saga -> saga.state().equals("stuck"))
              .toList(),
          limit);
    }
  }

  private GatewayReply newest(int limit) {
    try (JournalReader reader = journal.get()) {
      return sagas(StoredEntities.SAGAS.newest(reader, limit + 1), limit);
    }
  }

  private static GatewayReply sagas(List<SagaView> found, int limit) {
    List<GatewayReply.SagaSummary> all =
        found.stream().limit(limit).map(SagaText::summary).toList();
    List<GatewayReply.SagaSummary> fit = ReplyBytes.fitting(all);
    return new GatewayReply.Sagas(fit, fit.size() < found.size());
  }

  private CompletionStage<GatewayReply> get(GatewayRequest.GetSaga ask) {
    String sagaId = checked(ask.sagaId());
    return CompletableFuture.supplyAsync(
        () -> {
          try (JournalReader reader = journal.get()) {
            return new GatewayReply.SagaShown(
                SagaText.summary(
                    StoredEntities.SAGAS.read(reader, sagaId).orElseThrow(() -> unknown(sagaId))));
          }
        },
        blocking);
  }

  private CompletionStage<GatewayReply> redrive(GatewayRequest.RedriveSaga ask) {
    String sagaId = checked(ask.sagaId());
    return asking
        .askStatus(
            sagas.apply(sagaId),
            (ActorRef<StatusReply<SagaView>> replyTo) -> new SagaProtocol.Redrive(PERSON, replyTo))
        .exceptionallyCompose(SagasDesk::refused)
        .thenApply(saga -> new GatewayReply.SagaShown(SagaText.summary(saga)));
  }

  /** The saga's own words under a stable code; another failure stays what it is. */
  private static CompletionStage<SagaView> refused(Throwable failed) {
    Throwable cause = failed.getCause() == null ? failed : failed.getCause();
    return CompletableFuture.failedStage(
        cause instanceof StatusReply.ErrorMessage
            ? Refusal.of(
                "saga_not_stuck", cause.getMessage(), "'mainstay sagas --stuck' lists those")
            : failed);
  }

  private static Refusal unknown(String sagaId) {
    return Refusal.of(
        "unknown_saga",
        "there is no saga '" + sagaId + "' in the journal",
        "'mainstay sagas' lists the newest ones");
  }

  /** A name that is none must not make an entity. */
  private static String checked(String sagaId) {
    if (sagaId == null || !Ulid.isValid(sagaId)) {
      throw unknown(sagaId);
    }
    return sagaId;
  }
}
