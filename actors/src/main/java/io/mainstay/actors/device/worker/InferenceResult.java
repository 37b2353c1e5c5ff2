package io.mainstay.actors.device.worker;

import io.mainstay.protocol.Tensor;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;
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
@Owned(
    side = Side.WORKER,
    domain = StateDomain.DEVICE,
    group = "health_monitoring",
    fields = "performance-baseline",
    note = "the worker measures each step; what the host expects of it is derived")
@Owned(
    side = Side.WORKER,
    domain = StateDomain.PROCESSING,
    group = "operations",
    fields = "results")
public record InferenceResult(
    List<Tensor> outputs, Duration queued, Duration compute, long residentBytes) {
  public InferenceResult {
    outputs = List.copyOf(outputs);
  }
}
