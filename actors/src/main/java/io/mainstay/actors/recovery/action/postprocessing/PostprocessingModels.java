package io.mainstay.actors.recovery.action.postprocessing;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.failed;

import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.ModelFileCheck;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Models that judge and enlarge pictures, as the registry has them. Thread-safe. */
final class PostprocessingModels {
  private static final Set<String> KINDS = Set.of("safety", "upscaling");

  private final Questions questions;
  private final ModelQuestions models;
  private final ModelFileCheck files;

  PostprocessingModels(ActionFloor floor) {
    this.questions = new Questions(floor);
    this.models = new ModelQuestions(floor);
    this.files = new ModelFileCheck(floor);
  }

  /** Their files are what they were. */
  CompletionStage<RecoveryStepOutcome> verify(Task task) {
    return ids()
        .thenCompose(ids -> files.verify(task, ids, "it asks for no model: rules and kernels do"));
  }

  /** They are sound, or something is there in their place. */
  CompletionStage<RecoveryStepOutcome> check(Task task) {
    return ids()
        .thenCompose(ids -> AtATime.one(ids, models::show))
        .thenApply(PostprocessingModels::verdict);
  }

  private CompletionStage<List<String>> ids() {
    return questions
        .models()
        .thenApply(
            all ->
                all.stream()
                    .filter(model -> KINDS.contains(model.kind()))
                    .map(ModelView::id)
                    .toList());
  }

  static RecoveryStepOutcome verdict(List<ModelDetail> details) {
    List<String> bare =
        details.stream()
            .filter(one -> one.model().state().equals("broken"))
            .filter(one -> one.alternatives().candidates().isEmpty())
            .map(one -> one.model().id())
            .toList();
    return bare.isEmpty()
        ? done(
            details.stream()
                .map(one -> one.model().id() + " " + one.model().state())
                .collect(Collectors.joining("; ", "models of postprocessing: ", "")))
        : failed(
            "postprocessing_model_unusable", "nothing stands in for " + String.join(", ", bare));
  }
}
