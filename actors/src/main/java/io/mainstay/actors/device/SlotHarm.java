package io.mainstay.actors.device;

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

  /** The worker loses a model, and the books do not hear of it. */
  record LoseModel(String modelId) implements SlotHarm {}

  /**
   * The worker loads a model that nobody asked for, and the books do not hear of it.
   *
   * @param like whose files it has
   */
  record StrayModel(String modelId, String like) implements SlotHarm {}

  /** Bytes of a span that is lost. */
  long SPAN_BYTES = 4096;

  /** Spans are lost at any time. */
  static void lose(LoseLeases lose, WorkerControl control) {
    for (int i = 0; i < lose.leases(); i++) {
      control.loseLease(SPAN_BYTES);
    }
  }

  /** Models come and go in a worker that is at rest; nobody is told: that is the fault. */
  static void change(SlotHarm harm, ModelPlan plan, WorkerPort port) {
    if (harm instanceof LoseModel lose && plan.has().contains(lose.modelId())) {
      port.unload(lose.modelId(), freed -> {});
    } else if (harm instanceof StrayModel stray) {
      plan.wanted().stream()
          .filter(call -> call.modelId().equals(stray.like()))
          .findFirst()
          .ifPresent(
              call ->
                  port.load(
                      new LoadCall(
                          stray.modelId(), call.components(), call.estimatedBytes(), Duration.ZERO),
                      progress -> {},
                      loaded -> {}));
    }
  }
}
