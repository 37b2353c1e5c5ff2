package io.mainstay.runtime.doctor;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What one check found.
 *
 * @param detail what was seen, with values and bounds
 * @param remedy what to do; empty when all is well
 */
public record Finding(String check, Verdict verdict, String detail, String remedy) {
  /** How bad it is. */
  public enum Verdict {
    @JsonProperty("ok")
    OK,
    @JsonProperty("warn")
    WARN,
    @JsonProperty("fail")
    FAIL
  }

  static Finding ok(String check, String detail) {
    return new Finding(check, Verdict.OK, detail, "");
  }

  static Finding warn(String check, String detail, String remedy) {
    return new Finding(check, Verdict.WARN, detail, remedy);
  }

  static Finding fail(String check, String detail, String remedy) {
    return new Finding(check, Verdict.FAIL, detail, remedy);
  }
}
