package io.mainstay.runtime.doctor;

/**
 * What one check found.
 *
 * @param detail what was seen, with values and bounds
 * @param remedy what to do; empty when all is well
 */
public record Finding(String check, Verdict verdict, String detail, String remedy) {
  /** How bad it is. */
  public enum Verdict {
    OK,
    WARN,
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
