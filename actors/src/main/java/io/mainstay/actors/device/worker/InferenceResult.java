package io.mainstay.actors.device.worker;

import io.mainstay.protocol.Tensor;
import java.time.Duration;
import java.util.List;

/**
 * What an inference gave, copied to the JVM's memory.
 *
 * @param outputs in the order of the call
 * @param queued time in the worker's queue
 * @param compute time computing
 * @param residentBytes resident memory of the worker right after
 */
public record InferenceResult(
    List<Tensor> outputs, Duration queued, Duration compute, long residentBytes) {
  public InferenceResult {
    outputs = List.copyOf(outputs);
  }
}
