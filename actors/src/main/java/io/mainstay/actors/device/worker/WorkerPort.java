package io.mainstay.actors.device.worker;

import io.mainstay.protocol.WorkerFault;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateRefused;
import io.mainstay.protocol.state.TransactionAcknowledged;
import io.mainstay.protocol.state.TransactionVote;
import io.mainstay.protocol.state.TransactionWork;
import io.mainstay.protocol.state.WorkerStateReport;
import java.util.function.Consumer;

/**
 * One incarnation of a worker as those see it who send it work. Thread-safe; no method blocks.
 * Every accepted call is answered exactly once on its callback (from the connection's reader
 * thread, and a call that is refused at once from the caller's own: callbacks only {@code tell}):
 * by a result, by a fault, or, when the worker dies, by {@link CallOutcome.WorkerLost}.
 */
public interface WorkerPort {
  /** Device id, such as {@code cpu-0}. */
  String deviceId();

  /** Incarnation; grows with every launch on a node. */
  long epoch();

  /** What the worker said of itself. */
  WorkerIdentity identity();

  /**
   * Copies the inputs to where the worker reads them and sends the request.
   *
   * @return the correlation id, to cancel by
   */
  long infer(InferenceCall call, Consumer<CallOutcome<InferenceResult>> onDone);

  /** Loads a model; progress is told as often as the worker reports it. */
  long load(
      LoadCall call, Consumer<LoadProgress> onProgress, Consumer<CallOutcome<LoadedModel>> onDone);

  /** Frees a model; answers the bytes freed. */
  long unload(String modelId, Consumer<CallOutcome<Long>> onDone);

  /** Hashes the model's files again and runs it once; answers the compute time in nanoseconds. */
  long verify(String modelId, Consumer<CallOutcome<Long>> onDone);

  /**
   * Asks for a request to be stopped; it is answered by a {@link WorkerFault} CANCELLED, or was
   * done already.
   */
  void cancel(long correlationId);

  /**
   * Tells the worker a piece of the orchestrator's state. The envelope's epoch is not looked at: it
   * goes to this worker. With sequence 0 it gets the next number of this incarnation, in the order
   * on the wire, which is how several publishers share one numbering.
   *
   * @param onAnswer told once; its correlation id is the envelope's, its sequence the one sent
   */
  void publish(StateEnvelope message, Consumer<StateReceipt> onAnswer);

  /** Refuses what a state message of the worker asked for (MemoryAllocationRequest). No answer. */
  void refuse(StateRefused refusal);

  /** Asks the worker what it holds. */
  long report(Consumer<CallOutcome<WorkerStateReport>> onDone);

  /** Asks the worker to prepare, and for its vote. */
  long prepare(TransactionWork work, Consumer<CallOutcome<TransactionVote>> onDone);

  /** Tells the worker that the transaction is committed. May be repeated. */
  long commit(String transactionId, Consumer<CallOutcome<TransactionAcknowledged>> onDone);

  /**
   * Tells the worker that the transaction is aborted, or that what it committed is given up. May be
   * repeated.
   */
  long abort(String transactionId, Consumer<CallOutcome<TransactionAcknowledged>> onDone);

  /** Tells the worker that a session is over; what it has queued is answered as cancelled. */
  long endSession(String sessionId, String reason, Consumer<CallOutcome<Long>> onDone);

  /** Tells the worker that another device is gone. */
  long deviceRemoved(String removedDeviceId, String reason, Consumer<CallOutcome<Long>> onDone);
}
