package io.mainstay.actors.recovery.action.model;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.CacheCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.model.fallback.Alternatives.Candidate;
import io.mainstay.actors.model.report.CachedModel;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.FailureCause;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A model that cannot be used as it is: first it is brought back itself, then something nearest to
 * it stands in, then other devices try it, and at last it is refused clearly. What stands in is
 * checked as for work that is to be accepted, and loaded where sessions need it now.
 */
public final class StandInActions {
  private static final String BROKEN = "broken";

  private final ActionFloor floor;
  private final ModelQuestions models;
  private final OperationAbortion abortion;

  private StandInActions(ActionFloor floor) {
    this.floor = floor;
    this.models = new ModelQuestions(floor);
    this.abortion = new OperationAbortion(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    StandInActions standIns = new StandInActions(floor);
    actions
        .add("restore_model_component", standIns::restore)
        .add("substitute_model_component", task -> standIns.substitute(task, 2, 2))
        .add("substitute_model", task -> standIns.substitute(task, 1, 4))
        .add("replace_model_by_rules", standIns::rules)
        .add("automatic_model_conversion", standIns::convert)
        .add("compatible_model_substitution", task -> standIns.substitute(task, 1, 4))
        .add("inference_engine_fallback", standIns::otherEngine)
        .add("graceful_operation_abortion", standIns::abort);
  }

  /** Its files are read anew, and made anew where they come from the class path; then it loads. */
  private CompletionStage<RecoveryStepOutcome> restore(Task task) {
    return aboutModel(
        task,
        model ->
            rebuilt(task, model.id())
                .thenCompose(
                    now ->
                        now.isDamaged()
                            ? failed("model_not_restorable", now.text())
                            : loadable(task, model.id(), now.text())));
  }

  private CompletionStage<CachedModel> rebuilt(Task task, String modelId) {
    return models.model(replyTo -> new CacheCommand.Rebuild(modelId, replyTo), task.step().limit());
  }

  /** It is loaded where it is to be; where nobody had it, that it can be is enough. */
  private CompletionStage<RecoveryStepOutcome> loadable(Task task, String modelId, String text) {
    return models
        .forget(modelId)
        .thenCompose(forgotten -> models.show(modelId))
        .thenCompose(
            detail -> {
              boolean wanted =
                  !detail.holders().isEmpty()
                      || task.subject().startsWith("device/")
                      || !detail.model().devices().isEmpty();
              return wanted
                  ? onSome(task, modelId).thenApply(where -> done(text + "; " + where))
                  : usable(task, modelId).thenApply(found -> done(text + "; it can be loaded"));
            });
  }

  private CompletionStage<ModelDescriptor> usable(Task task, String modelId) {
    return models.model(
        replyTo -> new ModelCommand.ResolveUsable(modelId, replyTo), task.step().limit());
  }

  /** On the first device that takes it. */
  private CompletionStage<String> onSome(Task task, String modelId) {
    return models
        .serving(task)
        .thenCompose(devices -> onSome(task, modelId, devices, new ArrayList<>()));
  }

  private CompletionStage<String> onSome(
      Task task, String modelId, List<String> devices, List<String> refused) {
    if (devices.isEmpty()) {
      return CompletableFuture.failedFuture(
          Refusal.of(
              "no_device_takes_model",
              "no serving device loads " + modelId + ": " + refused,
              "See 'mainstay devices'"));
    }
    String device = devices.get(0);
    return models
        .load(modelId, device, task.step().limit())
        .thenApply(loaded -> modelId + " is loaded on " + device)
        .exceptionallyCompose(
            why -> {
              refused.add(device + ": " + text(why));
              return onSome(task, modelId, devices.subList(1, devices.size()), refused);
            });
  }

  /** The nearest alternative of those levels that is there and fits. */
  private CompletionStage<RecoveryStepOutcome> substitute(Task task, int from, int to) {
    return aboutModel(
        task,
        model ->
            alternatives(task, model)
                .thenCompose(
                    found ->
                        first(
                            task,
                            model,
                            found.candidates().stream()
                                .filter(one -> one.level() >= from && one.level() <= to)
                                .filter(one -> to > 2 || !one.component().isEmpty())
                                .toList(),
                            found.skipped().stream()
                                .map(one -> one.modelId() + ": " + one.reason())
                                .collect(Collectors.toCollection(ArrayList::new)))));
  }

  private CompletionStage<Alternatives> alternatives(Task task, ModelView model) {
    return models.model(
        replyTo -> new ModelCommand.FindAlternatives(model.id(), replyTo), task.step().limit());
  }

  private CompletionStage<RecoveryStepOutcome> first(
      Task task, ModelView model, List<Candidate> candidates, List<String> passed) {
    if (candidates.isEmpty()) {
      return failed(
          "no_alternative_model",
          "nothing stands in for " + model.id() + (passed.isEmpty() ? "" : "; passed: " + passed));
    }
    Candidate candidate = candidates.get(0);
    return usable(task, candidate.modelId())
        .thenCompose(found -> standsIn(task, model, candidate))
        .exceptionallyCompose(
            unfit -> {
              passed.add(candidate.modelId() + ": " + text(unfit));
              return first(task, model, candidates.subList(1, candidates.size()), passed);
            });
  }

  private CompletionStage<RecoveryStepOutcome> standsIn(
      Task task, ModelView model, Candidate candidate) {
    String said =
        "%s stands in for %s (%s: %s)"
            .formatted(candidate.modelId(), model.id(), candidate.strategy(), candidate.reason());
    // Who uses it now needs the other one at once.
    return model.references() == 0
        ? CompletableFuture.completedFuture(done(said + "; it is loaded when it is asked for"))
        : onSome(task, candidate.modelId()).thenApply(where -> done(said + "; " + where));
  }

  /** What needs no model at all: rules of safety, kernels that every worker has. */
  private CompletionStage<RecoveryStepOutcome> rules(Task task) {
    return aboutModel(
        task,
        model ->
            alternatives(task, model)
                .thenCompose(
                    found ->
                        found.candidates().stream()
                            .filter(one -> one.strategy().equals("non_ml_processing"))
                            .findFirst()
                            .map(
                                one ->
                                    models
                                        .serving(task)
                                        .thenCompose(devices -> withoutModel(model, one, devices)))
                            .orElseGet(
                                () ->
                                    failed(
                                        "no_alternative_model",
                                        model.id() + " is needed: no rules do its work"))));
  }

  private static CompletionStage<RecoveryStepOutcome> withoutModel(
      ModelView model, Candidate one, List<String> devices) {
    boolean kernel = !one.modelId().isEmpty();
    return kernel && devices.isEmpty()
        ? failed("no_device_serves", "no worker has the kernel " + one.component())
        : CompletableFuture.completedFuture(
            done(
                "%s does the work of %s%s"
                    .formatted(
                        one.component(),
                        model.id(),
                        kernel ? " in the workers of " + devices : "")));
  }

  /** The registry's version takes the place of what a worker has; or the same in another format. */
  private CompletionStage<RecoveryStepOutcome> convert(Task task) {
    return aboutModel(
        task,
        model ->
            rebuilt(task, model.id())
                .thenCompose(
                    now ->
                        now.isDamaged() ? sameInAnotherFormat(task, model) : reload(task, model)));
  }

  private CompletionStage<RecoveryStepOutcome> reload(Task task, ModelView model) {
    return models
        .serving(task)
        .thenCompose(devices -> AtATime.each(devices, 1, device -> reconciled(task, device)))
        .thenCompose(
            said ->
                loadable(
                    task,
                    model.id(),
                    model.id() + " is as the registry has it; " + String.join("; ", said)));
  }

  private CompletionStage<String> reconciled(Task task, String device) {
    return models
        .<Reconciled>model(
            replyTo -> new ModelCommand.Reconcile(device, replyTo), task.step().limit())
        .thenApply(found -> device + ": " + found.differences().size() + " differences put right");
  }

  /** Made by who made the model; of less precision it would be another quality. */
  private CompletionStage<RecoveryStepOutcome> sameInAnotherFormat(Task task, ModelView model) {
    return alternatives(task, model)
        .thenCompose(
            found -> {
              Optional<Candidate> other =
                  found.candidates().stream().filter(one -> one.level() == 1).findFirst();
              if (other.isEmpty()) {
                return failed(
                    "no_conversion",
                    model.id()
                        + " is there in no other format, and no tool converts what is damaged or"
                        + " unsupported in a graph");
              }
              return usable(task, other.get().modelId())
                  .thenCompose(
                      converted ->
                          isAsPrecise(converted)
                              ? standsIn(task, model, other.get())
                              : failed(
                                  "conversion_loses_quality",
                                  "%s computes in %s"
                                      .formatted(converted.id(), converted.traits().precision())));
            });
  }

  private static boolean isAsPrecise(ModelDescriptor converted) {
    return converted.traits().precision().equals("fp32");
  }

  /** Other devices, such as those of another backend, may run what one cannot. */
  private CompletionStage<RecoveryStepOutcome> otherEngine(Task task) {
    return aboutModel(
        task,
        model ->
            model.state().equals(BROKEN)
                ? failed(
                    "model_unusable_anywhere",
                    model.id() + " is refused before any engine sees it: " + model.problem())
                : models
                    .forget(model.id())
                    .thenCompose(forgotten -> onSome(task, model.id()))
                    .thenApply(StandInActions::done));
  }

  private CompletionStage<RecoveryStepOutcome> abort(Task task) {
    return aboutModel(task, model -> abortion.abort(task, model));
  }

  private CompletionStage<RecoveryStepOutcome> aboutModel(
      Task task, Function<ModelView, CompletionStage<RecoveryStepOutcome>> step) {
    return models
        .named(task)
        .thenCompose(
            named ->
                named
                    .map(step)
                    .orElseGet(
                        () ->
                            failed(
                                "model_unknown",
                                "'" + task.subject() + "' names no model of ours")))
        .exceptionally(
            why -> {
              if (FailureCause.of(why) instanceof Refusal refusal) {
                return new RecoveryStepOutcome.Failed(refusal.code(), refusal.getMessage());
              }
              throw why instanceof RuntimeException known ? known : new IllegalStateException(why);
            });
  }

  private static String text(Throwable why) {
    Throwable cause = FailureCause.of(why);
    return cause instanceof Refusal refusal
        ? refusal.code() + ": " + refusal.getMessage()
        : cause.toString();
  }

  private static RecoveryStepOutcome done(String evidence) {
    return new RecoveryStepOutcome.Done(evidence);
  }

  private static CompletionStage<RecoveryStepOutcome> failed(String code, String message) {
    return CompletableFuture.completedFuture(new RecoveryStepOutcome.Failed(code, message));
  }
}
