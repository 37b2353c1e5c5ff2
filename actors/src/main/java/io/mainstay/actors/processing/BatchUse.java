package io.mainstay.actors.processing;

import io.mainstay.actors.device.worker.InferenceResult;
import io.mainstay.actors.state.source.WorkUse;
import java.util.HashMap;
import java.util.Map;

/** What answers of workers say of their use, for one batch or all of a session. Confined. */
final class BatchUse {
  private final Map<String, Long> residentBytes = new HashMap<>();
  private final long beganNanos;
  private long computedNanos;

  /**
   * @param beganNanos when the first of its steps was sent
   */
  BatchUse(long beganNanos) {
    this.beganNanos = beganNanos;
  }

  /** A worker of that device answered a step. */
  void answered(String deviceId, InferenceResult result) {
    residentBytes.put(deviceId, result.residentBytes());
    computedNanos += result.compute().toNanos();
  }

  /** Over the devices that it ran on so far. */
  WorkUse now(long nowNanos) {
    long devices = Math.max(1, residentBytes.size());
    return WorkUse.of(
        residentBytes.values().stream().mapToLong(Long::longValue).sum(),
        computedNanos,
        (nowNanos - beganNanos) * devices);
  }
}
