package io.mainstay.actors.device;

import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.DeathReport.NoticedBy;
import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.device.worker.PongReport;
import io.mainstay.actors.device.worker.WorkerControl;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.actors.device.worker.WorkerLauncher;
import io.mainstay.actors.device.worker.WorkerListener;
import io.mainstay.actors.device.worker.WorkerSpec;
import io.mainstay.actors.support.AgreeablePort;
import io.mainstay.protocol.InjectedFault;
import io.mainstay.protocol.InjectionTrigger;
import io.mainstay.protocol.WorkerFault;
import io.mainstay.protocol.WorkerState;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateRefused;
import io.mainstay.protocol.state.WorkerStateReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Launches workers that do what a test says, step by step; each in the order of its launch. */
final class ScriptedWorkers implements WorkerLauncher {
  private final BlockingQueue<Worker> launched = new LinkedBlockingQueue<>();

  private final AtomicInteger failures = new AtomicInteger();
  private volatile RuntimeException broken;

  /** Launches that failed because of {@link #breakDown}. */
  int failures() {
    return failures.get();
  }

  /** From now on launching throws this; null for working again. */
  void breakDown(RuntimeException with) {
    broken = with;
  }

  @Override
  public WorkerControl launch(WorkerSpec spec, WorkerListener listener) {
    if (broken != null) {
      failures.incrementAndGet();
      throw broken;
    }
    Worker worker = new Worker(spec, listener);
    launched.add(worker);
    return worker;
  }

  /** The next worker that is launched; fails when none is. */
  Worker next() throws InterruptedException {
    Worker worker = launched.poll(5, TimeUnit.SECONDS);
    if (worker == null) {
      throw new AssertionError("no worker was launched within 5 s");
    }
    return worker;
  }

  /** Whether one was launched that {@link #next} has not given out. */
  boolean launchedMore() {
    return !launched.isEmpty();
  }

  /** A load that waits for the test's answer. */
  record PendingLoad(
      LoadCall call,
      Consumer<LoadProgress> onProgress,
      Consumer<CallOutcome<LoadedModel>> onDone) {}

  /** An unload that waits for the test's answer. */
  record PendingUnload(String modelId, Consumer<CallOutcome<Long>> onDone) {}

  static final class Worker implements WorkerControl, AgreeablePort {
    private final WorkerSpec spec;
    private final WorkerListener listener;
    private final AtomicLong ids = new AtomicLong();
    private final CompletableFuture<DeathReport> terminated = new CompletableFuture<>();
    final BlockingQueue<PendingLoad> loads = new LinkedBlockingQueue<>();
    final BlockingQueue<PendingUnload> unloads = new LinkedBlockingQueue<>();
    final BlockingQueue<StateRefused> refused = new LinkedBlockingQueue<>();
    final BlockingQueue<InjectedFault> armed = new LinkedBlockingQueue<>();
    final BlockingQueue<Long> pings = new LinkedBlockingQueue<>();
    final CompletableFuture<Duration> drained = new CompletableFuture<>();
    private volatile Consumer<CallOutcome<WorkerStateReport>> openReport;
    private volatile List<String> has = List.of();
    private volatile boolean reports = true;
    private volatile Consumer<CallOutcome<InferenceResult>> openInference;
    private volatile WorkerIdentity identity;
    private volatile boolean answersPings = true;
    private volatile long activeNs;
    private volatile long nowNanos;

    Worker(WorkerSpec spec, WorkerListener listener) {
      this.spec = spec;
      this.listener = listener;
    }

    void hello() {
      identity = new WorkerIdentity(pid(), 1, 0, "test", "scripted", "1", "paper");
      listener.onHello(identity);
    }

    PendingLoad load() throws InterruptedException {
      PendingLoad load = loads.poll(5, TimeUnit.SECONDS);
      if (load == null) {
        throw new AssertionError("no load was asked for within 5 s");
      }
      return load;
    }

    void loads(Duration took) throws InterruptedException {
      load().onDone().accept(new CallOutcome.Done<>(model(took)));
    }

    void refusesLoad(WorkerFault fault) throws InterruptedException {
      load().onDone().accept(new CallOutcome.Failed<>(fault));
    }

    /** What it says it has loaded, whatever it was told to load. */
    void has(String... models) {
      has = List.of(models);
    }

    /** From now on it is asked for reports in vain, until {@link #reports}. */
    void keepsQuiet() {
      reports = false;
    }

    /** Answers the last question. */
    void reports() {
      reports = true;
      report(openReport);
    }

    @Override
    public long report(Consumer<CallOutcome<WorkerStateReport>> onDone) {
      openReport = onDone;
      if (reports) {
        onDone.accept(
            new CallOutcome.Done<>(
                new WorkerStateReport(
                    epoch(),
                    has.stream()
                        .map(model -> new WorkerStateReport.Model(model, 1L << 20, List.of()))
                        .toList(),
                    (long) has.size() << 20,
                    0,
                    0,
                    0,
                    List.of(),
                    List.of(),
                    0,
                    0,
                    0,
                    Map.of())));
      }
      return ids.incrementAndGet();
    }

    void silent() {
      answersPings = false;
    }

    void answersAgain() {
      answersPings = true;
    }

    /** From now on its pongs say that one request has computed for so long, without progress. */
    void computesFor(Duration active) {
      activeNs = active.toNanos();
    }

    void gives(InferenceResult result) {
      openInference.accept(new CallOutcome.Done<>(result));
    }

    void dies(DeathCause cause) {
      if (terminated.isDone()) {
        return;
      }
      DeathReport report =
          new DeathReport(
              epoch(),
              pid(),
              cause,
              -1,
              9,
              NoticedBy.PROCESS_EXIT,
              nowNanos,
              "Pong",
              List.of("its last line"),
              "scripted");
      terminated.complete(report);
      listener.onDeath(report);
      loads.forEach(load -> load.onDone().accept(new CallOutcome.WorkerLost<>(epoch())));
    }

    @Override
    public boolean ping(long sequence) {
      if (answersPings) {
        listener.onPong(
            new PongReport(
                sequence, 0, 0, 1, activeNs == 0 ? 0 : 1, activeNs, 0, WorkerState.IDLE, 0));
      }
      pings.add(sequence); // Last, so that a test that saw it may change the script.
      return true;
    }

    @Override
    public void kill(DeathCause cause, String detail) {
      dies(cause);
    }

    @Override
    public void drain(Duration deadline) {
      drained.complete(deadline);
    }

    @Override
    public long armFault(
        InjectedFault fault,
        InjectionTrigger trigger,
        long argument,
        byte[] marker,
        Consumer<CallOutcome<Void>> onArmed) {
      armed.add(fault);
      onArmed.accept(new CallOutcome.Done<>(null));
      return ids.incrementAndGet();
    }

    @Override
    public boolean silenceIsItsOwn() {
      return true;
    }

    @Override
    public long pid() {
      return 1_000 + epoch() % 1_000;
    }

    @Override
    public int pendingCalls() {
      return openInference == null ? 0 : 1;
    }

    @Override
    public CompletionStage<DeathReport> terminated() {
      return terminated;
    }

    @Override
    public void refuse(StateRefused refusal) {
      refused.add(refusal);
    }

    /** Tells a piece of its state. */
    void tells(StateEnvelope told) {
      listener.onState(told);
    }

    @Override
    public void close() {
      dies(DeathCause.STOPPED);
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
      return identity;
    }

    @Override
    public long infer(InferenceCall call, Consumer<CallOutcome<InferenceResult>> onDone) {
      openInference = onDone;
      return ids.incrementAndGet();
    }

    @Override
    public long load(
        LoadCall call,
        Consumer<LoadProgress> onProgress,
        Consumer<CallOutcome<LoadedModel>> onDone) {
      loads.add(new PendingLoad(call, onProgress, onDone));
      return ids.incrementAndGet();
    }

    @Override
    public long unload(String modelId, Consumer<CallOutcome<Long>> onDone) {
      unloads.add(new PendingUnload(modelId, onDone));
      return ids.incrementAndGet();
    }

    @Override
    public long verify(String modelId, Consumer<CallOutcome<Long>> onDone) {
      onDone.accept(new CallOutcome.Done<>(1L));
      return ids.incrementAndGet();
    }

    @Override
    public void cancel(long correlationId) {
      // Nothing of a script can be stopped.
    }
  }

  static LoadedModel model(Duration took) {
    return new LoadedModel(
        1L << 20, took, List.of(new LoadedModel.Component("model", "", List.of(), List.of())));
  }
}
