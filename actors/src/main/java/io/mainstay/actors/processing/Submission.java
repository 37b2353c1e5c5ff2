package io.mainstay.actors.processing;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import io.mainstay.actors.degradation.Degraded;
import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.degradation.Restrictions;
import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.postprocessing.Enhancers;
import io.mainstay.actors.processing.ProcessingCommand.SubmitReply;
import io.mainstay.actors.processing.recipe.Recipe;
import io.mainstay.actors.processing.recipe.Recipes;
import io.mainstay.persistence.session.BlobRef;
import io.mainstay.persistence.session.SessionProtocol;
import io.mainstay.persistence.session.SessionView;
import io.mainstay.persistence.session.Workflow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * One submission: checks the models, the output directory and every byte of the input, then has the
 * session accept. The submitter is answered last, when the acceptance is durable. Lives for one
 * submission; it owns the time-out.
 */
final class Submission {
  /** What it tells itself. */
  sealed interface Step {}

  private record ModelsResolved(Map<String, ModelDescriptor> models, Throwable failure)
      implements Step {}

  /** The workflow has nothing left open; {@code failure} is null then. */
  private record InputChecked(Workflow workflow, Throwable failure) implements Step {}

  private record Answered(SessionView view, Throwable failure) implements Step {}

  private record Overdue() implements Step {}

  /**
   * How it ended, told to its supervisor.
   *
   * @param accepted false when it is certain that there is no such session
   */
  record Over(String sessionId, boolean accepted) {}

  private final ActorContext<Step> ctx;
  private final String sessionId;
  private final ProcessingCommand.Submit submit;
  private final ProcessingSettings settings;
  private final ProcessingCollaborators others;
  private final Recipes recipes;
  private final ModelLookup models;
  private final ActorRef<Over> supervisor;
  private final Restrictions inForce;
  private final ModeAdmission admission;
  // Written on the blocking dispatcher before the check is over, read after it.
  private volatile List<String> receipts = List.of();
  private final AtomicBoolean wanted = new AtomicBoolean(true);
  private boolean asked;
  private boolean answered;

  private Submission(
      ActorContext<Step> ctx,
      TimerScheduler<Step> timers,
      String sessionId,
      ProcessingCommand.Submit submit,
      ProcessingSettings settings,
      ProcessingCollaborators others,
      ActorRef<Over> supervisor) {
    this.ctx = ctx;
    this.sessionId = sessionId;
    this.submit = submit;
    this.settings = settings;
    this.others = others;
    this.recipes =
        settings.recipes(
            others.artifacts(),
            others.textModels(),
            InForce.of(ctx.getSystem())::restrictions,
            Enhancers.of(ctx.getSystem())::replaced);
    this.models = new ModelLookup(others.model(), ctx.getSystem(), settings.submitTimeout());
    this.supervisor = supervisor;
    this.inForce = InForce.on(ctx.getSystem());
    this.admission = new ModeAdmission(inForce, settings.modeRetryAfter());
    timers.startSingleTimer(new Overdue(), settings.submitTimeout());
  }

  static Behavior<Step> create(
      String sessionId,
      ProcessingCommand.Submit submit,
      ProcessingSettings settings,
      ProcessingCollaborators others,
      ActorRef<Over> supervisor) {
    return Behaviors.setup(
        ctx ->
            Behaviors.withTimers(
                timers ->
                    new Submission(ctx, timers, sessionId, submit, settings, others, supervisor)
                        .resolving()));
  }

  private Behavior<Step> resolving() {
    Optional<Refusal> unfit =
        recipes
            .unfit(submit.workflow(), submit.inputs().size())
            .or(() -> admission.refusal(submit.workflow(), submit.workClass()));
    if (unfit.isPresent()) {
      return refuse(unfit.get());
    }
    ctx.pipeToSelf(models.usable(recipes.needs(submit.workflow())), ModelsResolved::new);
    return Behaviors.receive(Step.class)
        .onMessage(ModelsResolved.class, this::onModels)
        .onMessage(InputChecked.class, this::onInput)
        .onMessage(Answered.class, this::onAnswered)
        .onMessage(Overdue.class, overdue -> onOverdue())
        .onSignal(PostStop.class, stopped -> onOver())
        .build();
  }

  /** Nobody waits for the check of the input any more. Its domain may have stopped it half way. */
  private Behavior<Step> onOver() {
    wanted.set(false);
    if (!answered && !asked) {
      answer(
          SubmitReply.of(
              Refusal.busy(
                  "The submission was stopped before it was checked",
                  settings.retryAfter().toMillis())));
    } else if (!answered) {
      answer(unconfirmed("before its domain stopped"));
    }
    return Behaviors.same();
  }

  private void answer(SubmitReply reply) {
    answered = true;
    submit.replyTo().tell(reply);
  }

  private Behavior<Step> onModels(ModelsResolved resolved) {
    Executor blocking = ctx.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    if (StandIns.mayFor(submit.workflow(), resolved.failure())) {
      ctx.pipeToSelf(
          standIn(ModelLookup.refusal(resolved.failure())).thenApplyAsync(this::checked, blocking),
          InputChecked::new);
      return Behaviors.same();
    }
    if (resolved.failure() != null) {
      return refuse(Refusal.from(ModelLookup.cause(resolved.failure()), "model_unavailable"));
    }
    ctx.pipeToSelf(
        reduced(resolved.models())
            .thenApplyAsync(
                reduced -> reduced.map(this::checked).orElseGet(() -> checked(resolved.models())),
                blocking),
        InputChecked::new);
    return Behaviors.same();
  }

  /** What is accepted instead where a mode demands a lower precision and the model has one. */
  private record Reduced(
      Workflow workflow, Map<String, ModelDescriptor> models, Degraded receipt) {}

  private CompletionStage<Optional<Reduced>> reduced(Map<String, ModelDescriptor> found) {
    CompletionStage<Optional<Reduced>> first = CompletableFuture.completedStage(Optional.empty());
    if (!(submit.workflow() instanceof Workflow.TextToImage image)) {
      return first;
    }
    ModelDescriptor asked = found.get(image.model());
    for (String id : ReducedPrecision.candidates(inForce, image, asked)) {
      first = first.thenCompose(one -> one.isPresent() ? now(one) : tried(image, asked, id));
    }
    return first;
  }

  private static CompletionStage<Optional<Reduced>> now(Optional<Reduced> found) {
    return CompletableFuture.completedStage(found);
  }

  private CompletionStage<Optional<Reduced>> tried(
      Workflow.TextToImage asked, ModelDescriptor model, String id) {
    Workflow.TextToImage instead = asked.withModel(id);
    return models
        .usable(recipes.needs(instead))
        .handle(
            (found, unfit) ->
                unfit != null
                    ? Optional.empty()
                    : ReducedPrecision.receipt(inForce, model, found.get(id))
                        .map(receipt -> new Reduced(instead, found, receipt)));
  }

  private Workflow checked(Reduced reduced) {
    checkOutput();
    Workflow workflow =
        admitted(recipes.completed(reduced.workflow(), reduced.models()), reduced.models());
    List<String> all = new ArrayList<>(receipts);
    all.add(reduced.receipt().text());
    receipts = List.copyOf(all);
    return kept(workflow, recipes.open(workflow, submit.inputs(), reduced.models()));
  }

  /** The runner finds it again, and says so; what is accepted is what was asked for. */
  private CompletionStage<StandIns.Found> standIn(Refusal why) {
    return new StandIns(ctx.getSystem(), others.model(), models, recipes, settings.submitTimeout())
        .find(
            (Workflow.TextToImage) submit.workflow(),
            submit.inputs(),
            ConcurrentHashMap.newKeySet(),
            why);
  }

  /** On the blocking dispatcher; touches final fields only. */
  private Workflow checked(Map<String, ModelDescriptor> found) {
    checkOutput();
    Workflow workflow = admitted(recipes.completed(submit.workflow(), found), found);
    return kept(workflow, recipes.open(workflow, submit.inputs(), found));
  }

  private Workflow checked(StandIns.Found found) {
    checkOutput();
    String asked = ((Workflow.TextToImage) submit.workflow()).model();
    return kept(((Workflow.TextToImage) found.workflow()).withModel(asked), found.recipe());
  }

  /** Now that nothing is open: once more, and then made smaller where a mode demands it. */
  private Workflow admitted(Workflow whole, Map<String, ModelDescriptor> found) {
    admission
        .refusal(whole, submit.workClass())
        .ifPresent(
            refusal -> {
              throw refusal;
            });
    int multipleOf =
        whole instanceof Workflow.TextToImage image
            ? found.get(image.model()).image().multipleOf()
            : 1;
    ModeAdmission.Adjusted adjusted = admission.adjusted(whole, multipleOf);
    receipts = adjusted.texts();
    return adjusted.workflow();
  }

  private void checkOutput() {
    if (!submit.outputDirectory().isEmpty()) {
      Optional<Refusal> unusable = others.outputRoots().check(submit.outputDirectory());
      if (unusable.isPresent()) {
        throw unusable.get();
      }
    }
  }

  private Workflow kept(Workflow opened, Recipe recipe) {
    recipe.checkDocuments(wanted::get);
    HeapAdmission.Fit fit =
        new HeapAdmission(inForce, settings.modeRetryAfter()).fit(recipe, opened.batchDocuments());
    Workflow workflow = opened.withBatch(fit.batchDocuments());
    fit.receipt()
        .ifPresent(
            receipt ->
                receipts = Stream.concat(receipts.stream(), Stream.of(receipt.text())).toList());
    try {
      others
          .artifacts()
          .keep(WorkOwner.of(sessionId), submit.inputs().stream().map(BlobRef::sha256).toList());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return workflow;
  }

  private Behavior<Step> onInput(InputChecked checked) {
    if (checked.failure() != null) {
      Refusal refusal = ModelLookup.refusal(checked.failure());
      return refuse(
          refusal != null
              ? refusal
              : Refusal.of(
                  "input_unreadable",
                  "The input cannot be read from the blob store: " + checked.failure().getMessage(),
                  "Upload it again; if that fails too, 'mainstay journal verify' checks the disk"));
    }
    asked = true;
    ctx.askWithStatus(
        SessionView.class,
        others.sessions().apply(sessionId),
        settings.submitTimeout(),
        (ActorRef<StatusReply<SessionView>> replyTo) ->
            new SessionProtocol.Accept(
                checked.workflow(),
                submit.inputs(),
                submit.workClass(),
                submit.outputDirectory(),
                submit.submittedBy(),
                receipts,
                replyTo),
        Answered::new);
    return Behaviors.same();
  }

  private Behavior<Step> onAnswered(Answered answered) {
    if (answered.failure() != null) {
      return answered.failure() instanceof StatusReply.ErrorMessage refused
          ? refuse(Refusal.of("not_accepted", refused.getMessage(), "Submit it again"))
          : onOverdue();
    }
    supervisor.tell(new Over(sessionId, true));
    answer(new SubmitReply.Accepted(sessionId));
    return Behaviors.stopped();
  }

  private Behavior<Step> onOverdue() {
    if (!asked) {
      return refuse(
          Refusal.busy(
              "The submission could not be checked within " + settings.submitTimeout(),
              settings.retryAfter().toMillis()));
    }
    // It may be durable and its answer late: whoever asks for it will know.
    supervisor.tell(new Over(sessionId, true));
    answer(unconfirmed("within " + settings.submitTimeout()));
    return Behaviors.stopped();
  }

  private SubmitReply unconfirmed(String when) {
    return new SubmitReply.Refused(
        "outcome_unknown",
        "Session " + sessionId + " was not confirmed " + when + "; it may have been accepted",
        "See 'mainstay sessions "
            + sessionId
            + "' before you submit again; check the journal's disk",
        0);
  }

  private Behavior<Step> refuse(Refusal why) {
    supervisor.tell(new Over(sessionId, false));
    answer(SubmitReply.of(why));
    return Behaviors.stopped();
  }
}
