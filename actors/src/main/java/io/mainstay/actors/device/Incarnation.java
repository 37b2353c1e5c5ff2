package io.mainstay.actors.device;

import io.mainstay.actors.device.verdict.Liveness;
import io.mainstay.actors.device.verdict.ProgressWatch;
import io.mainstay.actors.device.verdict.StepTimes;
import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.PongReport;
import io.mainstay.actors.device.worker.WorkerControl;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.time.Duration;

/** One worker as its slot knows it. Touched by the slot's actor only. */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.DEVICE,
    group = "communication_coordination",
    fields = "worker-lifecycle")
final class Incarnation {
  private final long epoch;
  private final long launchedNanos;
  private final WorkerControl control;
  private final ObservedPort port;
  private WorkerIdentity identity;
  private Liveness liveness;
  private ProgressWatch progress = ProgressWatch.begin();
  private long sequence;
  private boolean announced;
  private int queueDepth;
  private long residentBytes;

  Incarnation(
      long epoch,
      long launchedNanos,
      WorkerControl control,
      StepTimes times,
      ProgressWatch.Limits limits) {
    this.epoch = epoch;
    this.launchedNanos = launchedNanos;
    this.control = control;
    this.port = new ObservedPort(control, times, limits);
  }

  /** It said hello; from now on it must answer pings. Returns the milliseconds since launch. */
  long greeted(WorkerIdentity who, Liveness.Limits limits, long nowNanos) {
    identity = who;
    liveness = Liveness.begin(limits, nowNanos);
    return (nowNanos - launchedNanos) / 1_000_000;
  }

  /** Judges its silence and asks again. A tick of a burst is left out. Returns what is new. */
  Liveness.Phase beat(long nowNanos, Duration beat, long reloadMillis) {
    if (nowNanos - liveness.lastTickNanos() >= beat.toNanos() / 4) {
      liveness = liveness.tick(nowNanos, control.silenceIsItsOwn(), reloadMillis);
      control.ping(++sequence);
    }
    return liveness.phase();
  }

  /** It answered something. */
  void answered() {
    liveness = liveness.answered();
  }

  /** It answered a ping: it lives, and says how far its compute loop is. */
  void heard(PongReport pong) {
    answered();
    queueDepth = pong.queueDepth();
    progress =
        progress.seen(
            pong.activeCorrelationId(),
            pong.progress(),
            pong.activeNs(),
            port.limitOf(pong.activeCorrelationId()));
    if (progress.wedged()) {
      kill(
          DeathCause.WEDGED,
          "request "
              + pong.activeCorrelationId()
              + " has computed for "
              + pong.activeNs() / 1_000_000
              + " ms without progress; its limit is "
              + port.limitOf(pong.activeCorrelationId()).toMillis()
              + " ms");
    }
  }

  void kill(DeathCause cause, String detail) {
    control.kill(cause, detail);
  }

  /** Its process id, once, as soon as there is one; 0 otherwise. */
  long announcePid(long reported) {
    long pid = reported != 0 ? reported : control.pid();
    if (announced || pid == 0) {
      return 0;
    }
    announced = true;
    return pid;
  }

  void uses(long bytes) {
    residentBytes = bytes;
  }

  Liveness.Phase phase() {
    return liveness.phase();
  }

  long silentMillis() {
    return liveness.silentMillis();
  }

  boolean proven() {
    return port.goodResults() > 0;
  }

  long epoch() {
    return epoch;
  }

  WorkerControl control() {
    return control;
  }

  ObservedPort port() {
    return port;
  }

  WorkerIdentity identity() {
    return identity;
  }

  int queueDepth() {
    return queueDepth;
  }

  long residentBytes() {
    return residentBytes;
  }
}
