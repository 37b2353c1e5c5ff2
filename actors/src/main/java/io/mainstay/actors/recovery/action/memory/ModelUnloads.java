package io.mainstay.actors.recovery.action.memory;

import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.report.Unloaded;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.FailureCause;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * Takes models off devices, the one used longest ago first, until enough is free. What somebody
 * holds stays. Thread-safe.
 */
final class ModelUnloads {
  /**
   * A loaded model that may go.
   *
   * @param lastUsed the beginning of time if nobody used it
   * @param held whether somebody uses it now
   * @param safety whether it judges pictures
   */
  record Candidate(String modelId, Instant lastUsed, boolean held, boolean safety) {
    /** Nobody has used it for so long. */
    boolean isIdle(Duration unused, Instant now) {
      return !held && !lastUsed.plus(unused).isAfter(now);
    }
  }

  /**
   * What was done.
   *
   * @param unloaded each as {@code model off device, bytes}
   * @param bytes that the workers freed
   * @param kept each with its reason
   */
  record Result(List<String> unloaded, long bytes, List<String> kept) {
    Result {
      unloaded = List.copyOf(unloaded);
      kept = List.copyOf(kept);
    }

    private Result with(Unloaded one) {
      List<String> more = new ArrayList<>(unloaded);
      long freed = bytes;
      for (Unloaded.Freed device : one.devices()) {
        more.add(one.modelId() + " off " + device.deviceId() + ", " + device.bytes() + " bytes");
        freed += device.bytes();
      }
      return new Result(more, freed, kept);
    }

    private Result without(String modelId, String why) {
      List<String> more = new ArrayList<>(kept);
      more.add(modelId + ": " + why);
      return new Result(unloaded, bytes, more);
    }

    String text() {
      return "unloaded " + unloaded + (kept.isEmpty() ? "" : "; kept " + String.join("; ", kept));
    }
  }

  private static final String SAFETY = "safety";

  private final ActionFloor floor;
  private final Questions questions;
  private final ModelQuestions models;
  private final MemoryGauge gauge;

  ModelUnloads(ActionFloor floor, MemoryGauge gauge) {
    this.floor = floor;
    this.questions = new Questions(floor);
    this.models = new ModelQuestions(floor);
    this.gauge = gauge;
  }

  /**
   * Unloads what may go, one after the other.
   *
   * @param which may go
   * @param enough whether to stop before the next one
   */
  CompletionStage<Result> unload(
      Task task, Predicate<Candidate> which, Predicate<MemoryFigures> enough) {
    return gauge
        .read()
        .thenCompose(
            figures -> {
              String device = MemoryScope.of(task).device(figures);
              return candidates(device)
                  .thenCompose(
                      all ->
                          next(
                              task,
                              device,
                              all.stream()
                                  .filter(which)
                                  .sorted(Comparator.comparing(Candidate::lastUsed))
                                  .toList(),
                              enough,
                              new Result(List.of(), 0, List.of())));
            });
  }

  private CompletionStage<List<Candidate>> candidates(String device) {
    return questions
        .models()
        .thenCompose(
            all ->
                AtATime.one(
                    all.stream().filter(model -> isOn(model, device)).map(ModelView::id).toList(),
                    this::candidate));
  }

  /**
   * @param device any of them if empty
   */
  private static boolean isOn(ModelView model, String device) {
    return device.isEmpty() ? !model.devices().isEmpty() : model.devices().contains(device);
  }

  private CompletionStage<Candidate> candidate(String modelId) {
    return models
        .show(modelId)
        .thenApply(
            detail ->
                new Candidate(
                    modelId,
                    Optional.ofNullable(detail.lastUsed()).orElse(Instant.EPOCH),
                    !detail.holders().isEmpty(),
                    detail.model().kind().equals(SAFETY)));
  }

  private CompletionStage<Result> next(
      Task task,
      String device,
      List<Candidate> left,
      Predicate<MemoryFigures> enough,
      Result sofar) {
    if (left.isEmpty()) {
      return CompletableFuture.completedStage(sofar);
    }
    return gauge
        .read()
        .thenCompose(
            figures ->
                enough.test(figures)
                    ? CompletableFuture.completedStage(sofar)
                    : unload(left.get(0).modelId(), device, sofar)
                        .thenCompose(
                            result ->
                                next(task, device, left.subList(1, left.size()), enough, result)));
  }

  private CompletionStage<Result> unload(String modelId, String device, Result sofar) {
    return models
        .unload(modelId, device, floor.answerWithin())
        .handle(
            (unloaded, failure) -> {
              if (failure == null) {
                return sofar.with(unloaded);
              }
              return sofar.without(modelId, FailureCause.message(failure));
            });
  }
}
