package io.mainstay.actors.device;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.mainstay.persistence.serialization.WireMessage;
import java.util.List;

/**
 * A device as users see it.
 *
 * @param state starting, serving, suspected, restarting, failed or stopped
 * @param epoch of the serving worker, 0 for none
 * @param pid of the serving worker, 0 for none
 * @param standby none, starting, spawned or loaded
 * @param standbyPid 0 for none
 * @param restarts since the node started
 * @param memoryBudgetBytes of the device
 * @param residentBytes of the serving worker as last reported
 * @param models loaded in the serving worker
 * @param uptimeMillis of the serving worker
 * @param lastDeath one line, or empty
 */
public record DeviceView(
    String id,
    String backend,
    String kind,
    String state,
    int threads,
    long epoch,
    long pid,
    String standby,
    long standbyPid,
    int restarts,
    long memoryBudgetBytes,
    long residentBytes,
    List<String> models,
    int queueDepth,
    long uptimeMillis,
    String lastDeath)
    implements WireMessage {
  private static final String CPU = "cpu";
  private static final String SERVING = "serving";
  private static final String SUSPECTED = "suspected";

  public DeviceView {
    models = List.copyOf(models);
  }

  /** Whether it has a worker that takes work. */
  public boolean serves() {
    return state.equals(SERVING);
  }

  /** Whether it computes on the host's processors. */
  @JsonIgnore
  public boolean onCpu() {
    return backend.equals(CPU);
  }

  /** Whether nobody knows if its worker lives. */
  public boolean suspected() {
    return state.equals(SUSPECTED);
  }
}
