package io.mainstay.actors.device.worker;

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
public record WorkerIdentity(
    long pid,
    int threads,
    long memoryBudgetBytes,
    String workerVersion,
    String backend,
    String backendVersion,
    String deviceKind) {}
