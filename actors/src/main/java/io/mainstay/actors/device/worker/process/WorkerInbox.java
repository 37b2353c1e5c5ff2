package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.device.worker.PongReport;
import io.mainstay.actors.device.worker.WorkerListener;
import io.mainstay.protocol.DeviceHealth;
import io.mainstay.protocol.VramUsage;
import io.mainstay.protocol.arena.ArenaAccessFault;
import io.mainstay.protocol.state.DeviceHealthUpdate;
import io.mainstay.protocol.state.StateAck;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateMessage;
import io.mainstay.protocol.state.StatePriority;
import io.mainstay.protocol.state.StateRefused;
import io.mainstay.protocol.state.VramUsageUpdate;
import io.mainstay.protocol.wire.WorkerMessages;
import java.time.Duration;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each message of a worker means: answers to open calls, news for the listener. Runs on the
 * reading thread. An answer to a call that is not open any more is dropped: it was cancelled by its
 * death or answered before.
 */
final class WorkerInbox implements WorkerMessages {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerInbox.class);

  private final WorkerProcess owner;
  private final WorkerListener listener;
  private final OpenCalls calls;
  private final OomKills oomKills;
  private volatile String lastWords = "";

  WorkerInbox(WorkerProcess owner, WorkerListener listener, OpenCalls calls, OomKills oomKills) {
    this.owner = owner;
    this.listener = listener;
    this.calls = calls;
    this.oomKills = oomKills;
  }

  /** The worker's own fault, with which it took its leave, or empty. */
  String lastWords() {
    return lastWords;
  }

  @Override
  public void onHello(Hello hello) {
    oomKills.sample();
    owner.hello(hello);
  }

  @Override
  public void onPong(Pong pong) {
    listener.onPong(
        new PongReport(
            pong.sequence(),
            pong.sentNs(),
            System.nanoTime(),
            pong.progress(),
            pong.activeCorrelationId(),
            pong.activeNs(),
            pong.queueDepth(),
            pong.state(),
            pong.droppedFrames()));
  }

  @Override
  public void onFault(Fault fault) {
    if (fault.correlationId() == 0) {
      lastWords = fault.fault().code() + " " + fault.fault().message();
      return;
    }
    OpenCall<?> call = calls.remove(fault.correlationId());
    if (call == null) {
      stray("Fault", fault.correlationId());
    } else {
      call.failed(fault.fault());
    }
  }

  @Override
  public void onInferenceCompleted(InferenceCompleted completed) {
    InferenceOpen call = calls.find(completed.correlationId(), InferenceOpen.class);
    if (call == null) {
      stray("InferenceCompleted", completed.correlationId());
      return;
    }
    try {
      InferenceResult result = call.collect(completed);
      calls.remove(completed.correlationId());
      WorkerConnection.REQUESTS.debug(
          "answered device={} epoch={} id={}",
          owner.deviceId(),
          owner.epoch(),
          completed.correlationId());
      call.done(result);
    } catch (IllegalArgumentException | ArithmeticException | ArenaAccessFault e) {
      // The call stays open and is answered by the worker's death.
      owner.kill(DeathCause.PROTOCOL_ERROR, "its answer cannot be true: " + e.getMessage());
    }
  }

  @Override
  public void onModelLoadingProgress(ModelLoadingProgress progress) {
    LoadOpen call = calls.find(progress.correlationId(), LoadOpen.class);
    if (call == null) {
      stray("ModelLoadingProgress", progress.correlationId());
    } else {
      call.progress(progress);
    }
  }

  @Override
  public void onModelLoaded(ModelLoaded loaded) {
    LoadOpen call = take(loaded.correlationId(), LoadOpen.class);
    if (call != null) {
      call.loaded(loaded);
    }
  }

  @Override
  public void onModelUnloaded(ModelUnloaded unloaded) {
    NumberOpen call = take(unloaded.correlationId(), NumberOpen.class);
    if (call != null) {
      call.done(unloaded.freedBytes());
    }
  }

  @Override
  public void onVerified(Verified verified) {
    NumberOpen call = take(verified.correlationId(), NumberOpen.class);
    if (call != null) {
      call.done(verified.computeNs());
    }
  }

  @Override
  public void onFaultArmed(FaultArmed armed) {
    ArmOpen call = take(armed.correlationId(), ArmOpen.class);
    if (call != null) {
      call.done(null);
    }
  }

  @Override
  public void onDrained(Drained drained) {
    LOG.debug("worker drained completed={}", drained.completed());
  }

  @Override
  public void onDeviceHealth(DeviceHealth health, Stamp stamp) {
    oomKills.sample();
    listener.onHealth(health);
    double celsius = health.temperatureCelsius();
    tell(
        stamp,
        new DeviceHealthUpdate(
            owner.deviceId(),
            new DeviceHealthUpdate.HealthMetrics(
                Double.isNaN(celsius) ? OptionalDouble.empty() : OptionalDouble.of(celsius),
                health.utilizationPercent(),
                health.memoryUsage(),
                health.errorCount()),
            stamp.at(),
            StatePriority.NORMAL));
  }

  @Override
  public void onVramUsage(VramUsage usage, Stamp stamp) {
    listener.onMemory(usage);
    tell(
        stamp,
        new VramUsageUpdate(
            owner.deviceId(),
            new VramUsageUpdate.VramMetrics(
                usage.totalBytes(),
                usage.usedBytes(),
                usage.availableBytes(),
                usage.fragmentation()),
            usage.pressure(),
            usage.cleanupRecommended()));
  }

  /** Nothing for a worker that does not number its messages. */
  private void tell(Stamp stamp, StateMessage message) {
    if (stamp.sequence() != 0) {
      listener.onState(
          new StateEnvelope(
              owner.epoch(), stamp.sequence(), 0, stamp.version(), stamp.at(), message));
    }
  }

  @Override
  public void onState(StateEnvelope told) {
    listener.onState(told);
  }

  @Override
  public void onStateAck(StateAck ack) {
    OpenCall<?> call = calls.remove(ack.correlationId());
    if (call instanceof StateOpen state) {
      state.acknowledged(ack);
    } else if (call instanceof EndOpen end) {
      end.done(ack.appliedVersion());
    } else {
      stray("StateAck", ack.correlationId());
    }
  }

  @Override
  public void onStateRefused(StateRefused refused) {
    StateOpen call = take(refused.correlationId(), StateOpen.class);
    if (call != null) {
      call.refused(refused);
    }
  }

  @Override
  public void onReport(Report report) {
    ReportOpen call = take(report.correlationId(), ReportOpen.class);
    if (call != null) {
      call.done(report.report());
    }
  }

  @Override
  public void onVote(Vote vote) {
    VoteOpen call = take(vote.correlationId(), VoteOpen.class);
    if (call != null) {
      call.done(vote.vote());
    }
  }

  @Override
  public void onAcknowledged(Acknowledged acknowledged) {
    DecisionOpen call = take(acknowledged.correlationId(), DecisionOpen.class);
    if (call != null) {
      call.done(acknowledged.answer());
    }
  }

  @Override
  public void onInferenceProgress(InferenceProgress progress) {
    listener.onProgress(
        progress.correlationId(), Duration.ofNanos(progress.queuedNs()), progress.percent());
  }

  private <C extends OpenCall<?>> C take(long correlationId, Class<C> kind) {
    C call = calls.find(correlationId, kind);
    if (call == null) {
      stray(kind.getSimpleName(), correlationId);
    } else {
      calls.remove(correlationId);
    }
    return call;
  }

  private static void stray(String message, long correlationId) {
    LOG.debug("answer to no open call message={} correlationId={}", message, correlationId);
  }
}
