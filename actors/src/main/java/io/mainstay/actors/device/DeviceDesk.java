package io.mainstay.actors.device;

import akka.actor.typed.ActorRef;
import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.DeathReport.DeathCause;
import io.mainstay.actors.device.worker.DeathReport.NoticedBy;
import io.mainstay.actors.device.worker.LoadCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the supervisor keeps of one device, so that late subscribers learn its present state and a
 * device that begins again gets its models back and says that its worker ended. Owned by the
 * supervisor's actor; outlives its restarts.
 */
final class DeviceDesk {
  private final DeviceDefinition definition;
  private ActorRef<DeviceTask> device;
  private List<LoadCall> held = List.of();
  private DeviceView view;
  private DeviceSignal.WorkerUp up;
  private DeviceSignal.WorkerSuspected suspected;
  private DeviceSignal lastBad;
  private boolean emptied;

  DeviceDesk(DeviceDefinition definition) {
    this.definition = definition;
    this.view =
        new DeviceView(
            definition.id(),
            definition.backend(),
            "",
            "starting",
            definition.threads(),
            0,
            0,
            definition.standby() == StandbyMode.NONE ? "none" : "starting",
            0,
            0,
            definition.memoryBudgetBytes(),
            0,
            List.of(),
            0,
            0,
            "");
  }

  void began(ActorRef<DeviceTask> ref) {
    device = ref;
    emptied = false;
  }

  void ended() {
    device = null;
  }

  void holds(List<LoadCall> now) {
    held = now;
  }

  /** Nobody wants it any more, and no device is there to be told. */
  void drops(String modelId) {
    held = held.stream().filter(call -> !call.modelId().equals(modelId)).toList();
  }

  void seen(DeviceView now) {
    view = now;
  }

  void emptied() {
    emptied = true;
  }

  /** A signal goes out: remember what it makes of the device. */
  void said(DeviceSignal signal) {
    if (signal instanceof DeviceSignal.WorkerUp now) {
      up = now;
      suspected = null;
      lastBad = null;
    } else if (signal instanceof DeviceSignal.ModelsChanged now && isUp(now.epoch())) {
      up = new DeviceSignal.WorkerUp(now.deviceId(), up.port(), now.models());
    } else if (signal instanceof DeviceSignal.WorkerSuspected now && isUp(now.epoch())) {
      suspected = now;
    } else if (signal instanceof DeviceSignal.WorkerCleared now && isUp(now.epoch())) {
      suspected = null;
    } else if (signal instanceof DeviceSignal.WorkerDown now && isUp(now.epoch())) {
      up = null;
      suspected = null;
      lastBad = now;
    } else if (signal instanceof DeviceSignal.DeviceFailed now) {
      up = null;
      suspected = null;
      lastBad = now;
    }
  }

  /** The signals that bring a new subscriber to the present. */
  List<DeviceSignal> present() {
    List<DeviceSignal> signals = new ArrayList<>();
    if (up != null) {
      signals.add(up);
    }
    if (suspected != null) {
      signals.add(suspected);
    }
    if (lastBad != null) {
      signals.add(lastBad);
    }
    return signals;
  }

  /** What became of the serving worker when the device's own actor ended; it took it along. */
  Optional<DeathReport> lost(long nowNanos) {
    return Optional.ofNullable(up)
        .map(
            was ->
                new DeathReport(
                    was.port().epoch(),
                    was.port().identity().pid(),
                    DeathCause.STOPPED,
                    -1,
                    0,
                    NoticedBy.OWN_DECISION,
                    nowNanos,
                    "",
                    List.of(),
                    "the device's actor ended and was begun again"));
  }

  /** Models that the other domains were told of. */
  Set<String> published() {
    return up == null ? Set.of() : up.models();
  }

  DeviceDefinition definition() {
    return definition;
  }

  Optional<ActorRef<DeviceTask>> device() {
    return Optional.ofNullable(device);
  }

  List<LoadCall> held() {
    return held;
  }

  DeviceView view() {
    return view;
  }

  boolean isEmptied() {
    return emptied;
  }

  private boolean isUp(long epoch) {
    return up != null && up.port().epoch() == epoch;
  }
}
