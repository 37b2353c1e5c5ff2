package io.mainstay.actors.model;

import java.util.List;

/** Precisions of weights, as manifests name them. Pure. */
public final class Precision {
  /** From the most to the least memory. */
  private static final List<String> ORDER = List.of("fp32", "fp16", "int8");

  private Precision() {}

  /** Whether the other one is lower; false where one of them is unknown. */
  public static boolean isLower(String precision, String other) {
    int from = ORDER.indexOf(precision);
    return from >= 0 && ORDER.indexOf(other) > from;
  }
}
