package io.mainstay.actors.recovery.action.model;

import static io.mainstay.actors.recovery.action.Outcomes.failed;
import static io.mainstay.actors.recovery.action.Outcomes.now;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.FailureCause;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Outcomes;
import io.mainstay.actors.recovery.engine.RecoveryAction;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.concurrent.CompletionStage;

/**
 * A model that cannot be used as it is: first it is brought back itself, then something nearest to
 * it stands in, then other devices try it, and at last it is refused clearly. What stands in is
 * checked as for work that is to be accepted, and loaded where sessions need it now.
 */
public final class StandInActions {
  private static final String BROKEN = "broken";

  /** What is done about a model. */
  @FunctionalInterface
  private interface Step {
    CompletionStage<RecoveryStepOutcome> perform(Task task, ModelView model);
  }

  private final ModelQuestions models;
  private final WillingDevice devices;
  private final ModelRestoration restoration;
  private final ModelSubstitution substitution;

  private StandInActions(ActionFloor floor) {
    this.models = new ModelQuestions(floor);
    this.devices = new WillingDevice(models);
    this.restoration = new ModelRestoration(models, devices);
    this.substitution = new ModelSubstitution(models, devices);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    StandInActions steps = new StandInActions(floor);
    RecoveryAction otherModel =
        steps.aboutModel((task, model) -> steps.substitution.substitute(task, model, 1, 4));
    actions
        .add("restore_model_component", steps.aboutModel(steps.restoration::restore))
        .add(
            "substitute_model_component",
            steps.aboutModel((task, model) -> steps.substitution.substitute(task, model, 2, 2)))
        .add("substitute_model", otherModel)
        .add("replace_model_by_rules", steps.aboutModel(steps.substitution::rules))
        .add("automatic_model_conversion", steps.aboutModel(steps::convert))
        .add("compatible_model_substitution", otherModel)
        .add("inference_engine_fallback", steps.aboutModel(steps::otherEngine))
        .add("graceful_operation_abortion", steps.aboutModel(new OperationAbortion(floor)::abort));
  }

  /** The registry's version takes the place of what a worker has; or the same in another format. */
  private CompletionStage<RecoveryStepOutcome> convert(Task task, ModelView model) {
    return restoration
        .rebuilt(task, model.id())
        .thenCompose(
            now ->
                now.isDamaged()
                    ? substitution.sameInAnotherFormat(task, model)
                    : restoration.reload(task, model));
  }

  /** Other devices, such as those of another backend, may run what one cannot. */
  private CompletionStage<RecoveryStepOutcome> otherEngine(Task task, ModelView model) {
    return model.state().equals(BROKEN)
        ? now(
            failed(
                "model_unusable_anywhere",
                model.id() + " is refused before any engine sees it: " + model.problem()))
        : models
            .forget(model.id())
            .thenCompose(forgotten -> devices.load(task, model.id()))
            .thenApply(Outcomes::done);
  }

  /** With the model that the fault names; a refusal is told as it is. */
  private RecoveryAction aboutModel(Step step) {
    return task ->
        models
            .named(task)
            .thenCompose(
                named ->
                    named
                        .map(model -> step.perform(task, model))
                        .orElseGet(
                            () ->
                                now(
                                    failed(
                                        "model_unknown",
                                        "'" + task.subject() + "' names no model of ours"))))
            .exceptionally(StandInActions::orRefused);
  }

  private static RecoveryStepOutcome orRefused(Throwable why) {
    if (FailureCause.of(why) instanceof Refusal refusal) {
      return failed(refusal.code(), refusal.getMessage());
    }
    throw why instanceof RuntimeException known ? known : new IllegalStateException(why);
  }
}
