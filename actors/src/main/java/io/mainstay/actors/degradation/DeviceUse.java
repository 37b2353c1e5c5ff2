package io.mainstay.actors.degradation;

import java.util.Optional;

/**
 * What is done on a device, and which operations turn that off: one for all devices but CPUs, one
 * for a device that a mode isolates. Asked where it is done. Pure.
 */
public enum DeviceUse {
  /** Its memory is set aside. */
  RESERVATION(Operation.GPU_OPERATIONS, Operation.DEVICE_SPECIFIC_MEMORY_ALLOCATIONS),
  /** A model comes to it. */
  LOADING(Operation.GPU_OPERATIONS, Operation.DEVICE_DEPENDENT_MODEL_LOADING),
  /** It computes. */
  INFERENCE(Operation.GPU_INFERENCE, Operation.DEVICE_TARGETED_INFERENCE_OPERATIONS);

  /** How ids of CPU devices begin. */
  static final String CPU = "cpu";

  private final Operation ofGpus;
  private final Operation ofIsolated;

  DeviceUse(Operation ofGpus, Operation ofIsolated) {
    this.ofGpus = ofGpus;
    this.ofIsolated = ofIsolated;
  }

  /** The operation for whose sake that device is not used so now; empty if it is. */
  public Optional<Operation> off(Restrictions modes, String deviceId) {
    if (modes.devices().isolated().contains(deviceId) && modes.isOff(ofIsolated)) {
      return Optional.of(ofIsolated);
    }
    return !deviceId.startsWith(CPU) && modes.isOff(ofGpus)
        ? Optional.of(ofGpus)
        : Optional.empty();
  }

  /** Whether that device is used so now. */
  public boolean may(Restrictions modes, String deviceId) {
    return off(modes, deviceId).isEmpty();
  }
}
