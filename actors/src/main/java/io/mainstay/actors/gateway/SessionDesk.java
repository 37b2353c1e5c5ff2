package io.mainstay.actors.gateway;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.processing.ProcessingCommand.SubmitReply;
import io.mainstay.actors.processing.template.Templates;
import io.mainstay.actors.recovery.Intake;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.WorkClass;
import io.mainstay.persistence.session.Workflow;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Workflows: submitting, looking, cancelling. */
final class SessionDesk implements Desk {
  private final Asking asking;
  private final GatewaySettings settings;
  private final ActorRef<ProcessingCommand> processing;
  private final Intake intake;
  private final Templates templates;

  SessionDesk(
      Asking asking,
      GatewaySettings settings,
      ActorRef<ProcessingCommand> processing,
      Intake intake,
      Templates templates) {
    this.intake = intake;
    this.templates = templates;
    this.asking = asking;
    this.settings = settings;
    this.processing = processing;
  }

  @Override
  public void open(Desks desks) {
    desks.on(GatewayRequest.Submit.class, this::submit);
    desks.on(GatewayRequest.ListSessions.class, this::list);
    desks.on(GatewayRequest.GetSession.class, this::get);
    desks.on(GatewayRequest.GetProgress.class, this::progress);
    desks.on(GatewayRequest.ListOutputs.class, this::outputs);
    desks.on(GatewayRequest.CancelSession.class, this::cancel);
  }

  private CompletionStage<GatewayReply> submit(GatewayRequest.Submit ask) {
    BlobDesk.requireOpen(intake);
    if (ask.inputs() == null || !ask.inputs().stream().allMatch(Gateway::plausible)) {
      throw Refusal.of(
          "invalid_input_reference", "an input names no blob", "upload the input first");
    }
    Workflow workflow = checked(ask);
    return asking
        .<ProcessingCommand, SubmitReply>ask(
            processing,
            replyTo ->
                new ProcessingCommand.Submit(
                    workflow,
                    ask.inputs(),
                    ask.workClass() == null ? WorkClass.STANDARD : ask.workClass(),
                    ask.outputDirectory() == null ? "" : ask.outputDirectory(),
                    "client",
                    replyTo))
        .thenApply(SessionDesk::replyOf);
  }

  private Workflow checked(GatewayRequest.Submit ask) {
    Templates.Checked checked = templates.check(ask.template(), ask.params());
    if (checked instanceof Templates.Checked.Invalid invalid) {
      throw invalid.refusal();
    }
    return ((Templates.Checked.Valid) checked).workflow();
  }

  private static GatewayReply replyOf(SubmitReply reply) {
    if (reply instanceof SubmitReply.Accepted accepted) {
      return new GatewayReply.Accepted(accepted.sessionId());
    }
    if (reply instanceof SubmitReply.Busy busy) {
      return new GatewayReply.Busy(busy.retryAfterMillis(), busy.message());
    }
    SubmitReply.Refused refused = (SubmitReply.Refused) reply;
    return new GatewayReply.Refused(
        refused.code(), refused.message(), refused.remedy(), refused.retryAfterMillis());
  }

  private CompletionStage<GatewayReply> list(GatewayRequest.ListSessions ask) {
    int limit = Math.max(1, Math.min(ask.limit(), settings.listMax()));
    return asking
        .<ProcessingCommand, ProcessingCommand.SessionList>ask(
            processing, replyTo -> new ProcessingCommand.ListSessions(limit, replyTo))
        .thenApply(
            list -> {
              List<SessionView> fit =
                  ReplyBytes.fitting(list.sessions().stream().map(SessionDesk::bounded).toList());
              boolean cut = fit.size() < list.sessions().size();
              return new GatewayReply.Sessions(
                  fit, cut || limit < ask.limit() && fit.size() == limit);
            });
  }

  private CompletionStage<GatewayReply> get(GatewayRequest.GetSession ask) {
    return asking
        .<ProcessingCommand, SessionView>askStatus(
            processing, replyTo -> new ProcessingCommand.GetSession(ask.sessionId(), replyTo))
        .thenApply(view -> new GatewayReply.Session(bounded(view)));
  }

  private CompletionStage<GatewayReply> progress(GatewayRequest.GetProgress ask) {
    return asking
        .<ProcessingCommand, ProcessingCommand.SessionProgress>askStatus(
            processing, replyTo -> new ProcessingCommand.GetProgress(ask.sessionId(), replyTo))
        .thenApply(
            progress ->
                new GatewayReply.Progress(
                    ReplyBytes.fitting(
                        progress.batches().stream()
                            .map(
                                batch ->
                                    new GatewayReply.BatchProgress(
                                        batch.from(),
                                        batch.to(),
                                        batch.activity(),
                                        batch.done(),
                                        batch.total()))
                            .toList())));
  }

  private CompletionStage<GatewayReply> outputs(GatewayRequest.ListOutputs ask) {
    return asking
        .<ProcessingCommand, SessionView>askStatus(
            processing, replyTo -> new ProcessingCommand.GetSession(ask.sessionId(), replyTo))
        .thenApply(
            view -> {
              List<BlobRef> all = view.outputs();
              int from = Math.max(0, Math.min(ask.offset(), all.size()));
              List<BlobRef> fit = ReplyBytes.fitting(all.subList(from, all.size()));
              return new GatewayReply.Outputs(fit, from + fit.size() < all.size());
            });
  }

  private CompletionStage<GatewayReply> cancel(GatewayRequest.CancelSession ask) {
    return asking
        .<ProcessingCommand, SessionView>askStatus(
            processing,
            replyTo -> new ProcessingCommand.CancelSession(ask.sessionId(), ask.reason(), replyTo))
        .thenApply(view -> new GatewayReply.Session(bounded(view)));
  }

  /**
   * The view, with at most {@link GatewayReply#POISONED_MAX} poisoned documents and {@link
   * GatewayReply#FILES_MAX} inputs and outputs named.
   */
  static SessionView bounded(SessionView view) {
    return view.withAtMost(GatewayReply.POISONED_MAX, GatewayReply.FILES_MAX);
  }
}
