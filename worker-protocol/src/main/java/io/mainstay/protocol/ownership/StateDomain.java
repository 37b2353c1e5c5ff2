package io.mainstay.protocol.ownership;

/** The six domains that state belongs to. */
public enum StateDomain {
  DEVICE,
  MEMORY,
  MODEL,
  PROCESSING,
  INFERENCE,
  POSTPROCESSING
}
