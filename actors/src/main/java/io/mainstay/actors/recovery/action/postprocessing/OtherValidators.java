package io.mainstay.actors.recovery.action.postprocessing;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.enough;
import static io.mainstay.actors.recovery.action.Outcomes.failed;
import static io.mainstay.actors.recovery.action.Outcomes.now;

import io.mainstay.actors.degradation.InForce;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.postprocessing.image.safety.PictureRules;
import io.mainstay.actors.postprocessing.image.safety.PolicySource;
import io.mainstay.actors.postprocessing.image.safety.SafetyPolicy;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.FailureCause;
import io.mainstay.actors.recovery.action.ModelFileCheck;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What judges pictures in place of a validator that fails: rules, or the gate's own classifier.
 * There is no external service to ask. Thread-safe.
 */
final class OtherValidators {
  private final ActionFloor floor;
  private final Questions questions;
  private final ModelQuestions models;
  private final ModelFileCheck files;
  private final SafetySystem safety;

  OtherValidators(ActionFloor floor, SafetySystem safety) {
    this.floor = floor;
    this.questions = new Questions(floor);
    this.models = new ModelQuestions(floor);
    this.files = new ModelFileCheck(floor);
    this.safety = safety;
  }

  /**
   * The rules over prompt and pixels. Enough if they know all that the policy forbids, or if the
   * policy cannot be read and a person judges everything.
   */
  CompletionStage<RecoveryStepOutcome> rules(Task task) {
    return safety
        .policy()
        .handle((policy, failure) -> failure == null ? byRules(policy) : byPeople(failure));
  }

  static RecoveryStepOutcome byRules(SafetyPolicy policy) {
    boolean all = new PictureRules(policy).coverPolicy();
    return done(
        SafetySystem.provenRules(policy)
            + (all ? "; they know every class that it forbids" : "; they do not know every class"),
        all);
  }

  private RecoveryStepOutcome byPeople(Throwable failure) {
    String cause = FailureCause.message(failure);
    if (!InForce.on(floor.system()).safety().conservative()) {
      return failed("safety_policy_unusable", "Work is refused: " + cause);
    }
    try {
      return enough(
          "%s; the node's own policy cannot be read, so a person judges every picture: %s"
              .formatted(SafetySystem.provenRules(PolicySource.ours()), cause));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /**
   * The model that the gate judges by, if its files are whole and a device takes it. Another model
   * of the registry would be of no use: the gate does not ask it.
   */
  CompletionStage<RecoveryStepOutcome> classifier(Task task) {
    return files
        .verify(task, List.of(safety.model()), "no model")
        .thenCompose(
            whole ->
                whole instanceof RecoveryStepOutcome.Failed damaged
                    ? now(none(damaged.message()))
                    : questions
                        .devices()
                        .thenCompose(
                            all -> load(task, all.stream().filter(DeviceView::serves).findFirst())))
        .exceptionally(refused -> none(FailureCause.message(refused)));
  }

  private RecoveryStepOutcome none(String why) {
    return failed(
        "no_safety_classifier",
        "The gate judges by %s and no other model, and it cannot be used: %s. Rules judge meanwhile;"
                .formatted(safety.model(), why)
            + " restore its files, or name another one in"
            + " mainstay.processing.pictures.safety-model");
  }

  private CompletionStage<RecoveryStepOutcome> load(Task task, Optional<DeviceView> device) {
    if (device.isEmpty()) {
      return now(none("no device serves"));
    }
    String id = device.get().id();
    return models
        .load(safety.model(), id, task.step().limit())
        .thenApply(
            loaded ->
                loaded.safety() == null
                    ? none("it is no safety model")
                    : enough(
                        "the gate judges by %s, whose files are whole: classes %s, on %s"
                            .formatted(loaded.id(), loaded.safety().classes(), id)));
  }
}
