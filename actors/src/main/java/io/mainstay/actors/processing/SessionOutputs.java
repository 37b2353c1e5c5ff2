package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.javadsl.ActorContext;
import akka.pattern.StatusReply;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.BuiltinModel;
import io.mainstay.actors.inference.Fingerprint;
import io.mainstay.actors.postprocessing.StorageFailure;
import io.mainstay.actors.postprocessing.output.Manifest;
import io.mainstay.actors.postprocessing.output.OutputPlan;
import io.mainstay.actors.postprocessing.output.WrittenOutputs;
import io.mainstay.actors.processing.recipe.Recipe;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
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

  /** Asks the session for its account; answered by {@link RunnerMessage.Accounted}. */
  void account(ActorRef<SessionProtocol.Command> session) {
    ctx.askWithStatus(
        SessionProtocol.Account.class,
        session,
        settings.recordTimeout(),
        (ActorRef<StatusReply<SessionProtocol.Account>> replyTo) ->
            new SessionProtocol.GetAccount(replyTo),
        (account, failure) -> new RunnerMessage.Accounted(account, failure));
  }

  /** Has the outputs written; answered by {@link RunnerMessage.Written}. */
  void write(SessionProtocol.Account account, Recipe recipe, int batchDocuments) {
    SessionView view = account.view();
    int batches = (view.documents() + batchDocuments - 1) / batchDocuments;
    Manifest manifest =
        new Manifest(
            sessionId,
            view.template(),
            recipe.models().stream()
                .findFirst()
                .map(Manifest.Model::of)
                .orElse(new Manifest.Model(BuiltinModel.ID, "", List.of())),
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
            recipe.write(
                new OutputPlan(manifest, account.remaining().completed(), view.outputDirectory()),
                replyTo),
        (written, failure) -> new RunnerMessage.Written(written, failure));
  }

  /** True when trying again helps as soon as the disk has room or the others are less busy. */
  static boolean mayPass(Refusal why) {
    return why.code().equals("busy") || why.code().equals(StorageFailure.CODE);
  }

  private static List<String> degradations(SessionView view) {
    return Fingerprint.mixed(view.fingerprints())
        ? List.of(
            "mixed_fingerprints: results were computed by backends of "
                + Math.max(2, view.fingerprints().size())
                + " kinds; their last bits may differ from those of one kind")
        : List.of();
  }
}
