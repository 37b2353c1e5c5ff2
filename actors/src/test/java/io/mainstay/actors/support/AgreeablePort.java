package io.mainstay.actors.support;

import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.StateReceipt;
import io.mainstay.actors.device.worker.WorkerPort;
import io.mainstay.protocol.state.StateAck;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateRefused;
import io.mainstay.protocol.state.TransactionAcknowledged;
import io.mainstay.protocol.state.TransactionResult;
import io.mainstay.protocol.state.TransactionVote;
import io.mainstay.protocol.state.TransactionWork;
import io.mainstay.protocol.state.WorkerStateReport;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The state protocol of a scripted worker: it agrees to everything and holds nothing. */
public interface AgreeablePort extends WorkerPort {
  @Override
  default void publish(StateEnvelope message, Consumer<StateReceipt> onAnswer) {
    onAnswer.accept(
        new StateReceipt.Acknowledged(
            new StateAck(message.correlationId(), message.sequence(), message.version())));
  }

  @Override
  default void refuse(StateRefused refusal) {}

  @Override
  default long report(Consumer<CallOutcome<WorkerStateReport>> onDone) {
    onDone.accept(
        new CallOutcome.Done<>(
            new WorkerStateReport(
                epoch(), List.of(), 0, 0, 0, 0, List.of(), List.of(), 0, 0, 0, Map.of())));
    return 0;
  }

  @Override
  default long prepare(TransactionWork work, Consumer<CallOutcome<TransactionVote>> onDone) {
    onDone.accept(
        new CallOutcome.Done<>(
            new TransactionVote(
                work.transactionId(),
                true,
                true,
                work.bytes(),
                List.of("vram_allocation_" + work.bytes()),
                "")));
    return 0;
  }

  @Override
  default long commit(String transactionId, Consumer<CallOutcome<TransactionAcknowledged>> onDone) {
    return decided(transactionId, TransactionResult.COMMITTED, onDone);
  }

  @Override
  default long abort(String transactionId, Consumer<CallOutcome<TransactionAcknowledged>> onDone) {
    return decided(transactionId, TransactionResult.ABORTED, onDone);
  }

  @Override
  default long endSession(String sessionId, String reason, Consumer<CallOutcome<Long>> onDone) {
    onDone.accept(new CallOutcome.Done<>(0L));
    return 0;
  }

  @Override
  default long deviceRemoved(
      String removedDeviceId, String reason, Consumer<CallOutcome<Long>> onDone) {
    onDone.accept(new CallOutcome.Done<>(0L));
    return 0;
  }

  private static long decided(
      String transactionId,
      TransactionResult result,
      Consumer<CallOutcome<TransactionAcknowledged>> onDone) {
    onDone.accept(
        new CallOutcome.Done<>(new TransactionAcknowledged(transactionId, result, 0, "")));
    return 0;
  }
}
