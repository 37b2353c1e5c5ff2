package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.CallOutcome;
import java.util.function.Consumer;

/** An unanswered call that is answered by one number: an unload or a verification. */
final class NumberOpen extends OpenCall<Long> {
  NumberOpen(Consumer<CallOutcome<Long>> onDone) {
    super(onDone);
  }
}
