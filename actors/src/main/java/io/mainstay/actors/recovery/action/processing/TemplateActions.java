package io.mainstay.actors.recovery.action.processing;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.processing.recipe.SchedulerTemplates;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.FailureCause;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Damaged templates: the model's own again, the last version of it that was good, that of the same
 * model in another format. What is found is what the next session is worked on with.
 */
public final class TemplateActions {
  private static final String CODE = "unusable_scheduler";

  private final ActionFloor floor;
  private final Questions questions;
  private final ModelQuestions models;
  private final SchedulerTemplates templates;

  private TemplateActions(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
    this.models = new ModelQuestions(floor);
    this.templates =
        new SchedulerTemplates(
            floor.around().database().directory().path().resolve("cache").resolve("templates"));
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    TemplateActions templates = new TemplateActions(floor);
    actions
        .add("reload_template", task -> templates.each(task, templates::own))
        .add("restore_last_valid_template", task -> templates.each(task, templates::lastGood))
        .add("use_basic_template", task -> templates.each(task, templates::ofAnother));
  }

  /** Of the model that the fault names, or of all; failed if it fails for one. */
  private CompletionStage<RecoveryStepOutcome> each(
      Task task, Function<ModelDescriptor, CompletionStage<String>> work) {
    return questions
        .models()
        .thenCompose(
            listed -> {
              List<String> ids =
                  listed.stream()
                      .filter(model -> !model.state().equals("broken"))
                      .map(ModelView::id)
                      .toList();
              List<String> asked = Subjects.model(task.subject(), ids).map(List::of).orElse(ids);
              return AtATime.one(asked, id -> one(task, id, work));
            })
        .thenApply(said -> said.stream().flatMap(Optional::stream).toList())
        .handle(
            (said, failure) -> {
              if (failure == null) {
                return new RecoveryStepOutcome.Done(
                    said.isEmpty() ? "no model has a template" : String.join("; ", said));
              }
              Throwable cause = FailureCause.of(failure);
              return new RecoveryStepOutcome.Failed(
                  cause instanceof Refusal refusal ? refusal.code() : CODE, cause.getMessage());
            });
  }

  /** What was said of it; empty for one that has no template. */
  private CompletionStage<Optional<String>> one(
      Task task, String modelId, Function<ModelDescriptor, CompletionStage<String>> work) {
    return models
        .resolve(modelId, task.step().limit())
        .thenCompose(
            model ->
                model.image() == null
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : work.apply(model).thenApply(Optional::of));
  }

  private CompletionStage<String> own(ModelDescriptor model) {
    return floor.blocking(
        () -> {
          templates.own(model.id(), model.image().scheduler());
          return "the template of " + model.id() + " is good again";
        });
  }

  /** For one whose own is good, that is what is used. */
  private CompletionStage<String> lastGood(ModelDescriptor model) {
    return floor.blocking(
        () -> {
          SchedulerTemplates.Found found = templates.read(model.id(), model.image().scheduler());
          return found.problem().isEmpty()
              ? "the template of " + model.id() + " is good"
              : "%s is used for %s until its own is restored: %d steps trained, betas %s to %s"
                  .formatted(
                      found.config().source(),
                      model.id(),
                      found.config().trainedSteps(),
                      found.config().betaStart(),
                      found.config().betaEnd());
        });
  }

  /** The same weights in another format were trained on the same schedule. */
  private CompletionStage<String> ofAnother(ModelDescriptor model) {
    return models
        .alternatives(model.id(), floor.answerWithin())
        .thenCompose(
            found ->
                found.candidates().stream()
                    .filter(candidate -> candidate.level() == 1)
                    .findFirst()
                    .map(candidate -> standIn(model, candidate.modelId()))
                    .orElseGet(
                        () ->
                            CompletableFuture.failedFuture(
                                Refusal.of(
                                    CODE,
                                    "no other format of "
                                        + model.id()
                                        + " is there whose template could be used",
                                    "Restore " + model.image().scheduler()))));
  }

  private CompletionStage<String> standIn(ModelDescriptor model, String otherId) {
    return models
        .resolve(otherId, floor.answerWithin())
        .thenCompose(
            other ->
                floor.blocking(
                    () -> {
                      templates.standIn(model.id(), other.image().scheduler());
                      return "the template of " + otherId + " stands in for that of " + model.id();
                    }));
  }
}
