package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import akka.actor.typed.RecipientRef;
import akka.pattern.StatusReply;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.casebook.CaseCommand;
import io.mainstay.actors.recovery.engine.CoordinatorCommand;
import io.mainstay.actors.recovery.engine.RecoveryBook;
import io.mainstay.persistence.identity.Ulid;
import io.mainstay.persistence.journal.JournalReader;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.recovery.RecoveryProtocol;
import io.mainstay.persistence.recovery.RecoveryView;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Recoveries: listed and shown from the journal, without waking them; begun and redriven by a
 * person; what can run.
 */
public final class RecoveriesDesk implements Desk {
  private static final String PERSON = "client";
  private static final String STUCK = "stuck";

  /**
   * What a node recovers with.
   *
   * @param nodeId of this node
   * @param devices of this node
   * @param ids of recoveries that begin
   */
  public record Engine(
      String nodeId,
      List<String> devices,
      Supplier<String> ids,
      RecoveryBook book,
      ErrorCatalog catalog,
      ActorRef<CoordinatorCommand> coordinator,
      ActorRef<CaseCommand> cases,
      Function<String, RecipientRef<RecoveryProtocol.Command>> recoveries) {}

  private final Asking asking;
  private final int listMax;
  private final Supplier<JournalReader> journal;
  private final Engine engine;
  private final Executor blocking;

  /**
   * @param listMax most recoveries of one list
   * @param journal opens a reader for one request
   * @param blocking where the disk is waited for
   */
  RecoveriesDesk(
      Asking asking,
      int listMax,
      Supplier<JournalReader> journal,
      Engine engine,
      Executor blocking) {
    this.asking = asking;
    this.listMax = listMax;
    this.journal = journal;
    this.engine = engine;
    this.blocking = blocking;
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.ListRecoveries.class, this::list);
    desks.on(GatewayRequest.GetRecovery.class, this::get);
    desks.on(GatewayRequest.BeginRecovery.class, this::begin);
    desks.on(GatewayRequest.RedriveRecovery.class, this::redrive);
    desks.on(GatewayRequest.ListRecoveryPlans.class, this::plans);
  }

  private CompletionStage<GatewayReply> list(GatewayRequest.ListRecoveries ask) {
    int limit = Math.max(1, Math.min(ask.limit(), listMax));
    return asking
        .<CoordinatorCommand, CoordinatorCommand.View>ask(
            engine.coordinator(), CoordinatorCommand.Get::new)
        .thenCombineAsync(
            asking.<CaseCommand, CaseCommand.View>ask(engine.cases(), CaseCommand.Get::new),
            (view, cases) -> listed(view, cases, limit),
            blocking);
  }

  private GatewayReply listed(CoordinatorCommand.View view, CaseCommand.View cases, int limit) {
    try (JournalReader reader = journal.get()) {
      List<RecoveryView> found = StoredEntities.RECOVERIES.newest(reader, limit + 1);
      List<RecoverySummary> all =
          Stream.of(
                  cases.cases().stream().flatMap(CaseLines::of),
                  view.waiting().stream().map(RecoveriesDesk::waiting),
                  found.stream().limit(limit).map(RecoverySummary::of))
              .flatMap(lines -> lines)
              .toList();
      List<RecoverySummary> fit = ReplyBytes.fitting(all);
      return new GatewayReply.Recoveries(fit, fit.size() < all.size() || found.size() > limit);
    }
  }

  /** Not begun, so not in the journal. */
  private static RecoverySummary waiting(CoordinatorCommand.Waiting one) {
    return new RecoverySummary(
        "",
        one.kind(),
        one.name(),
        one.error(),
        one.subject(),
        one.priority(),
        "waiting",
        List.of(),
        "",
        "",
        null,
        null,
        0);
  }

  private CompletionStage<GatewayReply> get(GatewayRequest.GetRecovery ask) {
    String id = checked(ask.recoveryId());
    return CompletableFuture.supplyAsync(
        () -> {
          try (JournalReader reader = journal.get()) {
            return new GatewayReply.RecoveryShown(
                RecoverySummary.of(
                    StoredEntities.RECOVERIES.read(reader, id).orElseThrow(() -> unknown(id))));
          }
        },
        blocking);
  }

  /** The coordinator hears of it by its first step; it shares steps with those that run. */
  private CompletionStage<GatewayReply> begin(GatewayRequest.BeginRecovery ask) {
    RecoveryPlan plan =
        RequestedRecovery.plan(
            engine.book(),
            engine.catalog(),
            engine.nodeId(),
            engine.devices(),
            ask.name(),
            ask.subject());
    return asking
        .<CoordinatorCommand, CoordinatorCommand.View>ask(
            engine.coordinator(), CoordinatorCommand.Get::new)
        .thenCompose(
            view -> {
              RequestedRecovery.refuseIfUnderWay(plan, view);
              return asking.askStatus(
                  engine.recoveries().apply(engine.ids().get()),
                  (ActorRef<StatusReply<RecoveryView>> replyTo) ->
                      new RecoveryProtocol.Begin(plan, null, PERSON, replyTo));
            })
        .thenApply(view -> new GatewayReply.RecoveryShown(RecoverySummary.of(view)));
  }

  private CompletionStage<GatewayReply> redrive(GatewayRequest.RedriveRecovery ask) {
    String id = checked(ask.recoveryId());
    return asking
        .askStatus(
            engine.recoveries().apply(id),
            (ActorRef<StatusReply<RecoveryView>> replyTo) ->
                new RecoveryProtocol.Redrive(PERSON, replyTo))
        .exceptionallyCompose(RecoveriesDesk::refused)
        .thenApply(view -> new GatewayReply.RecoveryShown(RecoverySummary.of(view)));
  }

  /** The recovery's own words under a stable code; another failure stays what it is. */
  private static CompletionStage<RecoveryView> refused(Throwable failed) {
    Throwable cause = failed.getCause() == null ? failed : failed.getCause();
    return CompletableFuture.failedStage(
        cause instanceof StatusReply.ErrorMessage
            ? Refusal.of(
                "recovery_not_stuck",
                cause.getMessage(),
                "'mainstay recoveries' shows which are " + STUCK)
            : failed);
  }

  private CompletionStage<GatewayReply> plans(GatewayRequest.ListRecoveryPlans ask) {
    return CompletableFuture.completedFuture(
        new GatewayReply.RecoveryPlans(
            (ask.cascades() ? engine.book().cascades() : engine.book().strategies())
                .stream()
                    .map(definition -> RecoveryPlanView.of(definition, engine.catalog()))
                    .toList()));
  }

  private static Refusal unknown(String id) {
    return Refusal.of(
        "unknown_recovery",
        "there is no recovery '" + id + "' in the journal",
        "'mainstay recoveries' lists the newest ones");
  }

  /** A name that is none must not make an entity. */
  private static String checked(String id) {
    if (id == null || !Ulid.isValid(id)) {
      throw unknown(id);
    }
    return id;
  }
}
