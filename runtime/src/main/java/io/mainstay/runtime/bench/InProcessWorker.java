package io.mainstay.runtime.bench;

import ai.onnxruntime.OrtException;
import io.mainstay.actors.device.worker.InferenceCall.OutputRoom;
import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.model.ModelDescriptor;
import io.mainstay.actors.processing.program.BatchProgram;
import io.mainstay.protocol.Tensor;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Carries batch programs out in this process: the same program that a node carries out, its
 * requests computed by ONNX Runtime here, with nobody to supervise them and nothing journaled. One
 * caller at a time.
 */
final class InProcessWorker implements AutoCloseable {
  private final Map<String, InProcessSession> sessions = new HashMap<>();

  InProcessWorker(List<ModelDescriptor> models) throws OrtException {
    for (ModelDescriptor model : models) {
      for (ModelDescriptor.Component component : model.components()) {
        sessions.put(key(model.id(), component.name()), new InProcessSession(component.path()));
      }
    }
  }

  /** Carries the program out and answers it finished. */
  BatchProgram run(BatchProgram program) throws OrtException {
    BatchProgram now = program;
    while (now.next() instanceof BatchProgram.Next.Compute compute) {
      long began = System.nanoTime();
      List<Tensor> outputs =
          sessions
              .get(key(compute.modelId(), compute.component()))
              .run(compute.inputs(), compute.outputs().stream().map(OutputRoom::name).toList());
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      now = now.computed(new InferenceResult(outputs, Duration.ZERO, took, 0));
    }
    return now;
  }

  private static String key(String model, String component) {
    return model + "/" + component;
  }

  @Override
  public void close() throws OrtException {
    for (InProcessSession session : sessions.values()) {
      session.close();
    }
  }
}
