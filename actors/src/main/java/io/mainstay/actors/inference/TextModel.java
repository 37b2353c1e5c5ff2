package io.mainstay.actors.inference;

import io.mainstay.actors.device.worker.InferenceCall;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.text.TextTokenizer;
import io.mainstay.actors.model.text.TokenizedBatch;
import java.time.Duration;
import java.util.List;

/**
 * A text embedding model with its tokenizer open. Thread-safe.
 *
 * @param descriptor its registry entry, whose {@code text} is not null
 */
public record TextModel(ModelDescriptor descriptor, TextTokenizer tokenizer) {
  /** Tokens of the texts, cut to what the model takes. */
  public TokenizedBatch encode(List<String> texts) {
    return tokenizer.encode(texts);
  }

  /**
   * The call that embeds a batch, with room for its whole last hidden state.
   *
   * @param deadline time left; zero for none
   * @param priority 0 (first) to 3
   */
  public InferenceCall call(TokenizedBatch batch, Duration deadline, int priority) {
    ModelDescriptor.TextSignature text = descriptor.text();
    long bytes = (long) batch.rows() * batch.columns() * text.dimensions() * Float.BYTES;
    return new InferenceCall(
        descriptor.id(),
        descriptor.components().get(0).name(),
        batch.inputs(text),
        List.of(new InferenceCall.OutputRoom(text.output(), bytes)),
        deadline,
        priority);
  }
}
