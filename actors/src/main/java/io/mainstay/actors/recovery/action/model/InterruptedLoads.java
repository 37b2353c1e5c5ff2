package io.mainstay.actors.recovery.action.model;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.failed;

import io.mainstay.actors.consistency.check.ModelFacts;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.FailureCause;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Has loads that were under way where a fault was begun anew. Thread-safe. */
final class InterruptedLoads {
  private final ActionFloor floor;
  private final Questions questions;
  private final ModelQuestions models;

  InterruptedLoads(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
    this.models = new ModelQuestions(floor);
  }

  /** Models that were to be where the fault was are there, loaded by a worker that serves. */
  CompletionStage<RecoveryStepOutcome> restart(Task task) {
    return questions
        .residences()
        .thenCombine(
            models.named(task),
            (facts, named) -> wanted(task.subject(), facts, named.map(one -> one.id())))
        .thenCompose(wanted -> AtATime.one(wanted, one -> loaded(task, one)))
        .thenApply(
            said -> done(said.isEmpty() ? "no load was under way there" : String.join("; ", said)))
        .exceptionally(
            failure -> failed("model_not_loaded", FailureCause.of(failure).getMessage()));
  }

  /**
   * Where models were to be: the named one wherever it was, or what was on a device that the
   * subject names.
   */
  static List<ModelFacts.Residence> wanted(
      String subject, ModelFacts facts, Optional<String> named) {
    List<String> parts = Arrays.asList(subject.split("/"));
    return facts.residences().stream()
        .filter(
            one -> named.map(one.modelId()::equals).orElseGet(() -> parts.contains(one.deviceId())))
        .toList();
  }

  private CompletionStage<String> loaded(Task task, ModelFacts.Residence one) {
    return awaitServing(task, one.deviceId())
        .thenCompose(serving -> models.forget(one.modelId()))
        .thenCompose(forgotten -> models.load(one.modelId(), one.deviceId(), task.step().limit()))
        .thenApply(
            loaded ->
                "%s is on %s (it was %s)".formatted(one.modelId(), one.deviceId(), one.state()));
  }

  /** Fails with what is missing. */
  private CompletionStage<RecoveryStepOutcome> awaitServing(Task task, String device) {
    return floor
        .await(
            task,
            () ->
                questions
                    .devices()
                    .thenApply(
                        all ->
                            all.stream()
                                .filter(one -> one.id().equals(device))
                                .filter(DeviceView::serves)
                                .findFirst()
                                .map(one -> done(Workers.text(one)))),
            () -> device + " has no worker that serves")
        .thenApply(
            outcome -> {
              if (outcome instanceof RecoveryStepOutcome.Failed failed) {
                throw new IllegalStateException(failed.message());
              }
              return outcome;
            });
  }
}
