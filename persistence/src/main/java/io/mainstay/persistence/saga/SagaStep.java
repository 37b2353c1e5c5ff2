package io.mainstay.persistence.saga;

/** A step of a saga. Each has one compensation, which must be safe to repeat. */
public enum SagaStep {
  /** Claim the device for the load. */
  RESERVE_DEVICE,
  /** Book the bytes in the device's ledger. */
  ALLOCATE_MEMORY,
  /** Have the checked model file in the node's cache. */
  CACHE,
  /** Have the worker load it. */
  LOAD
}
