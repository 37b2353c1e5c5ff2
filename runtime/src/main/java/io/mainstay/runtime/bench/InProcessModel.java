package io.mainstay.runtime.bench;

import ai.onnxruntime.OrtException;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.text.TextTokenizer;
import io.mainstay.actors.model.text.TokenizedBatch;
import io.mainstay.actors.postprocessing.text.EmbeddingMatrix;
import io.mainstay.actors.postprocessing.text.SentenceEmbedding;
import io.mainstay.protocol.Tensor;
import java.util.List;

/**
 * The other side of the comparison: the same model, tokenizer and pooling, with ONNX Runtime called
 * through its Java binding in this process. One caller at a time.
 */
final class InProcessModel implements AutoCloseable {
  private final ModelDescriptor.TextSignature signature;
  private final TextTokenizer tokenizer;
  private final InProcessSession session;

  InProcessModel(ModelDescriptor model, TextTokenizer tokenizer) throws OrtException {
    this.signature = model.text();
    this.tokenizer = tokenizer;
    this.session = new InProcessSession(model.components().get(0).path());
  }

  /** Unit embeddings of the texts, computed as one batch. */
  EmbeddingMatrix embed(List<String> texts) throws OrtException {
    TokenizedBatch batch = tokenizer.encode(texts);
    Tensor hidden = session.run(batch.inputs(signature), List.of(signature.output())).get(0);
    return SentenceEmbedding.embed(hidden, batch.tokenCounts());
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
