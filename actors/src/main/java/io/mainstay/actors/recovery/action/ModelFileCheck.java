package io.mainstay.actors.recovery.action;

import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.report.ModelVerification;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Whether the files of models are what they were when they were accepted. Thread-safe. */
public final class ModelFileCheck {
  private final ModelQuestions models;

  /** On that floor. */
  public ModelFileCheck(ActionFloor floor) {
    this.models = new ModelQuestions(floor);
  }

  /**
   * Reads every file of those models anew, one model after the other.
   *
   * @param none said where there is no model
   */
  public CompletionStage<RecoveryStepOutcome> verify(Task task, List<String> ids, String none) {
    return AtATime.one(ids, id -> verified(task, id))
        .thenApply(each -> verdict(each.stream().flatMap(List::stream).toList(), none));
  }

  private CompletionStage<List<ModelVerification>> verified(Task task, String modelId) {
    return models
        .<ModelCommand.Verified>model(
            replyTo -> new ModelCommand.Verify(modelId, replyTo), task.step().limit())
        .thenApply(ModelCommand.Verified::models);
  }

  private static RecoveryStepOutcome verdict(List<ModelVerification> models, String none) {
    String text =
        models.stream()
            .map(
                model ->
                    model.sound()
                        ? "%s: %d files, %d bytes are sound"
                            .formatted(model.modelId(), model.files(), model.bytes())
                        : model.modelId() + ": " + model.problem())
            .collect(Collectors.joining("; "));
    if (!models.stream().allMatch(ModelVerification::sound)) {
      return new RecoveryStepOutcome.Failed("model_files_damaged", text);
    }
    return new RecoveryStepOutcome.Done(models.isEmpty() ? none : text);
  }
}
