package io.mainstay.protocol.ownership;

/** The two sides of the worker protocol. Every field of shared state belongs to one of them. */
public enum Side {
  /** The host: the actors of this JVM. */
  ORCHESTRATOR,
  /** A worker process, and what runs beside its device on its behalf. */
  WORKER
}
