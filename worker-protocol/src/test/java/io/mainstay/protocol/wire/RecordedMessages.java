package io.mainstay.protocol.wire;

import io.mainstay.protocol.DeviceHealth;
import io.mainstay.protocol.VramUsage;
import io.mainstay.protocol.state.StateAck;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.StateRefused;
import java.util.ArrayList;
import java.util.List;

/** Keeps what an adapter told, in order. */
final class RecordedMessages implements WorkerMessages {
  final List<Record> told = new ArrayList<>();
  final List<Stamp> stamps = new ArrayList<>();

  @Override
  public void onHello(Hello hello) {
    told.add(hello);
  }

  @Override
  public void onPong(Pong pong) {
    told.add(pong);
  }

  @Override
  public void onFault(Fault fault) {
    told.add(fault);
  }

  @Override
  public void onDrained(Drained drained) {
    told.add(drained);
  }

  @Override
  public void onModelLoaded(ModelLoaded loaded) {
    told.add(loaded);
  }

  @Override
  public void onModelLoadingProgress(ModelLoadingProgress progress) {
    told.add(progress);
  }

  @Override
  public void onModelUnloaded(ModelUnloaded unloaded) {
    told.add(unloaded);
  }

  @Override
  public void onVerified(Verified verified) {
    told.add(verified);
  }

  @Override
  public void onFaultArmed(FaultArmed armed) {
    told.add(armed);
  }

  @Override
  public void onDeviceHealth(DeviceHealth health, Stamp stamp) {
    told.add(health);
    stamps.add(stamp);
  }

  @Override
  public void onVramUsage(VramUsage usage, Stamp stamp) {
    told.add(usage);
    stamps.add(stamp);
  }

  @Override
  public void onInferenceProgress(InferenceProgress progress) {
    told.add(progress);
  }

  @Override
  public void onInferenceCompleted(InferenceCompleted completed) {
    told.add(completed);
  }

  @Override
  public void onState(StateEnvelope message) {
    told.add(message);
  }

  @Override
  public void onStateAck(StateAck message) {
    told.add(message);
  }

  @Override
  public void onStateRefused(StateRefused message) {
    told.add(message);
  }

  @Override
  public void onReport(Report message) {
    told.add(message);
  }

  @Override
  public void onVote(Vote message) {
    told.add(message);
  }

  @Override
  public void onAcknowledged(Acknowledged message) {
    told.add(message);
  }
}
