package io.mainstay.persistence.saga;

/**
 * A step of a saga. Each has one compensation, which must be safe to repeat, and safe for a step
 * that never had its effect. The names of the constants are those of the journal; users see the
 * seeds' names.
 */
public enum SagaStep {
  /** Claim the device for the load. */
  RESERVE_DEVICE("device_service", "reserve_device", "release_device_reservation"),
  /** Book the bytes in the device's ledger. */
  ALLOCATE_MEMORY("memory_service", "allocate_vram", "deallocate_vram"),
  /** Have the checked model file in the node's cache. */
  CACHE("model_service", "cache_model_to_ram", "remove_model_from_cache"),
  /** Have the worker load it. */
  LOAD("python_model_worker", "load_model_to_vram", "unload_model_from_vram");

  private final String service;
  private final String action;
  private final String compensation;

  SagaStep(String service, String action, String compensation) {
    this.service = service;
    this.action = action;
    this.compensation = compensation;
  }

  /** Who carries it out, by the seeds' name. */
  public String service() {
    return service;
  }

  /** The seeds' name of the step. */
  public String action() {
    return action;
  }

  /** The seeds' name of what takes it back. */
  public String compensation() {
    return compensation;
  }
}
