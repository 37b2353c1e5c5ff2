package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.DeathReport.NoticedBy;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.actors.device.worker.WorkerListener;
import io.mainstay.actors.device.worker.WorkerSpec;
import io.mainstay.actors.device.worker.process.DeathEvidence.KillOrder;
import io.mainstay.protocol.arena.ArenaUnavailable;
import io.mainstay.protocol.arena.TensorArena;
import io.mainstay.protocol.wire.WorkerMessageAdapter;
import io.mainstay.protocol.wire.WorkerMessages;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one worker process, on one thread: make the arena, spawn, start the pipes, wait for
 * the exit, read what is left, report, answer what is open, give up the arena. Everybody else only
 * gives signs ({@link #stdoutEnded}, {@link #kill}) that make the wait end.
 */
final class WorkerProcess {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

  private static final String ARENA_SETTINGS =
      "mainstay.device.worker.arena-segments and arena-directory";

  /** A worker that closed its stdout is expected to be gone by then. */
  private static final Duration EXIT_AFTER_STDOUT = Duration.ofMillis(250);

  /** On top of a drain's deadline, for the way there and back. */
  private static final Duration DRAIN_GRACE = Duration.ofMillis(500);

  /** A process that is still there so long after SIGKILL is reported without its exit status. */
  private static final Duration REAP = Duration.ofSeconds(2);

  private final WorkerSpec spec;
  private final String name;
  private final WorkerListener listener;
  private final WorkerSpawner spawner;
  private final OpenCalls calls;
  private final WorkerOutbox outbox;
  private final OomKills oomKills = new OomKills();
  private final WorkerInbox inbox;
  private final WorkerMessageAdapter adapter;
  private final Thread life;
  private final AtomicReference<FirstSign> firstSign = new AtomicReference<>();
  private final AtomicReference<KillOrder> order = new AtomicReference<>();
  private final CompletableFuture<DeathReport> terminated = new CompletableFuture<>();
  private final IoThreadWatch ioThread = new IoThreadWatch();
  private volatile WorkerPipes pipes;
  private volatile TensorArena arena;
  private volatile Process process;
  private volatile WorkerIdentity identity;
  private volatile boolean drainAsked;
  private volatile boolean reapOverdue;
  private volatile boolean ended;

  WorkerProcess(
      WorkerSpec spec,
      WorkerListener listener,
      WorkerSpawner spawner,
      OpenCalls calls,
      WorkerOutbox outbox) {
    this.spec = spec;
    this.name = "worker-" + spec.deviceId() + "-" + spec.epoch();
    this.listener = listener;
    this.spawner = spawner;
    this.calls = calls;
    this.outbox = outbox;
    this.inbox = new WorkerInbox(this, listener, calls, oomKills);
    this.adapter = new WorkerMessageAdapter(spec.epoch(), inbox);
    this.life = WorkerSpawner.daemon(name, this::live);
  }

  void begin() {
    life.start();
  }

  /** The worker's arena, or null while there is none. */
  TensorArena arena() {
    return arena;
  }

  /** What the worker said of itself, or null before its hello. */
  WorkerIdentity identity() {
    return identity;
  }

  String deviceId() {
    return spec.deviceId();
  }

  long epoch() {
    return spec.epoch();
  }

  long pid() {
    Process running = process;
    return running == null ? 0 : running.pid();
  }

  boolean hasEnded() {
    return ended;
  }

  /** See {@code WorkerControl}. The I/O thread is the worker's first: its id is the process id. */
  boolean silenceIsItsOwn() {
    WorkerPipes running = pipes;
    boolean idle = ioThread.idleSince(pid());
    return running != null && running.quiet() && idle;
  }

  CompletableFuture<DeathReport> terminated() {
    return terminated;
  }

  /** Ends the process, unless there is a sign of its end already: that end is its own. */
  void kill(DeathCause cause, String detail) {
    if (notice(noticedBy(cause))) {
      command(cause, detail);
    }
  }

  /** The worker was asked to leave; if it is late, it is killed. */
  void drainBegan(Duration deadline) {
    drainAsked = true;
    spawner.after(
        deadline.plus(DRAIN_GRACE),
        () -> kill(DeathCause.STOPPED, "it did not leave within " + deadline.toMillis() + " ms"));
  }

  /** A sign from the reading thread: no byte comes any more. */
  void stdoutEnded() {
    notice(NoticedBy.END_OF_STDOUT);
    spawner.after(
        EXIT_AFTER_STDOUT,
        () -> {
          if (process.isAlive()) {
            command(DeathCause.PROTOCOL_ERROR, "it closed its stdout and did not exit");
          }
        });
  }

  /** A sign from the reading thread: the worker is up. */
  void hello(WorkerMessages.Hello hello) {
    String mismatch = HelloCheck.mismatch(hello, spec, pid(), arena.capacity());
    if (!mismatch.isEmpty()) {
      kill(HelloCheck.cause(hello), mismatch);
      return;
    }
    arena.unlink();
    identity =
        new WorkerIdentity(
            hello.pid(),
            hello.threads(),
            hello.memoryBudgetBytes(),
            hello.workerVersion(),
            hello.backend(),
            hello.backendVersion(),
            hello.deviceKind(),
            hello.schemaVersion());
    LOG.info("worker is up device={} epoch={} pid={}", spec.deviceId(), spec.epoch(), pid());
    listener.onHello(identity);
  }

  private void live() {
    try {
      launch();
    } catch (IOException | RuntimeException e) {
      notice(NoticedBy.LAUNCH_FAILURE);
      end(notStarted(String.valueOf(e.getMessage())));
      return;
    }
    int status = awaitExit();
    notice(NoticedBy.PROCESS_EXIT);
    pipes.finish();
    end(report(status));
    Executioner.killGroup(process.pid());
  }

  private void launch() throws IOException {
    WorkerCommandLine.check(spec);
    String unique =
        spec.deviceId() + "-" + spec.epoch() + "-" + Long.toHexString(System.nanoTime());
    try {
      arena = TensorArena.create(spec.arenaDirectory(), unique, spec.arenaSegmentBytes());
    } catch (ArenaUnavailable e) {
      throw new IOException(e.getMessage() + " (" + ARENA_SETTINGS + ")", e);
    }
    if (order.get() != null) {
      throw new IOException(order.get().detail());
    }
    Process started = spawner.start(WorkerCommandLine.of(spec, arena.paths()));
    pipes = new WorkerPipes(started, name, spec.frameBytesMax(), adapter, outbox, this);
    process = started;
    pipes.start();
    spawner.after(spec.helloTimeout(), this::helloOverdue);
    if (order.get() != null) {
      execute();
    }
  }

  private void helloOverdue() {
    if (identity == null) {
      kill(
          DeathCause.NO_HELLO, "it said no hello within " + spec.helloTimeout().toMillis() + " ms");
    }
  }

  private int awaitExit() {
    while (true) {
      try {
        return process.waitFor();
      } catch (InterruptedException e) {
        if (reapOverdue) {
          return DeathEvidence.UNREAPED;
        }
      }
    }
  }

  private void command(DeathCause cause, String detail) {
    if (order.compareAndSet(null, new KillOrder(cause, detail))) {
      execute();
    }
  }

  private void execute() {
    Process running = process;
    if (running == null) {
      return;
    }
    WorkerSpawner.daemon(name + "-kill", () -> Executioner.kill(running)).start();
    spawner.after(
        REAP,
        () -> {
          if (running.isAlive()) {
            reapOverdue = true;
            life.interrupt();
          }
        });
  }

  private DeathReport report(int status) {
    DeathDiagnosis diagnosis =
        DeathDiagnosis.of(
            new DeathEvidence(
                spec.deviceId() + " epoch " + spec.epoch() + " (pid " + process.pid() + ")",
                status,
                identity != null,
                drainAsked,
                status == DeathDiagnosis.SIGKILLED && oomKills.grew(),
                order.get(),
                pipes.streamFault(),
                inbox.lastWords().isEmpty() ? pipes.lastLine() : inbox.lastWords(),
                adapter.lastFrame()));
    FirstSign sign = firstSign.get();
    return new DeathReport(
        spec.epoch(),
        process.pid(),
        diagnosis.cause(),
        diagnosis.exitCode(),
        diagnosis.signal(),
        sign.noticedBy(),
        sign.atNanos(),
        adapter.lastFrame(),
        pipes.stderrTail(),
        diagnosis.detail());
  }

  private DeathReport notStarted(String failure) {
    KillOrder ours = order.get();
    FirstSign sign = firstSign.get();
    return new DeathReport(
        spec.epoch(),
        0,
        ours == null ? DeathCause.NOT_STARTED : ours.cause(),
        -1,
        0,
        sign.noticedBy(),
        sign.atNanos(),
        "",
        List.of(),
        "Worker " + spec.deviceId() + " epoch " + spec.epoch() + " was not started: " + failure);
  }

  private void end(DeathReport report) {
    ended = true;
    try {
      listener.onDeath(report);
    } catch (RuntimeException e) {
      LOG.error("listener failed on a worker's death device={}", spec.deviceId(), e);
    }
    calls.lose();
    LOG.info("worker ended cause={} detail={}", report.cause(), report.detail());
    if (arena != null) {
      arena.retire();
    }
    terminated.complete(report);
  }

  private boolean notice(NoticedBy what) {
    return firstSign.compareAndSet(null, new FirstSign(what, System.nanoTime()));
  }

  private static NoticedBy noticedBy(DeathCause cause) {
    return switch (cause) {
      case UNRESPONSIVE -> NoticedBy.MISSED_BEATS;
      case WEDGED -> NoticedBy.STALLED_PROGRESS;
      case NO_HELLO -> NoticedBy.HELLO_OVERDUE;
      case PROTOCOL_ERROR, INCOMPATIBLE -> NoticedBy.PROTOCOL;
      default -> NoticedBy.OWN_DECISION;
    };
  }
}
