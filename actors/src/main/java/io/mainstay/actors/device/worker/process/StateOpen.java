package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.StateReceipt;
import io.mainstay.protocol.WorkerFaultCode;
import io.mainstay.protocol.state.StateAck;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateRefusal;
import io.mainstay.protocol.state.StateRefused;
import java.util.function.Consumer;

/** An unanswered state message. Its receipt carries the publisher's own correlation id. */
final class StateOpen extends OpenCall<StateReceipt> {
  private final long correlationId;

  StateOpen(StateEnvelope told, Consumer<StateReceipt> onAnswer) {
    super(outcome -> onAnswer.accept(receipt(told, outcome)));
    this.correlationId = told.correlationId();
  }

  void acknowledged(StateAck ack) {
    done(
        new StateReceipt.Acknowledged(
            new StateAck(correlationId, ack.sequence(), ack.appliedVersion())));
  }

  void refused(StateRefused refused) {
    done(
        new StateReceipt.Refused(
            new StateRefused(correlationId, refused.sequence(), refused.code(), refused.reason())));
  }

  private static StateReceipt receipt(StateEnvelope told, CallOutcome<StateReceipt> outcome) {
    if (outcome instanceof CallOutcome.Done<StateReceipt> done) {
      return done.value();
    }
    if (outcome instanceof CallOutcome.Failed<StateReceipt> failed) {
      StateRefusal code =
          failed.fault().code() == WorkerFaultCode.QUEUE_FULL
              ? StateRefusal.LIMIT_REACHED
              : StateRefusal.UNSUPPORTED;
      return new StateReceipt.Refused(
          new StateRefused(told.correlationId(), told.sequence(), code, failed.fault().message()));
    }
    return new StateReceipt.WorkerLost(((CallOutcome.WorkerLost<StateReceipt>) outcome).epoch());
  }

  @Override
  boolean isOfState() {
    return true;
  }
}
