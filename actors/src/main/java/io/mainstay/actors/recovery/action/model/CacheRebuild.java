package io.mainstay.actors.recovery.action.model;

import io.mainstay.actors.device.CachedCopy;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.model.CacheCommand;
import io.mainstay.actors.model.report.CachedModel;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Outcomes;
import io.mainstay.actors.recovery.action.model.RebuildVerdict.Made;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Has what is damaged of models' files and copies made anew, after what is sound was put aside.
 * Thread-safe.
 */
final class CacheRebuild {
  private final ActionFloor floor;
  private final ModelQuestions models;
  private final CacheInspection inspection;
  private final Path backups;

  CacheRebuild(ActionFloor floor, CacheInspection inspection) {
    this.floor = floor;
    this.models = new ModelQuestions(floor);
    this.inspection = inspection;
    this.backups = floor.around().database().directory().path().resolve("cache").resolve("backup");
  }

  /** Sound copies are put aside. */
  CompletionStage<RecoveryStepOutcome> backup(Task task) {
    CacheBackup backup = backups(task);
    return inspection
        .look(task)
        .thenCompose(found -> floor.blocking(() -> backup.save(found.copies())))
        .thenApply(Outcomes::done);
  }

  private CacheBackup backups(Task task) {
    return new CacheBackup(backups, Long.parseLong(task.parameter("backup_bytes_max")));
  }

  /** Damaged copies go, then models are made anew, then copies that are lacking are written. */
  CompletionStage<RecoveryStepOutcome> rebuild(Task task) {
    int most = Integer.parseInt(task.parameter("max_concurrent_rebuilds"));
    ModelReload reload = new ModelReload(floor, models, task, backups(task));
    return inspection
        .look(task)
        .thenCompose(
            found ->
                dropDamaged(found, task)
                    .thenCompose(
                        dropped ->
                            AtATime.each(found.damagedModels(), most, one -> madeAnew(task, one))
                                .thenCompose(
                                    made ->
                                        AtATime.each(
                                                found.lacking(found.modelsOfDamagedCopies()),
                                                most,
                                                lacking -> reload.write(lacking, found))
                                            .thenApply(
                                                written ->
                                                    RebuildVerdict.rebuilt(
                                                        dropped, made, written)))));
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
    return model.rebuildable()
        ? models
            .<CachedModel>model(
                replyTo -> new CacheCommand.Rebuild(model.modelId(), replyTo), task.step().limit())
            .thenApply(Made::anew)
        : CompletableFuture.completedFuture(Made.original(model));
  }

  /** Nothing is damaged any more. */
  CompletionStage<RecoveryStepOutcome> validate(Task task) {
    return inspection.look(task).thenApply(RebuildVerdict::of);
  }
}
