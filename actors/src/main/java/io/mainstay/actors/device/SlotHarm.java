package io.mainstay.actors.device;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.WorkerControl;
import io.mainstay.actors.device.worker.WorkerPort;
import java.time.Duration;

/**
 * What a test puts wrong in a worker behind the books of its slot: faults to be found. Told to the
 * slot, on whose thread it is done.
 */
sealed interface SlotHarm {
  /** Spans of the arena are taken, and no call has them. */
  record LoseLeases(int leases) implements SlotHarm {}

  /** Of the models of a worker; who asked hears whether the worker did it. */
  sealed interface OfModels extends SlotHarm {
    ActorRef<Boolean> replyTo();
  }

  /** The worker loses a model, and the books do not hear of it. */
  record LoseModel(String modelId, ActorRef<Boolean> replyTo) implements OfModels {}

  /**
   * The worker loads a model that nobody asked for, and the books do not hear of it.
   *
   * @param like whose files it has
   */
  record StrayModel(String modelId, String like, ActorRef<Boolean> replyTo) implements OfModels {}

  /** Bytes of a span that is lost. */
  long SPAN_BYTES = 4096;

  /** Spans are lost at any time. */
  static void lose(LoseLeases lose, WorkerControl control) {
    for (int i = 0; i < lose.leases(); i++) {
      control.loseLease(SPAN_BYTES);
    }
  }

  /** Models come and go in a worker that is at rest, and the books do not hear of it. */
  static void change(OfModels harm, ModelPlan plan, WorkerPort port) {
    if (harm instanceof LoseModel lose && plan.has().contains(lose.modelId())) {
      port.unload(lose.modelId(), outcome -> tell(harm, outcome));
    } else if (harm instanceof StrayModel stray) {
      plan.wanted().stream()
          .filter(call -> call.modelId().equals(stray.like()))
          .findFirst()
          .ifPresentOrElse(
              call ->
                  port.load(
                      new LoadCall(
                          stray.modelId(), call.components(), call.estimatedBytes(), Duration.ZERO),
                      progress -> {},
                      outcome -> tell(harm, outcome)),
              () -> harm.replyTo().tell(false));
    } else {
      harm.replyTo().tell(false);
    }
  }

  private static void tell(OfModels harm, CallOutcome<?> outcome) {
    harm.replyTo().tell(outcome instanceof CallOutcome.Done<?>);
  }
}
