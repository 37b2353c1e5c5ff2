package io.mainstay.actors.recovery;

import java.util.Locale;

/**
 * The errors that code can raise today. Each has an entry in {@code conf/mainstay-errors.conf}; a
 * name on one side only stops the node at start.
 */
public enum ErrorNames {
  DEVICE_DISCOVERY_FAILURE,
  PRIMARY_DEVICE_FAILURE,
  WORKER_PROCESS_DIED,
  DEVICE_MEMORY_ALLOCATION_FAILURE,
  MODEL_LOADING_FAILURE,
  WORKFLOW_ORCHESTRATION_FAILURE,
  INFERENCE_ENGINE_FAILURE,
  INFERENCE_TIMEOUT_EXCEEDED,
  POSTPROCESSING_ENGINE_FAILURE,
  POISON_MESSAGE,
  DATABASE_FAILURE,
  COMPONENT_FAILURE;

  /** The stable name, as journaled and shown. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
