package io.mainstay.actors.recovery.action.inference;

import static io.mainstay.actors.recovery.action.Outcomes.done;
import static io.mainstay.actors.recovery.action.Outcomes.failed;
import static io.mainstay.actors.recovery.action.Outcomes.now;

import io.mainstay.actors.degradation.ModeKey;
import io.mainstay.actors.degradation.ModeTrigger;
import io.mainstay.actors.degradation.ModeView;
import io.mainstay.actors.device.DeviceView;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.ModeGround;
import io.mainstay.actors.recovery.action.TimedGrounds;
import io.mainstay.actors.recovery.action.Workers;
import io.mainstay.actors.recovery.catalog.DegradationMode;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Devices whose living workers gave wrong values get no work until there is a clean worker, where
 * another device serves meanwhile. A cascade and the strategy after it mean the same device with
 * the same ground, which is bounded in time. Thread-safe.
 */
final class DoubtedEngines {
  private final Workers workers;
  private final TimedGrounds grounds;

  DoubtedEngines(ActionFloor floor) {
    this.workers = new Workers(floor);
    this.grounds = new TimedGrounds(floor, "corrupted_engine");
  }

  /**
   * Done when each device that the fault names is isolated, as the modes say, or cannot be; failed
   * if a person keeps one in.
   *
   * @param doubted whether a worker that lives gave wrong values
   * @param before evidence of what was done already
   */
  CompletionStage<RecoveryStepOutcome> isolate(
      Task task, boolean doubted, Duration hold, String before) {
    if (!doubted) {
      return now(done("no worker that lives is in doubt; " + before));
    }
    return workers
        .all()
        .thenCompose(
            all -> {
              List<DeviceView> named =
                  all.stream().filter(device -> Workers.isNamed(task, device)).toList();
              boolean others =
                  all.stream().anyMatch(device -> device.serves() && !named.contains(device));
              if (named.isEmpty()) {
                return now(
                    done(
                        "nobody knows whose values they were, so no engine is kept apart; "
                            + before));
              }
              return others
                  ? enter(task, named, hold, before)
                  : now(done(ids(named) + " go on: no other device serves; " + before));
            });
  }

  private CompletionStage<RecoveryStepOutcome> enter(
      Task task, List<DeviceView> named, Duration hold, String before) {
    return AtATime.one(named, device -> keptIn(task, device, hold))
        .thenApply(each -> each.stream().flatMap(Optional::stream).toList())
        .thenApply(
            keptIn ->
                keptIn.isEmpty()
                    ? done(
                        "%s get no work for %d ms at most; %s"
                            .formatted(ids(named), hold.toMillis(), before))
                    : failed(
                        "mode_kept_off",
                        "A person keeps the node out of the isolation of "
                            + keptIn
                            + "; "
                            + before));
  }

  /** Its id, if it works on although its isolation was asked for. */
  private CompletionStage<Optional<String>> keptIn(Task task, DeviceView device, Duration hold) {
    return grounds
        .of(isolation(device), device.id())
        .enterFor(
            hold,
            ModeTrigger.DEVICE_FAILURE_OR_CORRUPTION,
            task.plan().error() + " is being recovered from",
            task.cause())
        .thenApply(view -> holds(view, device) ? Optional.empty() : Optional.of(device.id()));
  }

  private static boolean holds(ModeView view, DeviceView device) {
    return view.active().stream().anyMatch(active -> active.key().equals(isolation(device)));
  }

  /** Those that the fault names get work again; done with that evidence. */
  CompletionStage<RecoveryStepOutcome> giveBack(Task task, String evidence) {
    return workers
        .all()
        .thenCompose(
            all -> {
              CompletionStage<RecoveryStepOutcome> left = now(done(evidence));
              for (DeviceView device : all) {
                if (Workers.isNamed(task, device)) {
                  left =
                      left.thenCompose(
                          so ->
                              leave(grounds.of(isolation(device), device.id()), task)
                                  .thenApply(gone -> so));
                }
              }
              return left;
            });
  }

  /** Where the disk is full it is asked for again, and the clean worker waits that long. */
  private static CompletionStage<Boolean> leave(ModeGround ground, Task task) {
    String why = "the recovery takes it back";
    return ground
        .leave(why, task.cause())
        .handle(
            (view, refused) -> {
              if (refused != null) {
                ground.leaveForGood(why, task.cause());
              }
              return refused == null;
            });
  }

  private static ModeKey isolation(DeviceView device) {
    return ModeKey.of(DegradationMode.DEVICE_ISOLATION, device.id());
  }

  private static String ids(List<DeviceView> devices) {
    return devices.stream().map(DeviceView::id).collect(Collectors.joining(", "));
  }
}
