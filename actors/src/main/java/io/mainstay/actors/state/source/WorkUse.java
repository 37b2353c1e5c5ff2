package io.mainstay.actors.state.source;

/**
 * What work uses of the devices that it runs on.
 *
 * @param memoryBytes resident memory of their workers, as they said after its last step
 * @param busyPercent share of the time since it began that they computed for it, 0 to 100
 */
public record WorkUse(long memoryBytes, double busyPercent) {
  /** Of work that no worker has answered yet. */
  public static final WorkUse NONE = new WorkUse(0, 0);

  /** Measured; more than all of the time is a matter of clocks. */
  public static WorkUse of(long memoryBytes, long computedNanos, long elapsedNanos) {
    double share = elapsedNanos <= 0 ? 0 : 100.0 * computedNanos / elapsedNanos;
    return new WorkUse(Math.max(0, memoryBytes), Math.max(0, Math.min(100, share)));
  }
}
