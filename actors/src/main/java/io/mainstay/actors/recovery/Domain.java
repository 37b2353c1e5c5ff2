package io.mainstay.actors.recovery;

/** The six supervised domains, and the platform that they stand on. */
public enum Domain {
  DEVICE,
  MEMORY,
  MODEL,
  PROCESSING,
  INFERENCE,
  POSTPROCESSING,
  PLATFORM
}
