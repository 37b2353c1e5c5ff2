package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Scheduler;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.pattern.StatusReply;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.inference.Fingerprint;
import io.mainstay.actors.postprocessing.StorageFailure;
import io.mainstay.actors.postprocessing.output.Manifest;
import io.mainstay.actors.postprocessing.output.OutputPlan;
import io.mainstay.actors.postprocessing.output.WrittenOutputs;
import io.mainstay.actors.processing.recipe.ModelNeeds;
import io.mainstay.actors.processing.recipe.Recipe;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/** The last step of a session: has its outputs written, with what the journal says of it. */
final class SessionOutputs {
  private final ActorContext<RunnerMessage> ctx;
  private final String sessionId;
  private final ProcessingSettings.Runner settings;
  private final ProcessingCollaborators others;
  private final Scheduler scheduler;
  private final ReceiptModel receiptModel;

  SessionOutputs(
      ActorContext<RunnerMessage> ctx,
      String sessionId,
      ProcessingSettings.Runner settings,
      ProcessingCollaborators others,
      ModelLookup models) {
    this.ctx = ctx;
    this.sessionId = sessionId;
    this.settings = settings;
    this.others = others;
    this.scheduler = ctx.getSystem().scheduler();
    this.receiptModel =
        new ReceiptModel(id -> models.resolve(new ModelNeeds(Set.of(), Set.of(id))));
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
    ctx.pipeToSelf(
        receiptModel
            .of(recipe, view.fingerprints())
            .thenCompose(
                model ->
                    written(
                        recipe,
                        new OutputPlan(
                            manifest(view, model, batchDocuments),
                            account.remaining().completed(),
                            view.outputDirectory()))),
        (written, failure) ->
            new RunnerMessage.Written(
                written, failure == null ? null : ModelLookup.cause(failure)));
  }

  private CompletionStage<WrittenOutputs> written(Recipe recipe, OutputPlan plan) {
    return AskPattern.askWithStatus(
        others.postprocessing(),
        replyTo -> recipe.write(plan, replyTo),
        settings
            .batchDeadline()
            .plus(settings.outputTime().multipliedBy(plan.manifest().documents())),
        scheduler);
  }

  private Manifest manifest(SessionView view, Manifest.Model model, int batchDocuments) {
    int batches = (view.documents() + batchDocuments - 1) / batchDocuments;
    return new Manifest(
        sessionId,
        view.template(),
        model,
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
  }

  /**
   * Why something was not stored or written. One that is overdue is waited for like a disk that has
   * no room: what is computed is never thrown away for a slow disk.
   */
  static Refusal why(Throwable failure) {
    Throwable cause = ModelLookup.cause(failure);
    return cause instanceof TimeoutException
        ? Refusal.of(
            StorageFailure.CODE,
            "The stores did not answer in time: " + cause.getMessage(),
            "Look at the load of the disk; the work waits and is tried again")
        : Refusal.from(cause, ErrorNames.POSTPROCESSING_ENGINE_FAILURE.code());
  }

  /** True when trying again helps as soon as the disk has room or the others are less busy. */
  static boolean mayPass(Refusal why) {
    return why.code().equals("busy") || why.code().equals(StorageFailure.CODE);
  }

  /** What the journal says already, and what only all results together show. */
  private List<String> degradations(SessionView view) {
    List<String> all = new ArrayList<>(view.degradations());
    InForce.on(ctx.getSystem()).receipt().filter(what -> !all.contains(what)).ifPresent(all::add);
    if (Fingerprint.mixed(view.fingerprints())) {
      all.add(
          "mixed_fingerprints: results were computed by backends of "
              + Math.max(2, view.fingerprints().size())
              + " kinds; their last bits may differ from those of one kind");
    }
    return all;
  }
}
