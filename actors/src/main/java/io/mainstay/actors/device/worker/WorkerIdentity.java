package io.mainstay.actors.device.worker;

import io.mainstay.protocol.ProtocolVersion;
import io.mainstay.protocol.ownership.Owned;
import io.mainstay.protocol.ownership.Side;
import io.mainstay.protocol.ownership.StateDomain;

/**
 * What a worker said of itself in its hello.
 *
 * @param pid process id
 * @param threads compute threads of the backend
 * @param memoryBudgetBytes as launched, 0 for none
 * @param workerVersion of the binary
 * @param backend such as {@code onnxruntime-cpu}
 * @param backendVersion such as {@code 1.29.0}
 * @param deviceKind CPU model and vector extensions
 * @param protocolMinor minor version of the protocol that it speaks; from 1 on, the state protocol
 */
@Owned(
    side = Side.WORKER,
    domain = StateDomain.DEVICE,
    group = "hardware_interface",
    fields = "drivers")
@Owned(
    side = Side.WORKER,
    domain = StateDomain.INFERENCE,
    group = "execution",
    fields = "tuning",
    note = "threads and library version")
public record WorkerIdentity(
    long pid,
    int threads,
    long memoryBudgetBytes,
    String workerVersion,
    String backend,
    String backendVersion,
    String deviceKind,
    int protocolMinor) {
  private static final int STATE_SINCE = 1;

  /** A worker of this host's release. */
  public WorkerIdentity(
      long pid,
      int threads,
      long memoryBudgetBytes,
      String workerVersion,
      String backend,
      String backendVersion,
      String deviceKind) {
    this(
        pid,
        threads,
        memoryBudgetBytes,
        workerVersion,
        backend,
        backendVersion,
        deviceKind,
        ProtocolVersion.MINOR);
  }

  /** Whether it takes state messages, transactions and requests for reports. */
  public boolean speaksState() {
    return protocolMinor >= STATE_SINCE;
  }
}
