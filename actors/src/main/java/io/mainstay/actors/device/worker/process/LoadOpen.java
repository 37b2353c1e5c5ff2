package io.mainstay.actors.device.worker.process;

import io.mainstay.actors.device.worker.CallOutcome;
import io.mainstay.actors.device.worker.LoadProgress;
import io.mainstay.actors.device.worker.LoadedModel;
import io.mainstay.protocol.wire.WorkerMessages;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** An unanswered load, with the one who follows its progress. */
final class LoadOpen extends OpenCall<LoadedModel> {
  private final Consumer<LoadProgress> onProgress;

  LoadOpen(Consumer<LoadProgress> onProgress, Consumer<CallOutcome<LoadedModel>> onDone) {
    super(onDone);
    this.onProgress = onProgress;
  }

  void progress(WorkerMessages.ModelLoadingProgress progress) {
    onProgress.accept(
        new LoadProgress(
            progress.stage().name().toLowerCase(Locale.ROOT),
            progress.percent(),
            progress.allocatedBytes(),
            progress.component()));
  }

  void loaded(WorkerMessages.ModelLoaded loaded) {
    List<LoadedModel.Component> components =
        loaded.components().stream()
            .map(
                c ->
                    new LoadedModel.Component(
                        c.name(),
                        c.optimizedSha256(),
                        signatures(c.inputs()),
                        signatures(c.outputs())))
            .toList();
    done(new LoadedModel(loaded.memoryBytes(), Duration.ofNanos(loaded.loadNs()), components));
  }

  private static List<LoadedModel.Signature> signatures(
      List<WorkerMessages.TensorSignature> tensors) {
    return tensors.stream()
        .map(t -> new LoadedModel.Signature(t.name(), t.type(), t.dims()))
        .toList();
  }
}
