package io.mainstay.actors.recovery.action.model;

import static io.mainstay.actors.recovery.action.Outcomes.done;

import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.model.CacheCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * What is kept of models, files of the class path and optimized copies, is read anew, and what is
 * damaged is made anew from where it came. Files in a models directory are originals: they are
 * never touched, and what is damaged there stays refused until somebody replaces it.
 */
public final class CacheActions {
  private final ActionFloor floor;
  private final ModelQuestions models;
  private final CacheInspection inspection;

  private CacheActions(ActionFloor floor, CacheInspection inspection) {
    this.floor = floor;
    this.models = new ModelQuestions(floor);
    this.inspection = inspection;
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    CacheInspection inspection = new CacheInspection(floor);
    CacheActions cache = new CacheActions(floor, inspection);
    CacheRebuild rebuild = new CacheRebuild(floor, inspection);
    actions
        .add("validate_cache_integrity", cache::validate)
        .add("identify_corrupted_models", cache::identify)
        .add("assess_dependency_tree", cache::assess)
        .add("backup_valid_cache_entries", rebuild::backup)
        .add("rebuild_corrupted_entries", rebuild::rebuild)
        .add("validate_rebuilt_cache", rebuild::validate)
        .add("optimize_cache_layout", cache::optimize)
        .add("update_cache_metadata", cache::update);
  }

  private CompletionStage<RecoveryStepOutcome> validate(Task task) {
    return inspection.look(task).thenApply(found -> done(found.text()));
  }

  private CompletionStage<RecoveryStepOutcome> identify(Task task) {
    return inspection
        .look(task)
        .thenApply(
            found -> {
              List<String> bad = found.damages();
              return done(
                  bad.isEmpty() ? "none of " + found.models().size() : String.join("; ", bad));
            });
  }

  /** Who counts on what is damaged: templates, models, and sessions that hold it now. */
  private CompletionStage<RecoveryStepOutcome> assess(Task task) {
    return inspection
        .look(task)
        .thenCompose(found -> AtATime.one(found.about(), models::show))
        .thenApply(
            details ->
                done(
                    details.isEmpty()
                        ? "nothing counts on what is damaged"
                        : details.stream()
                            .map(CacheActions::dependents)
                            .collect(Collectors.joining("; "))));
  }

  private static String dependents(ModelDetail detail) {
    return "%s: on devices %s, held by %s, counted on by %s, %d alternatives"
        .formatted(
            detail.model().id(),
            detail.model().devices(),
            detail.holders(),
            detail.dependents(),
            detail.alternatives().candidates().size());
  }

  private CompletionStage<RecoveryStepOutcome> optimize(Task task) {
    return inspection
        .look(task)
        .thenCompose(
            found ->
                models.<DeviceCommand.CopiesDropped>device(
                    replyTo -> new DeviceCommand.DropCopies(found.orphans(), replyTo),
                    task.step().limit()))
        .thenCombine(
            floor.ask(floor.ports().model(), CacheCommand.Arrange::new),
            (dropped, arranged) ->
                done(
                    "%d bytes of copies that no model has deleted; read ahead, used longest ago first: %s; %d bytes let go"
                        .formatted(dropped.bytes(), arranged.order(), arranged.releasedBytes())));
  }

  /** The registry reads every model again, by the marks of what was just read. */
  private CompletionStage<RecoveryStepOutcome> update(Task task) {
    return floor
        .ask(floor.ports().model(), ModelCommand.Rescan::new)
        .thenApply(
            listed -> {
              List<ModelView> all = listed.models();
              Optional<ModelView> named = Subjects.named(task.subject(), all);
              long broken = all.stream().filter(view -> view.state().equals("broken")).count();
              return done(
                  "%d models registered, %d broken%s"
                      .formatted(
                          all.size(),
                          broken,
                          named.map(view -> "; " + view.id() + " is " + view.state()).orElse("")));
            });
  }
}
