package io.mainstay.actors.recovery.action.inference;

import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.StepTimes;
import io.mainstay.actors.recovery.action.TimedGrounds;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.catalog.DegradationSubState;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** Room for an inference that ran out of it: idle models go, then batches become smaller. */
public final class ScalingActions {
  private static final ModeKey SMALLER =
      ModeKey.of(
          DegradationMode.PERFORMANCE_CONSERVATION_MODE,
          DegradationSubState.MEMORY_CONSERVATION_MODE,
          "");

  private final ActionFloor floor;
  private final Questions questions;
  private final ModelQuestions models;
  private final Workers workers;
  private final TimedGrounds smaller;

  private ScalingActions(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
    this.models = new ModelQuestions(floor);
    this.workers = new Workers(floor);
    this.smaller = new TimedGrounds(floor, "dynamic_resource_scaling");
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    ScalingActions scaling = new ScalingActions(floor);
    actions
        .add("reallocate_inference_resources", scaling::reallocate)
        .add("unload_models_in_the_way", scaling::reallocate)
        .add("shrink_inference_batches", scaling::shrink)
        .add("restore_session_batch_sizes", scaling::restore);
  }

  /** What is there of a device's memory, and what of it is taken. */
  private record Room(DeviceView device, long reservedBytes, long budgetBytes) {
    boolean isEnough(int takenPercentMax) {
      return device.serves()
          && reservedBytes * 100 <= budgetBytes * takenPercentMax
          && device.residentBytes() <= budgetBytes;
    }

    String text() {
      return "%s %s: %d of %d bytes reserved, its worker has %d resident"
          .formatted(
              device.id(), device.state(), reservedBytes, budgetBytes, device.residentBytes());
    }
  }

  /**
   * Each device serves and has room: no more than {@code taken-percent-max} is reserved. Models
   * that nobody uses are unloaded from one that has not.
   */
  private CompletionStage<RecoveryStepOutcome> reallocate(Task task) {
    int most = Integer.parseInt(task.parameter("taken-percent-max"));
    Set<String> unloaded = ConcurrentHashMap.newKeySet();
    AtomicReference<String> last = new AtomicReference<>("the devices did not answer");
    return floor.await(
        task,
        () ->
            rooms(task)
                .thenCompose(
                    rooms -> {
                      last.set(text(rooms));
                      if (!rooms.isEmpty() && rooms.stream().allMatch(one -> one.isEnough(most))) {
                        return CompletableFuture.completedFuture(
                            Optional.of(
                                new RecoveryStepOutcome.Done(
                                    "unloaded %s; %s".formatted(unloaded, text(rooms)), true, "")));
                      }
                      return makeRoom(rooms, most, unloaded).thenApply(freed -> Optional.empty());
                    }),
        last::get);
  }

  private CompletionStage<List<Room>> rooms(Task task) {
    return workers
        .of(task)
        .thenCombine(
            questions.ledgers(),
            (devices, ledgers) ->
                devices.stream()
                    .flatMap(
                        device ->
                            ledgers.stream()
                                .filter(ledger -> ledger.deviceId().equals(device.id()))
                                .map(
                                    ledger ->
                                        new Room(
                                            device, ledger.reservedBytes(), ledger.budgetBytes())))
                    .toList());
  }

  private static String text(List<Room> rooms) {
    return rooms.stream().map(Room::text).collect(Collectors.joining("; "));
  }

  /** One idle model of each device that has too little; one in use is refused and stays. */
  private CompletionStage<Void> makeRoom(List<Room> rooms, int most, Set<String> unloaded) {
    return questions
        .models()
        .thenCompose(
            all ->
                CompletableFuture.allOf(
                    rooms.stream()
                        .filter(room -> room.device().serves() && !room.isEnough(most))
                        .flatMap(
                            room ->
                                idle(all, room.device().id(), unloaded)
                                    .map(model -> unload(model, room.device().id(), unloaded))
                                    .stream())
                        .toArray(CompletableFuture[]::new)));
  }

  private static Optional<ModelView> idle(
      List<ModelView> all, String deviceId, Set<String> unloaded) {
    return all.stream()
        .filter(model -> model.devices().contains(deviceId) && model.references() == 0)
        .filter(model -> !unloaded.contains(model.id() + " from " + deviceId))
        .findFirst();
  }

  private CompletableFuture<Void> unload(ModelView model, String deviceId, Set<String> unloaded) {
    return models
        .unload(model.id(), deviceId, floor.answerWithin())
        .<Void>thenApply(
            gone -> {
              unloaded.add(model.id() + " from " + deviceId);
              return null;
            })
        .toCompletableFuture();
  }

  /**
   * Batches of new work are smaller for {@code hold-ms}; what is under way goes on. Enough if each
   * device has room within {@code settle-ms}.
   */
  private CompletionStage<RecoveryStepOutcome> shrink(Task task) {
    Duration hold = StepTimes.millis(task, "hold-ms");
    return smaller
        .of(SMALLER, task.subject())
        .enterFor(
            hold,
            ModeTrigger.RESOURCE_CONTENTION_DETECTED,
            task.plan().error() + " at " + task.subject(),
            task.cause())
        .thenCompose(view -> shrunk(task, view, hold));
  }

  private CompletionStage<RecoveryStepOutcome> shrunk(Task task, ModeView view, Duration hold) {
    if (view.active().stream().noneMatch(active -> active.key().equals(SMALLER))) {
      return CompletableFuture.completedFuture(
          new RecoveryStepOutcome.Failed(
              "mode_not_held",
              "%s is kept off by a person; what holds: %s"
                  .formatted(SMALLER.text(), view.restrictions().modesText())));
    }
    String smallerNow =
        "batches are smaller for %d ms while %s holds"
            .formatted(hold.toMillis(), view.restrictions().modesText());
    int most = Integer.parseInt(task.parameter("taken-percent-max"));
    long end = System.nanoTime() + StepTimes.millis(task, "settle-ms").toNanos();
    return floor.await(
        task,
        () ->
            rooms(task)
                .thenApply(
                    rooms -> {
                      boolean room =
                          !rooms.isEmpty() && rooms.stream().allMatch(one -> one.isEnough(most));
                      return room || System.nanoTime() - end >= 0
                          ? Optional.of(
                              new RecoveryStepOutcome.Done(
                                  "%s; %s: %s"
                                      .formatted(
                                          smallerNow,
                                          room ? "there is room" : "there is no room yet",
                                          text(rooms)),
                                  room,
                                  ""))
                          : Optional.empty();
                    }),
        () -> smallerNow + "; the devices did not say what room they have");
  }

  private CompletionStage<RecoveryStepOutcome> restore(Task task) {
    return smaller
        .of(SMALLER, task.subject())
        .leave("taken back: " + task.plan().name() + " did not help", task.cause())
        .thenApply(
            view ->
                new RecoveryStepOutcome.Done(
                    "its ground is gone; what holds: " + view.restrictions().modesText()));
  }
}
