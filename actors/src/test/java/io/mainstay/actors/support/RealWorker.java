package io.mainstay.actors.support;

import io.mainstay.actors.device.DeviceSignal;
import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.DeathReport;
import io.mainstay.actors.device.worker.LoadCall;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.actors.device.worker.PongReport;
import io.mainstay.actors.device.worker.WorkerControl;
import io.mainstay.actors.device.worker.WorkerIdentity;
import io.mainstay.actors.device.worker.WorkerLauncher;
import io.mainstay.actors.device.worker.WorkerListener;
import io.mainstay.actors.device.worker.WorkerSpec;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.protocol.DeviceHealth;
import io.mainstay.protocol.VramUsage;
import io.mainstay.protocol.state.StateEnvelope;
import io.mainstay.protocol.state.WorkerStateReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The worker process itself, loaded with models and told to a scripted device domain. */
public final class RealWorker {
  private static final Path DIST =
      Path.of(System.getProperty("mainstay.home"), "native-worker", "target", "dist");
  private static final long PATIENCE_SECONDS = 60;

  private final WorkerControl control;

  private RealWorker(WorkerControl control) {
    this.control = control;
  }

  /** Launches it, loads the models, and says that it serves. */
  public static RealWorker serving(
      WorkerLauncher launcher,
      long epoch,
      Path arenas,
      List<ModelDescriptor> models,
      ScriptedDevices devices)
      throws Exception {
    CompletableFuture<WorkerIdentity> hello = new CompletableFuture<>();
    WorkerSpec spec =
        new WorkerSpec(
            "cpu-0",
            epoch,
            1,
            1L << 30,
            0,
            arenas,
            List.of(32L << 20),
            DIST.resolve("bin/mainstay-worker"),
            DIST.resolve("lib/libonnxruntime.so"),
            Optional.empty(),
            8,
            1 << 20,
            Duration.ofSeconds(30),
            false,
            false,
            List.of());
    WorkerControl control = launcher.launch(spec, listener(spec, hello, devices));
    hello.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    for (ModelDescriptor model : models) {
      load(control, model);
    }
    Set<String> loaded = models.stream().map(ModelDescriptor::id).collect(Collectors.toSet());
    devices.tell(new DeviceSignal.WorkerUp("cpu-0", control, loaded));
    return new RealWorker(control);
  }

  private static WorkerListener listener(
      WorkerSpec spec, CompletableFuture<WorkerIdentity> hello, ScriptedDevices devices) {
    return new WorkerListener() {
      @Override
      public void onHello(WorkerIdentity identity) {
        hello.complete(identity);
      }

      @Override
      public void onPong(PongReport pong) {}

      @Override
      public void onHealth(DeviceHealth health) {}

      @Override
      public void onMemory(VramUsage usage) {}

      @Override
      public void onState(StateEnvelope told) {}

      @Override
      public void onProgress(long correlationId, Duration queued, float percent) {}

      @Override
      public void onDeath(DeathReport report) {
        hello.completeExceptionally(new IllegalStateException(report.detail()));
        devices.tell(
            new DeviceSignal.WorkerDown(
                spec.deviceId(), spec.epoch(), report, ScriptedDevices.death(spec.epoch())));
      }
    };
  }

  private static void load(WorkerControl control, ModelDescriptor model) throws Exception {
    CompletableFuture<CallOutcome<LoadedModel>> done = new CompletableFuture<>();
    control.load(
        new LoadCall(
            model.id(),
            model.components().stream()
                .map(
                    part ->
                        new LoadCall.Component(
                            part.name(), part.path(), part.sha256(), part.bytes(), false, null))
                .toList(),
            model.memoryBytes(),
            Duration.ofSeconds(PATIENCE_SECONDS)),
        progress -> {},
        done::complete);
    CallOutcome<LoadedModel> outcome = done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (!(outcome instanceof CallOutcome.Done<LoadedModel>)) {
      throw new IllegalStateException("Model " + model.id() + " was not loaded: " + outcome);
    }
  }

  /** What it says that it holds. */
  public WorkerStateReport report() throws Exception {
    CompletableFuture<CallOutcome<WorkerStateReport>> done = new CompletableFuture<>();
    control.report(done::complete);
    CallOutcome<WorkerStateReport> outcome = done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (outcome instanceof CallOutcome.Done<WorkerStateReport> answered) {
      return answered.value();
    }
    throw new IllegalStateException("no report: " + outcome);
  }

  /** As {@code kill -9}. */
  public void kill() {
    control.kill(DeathReport.DeathCause.KILLED, "a test killed it");
  }
}
