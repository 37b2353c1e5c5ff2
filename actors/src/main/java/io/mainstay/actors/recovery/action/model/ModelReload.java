package io.mainstay.actors.recovery.action.model;

import akka.pattern.Patterns;
import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.model.CacheLook.Lacking;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Has a worker write the optimized copies of a model again: it loads the model from its source
 * files. A model that is used is not taken from who uses it: a copy that was put aside comes back,
 * or the model is loaded from its source files until its next load has written one.
 */
final class ModelReload {
  private final ActionFloor floor;
  private final ModelQuestions models;
  private final Task task;
  private final CacheBackup backup;
  private final long patienceEnd;
  private final Duration between;
  private final int looksMax;

  /**
   * @param task whose step has the parameters {@code reload_patience_ms}: how long a model that is
   *     in use is waited for, {@code reload_look_ms}: between two looks, at least 1, and {@code
   *     copy_looks_max}: looks for a copy that was just written, at least 1; a worker need not have
   *     written one
   */
  ModelReload(ActionFloor floor, ModelQuestions models, Task task, CacheBackup backup) {
    this.floor = floor;
    this.models = models;
    this.task = task;
    this.backup = backup;
    this.patienceEnd =
        System.nanoTime() + Duration.ofMillis(atLeast(0, task, "reload_patience_ms")).toNanos();
    this.between = Duration.ofMillis(atLeast(1, task, "reload_look_ms"));
    this.looksMax = Math.toIntExact(atLeast(1, task, "copy_looks_max"));
  }

  private static long atLeast(long least, Task task, String name) {
    long value = Long.parseLong(task.parameter(name));
    if (value < least) {
      throw new IllegalArgumentException(
          "%s of %s is %d; it must be at least %d"
              .formatted(name, task.step().action(), value, least));
    }
    return value;
  }

  /** One line about what came of it. */
  CompletionStage<String> write(Lacking lacking, CacheLook found) {
    Duration within = task.step().limit();
    return unloaded(lacking)
        .thenCompose(
            free ->
                free
                    ? models
                        .load(lacking.modelId(), lacking.deviceId(), within)
                        .thenCompose(loaded -> written(lacking, looksMax))
                    : putBack(lacking, found));
  }

  /** False if somebody used it all the time. */
  private CompletionStage<Boolean> unloaded(Lacking lacking) {
    return models
        .unload(lacking.modelId(), lacking.deviceId(), task.step().limit())
        .handle((gone, used) -> used == null)
        .thenCompose(
            free ->
                free || System.nanoTime() - patienceEnd >= 0
                    ? CompletableFuture.completedFuture(free)
                    : Patterns.after(between, floor.system(), () -> unloaded(lacking)));
  }

  /** The worker has written it when the load is answered; it is taken over beside that. */
  private CompletionStage<String> written(Lacking lacking, int looks) {
    return sums(lacking.modelId())
        .thenCompose(
            sums ->
                models
                    .<DeviceCommand.Copies>device(
                        DeviceCommand.CheckCopies::new, task.step().limit())
                    .thenApply(
                        copies ->
                            copies.copies().stream()
                                .filter(copy -> copy.isSound() && sums.contains(copy.original()))
                                .count()))
        .thenCompose(
            copies ->
                copies == 0 && looks > 1
                    ? Patterns.after(between, floor.system(), () -> written(lacking, looks - 1))
                    : CompletableFuture.completedFuture(
                        "%s on %s loaded from its source files, %d sound copies now"
                            .formatted(lacking.modelId(), lacking.deviceId(), copies)));
  }

  private CompletionStage<List<String>> sums(String modelId) {
    return new Questions(floor)
        .residences()
        .thenApply(
            facts ->
                facts.files().stream()
                    .filter(file -> file.modelId().equals(modelId))
                    .map(ModelFacts.RegisteredFile::sha256)
                    .toList());
  }

  private CompletionStage<String> putBack(Lacking lacking, CacheLook found) {
    List<String> originals =
        found.files().stream()
            .filter(file -> file.modelId().equals(lacking.modelId()))
            .map(ModelFacts.RegisteredFile::sha256)
            .toList();
    return floor
        .blocking(() -> originals.stream().flatMap(sum -> backup.of(sum).stream()).findFirst())
        .thenCompose(this::putBack)
        .thenApply(
            back ->
                "%s on %s is in use; %s"
                    .formatted(
                        lacking.modelId(),
                        lacking.deviceId(),
                        back
                            ? "the copy that was put aside is in its place again"
                            : "it is loaded from its source files until its next load"));
  }

  private CompletionStage<Boolean> putBack(Optional<CacheBackup.Saved> saved) {
    if (saved.isEmpty()) {
      return CompletableFuture.completedFuture(false);
    }
    return models
        .<DeviceCommand.CopyRestored>device(
            replyTo ->
                new DeviceCommand.RestoreCopy(
                    saved.get().key(), saved.get().file(), saved.get().sha256(), replyTo),
            task.step().limit())
        .thenApply(DeviceCommand.CopyRestored::inUse);
  }
}
