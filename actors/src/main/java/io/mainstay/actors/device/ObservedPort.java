package io.mainstay.actors.device;

import io.mainstay.actors.device.verdict.ProgressWatch;
import io.mainstay.actors.device.verdict.StepTimes;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.device.worker.StateReceipt;
import io.mainstay.actors.device.worker.WorkerControl;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.actors.device.worker.WorkerPort;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateRefused;
import io.mainstay.protocol.state.TransactionAcknowledged;
import io.mainstay.protocol.state.TransactionResult;
import io.mainstay.protocol.state.TransactionVote;
import io.mainstay.protocol.state.TransactionWork;
import io.mainstay.protocol.state.WorkerStateReport;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The port that others get: passes each call on and notes, without a message to anybody, whether
 * the worker has proven itself, how long steps take, and how long each open call may compute.
 * Thread-safe.
 */
final class ObservedPort implements WorkerPort {
  private final WorkerControl worker;
  private final StepTimes times;
  private final ProgressWatch.Limits limits;
  private final AtomicLong goodResults = new AtomicLong();
  private final Map<Long, OpenCall> open = new ConcurrentHashMap<>();

  // Transactions whose memory this incarnation holds: one that another held cannot be named here.
  private final Set<String> reserved = ConcurrentHashMap.newKeySet();

  ObservedPort(WorkerControl worker, StepTimes times, ProgressWatch.Limits limits) {
    this.worker = worker;
    this.times = times;
    this.limits = limits;
  }

  /** Inferences that succeeded on this incarnation. */
  long goodResults() {
    return goodResults.get();
  }

  /** How long the request may compute. */
  Duration limitOf(long correlationId) {
    OpenCall call = open.get(correlationId);
    if (call == null) {
      return limits.unlearned();
    }
    if (call.shape == null) {
      return limits.load();
    }
    Duration learned = times.limit(call.shape);
    if (call.deadline.isZero()) {
      return learned;
    }
    Duration overdue = call.deadline.plus(limits.floor());
    return overdue.compareTo(learned) < 0 ? overdue : learned;
  }

  @Override
  public String deviceId() {
    return worker.deviceId();
  }

  @Override
  public long epoch() {
    return worker.epoch();
  }

  @Override
  public WorkerIdentity identity() {
    return worker.identity();
  }

  @Override
  public long infer(InferenceCall call, Consumer<CallOutcome<InferenceResult>> onDone) {
    long bytes = 0;
    for (Tensor input : call.inputs()) {
      bytes += input.byteLength();
    }
    OpenCall entry =
        new OpenCall(StepTimes.Shape.of(call.modelId(), call.component(), bytes), call.deadline());
    long id =
        worker.infer(
            call,
            outcome -> {
              close(entry);
              if (outcome instanceof CallOutcome.Done<InferenceResult> done) {
                goodResults.incrementAndGet();
                times.learn(entry.shape, done.value().compute().toNanos());
              }
              onDone.accept(outcome);
            });
    track(id, entry);
    return id;
  }

  @Override
  public long load(
      LoadCall call, Consumer<LoadProgress> onProgress, Consumer<CallOutcome<LoadedModel>> onDone) {
    OpenCall entry = new OpenCall(null, Duration.ZERO);
    LoadCall known = reserved.contains(call.transactionId()) ? call : call.ofNoTransaction();
    long id =
        worker.load(
            known,
            onProgress,
            outcome -> {
              close(entry);
              if (outcome instanceof CallOutcome.Done<LoadedModel>) {
                reserved.remove(known.transactionId());
              }
              onDone.accept(outcome);
            });
    track(id, entry);
    return id;
  }

  @Override
  public long unload(String modelId, Consumer<CallOutcome<Long>> onDone) {
    return worker.unload(modelId, onDone);
  }

  @Override
  public long verify(String modelId, Consumer<CallOutcome<Long>> onDone) {
    return worker.verify(modelId, onDone);
  }

  @Override
  public void cancel(long correlationId) {
    worker.cancel(correlationId);
  }

  @Override
  public void publish(StateEnvelope message, Consumer<StateReceipt> onAnswer) {
    worker.publish(message, onAnswer);
  }

  @Override
  public void refuse(StateRefused refusal) {
    worker.refuse(refusal);
  }

  @Override
  public long report(Consumer<CallOutcome<WorkerStateReport>> onDone) {
    return worker.report(onDone);
  }

  @Override
  public long prepare(TransactionWork work, Consumer<CallOutcome<TransactionVote>> onDone) {
    return worker.prepare(work, onDone);
  }

  @Override
  public long commit(String transactionId, Consumer<CallOutcome<TransactionAcknowledged>> onDone) {
    return worker.commit(
        transactionId,
        outcome -> {
          if (outcome instanceof CallOutcome.Done<TransactionAcknowledged> done
              && done.value().result() == TransactionResult.COMMITTED
              && done.value().reservedBytes() > 0) {
            reserved.add(transactionId);
          }
          onDone.accept(outcome);
        });
  }

  @Override
  public long abort(String transactionId, Consumer<CallOutcome<TransactionAcknowledged>> onDone) {
    reserved.remove(transactionId);
    return worker.abort(transactionId, onDone);
  }

  @Override
  public long endSession(String sessionId, String reason, Consumer<CallOutcome<Long>> onDone) {
    return worker.endSession(sessionId, reason, onDone);
  }

  @Override
  public long deviceRemoved(
      String removedDeviceId, String reason, Consumer<CallOutcome<Long>> onDone) {
    return worker.deviceRemoved(removedDeviceId, reason, onDone);
  }

  /**
   * The answer can come before the id is known: whichever of the two is second removes the entry.
   */
  private void track(long id, OpenCall entry) {
    entry.id = id;
    open.put(id, entry);
    if (entry.closed) {
      open.remove(id);
    }
  }

  private void close(OpenCall entry) {
    entry.closed = true;
    long id = entry.id;
    if (id != 0) {
      open.remove(id);
    }
  }

  private static final class OpenCall {
    /** Null for a load. */
    private final StepTimes.Shape shape;

    private final Duration deadline;
    private volatile long id;
    private volatile boolean closed;

    OpenCall(StepTimes.Shape shape, Duration deadline) {
      this.shape = shape;
      this.deadline = deadline;
    }
  }
}
