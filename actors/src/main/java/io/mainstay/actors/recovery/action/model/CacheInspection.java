package io.mainstay.actors.recovery.action.model;

import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.model.CacheCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Has everything that is kept of models read anew. Thread-safe. */
final class CacheInspection {
  private final Questions questions;
  private final ModelQuestions models;

  CacheInspection(ActionFloor floor) {
    this.questions = new Questions(floor);
    this.models = new ModelQuestions(floor);
  }

  /** The files of the model that the fault names, or of all, and every optimized copy. */
  CompletionStage<CacheLook> look(Task task) {
    return questions.models().thenCompose(views -> look(task, views));
  }

  private CompletionStage<CacheLook> look(Task task, List<ModelView> views) {
    Optional<String> named = Subjects.named(task.subject(), views).map(ModelView::id);
    CompletionStage<CacheCommand.Inspected> inspected =
        models.model(
            replyTo -> new CacheCommand.Inspect(named.orElse(""), replyTo), task.step().limit());
    CompletionStage<DeviceCommand.Copies> copies =
        models.device(DeviceCommand.CheckCopies::new, task.step().limit());
    CompletionStage<ModelFacts> facts = questions.residences();
    return inspected.thenCompose(
        cached ->
            copies.thenCombine(
                facts,
                (kept, known) ->
                    new CacheLook(named, cached.models(), kept.copies(), known.files(), views)));
  }
}
