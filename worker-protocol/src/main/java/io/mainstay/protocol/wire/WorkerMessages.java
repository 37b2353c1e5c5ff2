package io.mainstay.protocol.wire;

import io.mainstay.protocol.DeviceHealth;
import io.mainstay.protocol.LoadStage;
import io.mainstay.protocol.TensorType;
import io.mainstay.protocol.VramUsage;
import io.mainstay.protocol.WorkerFault;
import io.mainstay.protocol.WorkerState;
import io.mainstay.protocol.state.StateAck;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateRefused;
import io.mainstay.protocol.state.TransactionAcknowledged;
import io.mainstay.protocol.state.TransactionVote;
import io.mainstay.protocol.state.WorkerStateReport;
import java.time.Instant;
import java.util.List;

/**
 * What a worker says, one method per message, in the host's own types. Called by a {@link
 * WorkerMessageAdapter} from the thread that reads. Inline bytes are copies; everything may be
 * kept.
 */
public interface WorkerMessages {
  /** Who the worker is; its first message. Sizes in bytes. */
  record Hello(
      int schemaId,
      int schemaVersion,
      long pid,
      int threads,
      long memoryBudgetBytes,
      int arenaSegments,
      long arenaBytes,
      boolean faultInjection,
      String deviceId,
      String workerVersion,
      String backend,
      String backendVersion,
      String deviceKind) {}

  /** The answer to a ping; times in nanoseconds. */
  record Pong(
      long sequence,
      long sentNs,
      long progress,
      long activeCorrelationId,
      long activeNs,
      int queueDepth,
      WorkerState state,
      long droppedFrames) {}

  /** A request failed, or, with correlation id 0, the worker itself did. */
  record Fault(long correlationId, WorkerFault fault) {}

  /** The worker's last message; {@code completed} inferences since hello. */
  record Drained(long correlationId, long completed) {}

  /** A model is gone. */
  record ModelUnloaded(long correlationId, long freedBytes) {}

  /** A model is ready. */
  record ModelLoaded(
      long correlationId, long memoryBytes, long loadNs, List<LoadedComponent> components) {
    public ModelLoaded {
      components = List.copyOf(components);
    }
  }

  /** One component; {@code optimizedSha256} in hex, or empty when no copy was written. */
  record LoadedComponent(
      String name,
      String optimizedSha256,
      List<TensorSignature> inputs,
      List<TensorSignature> outputs) {
    public LoadedComponent {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }
  }

  /** Name, type and shape as the model declares them; -1 where it leaves a dimension open. */
  record TensorSignature(String name, TensorType type, List<Long> dims) {
    public TensorSignature {
      dims = List.copyOf(dims);
    }
  }

  /** How far a load is: percent of the whole, bytes allocated so far. */
  record ModelLoadingProgress(
      long correlationId, LoadStage stage, float percent, long allocatedBytes, String component) {}

  /** A model still is what was loaded; time of the check's inference. */
  record Verified(long correlationId, long computeNs) {}

  /** A fault is armed and has not fired. */
  record FaultArmed(long correlationId) {}

  /** Computing began. */
  record InferenceProgress(long correlationId, long queuedNs, float percent) {}

  /** Outputs are where the request wanted them. */
  record InferenceCompleted(
      long correlationId,
      long queuedNs,
      long computeNs,
      long residentBytes,
      List<WireTensor> outputs) {
    public InferenceCompleted {
      outputs = List.copyOf(outputs);
    }
  }

  /**
   * Place of a state message among the worker's: sequence from 1, version of the state, when.
   *
   * @param sequence 0 for a worker of protocol version 0, which does not number its messages
   */
  record Stamp(long sequence, long version, Instant at) {
    /** Of a worker that does not number its messages. */
    public static final Stamp NONE = new Stamp(0, 0, Instant.EPOCH);
  }

  /** What the worker holds. */
  record Report(long correlationId, WorkerStateReport report) {}

  /** Prepared, or not. */
  record Vote(long correlationId, TransactionVote vote) {}

  /** The answer to commit or abort. */
  record Acknowledged(long correlationId, TransactionAcknowledged answer) {}

  void onHello(Hello hello);

  void onPong(Pong pong);

  void onFault(Fault fault);

  void onDrained(Drained drained);

  void onModelLoaded(ModelLoaded loaded);

  void onModelLoadingProgress(ModelLoadingProgress progress);

  void onModelUnloaded(ModelUnloaded unloaded);

  void onVerified(Verified verified);

  void onFaultArmed(FaultArmed armed);

  void onDeviceHealth(DeviceHealth health, Stamp stamp);

  void onVramUsage(VramUsage usage, Stamp stamp);

  void onInferenceProgress(InferenceProgress progress);

  void onInferenceCompleted(InferenceCompleted completed);

  /** A state message that came with its own numbers. */
  void onState(StateEnvelope told);

  void onStateAck(StateAck ack);

  void onStateRefused(StateRefused refused);

  void onReport(Report report);

  void onVote(Vote vote);

  void onAcknowledged(Acknowledged acknowledged);
}
