package io.mainstay.actors.recovery.action.model;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.failed;
import static io.mainstay.actors.recovery.action.Outcomes.now;

import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.model.fallback.Alternatives;
import io.mainstay.actors.model.fallback.Alternatives.Candidate;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Has something stand in for a model that cannot be used. Thread-safe. */
final class ModelSubstitution {
  private final ModelQuestions models;
  private final WillingDevice devices;

  ModelSubstitution(ModelQuestions models, WillingDevice devices) {
    this.models = models;
    this.devices = devices;
  }

  /** The nearest alternative of those levels that is there and fits. */
  CompletionStage<RecoveryStepOutcome> substitute(Task task, ModelView model, int from, int to) {
    return alternatives(task, model)
        .thenCompose(
            found ->
                first(
                    task,
                    model,
                    StandInChoice.ofLevels(found, from, to),
                    new ArrayList<>(StandInChoice.skipped(found))));
  }

  private CompletionStage<Alternatives> alternatives(Task task, ModelView model) {
    return models.alternatives(model.id(), task.step().limit());
  }

  private CompletionStage<RecoveryStepOutcome> first(
      Task task, ModelView model, List<Candidate> candidates, List<String> passed) {
    if (candidates.isEmpty()) {
      return now(
          failed(
              "no_alternative_model",
              "nothing stands in for "
                  + model.id()
                  + (passed.isEmpty() ? "" : "; passed: " + passed)));
    }
    Candidate candidate = candidates.get(0);
    return models
        .usable(candidate.modelId(), task.step().limit())
        .thenCompose(found -> standsIn(task, model, candidate))
        .exceptionallyCompose(
            unfit -> {
              passed.add(candidate.modelId() + ": " + WillingDevice.reason(unfit));
              return first(task, model, candidates.subList(1, candidates.size()), passed);
            });
  }

  private CompletionStage<RecoveryStepOutcome> standsIn(
      Task task, ModelView model, Candidate candidate) {
    String said =
        "%s stands in for %s (%s: %s)"
            .formatted(candidate.modelId(), model.id(), candidate.strategy(), candidate.reason());
    // Who uses it now needs the other one at once.
    return model.references() == 0
        ? now(done(said + "; it is loaded when it is asked for"))
        : devices.load(task, candidate.modelId()).thenApply(where -> done(said + "; " + where));
  }

  /** Made by who made the model; of less precision it would be another quality. */
  CompletionStage<RecoveryStepOutcome> sameInAnotherFormat(Task task, ModelView model) {
    return alternatives(task, model)
        .thenCompose(
            found -> {
              Optional<Candidate> other = StandInChoice.sameInAnotherFormat(found);
              return other.isEmpty()
                  ? now(
                      failed(
                          "no_conversion",
                          model.id()
                              + " is there in no other format, and no tool converts what is"
                              + " damaged or unsupported in a graph"))
                  : converted(task, model, other.get());
            });
  }

  private CompletionStage<RecoveryStepOutcome> converted(
      Task task, ModelView model, Candidate other) {
    return models
        .usable(other.modelId(), task.step().limit())
        .thenCompose(
            converted ->
                StandInChoice.isAsPrecise(converted.traits().precision())
                    ? standsIn(task, model, other)
                    : now(
                        failed(
                            "conversion_loses_quality",
                            "%s computes in %s"
                                .formatted(converted.id(), converted.traits().precision()))));
  }

  /** What needs no model at all: rules of safety, kernels that every worker has. */
  CompletionStage<RecoveryStepOutcome> rules(Task task, ModelView model) {
    return alternatives(task, model)
        .thenCompose(
            found ->
                StandInChoice.withoutModel(found)
                    .map(
                        one ->
                            models
                                .serving(task)
                                .thenApply(devices -> withoutModel(model.id(), one, devices)))
                    .orElseGet(
                        () ->
                            now(
                                failed(
                                    "no_alternative_model",
                                    model.id() + " is needed: no rules do its work"))));
  }

  /** A kernel needs a worker, rules need none. */
  static RecoveryStepOutcome withoutModel(String modelId, Candidate one, List<String> devices) {
    boolean kernel = !one.modelId().isEmpty();
    return kernel && devices.isEmpty()
        ? failed("no_device_serves", "no worker has the kernel " + one.component())
        : done(
            "%s does the work of %s%s"
                .formatted(
                    one.component(), modelId, kernel ? " in the workers of " + devices : ""));
  }
}
