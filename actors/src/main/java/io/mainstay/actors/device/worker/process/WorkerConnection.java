package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.ArenaUse;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.device.worker.StateReceipt;
import io.mainstay.actors.device.worker.WorkerControl;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.actors.device.worker.WorkerListener;
import io.mainstay.actors.device.worker.WorkerSpec;
import io.mainstay.protocol.InjectedFault;
import io.mainstay.protocol.InjectionTrigger;
import io.mainstay.protocol.arena.ArenaAccessFault;
import io.mainstay.protocol.arena.TensorArena;
import io.mainstay.protocol.frame.FrameFault;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateRefused;
import io.mainstay.protocol.state.TransactionAcknowledged;
import io.mainstay.protocol.state.TransactionVote;
import io.mainstay.protocol.state.TransactionWork;
import io.mainstay.protocol.state.WorkerStateReport;
import io.mainstay.protocol.wire.WireComponent;
import io.mainstay.protocol.wire.WireKey;
import io.mainstay.protocol.wire.WorkerProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What others may ask of a worker, turned into messages and open calls. */
final class WorkerConnection implements WorkerControl {
  /** Every inference that goes to a worker, and every answer; see {@code logback.xml}. */
  static final Logger REQUESTS = LoggerFactory.getLogger("io.mainstay.requests");

  /** Loads have no priority of their own among the requests of one worker. */
  private static final int LOAD_PRIORITY = 1;

  private final WorkerSpec spec;
  private final OpenCalls calls;
  private final WorkerOutbox outbox;
  private final WorkerListener listener;
  private final WorkerProcess process;

  /** Of the state messages sent; the writing thread's. */
  private long lastSequence;

  WorkerConnection(WorkerSpec spec, WorkerListener listener, WorkerSpawner spawner) {
    this.listener = listener;
    this.spec = spec;
    this.calls = new OpenCalls(spec.epoch(), spec.queueDepth());
    this.outbox =
        new WorkerOutbox(spec.queueDepth(), new WorkerProxy(spec.epoch(), spec.frameBytesMax()));
    this.process = new WorkerProcess(spec, listener, spawner, calls, outbox);
  }

  void begin() {
    process.begin();
  }

  @Override
  public String deviceId() {
    return spec.deviceId();
  }

  @Override
  public long epoch() {
    return spec.epoch();
  }

  @Override
  public WorkerIdentity identity() {
    WorkerIdentity known = process.identity();
    if (known == null) {
      throw new IllegalStateException(
          "Worker " + spec.deviceId() + " epoch " + spec.epoch() + " has not said hello");
    }
    return known;
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public boolean silenceIsItsOwn() {
    return process.silenceIsItsOwn();
  }

  @Override
  public int pendingCalls() {
    return calls.size();
  }

  @Override
  public long infer(InferenceCall call, Consumer<CallOutcome<InferenceResult>> onDone) {
    InferenceOpen open = new InferenceOpen(call, onDone);
    long id = calls.nextId();
    if (admitted(open) && staged(open)) {
      long deadlineNs = call.deadline().toNanos();
      send(
          id,
          open,
          proxy -> {
            REQUESTS.debug(
                "asked device={} epoch={} id={} model={} component={}",
                spec.deviceId(),
                spec.epoch(),
                id,
                call.modelId(),
                call.component());
            proxy.infer(
                id,
                deadlineNs,
                call.priority(),
                spec.inferenceProgress(),
                WireKey.of(call.sessionId()),
                call.modelId(),
                call.component(),
                open.inputs(),
                open.rooms());
          });
    }
    return id;
  }

  @Override
  public long load(
      LoadCall call, Consumer<LoadProgress> onProgress, Consumer<CallOutcome<LoadedModel>> onDone) {
    LoadOpen open = new LoadOpen(onProgress, onDone);
    long id = calls.nextId();
    if (admitted(open)) {
      long deadlineNs = call.deadline().toNanos();
      List<WireComponent> files = call.components().stream().map(WorkerConnection::wire).toList();
      send(
          id,
          open,
          proxy ->
              proxy.load(
                  id,
                  deadlineNs,
                  LOAD_PRIORITY,
                  call.estimatedBytes(),
                  WireKey.of(call.transactionId()),
                  call.modelId(),
                  files));
    }
    return id;
  }

  @Override
  public long unload(String modelId, Consumer<CallOutcome<Long>> onDone) {
    NumberOpen open = new NumberOpen(onDone);
    long id = calls.nextId();
    if (admitted(open)) {
      send(id, open, proxy -> proxy.unload(id, modelId));
    }
    return id;
  }

  @Override
  public long verify(String modelId, Consumer<CallOutcome<Long>> onDone) {
    NumberOpen open = new NumberOpen(onDone);
    long id = calls.nextId();
    if (admitted(open)) {
      send(id, open, proxy -> proxy.verify(id, 0, modelId));
    }
    return id;
  }

  @Override
  public long armFault(
      InjectedFault fault,
      InjectionTrigger trigger,
      long argument,
      byte[] marker,
      Consumer<CallOutcome<Void>> onArmed) {
    ArmOpen open = new ArmOpen(onArmed);
    long id = calls.nextId();
    if (admitted(open)) {
      byte[] copy = marker.clone();
      send(id, open, proxy -> proxy.injectFault(id, fault, trigger, argument, copy));
    }
    return id;
  }

  @Override
  public void publish(StateEnvelope message, Consumer<StateReceipt> onAnswer) {
    StateOpen open = new StateOpen(message, onAnswer);
    long id = calls.nextId();
    if (admittedAsState(open)) {
      send(
          id,
          open,
          proxy ->
              proxy.tell(
                  new StateEnvelope(
                      spec.epoch(),
                      sequenceOf(message),
                      id,
                      message.version(),
                      message.at(),
                      message.message())));
    }
  }

  /** Runs on the writing thread alone, so that the order of the numbers is that on the wire. */
  private long sequenceOf(StateEnvelope message) {
    if (message.sequence() != 0) {
      lastSequence = Math.max(lastSequence, message.sequence());
      return message.sequence();
    }
    return ++lastSequence;
  }

  @Override
  public void refuse(StateRefused refusal) {
    if (isUp() && process.identity().speaksState()) {
      outbox.offer(proxy -> proxy.refuse(refusal));
    }
  }

  @Override
  public long report(Consumer<CallOutcome<WorkerStateReport>> onDone) {
    return callOfState(new ReportOpen(onDone), (proxy, id) -> proxy.report(id));
  }

  @Override
  public long prepare(TransactionWork work, Consumer<CallOutcome<TransactionVote>> onDone) {
    return callOfState(new VoteOpen(onDone), (proxy, id) -> proxy.prepare(id, work));
  }

  @Override
  public long commit(String transactionId, Consumer<CallOutcome<TransactionAcknowledged>> onDone) {
    return callOfState(new DecisionOpen(onDone), (proxy, id) -> proxy.commit(id, transactionId));
  }

  @Override
  public long abort(String transactionId, Consumer<CallOutcome<TransactionAcknowledged>> onDone) {
    return callOfState(new DecisionOpen(onDone), (proxy, id) -> proxy.abort(id, transactionId));
  }

  @Override
  public long endSession(String sessionId, String reason, Consumer<CallOutcome<Long>> onDone) {
    return callOfState(
        new EndOpen(onDone), (proxy, id) -> proxy.sessionEnded(id, sessionId, reason));
  }

  @Override
  public long deviceRemoved(
      String removedDeviceId, String reason, Consumer<CallOutcome<Long>> onDone) {
    return callOfState(
        new EndOpen(onDone), (proxy, id) -> proxy.deviceRemoved(id, removedDeviceId, reason));
  }

  private long callOfState(OpenCall<?> open, NumberedEncoding encoding) {
    long id = calls.nextId();
    if (admittedAsState(open)) {
      send(id, open, proxy -> encoding.encode(proxy, id));
    }
    return id;
  }

  /** The same as {@link #admitted}; nothing of the state protocol goes to an older worker. */
  private boolean admittedAsState(OpenCall<?> open) {
    WorkerIdentity known = process.identity();
    if (known != null && !known.speaksState() && !process.hasEnded()) {
      open.failed(Refusals.speaksNoState(spec.deviceId(), known.protocolMinor()));
      return false;
    }
    return admitted(open);
  }

  @Override
  public void cancel(long correlationId) {
    if (calls.find(correlationId, OpenCall.class) != null) {
      outbox.offer(proxy -> proxy.cancel(correlationId));
    }
  }

  @Override
  public boolean ping(long sequence) {
    long sentNs = System.nanoTime();
    return isUp() && outbox.offer(proxy -> proxy.ping(sequence, sentNs));
  }

  @Override
  public void drain(Duration deadline) {
    if (!isUp()) {
      kill(DeathCause.STOPPED, "was to leave before it was up");
      return;
    }
    process.drainBegan(deadline);
    long id = calls.nextId();
    outbox.offer(proxy -> proxy.drain(id, deadline.toNanos()));
  }

  @Override
  public void kill(DeathCause cause, String detail) {
    process.kill(cause, detail);
  }

  @Override
  public ArenaUse arenaUse() {
    TensorArena arena = process.arena();
    return arena == null || arena.isUnmapped()
        ? ArenaUse.NONE
        : new ArenaUse(arena.capacity(), arena.outstanding(), arena.taken());
  }

  @Override
  public int reclaimLeases(long leasesTaken) {
    TensorArena arena = process.arena();
    return arena == null || calls.size() > 0 ? 0 : arena.reclaim(leasesTaken);
  }

  @Override
  public boolean loseLease(long bytes) {
    TensorArena arena = process.arena();
    return spec.faultInjection() && arena != null && arena.lease(bytes).isPresent();
  }

  @Override
  public CompletionStage<DeathReport> terminated() {
    return process.terminated().minimalCompletionStage();
  }

  @Override
  public void close() {
    kill(DeathCause.STOPPED, "closed by its owner");
  }

  /** Spans of the arena that calls hold; for leak checks. */
  int leasesOut() {
    TensorArena arena = process.arena();
    return arena == null ? 0 : arena.outstanding();
  }

  /** Whether the arena's memory was given up, or never was; for leak checks. */
  boolean arenaIsGone() {
    TensorArena arena = process.arena();
    return arena == null || arena.isUnmapped();
  }

  private boolean isUp() {
    return process.identity() != null && !process.hasEnded();
  }

  /** Takes a place for the call, or answers why there is none. */
  private boolean admitted(OpenCall<?> open) {
    if (process.hasEnded()) {
      open.lost(spec.epoch());
    } else if (process.identity() == null) {
      open.failed(Refusals.notUp(spec.deviceId()));
    } else if (!calls.reserve(open)) {
      open.failed(
          open.isOfState()
              ? Refusals.stateQueueFull(spec.deviceId(), OpenCalls.STATE_CALLS_MAX)
              : Refusals.queueFull(spec.deviceId(), calls.callsMax()));
    } else {
      return true;
    }
    return false;
  }

  /** Puts the call's tensors where the worker reads them, or answers why that cannot be. */
  private boolean staged(InferenceOpen open) {
    TensorArena arena = process.arena();
    try {
      boolean fits = !open.neverFits(arena);
      if (fits && open.stage(arena)) {
        return true;
      }
      long free = arena.freeBytes() + open.takenBytes();
      if (fits && free >= open.wantedBytes(arena)) {
        listener.onFragmented(free, open.wantedBytes(arena));
      }
      calls.unreserve(open);
      if (process.hasEnded()) {
        open.lost(spec.epoch());
      } else {
        open.failed(fits ? Refusals.arenaFull(spec.deviceId(), arena) : Refusals.neverFits(arena));
      }
    } catch (ArenaAccessFault | InternalError e) {
      process.kill(DeathCause.PROTOCOL_ERROR, e.getMessage());
      calls.unreserve(open);
      open.lost(spec.epoch());
    }
    return false;
  }

  private void send(long id, OpenCall<?> open, Encoding encoding) {
    if (calls.add(id, open) && !outbox.offer(new CallMessage(id, open, encoding))) {
      if (calls.remove(id) != null) {
        open.failed(Refusals.notReading(spec.deviceId()));
      }
    }
  }

  private interface NumberedEncoding {
    void encode(WorkerProxy proxy, long correlationId) throws FrameFault;
  }

  private interface Encoding {
    void encode(WorkerProxy proxy) throws FrameFault;
  }

  private final class CallMessage implements WorkerOutbox.Message {
    private final long id;
    private final OpenCall<?> open;
    private final Encoding encoding;

    CallMessage(long id, OpenCall<?> open, Encoding encoding) {
      this.id = id;
      this.open = open;
      this.encoding = encoding;
    }

    @Override
    public void encode(WorkerProxy proxy) throws FrameFault {
      encoding.encode(proxy);
    }

    @Override
    public void refused(String why) {
      if (calls.remove(id) != null) {
        open.failed(Refusals.unsendable(why));
      }
    }
  }

  private static WireComponent wire(LoadCall.Component component) {
    Path optimized = component.optimizedPath();
    return new WireComponent(
        component.name(),
        component.path().toAbsolutePath().toString(),
        component.sha256(),
        component.bytes(),
        component.preOptimized(),
        optimized == null ? "" : optimized.toAbsolutePath().toString());
  }
}
