package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.recovery.ErrorCatalog;
import io.mainstay.actors.recovery.ErrorDefinition;
import io.mainstay.actors.recovery.escalation.LedgerCommand;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The error catalog, what this node raised of it, and the gates that a person opens. */
final class ErrorsDesk implements Desk {
  private static final String PERSON = "client";
  private static final int NOTE_MAX = 1_000;

  private final Asking asking;
  private final ErrorCatalog catalog;
  private final ActorRef<LedgerCommand> ledger;

  ErrorsDesk(Asking asking, ErrorCatalog catalog, ActorRef<LedgerCommand> ledger) {
    this.asking = asking;
    this.catalog = catalog;
    this.ledger = ledger;
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.ListErrors.class, this::list);
    desks.on(GatewayRequest.AcknowledgeError.class, this::acknowledge);
  }

  private CompletionStage<GatewayReply> list(GatewayRequest.ListErrors ask) {
    String asked = ask.error() == null ? "" : ask.error();
    List<ErrorDefinition> wanted =
        asked.isEmpty() ? List.copyOf(catalog.all()) : List.of(known(asked));
    return asking
        .<LedgerCommand, LedgerCommand.View>ask(ledger, LedgerCommand.Get::new)
        .thenApply(
            view ->
                new GatewayReply.Errors(wanted.stream().map(error -> view(error, view)).toList()));
  }

  private CompletionStage<GatewayReply> acknowledge(GatewayRequest.AcknowledgeError ask) {
    String note = ask.note() == null ? "" : ask.note();
    if (note.length() > NOTE_MAX) {
      throw Refusal.of(
          "note_too_long",
          "the note has " + note.length() + " characters; at most " + NOTE_MAX + " are kept",
          "shorten it");
    }
    String code = known(ask.error() == null ? "" : ask.error()).name();
    return asking
        .<LedgerCommand, akka.Done>askStatus(
            ledger, replyTo -> new LedgerCommand.Acknowledge(code, PERSON, note, replyTo))
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedStage(
                    Refusal.of(
                        "gate_not_closed",
                        String.valueOf(
                            failure.getCause() == null
                                ? failure.getMessage()
                                : failure.getCause().getMessage()),
                        "'mainstay errors list' marks those that wait for a person")))
        .thenCompose(done -> list(new GatewayRequest.ListErrors(code)));
  }

  private ErrorDefinition known(String asked) {
    return catalog
        .find(asked)
        .orElseThrow(
            () ->
                Refusal.of(
                    "unknown_error",
                    "the catalog has no error '" + asked + "'",
                    "'mainstay errors list' has their names and numbers"));
  }

  private static ErrorView view(ErrorDefinition error, LedgerCommand.View view) {
    return ErrorView.of(
        error,
        view.tallies().stream().filter(tally -> tally.code().equals(error.name())).findFirst(),
        view.perHour().stream()
            .filter(one -> one.code().equals(error.name()))
            .mapToInt(LedgerCommand.View.PerHour::count)
            .sum(),
        view.gates().stream().anyMatch(gate -> gate.code().equals(error.name())));
  }
}
