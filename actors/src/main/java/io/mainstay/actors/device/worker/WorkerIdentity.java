package io.mainstay.actors.device.worker;

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
    String deviceKind) {}
