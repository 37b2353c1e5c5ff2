package io.mainstay.actors.device.worker;

import io.mainstay.protocol.WorkerFault;
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
}
