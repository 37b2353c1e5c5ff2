package io.mainstay.runtime.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.model.text.TextTokenizer;
import io.mainstay.actors.model.text.TokenizedBatch;
import io.mainstay.actors.postprocessing.text.EmbeddingMatrix;
import io.mainstay.actors.postprocessing.text.SentenceEmbedding;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The other side of the comparison: the same model, tokenizer and pooling, with ONNX Runtime called
 * through its Java binding in this process. One intra-op thread, spinning off, as in a worker. One
 * caller at a time.
 */
final class InProcessModel implements AutoCloseable {
  private final ModelDescriptor.TextSignature signature;
  private final TextTokenizer tokenizer;
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  InProcessModel(ModelDescriptor model, TextTokenizer tokenizer) throws OrtException {
    this.signature = model.text();
    this.tokenizer = tokenizer;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.addConfigEntry("session.inter_op.allow_spinning", "0");
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      this.session =
          environment.createSession(model.components().get(0).path().toString(), options);
    }
  }

  /** Unit embeddings of the texts, computed as one batch. */
  EmbeddingMatrix embed(List<String> texts) throws OrtException {
    TokenizedBatch batch = tokenizer.encode(texts);
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try {
      for (Tensor tensor : batch.inputs(signature)) {
        inputs.put(
            tensor.name(),
            OnnxTensor.createTensor(
                environment, tensor.bytes().asLongBuffer(), dims(tensor.dims())));
      }
      try (OrtSession.Result result = session.run(inputs)) {
        OnnxTensor hidden = (OnnxTensor) result.get(signature.output()).orElseThrow();
        return SentenceEmbedding.embed(copy(hidden), batch.tokenCounts());
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private Tensor copy(OnnxTensor hidden) {
    // The byte buffer shares no memory with the result, which is freed before pooling ends.
    ByteBuffer bytes = hidden.getByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    List<Long> shape = Arrays.stream(hidden.getInfo().getShape()).boxed().toList();
    return new Tensor(signature.output(), TensorType.FLOAT32, shape, bytes);
  }

  private static long[] dims(List<Long> dims) {
    return dims.stream().mapToLong(Long::longValue).toArray();
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
