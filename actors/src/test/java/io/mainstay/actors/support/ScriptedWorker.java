package io.mainstay.actors.support;

import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import io.mainstay.protocol.WorkerBlame;
import io.mainstay.protocol.WorkerFault;
import io.mainstay.protocol.WorkerFaultCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A worker without a process. By default it computes at once; {@link #hold} makes calls wait for
 * {@link #answerAll}, {@link #die} or {@link #answer}. Its numbers depend on token ids alone.
 */
public final class ScriptedWorker implements AgreeablePort {
  /** Dimensions of its embeddings. */
  public static final int DIMENSIONS = 8;

  /** A call that is not answered yet. */
  public record Open(long id, InferenceCall call, Consumer<CallOutcome<InferenceResult>> onDone) {}

  private final String deviceId;
  private final long epoch;
  private final String kind;
  private final Map<Long, Open> open = new LinkedHashMap<>();
  private final List<InferenceCall> taken = new ArrayList<>();
  private final List<Long> cancelled = new ArrayList<>();
  private Consumer<ScriptedWorker> onTaken = worker -> {};
  private boolean holding;
  private boolean dead;
  private boolean broken;
  private long ids;

  public ScriptedWorker(String deviceId, long epoch) {
    this(deviceId, epoch, "test-cpu");
  }

  public ScriptedWorker(String deviceId, long epoch, String kind) {
    this.deviceId = deviceId;
    this.epoch = epoch;
    this.kind = kind;
  }

  /** From now on calls wait. */
  public synchronized ScriptedWorker hold() {
    holding = true;
    return this;
  }

  /** From now on its numbers are none. */
  public synchronized ScriptedWorker brokenNumbers() {
    broken = true;
    return this;
  }

  /** Called, outside of any lock, after each call was taken. */
  public synchronized ScriptedWorker onTaken(Consumer<ScriptedWorker> action) {
    onTaken = action;
    return this;
  }

  public synchronized List<Open> open() {
    return List.copyOf(open.values());
  }

  public synchronized List<InferenceCall> taken() {
    return List.copyOf(taken);
  }

  public synchronized List<Long> cancelled() {
    return List.copyOf(cancelled);
  }

  /** Answers one waiting call with its result. */
  public void answer(Open call) {
    boolean spoilt;
    synchronized (this) {
      spoilt = broken;
    }
    finish(call, new CallOutcome.Done<>(compute(call.call(), spoilt)));
  }

  /** Fails one waiting call; the worker lives. */
  public void fail(Open call, WorkerFaultCode code, WorkerBlame blame, boolean retryable) {
    finish(
        call, new CallOutcome.Failed<>(new WorkerFault(code, blame, retryable, "scripted fault")));
  }

  /** Stops holding, and answers all that waits. */
  public void answerAll() {
    synchronized (this) {
      holding = false;
    }
    open().forEach(this::answer);
  }

  /** Dies: all that waits, and all that comes, is lost. */
  public void die() {
    List<Open> lost;
    synchronized (this) {
      dead = true;
      lost = List.copyOf(open.values());
      open.clear();
    }
    lost.forEach(call -> call.onDone().accept(new CallOutcome.WorkerLost<>(epoch)));
  }

  private void finish(Open call, CallOutcome<InferenceResult> outcome) {
    boolean mine;
    synchronized (this) {
      mine = open.remove(call.id()) != null;
    }
    if (mine) {
      call.onDone().accept(outcome);
    }
  }

  @Override
  public String deviceId() {
    return deviceId;
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public WorkerIdentity identity() {
    return new WorkerIdentity(1000 + epoch, 1, 0, "test", "scripted", "1", kind);
  }

  @Override
  public long infer(InferenceCall call, Consumer<CallOutcome<InferenceResult>> onDone) {
    long id;
    boolean lost;
    boolean wait;
    Consumer<ScriptedWorker> told;
    synchronized (this) {
      id = ++ids;
      lost = dead;
      wait = holding;
      told = onTaken;
      taken.add(call);
      if (!lost) {
        open.put(id, new Open(id, call, onDone));
      }
    }
    if (lost) {
      onDone.accept(new CallOutcome.WorkerLost<>(epoch));
      return id;
    }
    told.accept(this);
    if (!wait) {
      open().stream().filter(o -> o.id() == id).forEach(this::answer);
    }
    return id;
  }

  @Override
  public long load(
      LoadCall call, Consumer<LoadProgress> onProgress, Consumer<CallOutcome<LoadedModel>> onDone) {
    throw new UnsupportedOperationException("models are loaded by the scripted model domain");
  }

  @Override
  public long unload(String modelId, Consumer<CallOutcome<Long>> onDone) {
    throw new UnsupportedOperationException("models are loaded by the scripted model domain");
  }

  @Override
  public long verify(String modelId, Consumer<CallOutcome<Long>> onDone) {
    throw new UnsupportedOperationException("models are loaded by the scripted model domain");
  }

  @Override
  public void cancel(long correlationId) {
    Open call;
    synchronized (this) {
      cancelled.add(correlationId);
      call = open.get(correlationId);
    }
    if (call != null) {
      fail(call, WorkerFaultCode.CANCELLED, WorkerBlame.CLIENT, false);
    }
  }

  /** The hidden state: for each token, values that its id and the dimension decide. */
  private static InferenceResult compute(InferenceCall call, boolean spoilt) {
    if (ScriptedPictures.understands(call)) {
      return ScriptedPictures.compute(call, spoilt);
    }
    Tensor ids = call.inputs().get(0);
    int rows = Math.toIntExact(ids.dims().get(0));
    int columns = Math.toIntExact(ids.dims().get(1));
    ByteBuffer out =
        ByteBuffer.allocate(rows * columns * DIMENSIONS * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer in = ids.bytes();
    for (int i = 0; i < rows * columns; i++) {
      long id = in.getLong();
      for (int d = 0; d < DIMENSIONS; d++) {
        out.putFloat(spoilt ? Float.NaN : (float) Math.sin(id * (d + 1) * 0.37));
      }
    }
    Tensor hidden =
        new Tensor(
            call.outputs().get(0).name(),
            TensorType.FLOAT32,
            List.of((long) rows, (long) columns, (long) DIMENSIONS),
            out.flip());
    return new InferenceResult(List.of(hidden), Duration.ZERO, Duration.ofMillis(1), 1 << 20);
  }
}
