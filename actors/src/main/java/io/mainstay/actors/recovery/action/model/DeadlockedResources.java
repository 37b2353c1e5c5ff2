package io.mainstay.actors.recovery.action.model;

import static io.mainstay.actors.recovery.action.Outcomes.done;

import io.mainstay.actors.memory.MemoryCommand.LedgerView;
import io.mainstay.actors.model.CacheCommand;
import io.mainstay.actors.recovery.action.ActionFloor;
import io.mainstay.actors.recovery.action.AtATime;
import io.mainstay.actors.recovery.action.FailureCause;
import io.mainstay.actors.recovery.action.ModelQuestions;
import io.mainstay.actors.recovery.action.Questions;
import io.mainstay.actors.recovery.engine.RecoveryAction.Task;
import io.mainstay.persistence.recovery.RecoveryStepOutcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Has memory given back that loads which stand still hold, or that was read ahead for nobody.
 * Thread-safe.
 */
final class DeadlockedResources {
  private final ActionFloor floor;
  private final Questions questions;
  private final ModelQuestions models;

  DeadlockedResources(ActionFloor floor) {
    this.floor = floor;
    this.questions = new Questions(floor);
    this.models = new ModelQuestions(floor);
  }

  /**
   * The ledgers take what the workers really have; what nobody has any more is given back. Asked
   * for until node and workers agree; failed if one does not say, or differs still.
   */
  CompletionStage<RecoveryStepOutcome> release(Task task) {
    AtomicReference<String> last = new AtomicReference<>("the workers did not answer");
    AtomicInteger put = new AtomicInteger();
    return reserved()
        .thenCompose(
            before ->
                floor.await(
                    task,
                    () ->
                        models
                            .serving(task)
                            .thenCompose(
                                devices -> AtATime.one(devices, one -> reconciled(task, one, put)))
                            .thenCombine(
                                reserved(),
                                (all, after) -> {
                                  last.set(DeviceAccount.text(all));
                                  return DeviceAccount.agree(all)
                                      ? Optional.of(
                                          done(
                                              "reserved before %s, after %s; %d differences put right; %s"
                                                  .formatted(before, after, put.get(), last.get())))
                                      : Optional.empty();
                                }),
                    last::get));
  }

  private CompletionStage<DeviceAccount> reconciled(Task task, String device, AtomicInteger put) {
    return models
        .reconcile(device, task.step().limit())
        .handle(
            (found, failure) -> {
              if (failure != null) {
                return new DeviceAccount(device, List.of(), FailureCause.message(failure));
              }
              put.addAndGet(found.differences().size());
              return new DeviceAccount(device, found.remaining(), "");
            });
  }

  CompletionStage<RecoveryStepOutcome> releaseCache(Task task) {
    return floor
        .ask(floor.ports().model(), CacheCommand.Arrange::new)
        .thenCombine(
            reserved(),
            (arranged, reserved) ->
                done(
                    "%d bytes that were read ahead for nobody let go; reserved on devices: %s"
                        .formatted(arranged.releasedBytes(), reserved)));
  }

  /** Bytes by device. */
  private CompletionStage<Map<String, Long>> reserved() {
    return questions
        .ledgers()
        .thenApply(
            ledgers -> {
              Map<String, Long> bytes = new TreeMap<>();
              ledgers.forEach((LedgerView one) -> bytes.put(one.deviceId(), one.reservedBytes()));
              return bytes;
            });
  }
}
