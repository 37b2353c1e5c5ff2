package io.mainstay.actors.device.worker;

import io.mainstay.protocol.Tensor;
import java.time.Duration;
import java.util.List;

/**
 * One run of one component of a loaded model.
 *
 * @param modelId as loaded
 * @param component such as {@code model}
 * @param inputs in any order; copied to the worker when the call is sent
 * @param outputs which outputs to compute, with room for each
 * @param deadline time left; zero for none
 * @param priority 0 (first) to 3
 * @param sessionId the session it belongs to, told to the worker before; empty for none
 */
public record InferenceCall(
    String modelId,
    String component,
    List<Tensor> inputs,
    List<OutputRoom> outputs,
    Duration deadline,
    int priority,
    String sessionId) {
  public InferenceCall {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** A call of no session. */
  public InferenceCall(
      String modelId,
      String component,
      List<Tensor> inputs,
      List<OutputRoom> outputs,
      Duration deadline,
      int priority) {
    this(modelId, component, inputs, outputs, deadline, priority, "");
  }

  /**
   * Room for one output.
   *
   * @param name the model's name for it
   * @param bytes most bytes it may have
   */
  public record OutputRoom(String name, long bytes) {}
}
