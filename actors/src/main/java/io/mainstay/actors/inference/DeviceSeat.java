package io.mainstay.actors.inference;

import io.mainstay.actors.consistency.check.WorkFacts;
import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.device.worker.WorkerPort;
import io.mainstay.actors.outage.OutageNotice;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * What the inference domain knows of one device, from its signals alone. Pure. Signals of an older
 * incarnation than the seated one change nothing: a standby may have taken over before the death of
 * its predecessor is told.
 *
 * @param port of the serving worker, or of the last one; null before the first
 * @param models loaded in it
 * @param reserved for somebody else: gets nothing new until that is over
 * @param isolated gets nothing new while a mode of the node says so
 */
@Owned(
    side = Side.ORCHESTRATOR,
    domain = StateDomain.DEVICE,
    group = "device_registry",
    fields = "routing")
record DeviceSeat(
    String deviceId,
    Standing standing,
    long epoch,
    WorkerPort port,
    Set<String> models,
    boolean reserved,
    boolean isolated) {
  DeviceSeat {
    models = Set.copyOf(models);
  }

  /** Whether the device takes work. */
  enum Standing {
    /** Not heard of yet. */
    ABSENT,
    /** Serves. */
    UP,
    /** Gets nothing new. */
    SUSPECTED,
    /** Died; a successor is expected. */
    DOWN,
    /** No successor is expected. */
    FAILED
  }

  static DeviceSeat absent(String deviceId) {
    return new DeviceSeat(deviceId, Standing.ABSENT, 0, null, Set.of(), false, false);
  }

  boolean up() {
    return standing == Standing.UP && !reserved && !isolated;
  }

  /** What every worker holds by itself counts too. */
  boolean holds(String modelId) {
    return models.contains(modelId) || modelId.equals(BuiltinModel.ID);
  }

  DeviceSeat after(DeviceSignal signal) {
    if (signal instanceof DeviceSignal.WorkerUp told) {
      // Signals come in order. A standby that takes over may have been launched before the worker
      // it replaces, so its epoch says nothing about which of the two is the later.
      return new DeviceSeat(
          deviceId,
          Standing.UP,
          told.port().epoch(),
          told.port(),
          told.models(),
          reserved,
          isolated);
    }
    if (signal instanceof DeviceSignal.ModelsChanged told) {
      return told.epoch() == epoch
          ? new DeviceSeat(deviceId, standing, epoch, port, told.models(), reserved, isolated)
          : this;
    }
    if (signal instanceof DeviceSignal.WorkerSuspected told) {
      return told.epoch() == epoch && standing == Standing.UP ? as(Standing.SUSPECTED) : this;
    }
    if (signal instanceof DeviceSignal.WorkerCleared told) {
      return told.epoch() == epoch && standing == Standing.SUSPECTED ? as(Standing.UP) : this;
    }
    if (signal instanceof DeviceSignal.WorkerDown told) {
      return told.epoch() == epoch && standing != Standing.FAILED ? as(Standing.DOWN) : this;
    }
    if (signal instanceof DeviceSignal.Reserved told) {
      return new DeviceSeat(deviceId, standing, epoch, port, models, told.exclusive(), isolated);
    }
    return signal instanceof DeviceSignal.DeviceFailed ? as(Standing.FAILED) : this;
  }

  /** With what was found of a model when both sides were compared. */
  DeviceSeat after(OutageNotice.ModelStateChanged changed) {
    return changed.now().equals("absent") ? withoutModel(changed.modelId()) : this;
  }

  /** For comparisons. */
  WorkFacts.SeatFacts facts() {
    return new WorkFacts.SeatFacts(
        deviceId, standing.name().toLowerCase(Locale.ROOT), epoch, models);
  }

  /** The node's modes let the device work, or do not. */
  DeviceSeat isolated(boolean now) {
    return new DeviceSeat(deviceId, standing, epoch, port, models, reserved, now);
  }

  /** A load was answered before, or without, the signal that says so. */
  DeviceSeat withModel(String modelId) {
    Set<String> more = new HashSet<>(models);
    more.add(modelId);
    return new DeviceSeat(deviceId, standing, epoch, port, more, reserved, isolated);
  }

  /** The worker itself said that it does not have the model. */
  DeviceSeat withoutModel(String modelId) {
    Set<String> fewer = new HashSet<>(models);
    fewer.remove(modelId);
    return new DeviceSeat(deviceId, standing, epoch, port, fewer, reserved, isolated);
  }

  private DeviceSeat as(Standing next) {
    return new DeviceSeat(deviceId, next, epoch, port, models, reserved, isolated);
  }
}
