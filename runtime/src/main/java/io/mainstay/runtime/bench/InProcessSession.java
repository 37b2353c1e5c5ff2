package io.mainstay.runtime.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * One graph, run by ONNX Runtime's Java binding in this process with a worker's settings: one
 * intra-op thread, spinning off, all optimizations. One caller at a time.
 */
final class InProcessSession implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  InProcessSession(Path graph) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      options.addConfigEntry("session.inter_op.allow_spinning", "0");
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      this.session = environment.createSession(graph.toString(), options);
    }
  }

  /** The named outputs, in that order, copied to memory of their own. */
  List<Tensor> run(List<Tensor> inputs, List<String> outputs) throws OrtException {
    Map<String, OnnxTensor> fed = new HashMap<>();
    try {
      for (Tensor input : inputs) {
        fed.put(input.name(), onnx(input));
      }
      try (OrtSession.Result result = session.run(fed, new HashSet<>(outputs))) {
        List<Tensor> copied = new ArrayList<>();
        for (String output : outputs) {
          copied.add(copy(output, (OnnxTensor) result.get(output).orElseThrow()));
        }
        return copied;
      }
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor onnx(Tensor tensor) throws OrtException {
    long[] dims = tensor.dims().stream().mapToLong(Long::longValue).toArray();
    return switch (tensor.type()) {
      case FLOAT32 -> OnnxTensor.createTensor(environment, tensor.bytes().asFloatBuffer(), dims);
      case INT64 -> OnnxTensor.createTensor(environment, tensor.bytes().asLongBuffer(), dims);
      default -> throw new IllegalArgumentException("No input of ours is " + tensor.type());
    };
  }

  private static Tensor copy(String name, OnnxTensor tensor) {
    // The byte buffer shares no memory with the result, which is freed before it is read.
    ByteBuffer bytes = tensor.getByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    List<Long> shape = Arrays.stream(tensor.getInfo().getShape()).boxed().toList();
    return new Tensor(name, TensorType.FLOAT32, shape, bytes);
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
