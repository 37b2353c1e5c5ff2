package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.CallOutcome;
import java.util.function.Consumer;

/** An unanswered order to arm a fault. */
final class ArmOpen extends OpenCall<Void> {
  ArmOpen(Consumer<CallOutcome<Void>> onDone) {
    super(onDone);
  }
}
