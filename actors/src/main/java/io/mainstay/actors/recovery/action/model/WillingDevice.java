package io.mainstay.actors.recovery.action.model;

import io.mainstay.actors.gateway.Refusal;
import io.mainstay.actors.recovery.action.FailureCause;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Loads a model on the first device that takes it. Thread-safe. */
final class WillingDevice {
  private final ModelQuestions models;

  WillingDevice(ModelQuestions models) {
    this.models = models;
  }

  /** Where it is then, for evidence; fails with a refusal that says why each device refused it. */
  CompletionStage<String> load(Task task, String modelId) {
    return models
        .serving(task)
        .thenCompose(devices -> load(task, modelId, devices, new ArrayList<>()));
  }

  private CompletionStage<String> load(
      Task task, String modelId, List<String> devices, List<String> refused) {
    if (devices.isEmpty()) {
      return CompletableFuture.failedFuture(
          Refusal.of(
              "no_device_takes_model",
              "no serving device loads " + modelId + ": " + refused,
              "See 'mainstay devices'"));
    }
    String device = devices.get(0);
    return models
        .load(modelId, device, task.step().limit())
        .thenApply(loaded -> modelId + " is loaded on " + device)
        .exceptionallyCompose(
            why -> {
              refused.add(device + ": " + reason(why));
              return load(task, modelId, devices.subList(1, devices.size()), refused);
            });
  }

  /** Why a model was not to be had, for people. */
  static String reason(Throwable why) {
    Throwable cause = FailureCause.of(why);
    return cause instanceof Refusal refusal
        ? refusal.code() + ": " + refusal.getMessage()
        : cause.toString();
  }
}
