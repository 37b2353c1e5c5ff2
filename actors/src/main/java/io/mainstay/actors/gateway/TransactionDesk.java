package io.mainstay.actors.gateway;

import akka.actor.typed.ActorSystem;
import akka.pattern.StatusReply;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.transaction.ShardedTransactions;
import io.mainstay.actors.transaction.TransactionParams;
import io.mainstay.persistence.transaction.Owners;
import io.mainstay.persistence.transaction.TransactionIndex;
import io.mainstay.persistence.transaction.TransactionPlan;
import io.mainstay.persistence.transaction.TransactionProtocol.TransactionView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;

/** Atomic operations: listed, looked at, run and released by an operator. */
final class TransactionDesk implements Desk {
  // A ULID, and for those of a load which of its two it is.
  private static final Pattern ID = Pattern.compile("[0-9A-HJKMNP-TV-Z]{26}(\\.[a-z]{1,10})?");

  private final ActorSystem<?> system;
  private final ShardedTransactions transactions;
  private final TransactionIndex index;
  private final int listMax;
  private final Duration modeRetryAfter;
  private final Executor blocking;

  /**
   * @param listMax transactions in one answer
   * @param blocking where the disk is waited for
   */
  TransactionDesk(
      ActorSystem<?> system,
      ShardedTransactions transactions,
      TransactionIndex index,
      int listMax,
      Duration modeRetryAfter,
      Executor blocking) {
    this.system = system;
    this.modeRetryAfter = modeRetryAfter;
    this.transactions = transactions;
    this.index = index;
    this.listMax = listMax;
    this.blocking = blocking;
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.ListTransactions.class, this::list);
    desks.on(GatewayRequest.GetTransaction.class, ask -> answer(ask.transactionId()));
    desks.on(GatewayRequest.RunTransaction.class, this::run);
    desks.on(GatewayRequest.ReleaseTransaction.class, this::release);
    desks.on(GatewayRequest.RedriveTransaction.class, this::redrive);
  }

  private CompletionStage<GatewayReply> list(GatewayRequest.ListTransactions ask) {
    int limit = Math.max(1, Math.min(ask.limit(), listMax));
    return CompletableFuture.supplyAsync(() -> index.latest(limit), blocking)
        .thenCompose(this::views)
        .thenApply(views -> new GatewayReply.Transactions(ReplyBytes.fitting(views)));
  }

  private CompletionStage<List<TransactionView>> views(List<String> ids) {
    List<CompletableFuture<TransactionView>> asked =
        ids.stream().map(id -> transactions.view(id).toCompletableFuture()).toList();
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(all -> new ArrayList<>(asked.stream().map(CompletableFuture::join).toList()));
  }

  private CompletionStage<GatewayReply> answer(String id) {
    return view(id).thenApply(GatewayReply.Transaction::new);
  }

  /** An entity is started for each id asked for, so only ids that may exist reach one. */
  private CompletionStage<TransactionView> view(String id) {
    if (id == null || !ID.matcher(id).matches()) {
      throw unknown(id);
    }
    return transactions
        .view(id)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedStage(
                    cause(failure) instanceof StatusReply.ErrorMessage ? unknown(id) : failure));
  }

  private CompletionStage<GatewayReply> run(GatewayRequest.RunTransaction ask) {
    String id = transactions.nextId();
    Map<String, String> params = new LinkedHashMap<>();
    ask.params().forEach(param -> params.put(param.key(), param.value()));
    TransactionPlan plan = TransactionParams.plan(ask.operation(), params, id);
    ModeReservations.refusal(InForce.on(system), plan, modeRetryAfter)
        .ifPresent(
            refusal -> {
              throw refusal;
            });
    return transactions.carryThrough(id, plan).thenCompose(ended -> answer(id));
  }

  private CompletionStage<GatewayReply> release(GatewayRequest.ReleaseTransaction ask) {
    return view(ask.transactionId())
        .thenCompose(
            view -> {
              if (!view.plan().owner().equals(Owners.OPERATOR)) {
                throw Refusal.of(
                    "not_an_operators",
                    "the transaction " + view.transactionId() + " is of " + view.plan().owner(),
                    "It is released with its owner; 'mainstay transactions redrive' tells"
                        + " participants again that are stuck");
              }
              return transactions.release(view.transactionId(), false, "released by an operator");
            })
        .thenCompose(released -> answer(ask.transactionId()));
  }

  private CompletionStage<GatewayReply> redrive(GatewayRequest.RedriveTransaction ask) {
    return view(ask.transactionId())
        .thenCompose(view -> transactions.redrive(view.transactionId(), "asked by an operator"))
        .thenApply(GatewayReply.Transaction::new);
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static Refusal unknown(String id) {
    return Refusal.of(
        "unknown_transaction",
        "There is no transaction '" + id + "'",
        "'mainstay transactions' lists the latest");
  }
}
