package io.mainstay.actors.recovery.action.inference;

import static io.mainstay.actors.recovery.action.Outcomes.done;

import io.mainstay.actors.consistency.check.DeviceFacts;
import io.mainstay.actors.device.DeviceCommand;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.model.ModelView;
import io.mainstay.actors.processing.ProcessingCommand;
import io.mainstay.actors.recovery.EngineMark;
import io.mainstay.actors.recovery.ErrorNames;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.action.Subjects;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.actors.recovery.engine.RecoveryActions;
import io.mainstay.persistence.recovery.RecoveryPlan;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/**
 * The engine in a worker: what it was doing is kept, it is started anew, and has its models again.
 * A worker that died or hung is replaced by its slot already: then these look whether that is so.
 */
public final class EngineActions {
  private final ActionFloor floor;
  private final Questions questions;
  private final ReplacedEngines replaced = new ReplacedEngines();

  private EngineActions(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
  }

  /** Adds them. */
  public static void add(RecoveryActions.Builder actions, ActionFloor floor) {
    EngineActions engine = new EngineActions(floor);
    actions
        .add("graceful_engine_shutdown", engine::shutDown)
        .add("clean_engine_state", engine::clean)
        .add("restart_inference_engine", engine::restart)
        .add("restore_engine_state", engine::restore);
  }

  /** What is under way is saved; an engine that lives and failed is ended. */
  private CompletionStage<RecoveryStepOutcome> shutDown(Task task) {
    if (!livesAndFailed(task)) {
      // Its worker is gone, or a request was late: others' work need not rest for that.
      return devices(task).thenApply(devices -> done("nothing to end; " + text(devices)));
    }
    return floor
        .ask(
            floor.ports().processing(), ProcessingCommand.SaveCheckpoints::new, task.step().limit())
        .thenCompose(saved -> devices(task).thenApply(devices -> end(task, saved, devices)));
  }

  private RecoveryStepOutcome end(
      Task task, ProcessingCommand.Saved saved, List<DeviceView> devices) {
    List<DeviceView> toGo = devices.stream().filter(device -> isToGo(task, device)).toList();
    for (DeviceView device : toGo) {
      replaced.replaced(task, device.id(), device.epoch());
      floor
          .ports()
          .device()
          .tell(
              new DeviceCommand.ReplaceWorker(
                  device.id(), device.epoch(), task.plan().error(), task.cause()));
    }
    return done(
        saved.text()
            + "; to be replaced: "
            + (toGo.isEmpty() ? "none of " + text(devices) : text(toGo)));
  }

  /** Neither the successor of the one that failed, nor of one that the cascade had replaced. */
  private boolean isToGo(Task task, DeviceView device) {
    return device.serves()
        && !Workers.isSuccessor(task, device)
        && !(task.plan().kind() == RecoveryPlan.Kind.STRATEGY
            && replaced.isSuccessor(task, device.id(), device.epoch()));
  }

  /** The worker did not end by itself, as the fault was seen in an answer of it. */
  private static boolean livesAndFailed(Task task) {
    return task.plan().error().equals(ErrorNames.INFERENCE_ENGINE_FAILURE.code())
        && (task.subject().startsWith("inference/") || EngineMark.of(task.subject()).isPresent());
  }

  /** Nobody is in doubt whether a worker lives, and nothing of those that failed is left. */
  private CompletionStage<RecoveryStepOutcome> clean(Task task) {
    AtomicReference<String> last = new AtomicReference<>("the devices did not answer");
    return floor.await(
        task,
        () ->
            devices(task)
                .thenCombine(inspected(), (devices, inspected) -> new Looked(devices, inspected))
                .thenCombine(
                    questions.ledgers(), (looked, ledgers) -> clean(task, looked, ledgers, last)),
        last::get);
  }

  private CompletionStage<DeviceCommand.Inspected> inspected() {
    return floor.<DeviceCommand, DeviceCommand.Inspected>ask(
        floor.ports().device(),
        replyTo -> new DeviceCommand.Inspect(floor.answerWithin(), replyTo),
        floor.answerWithin().multipliedBy(2));
  }

  private record Looked(List<DeviceView> devices, DeviceCommand.Inspected inspected) {}

  private Optional<RecoveryStepOutcome> clean(
      Task task, Looked looked, List<LedgerView> ledgers, AtomicReference<String> last) {
    List<String> left = new ArrayList<>();
    List<String> text = new ArrayList<>();
    for (DeviceView device : looked.devices()) {
      if (!isSettled(device)) {
        left.add("nobody knows whether the worker of " + device.id() + " lives");
      }
      Optional<DeviceFacts> facts =
          looked.inspected().devices().stream()
              .filter(one -> one.id().equals(device.id()))
              .findFirst();
      if (facts.isEmpty()) {
        left.add(device.id() + " did not say what it has");
        continue;
      }
      EngineRemains remains =
          EngineRemains.of(
              facts.get(),
              replaced.last(task, device.id()),
              ledgers.stream()
                  .filter(one -> one.deviceId().equals(device.id()))
                  .findFirst()
                  .orElse(null));
      left.addAll(remains.left());
      text.add(remains.text());
    }
    last.set(String.join("; ", left));
    return left.isEmpty() ? Optional.of(done(String.join("; ", text))) : Optional.empty();
  }

  private static boolean isSettled(DeviceView device) {
    return !device.suspected();
  }

  private CompletionStage<RecoveryStepOutcome> restart(Task task) {
    return floor.await(
        task,
        () -> devices(task).thenApply(devices -> allServe(task, devices)),
        () -> "no worker serves in the place of the one that failed");
  }

  private Optional<RecoveryStepOutcome> allServe(Task task, List<DeviceView> devices) {
    return devices.stream()
            .allMatch(
                device ->
                    device.serves() && device.epoch() > replaced.last(task, device.id()).orElse(-1))
        ? Optional.of(done(text(devices)))
        : Optional.empty();
  }

  /** It has the models that the node has loaded on its device; one that is given up has none. */
  private CompletionStage<RecoveryStepOutcome> restore(Task task) {
    if (task.plan().kind() == RecoveryPlan.Kind.STRATEGY) {
      replaced.forget(task);
    }
    return floor.await(
        task,
        () -> new Workers(floor).of(task).thenCombine(questions.models(), EngineActions::restored),
        () -> "the models were not there again");
  }

  private static Optional<RecoveryStepOutcome> restored(
      List<DeviceView> devices, List<ModelView> models) {
    boolean whole =
        Workers.allServe(devices)
            && devices.stream()
                .allMatch(
                    device ->
                        models.stream()
                            .filter(model -> model.devices().contains(device.id()))
                            .allMatch(model -> device.models().contains(model.id())));
    return whole
        ? Optional.of(
            new RecoveryStepOutcome.Done(
                devices.stream()
                    .map(device -> device.id() + " has " + device.models())
                    .collect(Collectors.joining("; ")),
                true,
                ""))
        : Optional.empty();
  }

  private CompletionStage<List<DeviceView>> devices(Task task) {
    return questions.devices().thenApply(all -> Subjects.devices(task.subject(), all));
  }

  private static String text(List<DeviceView> devices) {
    return devices.stream().map(Workers::text).collect(Collectors.joining("; "));
  }
}
