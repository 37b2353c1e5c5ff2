package io.mainstay.persistence.session;

/** Rank of accepted work; the order of the constants is the order of service. */
public enum WorkClass {
  INTERACTIVE,
  STANDARD,
  BATCH
}
