package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.pattern.StatusReply;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.postprocessing.PostprocessingCommand;
import io.mainstay.actors.postprocessing.output.Manifest;
import io.mainstay.actors.postprocessing.output.OutputPlan;
import io.mainstay.actors.postprocessing.output.WrittenOutputs;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.SessionWork;
import java.util.List;

/** The last step of a session: has its outputs written, with what the journal says of it. */
final class SessionOutputs {
  private final ActorContext<RunnerMessage> ctx;
  private final String sessionId;
  private final ProcessingSettings.Runner settings;
  private final ProcessingCollaborators others;

  SessionOutputs(
      ActorContext<RunnerMessage> ctx,
      String sessionId,
      ProcessingSettings.Runner settings,
      ProcessingCollaborators others) {
    this.ctx = ctx;
    this.sessionId = sessionId;
    this.settings = settings;
    this.others = others;
  }

  /** Asks the session for its account; answered by {@link RunnerMessage.Viewed}. */
  void view(ActorRef<SessionProtocol.Command> session) {
    ctx.askWithStatus(
        SessionView.class,
        session,
        settings.recordTimeout(),
        (ActorRef<StatusReply<SessionView>> replyTo) -> new SessionProtocol.Get(replyTo),
        (view, failure) -> new RunnerMessage.Viewed(view, failure));
  }

  /** Has the outputs written; answered by {@link RunnerMessage.Written}. */
  void write(
      SessionView view,
      ModelDescriptor model,
      int batchDocuments,
      List<SessionWork.Completed> completed) {
    int batches = (view.documents() + batchDocuments - 1) / batchDocuments;
    Manifest manifest =
        new Manifest(
            sessionId,
            view.template(),
            Manifest.Model.of(model),
            view.documents(),
            view.embedded(),
            view.poisoned(),
            view.replanned(),
            view.interruptions(),
            new Manifest.BatchPlan(batchDocuments, batches),
            view.fingerprints(),
            List.of(),
            view.acceptedAt().toString(),
            "",
            degradations(view));
    ctx.askWithStatus(
        WrittenOutputs.class,
        others.postprocessing(),
        settings.batchDeadline(),
        (ActorRef<StatusReply<WrittenOutputs>> replyTo) ->
            new PostprocessingCommand.WriteOutputs(
                new OutputPlan(manifest, completed, view.outputDirectory()), replyTo),
        (written, failure) -> new RunnerMessage.Written(written, failure));
  }

  private static List<String> degradations(SessionView view) {
    return view.fingerprints().size() > 1
        ? List.of(
            "mixed_fingerprints: results were computed by backends of "
                + view.fingerprints().size()
                + " kinds; their last bits may differ from those of one kind")
        : List.of();
  }
}
