package io.mainstay.actors.recovery.action.model;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.failed;
import static io.mainstay.actors.recovery.action.Outcomes.now;

import io.mainstay.actors.model.CacheCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.CachedModel;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.concurrent.CompletionStage;

/** Brings a model back itself: its files, and where it was loaded. Thread-safe. */
final class ModelRestoration {
  private final ModelQuestions models;
  private final WillingDevice devices;

  ModelRestoration(ModelQuestions models, WillingDevice devices) {
    this.models = models;
    this.devices = devices;
  }

  /** Its files are read anew, and made anew where they come from the class path; then it loads. */
  CompletionStage<RecoveryStepOutcome> restore(Task task, ModelView model) {
    return rebuilt(task, model.id())
        .thenCompose(
            now ->
                now.isDamaged()
                    ? now(failed("model_not_restorable", now.text()))
                    : loadable(task, model.id(), now.text()));
  }

  /** What its files are after that. */
  CompletionStage<CachedModel> rebuilt(Task task, String modelId) {
    return models.model(replyTo -> new CacheCommand.Rebuild(modelId, replyTo), task.step().limit());
  }

  /** What workers have of it is what the registry has; then it loads. */
  CompletionStage<RecoveryStepOutcome> reload(Task task, ModelView model) {
    return models
        .serving(task)
        .thenCompose(devices -> AtATime.one(devices, device -> reconciled(task, device)))
        .thenCompose(
            said ->
                loadable(
                    task,
                    model.id(),
                    model.id() + " is as the registry has it; " + String.join("; ", said)));
  }

  private CompletionStage<String> reconciled(Task task, String device) {
    return models
        .reconcile(device, task.step().limit())
        .thenApply(found -> device + ": " + found.differences().size() + " differences put right");
  }

  /** It is loaded where it is to be; where nobody had it, that it can be is enough. */
  private CompletionStage<RecoveryStepOutcome> loadable(Task task, String modelId, String text) {
    return models
        .forget(modelId)
        .thenCompose(forgotten -> models.show(modelId))
        .thenCompose(
            detail ->
                isWanted(task.subject(), detail)
                    ? devices.load(task, modelId).thenApply(where -> done(text + "; " + where))
                    : models
                        .usable(modelId, task.step().limit())
                        .thenApply(found -> done(text + "; it can be loaded")));
  }

  /** Whether somebody uses it, has it loaded, or a device failed that was to have it. */
  static boolean isWanted(String subject, ModelDetail detail) {
    return !detail.holders().isEmpty()
        || subject.startsWith("device/")
        || !detail.model().devices().isEmpty();
  }
}
