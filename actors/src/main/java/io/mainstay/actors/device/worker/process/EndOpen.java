package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.CallOutcome;
import java.util.function.Consumer;

/** Unanswered news of an end: of a session, or of another device. */
final class EndOpen extends OpenCall<Long> {
  EndOpen(Consumer<CallOutcome<Long>> onDone) {
    super(onDone);
  }

  @Override
  boolean isOfState() {
    return true;
  }
}
