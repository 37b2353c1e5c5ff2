package io.mainstay.actors.recovery.action.inference;

import static io.mainstay.actors.recovery.action.ServiceSubjects.ofTheNode;

import io.mainstay.actors.consistency.check.WorkFacts.SeatFacts;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.model.report.Reconciled;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * What other domains believe of a device is what its own domain says: where work is sent, and what
 * memory it has.
 */
public final class RouteActions {
  private final ActionFloor floor;
  private final Questions questions;
  private final ModelQuestions models;
  private final Workers workers;

  private RouteActions(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
    this.models = new ModelQuestions(floor);
    this.workers = new Workers(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    RouteActions routes = new RouteActions(floor);
    actions
        .add("reconcile_inference_routes", ofTheNode(routes::routes))
        .add("reconcile_device_memory", routes::memory);
  }

  /** Work goes to the workers that serve; what differs is told anew. */
  private CompletionStage<RecoveryStepOutcome> routes(Task task) {
    AtomicReference<String> last = new AtomicReference<>("inference or the devices did not answer");
    return floor.await(
        task,
        () ->
            workers
                .of(task)
                .thenCombine(
                    questions.turns(), (devices, facts) -> agree(devices, facts.seats(), last)),
        last::get);
  }

  private Optional<RecoveryStepOutcome> agree(
      List<DeviceView> devices, List<SeatFacts> seats, AtomicReference<String> last) {
    List<String> differ = new ArrayList<>();
    for (DeviceView device : devices) {
      if (device.serves() && seats.stream().noneMatch(seat -> isThatOf(seat, device))) {
        floor.ports().device().tell(new DeviceCommand.Republish(device.id()));
        differ.add(device.id() + " epoch " + device.epoch());
      }
    }
    last.set("inference does not know the workers of " + differ);
    return devices.stream().anyMatch(DeviceView::serves) && differ.isEmpty()
        ? Optional.of(new RecoveryStepOutcome.Done("work goes to " + Workers.text(devices)))
        : Optional.empty();
  }

  private static boolean isThatOf(SeatFacts seat, DeviceView device) {
    return seat.deviceId().equals(device.id())
        && seat.standing().equals("up")
        && seat.epoch() == device.epoch()
        && seat.models().containsAll(device.models());
  }

  /** What is reserved on the devices is what their workers have. */
  private CompletionStage<RecoveryStepOutcome> memory(Task task) {
    AtomicReference<String> last = new AtomicReference<>("no worker serves");
    return floor.await(
        task,
        () ->
            workers
                .of(task)
                .thenCompose(
                    devices ->
                        AtATime.one(
                            devices, device -> models.reconcile(device.id(), floor.answerWithin())))
                .thenApply(
                    compared -> {
                      List<String> remaining =
                          compared.stream().flatMap(one -> one.remaining().stream()).toList();
                      last.set("they still differ: " + remaining);
                      return remaining.isEmpty() && !compared.isEmpty()
                          ? Optional.of(new RecoveryStepOutcome.Done(text(compared)))
                          : Optional.empty();
                    }),
        last::get);
  }

  private static String text(List<Reconciled> compared) {
    return compared.stream()
        .map(
            one ->
                "%s: %d models and reservations compared, %d differed and were put right"
                    .formatted(one.deviceId(), one.compared(), one.differences().size()))
        .collect(Collectors.joining("; "));
  }
}
