package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.protocol.state.TransactionAcknowledged;
import java.util.function.Consumer;

/** An unanswered commit or abort. */
final class DecisionOpen extends OpenCall<TransactionAcknowledged> {
  DecisionOpen(Consumer<CallOutcome<TransactionAcknowledged>> onDone) {
    super(onDone);
  }

  @Override
  boolean isOfState() {
    return true;
  }
}
