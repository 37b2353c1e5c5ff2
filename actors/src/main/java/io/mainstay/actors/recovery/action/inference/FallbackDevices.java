package io.mainstay.actors.recovery.action.inference;

import static io.mainstay.actors.recovery.action.Outcomes.enough;
import static io.mainstay.actors.recovery.action.Outcomes.failed;
import static io.mainstay.actors.recovery.action.Outcomes.now;

import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.FailureCause;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.action.device.FailedDevices;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/**
 * Devices that work goes to when its engine does not come back: another GPU that serves, or a CPU.
 * The first and the third level of the inference fallback chain. Of several the one with the most
 * free memory is tried first; where not all models are to be had, those that were loaded for it go
 * again, and the next one is tried. Thread-safe.
 */
public final class FallbackDevices {
  private final ActionFloor floor;
  private final ModelQuestions models;
  private final FailedDevices failed;
  private final Workers workers;

  private FallbackDevices(ActionFloor floor, FailedDevices failed) {
    this.floor = floor;
    this.models = new ModelQuestions(floor);
    this.failed = failed;
    this.workers = new Workers(floor);
  }

  /**
   * Adds them.
   *
   * @param failed what was on devices that failed
   */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor, FailedDevices failed) {
    FallbackDevices devices = new FallbackDevices(floor, failed);
    actions
        .add("alternative_gpu_device", task -> devices.onto(task, "gpu", device -> !device.onCpu()))
        .add("cpu_fallback_inference", task -> devices.onto(task, "cpu", DeviceView::onCpu));
  }

  /**
   * The models of the engine are on a device of that kind that serves; enough if there is one to
   * move.
   */
  private CompletionStage<RecoveryStepOutcome> onto(
      Task task, String kind, Predicate<DeviceView> fits) {
    return LostWork.of(floor, failed, task).thenCompose(work -> onto(task, work, kind, fits));
  }

  private CompletionStage<RecoveryStepOutcome> onto(
      Task task, LostWork work, String kind, Predicate<DeviceView> fits) {
    List<DeviceView> fitting = work.others().stream().filter(fits).toList();
    if (fitting.isEmpty()) {
      return now(
          failed(
              "no_" + kind + "_device",
              "No " + kind.toUpperCase(Locale.ROOT) + " device but those that failed serves"));
    }
    if (work.lost().isEmpty()) {
      return now(
          failed(
              "no_device_lost",
              "No device is named or lost, so no work is to go to " + fitting.get(0).id()));
    }
    if (work.models().isEmpty()) {
      return now(
          failed(
              "nothing_to_move",
              "Nobody knows of a model that was on "
                  + work.lostIds()
                  + " and could be had elsewhere"));
    }
    return tryEach(task, fitting, work.models(), kind, new ArrayList<>());
  }

  /**
   * The first of them that has them all.
   *
   * @param refused why each one before did not, for people
   */
  private CompletionStage<RecoveryStepOutcome> tryEach(
      Task task, List<DeviceView> left, Set<String> wanted, String kind, List<String> refused) {
    if (left.isEmpty() || task.timeLeft(System.nanoTime()).toMillis() <= 0) {
      return now(
          failed(
              "no_device_takes_models",
              "No %s device that serves takes %s: %s%s"
                  .formatted(
                      kind.toUpperCase(Locale.ROOT),
                      wanted,
                      refused,
                      left.isEmpty() ? "" : "; no time was left for " + ids(left))));
    }
    DeviceView device = left.get(0);
    List<String> loaded = new ArrayList<>();
    return AtATime.one(wanted, model -> load(task, model, device, loaded))
        .thenCompose(all -> has(task, device.id(), wanted, kind))
        .exceptionally(refusal -> failed("refused", FailureCause.message(refusal)))
        .thenCompose(
            tried -> {
              if (!(tried instanceof RecoveryStepOutcome.Failed why)) {
                return now(tried);
              }
              refused.add(device.id() + ": " + why.message());
              return unload(device, loaded)
                  .thenCompose(
                      gone -> tryEach(task, left.subList(1, left.size()), wanted, kind, refused));
            });
  }

  private static List<String> ids(List<DeviceView> devices) {
    return devices.stream().map(DeviceView::id).toList();
  }

  /**
   * @param loaded what was not there before
   */
  private CompletionStage<ModelDescriptor> load(
      Task task, String model, DeviceView onto, List<String> loaded) {
    return models
        .load(model, onto.id(), task.timeLeft(System.nanoTime()))
        .whenComplete(
            (descriptor, failure) -> {
              if (failure == null && !onto.models().contains(model)) {
                loaded.add(model);
              }
            });
  }

  /** Nobody chose the device; what somebody uses there by now stays. */
  private CompletionStage<List<Boolean>> unload(DeviceView device, List<String> loaded) {
    return AtATime.one(
        loaded,
        model ->
            models
                .unload(model, device.id(), floor.answerWithin())
                .handle((unloaded, inUse) -> inUse == null));
  }

  /** The device says of itself that it serves with them. */
  private CompletionStage<RecoveryStepOutcome> has(
      Task task, String target, Set<String> wanted, String kind) {
    AtomicReference<String> last = new AtomicReference<>("the devices did not answer");
    return floor.await(
        task,
        () ->
            workers
                .all()
                .thenApply(
                    all -> {
                      last.set(Workers.text(all));
                      return all.stream()
                          .filter(device -> device.id().equals(target) && device.serves())
                          .filter(device -> device.models().containsAll(wanted))
                          .findFirst()
                          .map(
                              device ->
                                  enough(
                                      "%s serves on the %s, epoch %d, and has %s"
                                          .formatted(
                                              target,
                                              kind.toUpperCase(Locale.ROOT),
                                              device.epoch(),
                                              wanted)));
                    }),
        () -> target + " does not serve with " + wanted + ": " + last.get());
  }
}
