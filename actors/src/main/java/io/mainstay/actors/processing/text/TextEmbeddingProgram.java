package io.mainstay.actors.processing.text;

import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.inference.TextModel;
import io.mainstay.actors.model.text.TokenizedBatch;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.protocol.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A batch of texts: one request gives its last hidden state. Immutable. */
public final class TextEmbeddingProgram implements BatchProgram {
  private static final String ACTIVITY = "embedding";

  private final Next.Compute step;
  private final List<Integer> tokenCounts;
  private final Tensor hidden;

  private TextEmbeddingProgram(Next.Compute step, List<Integer> tokenCounts, Tensor hidden) {
    this.step = step;
    this.tokenCounts = tokenCounts;
    this.hidden = hidden;
  }

  /** Nothing is computed yet. */
  public static TextEmbeddingProgram begin(TextModel model, TokenizedBatch batch) {
    InferenceCall call = model.call(batch, Duration.ZERO, 0);
    return new TextEmbeddingProgram(
        new Next.Compute(call.modelId(), call.component(), call.inputs(), call.outputs()),
        batch.tokenCounts(),
        null);
  }

  @Override
  public Next next() {
    return hidden == null ? step : new Next.Finished();
  }

  @Override
  public TextEmbeddingProgram computed(InferenceResult result) {
    return new TextEmbeddingProgram(step, tokenCounts, result.outputs().get(0));
  }

  @Override
  public boolean slow() {
    return false;
  }

  @Override
  public Progress progress() {
    return new Progress(ACTIVITY, hidden == null ? 0 : 1, 1);
  }

  /** One step is not worth it. */
  @Override
  public Optional<byte[]> checkpoint() {
    return Optional.empty();
  }

  /** Last hidden state, texts x columns x dimensions; null before it is computed. */
  public Tensor hidden() {
    return hidden;
  }

  /** Attended tokens of each text. */
  public List<Integer> tokenCounts() {
    return tokenCounts;
  }
}
