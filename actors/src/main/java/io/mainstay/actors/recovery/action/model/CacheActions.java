package io.mainstay.actors.recovery.action.model;

import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.device.CachedCopy;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.model.CacheCommand;
import io.mainstay.actors.model.ModelCommand;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.CachedModel;
import io.mainstay.actors.model.report.ModelDetail;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * What is kept of models, files of the class path and optimized copies, is read anew, and what is
 * damaged is made anew from where it came. Files in a models directory are originals: they are
 * never touched, and what is damaged there stays refused until somebody replaces it.
 */
public final class CacheActions {
  private static final String STILL_DAMAGED = "model_cache_still_damaged";

  private final ActionFloor floor;
  private final ModelQuestions models;
  private final Path backups;

  private CacheActions(ActionFloor floor) {
    this.floor = floor;
    this.models = new ModelQuestions(floor);
    this.backups = floor.around().database().directory().path().resolve("cache").resolve("backup");
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    CacheActions cache = new CacheActions(floor);
    actions
        .add("validate_cache_integrity", cache::validate)
        .add("identify_corrupted_models", cache::identify)
        .add("assess_dependency_tree", cache::assess)
        .add("backup_valid_cache_entries", cache::backup)
        .add("rebuild_corrupted_entries", cache::rebuild)
        .add("validate_rebuilt_cache", cache::validateRebuilt)
        .add("optimize_cache_layout", cache::optimize)
        .add("update_cache_metadata", cache::update);
  }

  private CompletionStage<RecoveryStepOutcome> validate(Task task) {
    return look(task).thenApply(found -> done(found.text()));
  }

  private CompletionStage<RecoveryStepOutcome> identify(Task task) {
    return look(task)
        .thenApply(
            found -> {
              List<String> bad = new ArrayList<>();
              found.damagedModels().forEach(model -> bad.add(model.text()));
              found
                  .damagedCopies()
                  .forEach(copy -> bad.add("copy " + copy.key() + ": " + copy.problem()));
              found
                  .lacking(found.modelsOfDamagedCopies())
                  .forEach(
                      lacking ->
                          bad.add(
                              "%s on %s has no optimized copy"
                                  .formatted(lacking.modelId(), lacking.deviceId())));
              return done(
                  bad.isEmpty() ? "none of " + found.models().size() : String.join("; ", bad));
            });
  }

  /** Who counts on what is damaged: templates, models, and sessions that hold it now. */
  private CompletionStage<RecoveryStepOutcome> assess(Task task) {
    return look(task)
        .thenCompose(
            found -> {
              Set<String> about = new TreeSet<>(found.modelsOfDamagedCopies());
              found.named().ifPresent(about::add);
              found.damagedModels().forEach(model -> about.add(model.modelId()));
              return AtATime.each(List.copyOf(about), 1, models::show);
            })
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

  private CompletionStage<RecoveryStepOutcome> backup(Task task) {
    CacheBackup backup = backups(task);
    return look(task)
        .thenCompose(found -> floor.blocking(() -> backup.save(found.copies())))
        .thenApply(CacheActions::done);
  }

  private CacheBackup backups(Task task) {
    return new CacheBackup(backups, Long.parseLong(task.parameter("backup_bytes_max")));
  }

  private CompletionStage<RecoveryStepOutcome> rebuild(Task task) {
    int most = Integer.parseInt(task.parameter("max_concurrent_rebuilds"));
    ModelReload reload = new ModelReload(floor, models, task, backups(task));
    return look(task)
        .thenCompose(
            found -> {
              List<CachedModel> bad = found.damagedModels();
              Set<String> suspected = found.modelsOfDamagedCopies();
              return dropDamaged(found, task)
                  .thenCompose(
                      dropped ->
                          AtATime.each(bad, most, model -> madeAnew(task, model))
                              .thenCompose(
                                  made ->
                                      AtATime.each(
                                              found.lacking(suspected),
                                              most,
                                              lacking -> reload.write(lacking, found))
                                          .thenApply(written -> rebuilt(dropped, made, written))));
            });
  }

  /**
   * What one model came to.
   *
   * @param left it could be made anew and is damaged still
   */
  private record Made(String text, boolean left) {}

  /** Done where nothing is damaged that could be made anew. */
  private static RecoveryStepOutcome rebuilt(
      String dropped, List<Made> made, List<String> written) {
    String text = dropped + said(made.stream().map(Made::text).toList()) + said(written);
    return made.stream().anyMatch(Made::left)
        ? new RecoveryStepOutcome.Failed(STILL_DAMAGED, text)
        : done(text);
  }

  private static String said(List<String> each) {
    return each.isEmpty() ? "" : "; " + String.join("; ", each);
  }

  private CompletionStage<String> dropDamaged(CacheLook found, Task task) {
    Set<String> keys =
        found.damagedCopies().stream().map(CachedCopy::key).collect(Collectors.toSet());
    if (keys.isEmpty()) {
      return CompletableFuture.completedFuture("no optimized copy is damaged");
    }
    return models
        .<DeviceCommand.CopiesDropped>device(
            replyTo -> new DeviceCommand.DropCopies(keys, replyTo), task.step().limit())
        .thenApply(
            dropped ->
                "%d damaged copies deleted, %d bytes".formatted(keys.size(), dropped.bytes()));
  }

  /** From the class path; an original is left as it is. */
  private CompletionStage<Made> madeAnew(Task task, CachedModel model) {
    if (!model.rebuildable()) {
      return CompletableFuture.completedFuture(
          new Made(model.modelId() + " is left: its files are the originals", false));
    }
    return models
        .<CachedModel>model(
            replyTo -> new CacheCommand.Rebuild(model.modelId(), replyTo), task.step().limit())
        .thenApply(now -> new Made("made anew: " + now.text(), now.isDamaged()));
  }

  private CompletionStage<RecoveryStepOutcome> validateRebuilt(Task task) {
    return look(task)
        .thenApply(
            found -> {
              List<CachedModel> bad = found.damagedModels();
              if (bad.isEmpty() && found.damagedCopies().isEmpty()) {
                return new RecoveryStepOutcome.Done(found.text());
              }
              boolean originals = bad.stream().noneMatch(CachedModel::rebuildable);
              String text = bad.stream().map(CachedModel::text).collect(Collectors.joining("; "));
              return new RecoveryStepOutcome.Failed(
                  originals && found.damagedCopies().isEmpty()
                      ? "model_originals_damaged"
                      : STILL_DAMAGED,
                  found.text() + ": " + text + ". Fetch those files again, then rescan the models");
            });
  }

  private CompletionStage<RecoveryStepOutcome> optimize(Task task) {
    return look(task)
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
              Optional<ModelView> named =
                  Subjects.model(task.subject(), all.stream().map(ModelView::id).toList())
                      .flatMap(id -> all.stream().filter(view -> view.id().equals(id)).findFirst());
              long broken = all.stream().filter(view -> view.state().equals("broken")).count();
              return done(
                  "%d models registered, %d broken%s"
                      .formatted(
                          all.size(),
                          broken,
                          named.map(view -> "; " + view.id() + " is " + view.state()).orElse("")));
            });
  }

  private CompletionStage<CacheLook> look(Task task) {
    return new Questions(floor)
        .models()
        .thenCompose(
            views -> {
              Optional<String> named =
                  Subjects.model(task.subject(), views.stream().map(ModelView::id).toList());
              CompletionStage<CacheCommand.Inspected> inspected =
                  models.model(
                      replyTo -> new CacheCommand.Inspect(named.orElse(""), replyTo),
                      task.step().limit());
              CompletionStage<DeviceCommand.Copies> copies =
                  models.device(DeviceCommand.CheckCopies::new, task.step().limit());
              CompletionStage<ModelFacts> facts =
                  floor.ask(floor.ports().model(), ModelCommand.GetFacts::new);
              return inspected
                  .thenCombine(
                      copies,
                      (cached, kept) ->
                          new CacheLook(named, cached.models(), kept.copies(), List.of(), views))
                  .thenCombine(
                      facts,
                      (found, known) ->
                          new CacheLook(
                              found.named(), found.models(), found.copies(), known.files(), views));
            });
  }

  private static RecoveryStepOutcome done(String evidence) {
    return new RecoveryStepOutcome.Done(evidence);
  }
}
